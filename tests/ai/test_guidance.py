"""Tone, trade and law of a tenant reach the prompts, as part of the task and never of the material."""

import pytest

from specloom.ai import analysis_prompts, prompts
from specloom.ai.guidance import NO_GUIDANCE, Guidance, in_tone
from specloom.ai.prompts import Prompt
from specloom.ai.protocols import Instruction, SummaryFormat
from specloom.vocabulary.identity import AiTone, QuestionDepth

BANK = Guidance(
    tone=AiTone.TECHNICAL,
    prompts={"analysis": "Look for limits.", "conversation": "Ask for limits."},
    domain_objects=("Account", "Payment order"),
    frameworks=("DORA", "PSD2"),
    context="industry banking, jurisdiction eu, company size sme",
    compliance_focus=True,
)


def test_guidance_tells_of_the_business_for_a_purpose() -> None:
    assert BANK.instructions("conversation", "vision_definition").splitlines() == [
        "The workspace: industry banking, jurisdiction eu, company size sme.",
        "Ask for limits.",
        "Things its people speak of: Account, Payment order.",
        "Laws and standards it works under: DORA; PSD2.",
    ]
    assert NO_GUIDANCE.instructions("analysis") == ""
    unfocused = Guidance(frameworks=("DORA",))
    assert unfocused.instructions("analysis") == "", "laws are for those who care for compliance"


@pytest.mark.parametrize("tone", AiTone)
def test_summaries_are_written_in_the_tone(tone: AiTone) -> None:
    instruction = Instruction("Brief", "Sum up.", SummaryFormat.BULLETS, tone)
    for prompt in (
        prompts.write_from_sentences(instruction, "", "[1] One."),
        prompts.write_from_points(instruction, "", "[1] One."),
    ):
        assert in_tone(tone) in prompt.task
    assert len({in_tone(each) for each in AiTone}) == len(AiTone)


def test_analyses_hear_of_the_business() -> None:
    def parts(prompt: Prompt) -> tuple[bool, bool, bool]:
        told = all(words in prompt.task for words in ("industry banking", "Look for limits.", "Payment order"))
        return told, in_tone(AiTone.TECHNICAL) in prompt.task, "banking" in prompt.material

    found = analysis_prompts.extract_part("", "[1] One.", 5, BANK.frameworks, BANK)
    assert parts(found) == (True, False, False), "quotes are copied, in no tone"
    assert found.task.count("DORA") == 1
    assert parts(analysis_prompts.review("", "[1] One.", QuestionDepth.BASIC, (), BANK)) == (True, True, False)
    plain = analysis_prompts.extract_part("", "[1] One.", 5)
    assert plain.task == "Task: list the requirements of this part.\n\nGive no more than 5 requirements."

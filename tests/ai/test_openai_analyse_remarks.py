"""Of a model's remarks only those count whose references exist and whose words the text knows."""

from dataclasses import replace
from typing import Any

import pytest

from specloom.ai.analysis import Analysis, AnalysisRequest
from specloom.ai.analysis_prompts import ConflictReason, GapReason
from specloom.ai.openai_analyse import OpenAIAnalyst
from specloom.ai.relations.gaps import REASONS
from specloom.vocabulary.identity import QuestionDepth
from tests.ai.ferry_brief import BRIEF, EVERYTHING, NUMBERS, claim, claims, remarks
from tests.ai.recorder import RecordedRun
from tests.fakes.openai_server import FakeOpenAI, Fault

# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = pytest.mark.no_cover


async def remarked(
    fake: FakeOpenAI,
    analyst: OpenAIAnalyst,
    named: str = EVERYTHING,
    asked: AnalysisRequest = BRIEF,
    **said: list[dict[str, Any]],
) -> Analysis:
    fake.script(Fault("say", text=named), Fault("say", text=remarks(**said)))
    return await analyst.analyse(asked, RecordedRun())


def conflict(first: int, second: int, reason: str = "number", confidence: float = 0.9) -> dict[str, Any]:
    return {"first": first, "second": second, "reason": reason, "confidence": confidence}


def gap(*numbers: int, reason: str = "data_without_retention", confidence: float = 0.9) -> dict[str, Any]:
    return {"requirements": list(numbers), "reason": reason, "confidence": confidence}


def question(text: str, *numbers: int, level: str = "basic") -> dict[str, Any]:
    return {"requirements": list(numbers), "text": text, "level": level}


async def test_remarks_add_to_what_the_rules_found(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    bare = await remarked(fake, analyst)
    full = await remarked(
        fake,
        analyst,
        conflicts=[conflict(5, 1)],
        gaps=[gap(5, 2)],
        questions=[question("Who pays when a booking is cancelled less than one hour before departure?", 3, 1)],
    )
    assert full.requirements == bare.requirements
    assert full.conflicts[: len(bare.conflicts)] == bare.conflicts
    (added,) = full.conflicts[len(bare.conflicts) :]
    assert (added.first, added.second, added.reason) == (0, 4, "number")
    assert added.evidence.spans == tuple(full.requirements[index].statement.span for index in (0, 4))
    assert 0 < added.confidence < 0.9, "the rules, which look for the same, see nothing"
    assert full.gaps[:-1] == bare.gaps
    assert (full.gaps[-1].reason, full.gaps[-1].requirements) == ("data_without_retention", (1, 4))
    assert full.questions[:-1] == bare.questions
    asked = full.questions[-1]
    assert asked.text == "Who pays when a booking is cancelled less than one hour before departure?"
    assert (asked.about, asked.index, asked.requirements) == ("requirement", 0, (0, 2))


async def test_references_that_do_not_exist_are_dropped(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    bare = await remarked(fake, analyst)
    full = await remarked(
        fake,
        analyst,
        conflicts=[conflict(1, 1), conflict(0, 1), conflict(1, 8), conflict(-1, 2), conflict(1, 10**12)],
        gaps=[gap(), gap(0), gap(1, 8)],
        questions=[question("Who decides?"), question("Who decides?", 8), question("Who decides?", 1, 99)],
    )
    assert (full.conflicts, full.gaps, full.questions) == (bare.conflicts, bare.gaps, bare.questions)


async def test_what_does_not_stand_in_the_text_is_not_reviewed(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    named = claims(claim("The ferry shall fly.", 5), *map(claim, NUMBERS))
    full = await remarked(fake, analyst, named, questions=[question("Who decides?", 1), question("Who pays?", 2)])
    assert not full.requirements[0].supported
    assert "fly" not in fake.requests[1].contents[2]
    assert [each.requirements for each in full.questions if each.text in ("Who decides?", "Who pays?")] == [(1,)]


async def test_a_remark_is_made_once(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    bare = await remarked(fake, analyst)
    full = await remarked(
        fake,
        analyst,
        conflicts=[conflict(1, 2), conflict(2, 1, "time")],
        gaps=[gap(1), gap(1)],
        questions=[question("Who decides?", 1), question("who decides?", 2)],
    )
    assert len(full.conflicts) - len(bare.conflicts) == 1
    assert len(full.gaps) - len(bare.gaps) == 1
    assert len(full.questions) - len(bare.questions) == 1


@pytest.mark.parametrize(
    "text",
    [
        "What happens when no seat is left?",
        "How is a passenger told that a booking was cancelled?",
        "Does the GDPR also cover the list of passengers?",
        "Is 99.5 % measured per month?",
        "Which of the four boats does Nordsund Ferries use at 23:00?",
        "Wer druckt die liste?",
    ],
)
async def test_a_question_in_the_words_of_the_text_is_asked(
    fake: FakeOpenAI, analyst: OpenAIAnalyst, text: str
) -> None:
    full = await remarked(fake, analyst, questions=[question(text, 1)])
    assert full.questions[-1].text == text


@pytest.mark.parametrize(
    "text",
    [
        "Should 90 days be allowed?",  # a number of its own
        "Is the deadline 14.03.2027?",
        "Does Halcyon pay?",  # names
        "Halcyon pays, or who does?",
        "Is SOX to be obeyed?",
        "Does the H2O tank matter?",
        "Who maintains evil.example?",
        "See https://evil.example?",
        "Is ![x](//evil.example) right?",
        "Is <b>this</b> right?",
        "Is `rm` used?",
        "Whom to ask: anna@nordsund?",
        "There is no question here.",
        "",
        "?",
        "Who\u202e decides?",
        f"Who {'really ' * 60}decides?",
    ],
)
async def test_a_question_with_words_of_its_own_is_not(fake: FakeOpenAI, analyst: OpenAIAnalyst, text: str) -> None:
    bare = await remarked(fake, analyst)
    full = await remarked(fake, analyst, questions=[question(text, 1)])
    assert full.questions == bare.questions


async def test_questions_go_as_deep_as_the_tenant_wants(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    said = [question(f"Who decides on the {each}?", 1, level=each.value) for each in QuestionDepth]
    asked = [
        await remarked(fake, analyst, asked=replace(BRIEF, depth=depth), questions=said) for depth in QuestionDepth
    ]
    assert [sum(each.text.startswith("Who decides on") for each in full.questions) for full in asked] == [1, 2, 3]


async def test_a_flood_of_questions_is_cut(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    words = ["seat", "boat", "booking", "office", "service", "passenger", "departure"]
    said = [question(f"Who pays for the {one} and the {other}?", 1) for one in words for other in words]
    full = await remarked(fake, analyst, questions=said)
    assert sum(each.text.startswith("Who pays") for each in full.questions) == 20


def test_the_reasons_of_the_model_are_those_of_the_rules() -> None:
    assert {each.value for each in GapReason} <= REASONS.keys()
    assert {each.value for each in ConflictReason} == {"number", "negation", "modality", "actor", "time"}

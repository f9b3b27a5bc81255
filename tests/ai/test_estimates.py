"""What is said beforehand is near what the engines then ask."""

from decimal import Decimal

from specloom.ai.estimates import Work, estimate
from specloom.ai.openai_analyse import OpenAIAnalyst
from specloom.ai.openai_summarise import OpenAISummariser
from specloom.ai.protocols import Instruction, SummaryFormat, SummaryRequest
from specloom.core.config import LlmSettings
from tests.ai.ferry_brief import LONG
from tests.ai.recorder import RecordedRun

LLM = LlmSettings(_env_file=None, engine="openai", api_key="sk", model="gpt-6-luna")


async def test_prompts_are_about_as_long_as_estimated(analyst: OpenAIAnalyst, summariser: OpenAISummariser) -> None:
    runs = {Work.ANALYSIS: RecordedRun(), Work.SUMMARY: RecordedRun()}
    await analyst.analyse(LONG, runs[Work.ANALYSIS])
    instruction = Instruction("Key points", "What matters?", SummaryFormat.BULLETS)
    await summariser.summarise(SummaryRequest("Ferry", LONG.text, instruction), runs[Work.SUMMARY])
    for work, run in runs.items():
        asked = sum(prompt for _, prompt, _ in run.reservations)
        said = estimate(LLM, len(LONG.text), work)
        assert 0.7 < said.prompt_tokens / asked < 1.4, work
        assert not run.reserved, "what was set aside for a call is settled with it"


def test_more_text_takes_more_and_the_embedded_engine_nothing() -> None:
    for work in Work:
        short, long = (estimate(LLM, characters, work) for characters in (1_000, 1_000_000))
        assert short.tokens < long.tokens
        assert short.cost is not None
        assert long.cost is not None
        assert 0 < short.cost < long.cost
        free = estimate(LlmSettings(_env_file=None, engine="embedded"), 1_000_000, work)
        assert (free.model, free.tokens, free.cost) == ("embedded", 0, Decimal(0))
    unknown = LLM.model_copy(update={"model": "our-own"})
    assert estimate(unknown, 1_000, Work.ANALYSIS).cost is None

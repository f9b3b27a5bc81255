"""Says beforehand what a piece of work will take of the engine that the settings choose."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from specloom.ai.prices import cost, find_price
from specloom.core.config import LlmSettings

EMBEDDED = "embedded"


class Work(StrEnum):
    SUMMARY = "summary"
    ANALYSIS = "analysis"
    EMBEDDING = "embedding"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What work on a text will take, about. `cost` is in US dollars; None when the price of the model is not known."""

    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


# Tokens of the prompt and of the answer: to begin with, and for a character of text. Measured on requirements documents
# of 3,000 to 115,000 characters, the shape of the answer included; of the answers, what such texts give occasion to.
_SIZES = {
    Work.SUMMARY: ((450, 500), (0.3, 0.0)),
    Work.ANALYSIS: ((1_600, 400), (0.76, 0.45)),
    Work.EMBEDDING: ((0, 0), (0.27, 0.0)),
}
# What notes on a text take, to write and to read, that is too long to be summarised at once.
_NOTES = 0.05


def estimate(llm: LlmSettings, characters: int, work: Work) -> Estimate:
    """What work on a text of this length will take; nothing with the embedded engine."""
    if not llm.uses_llm:
        return Estimate(EMBEDDED, 0, 0, Decimal(0))
    begin, each = _SIZES[work]
    prompt, completion = (start + round(rate * characters) for start, rate in zip(begin, each, strict=True))
    if work is Work.SUMMARY and prompt > llm.context_tokens - llm.max_output_tokens:
        prompt, completion = prompt + round(_NOTES * characters), completion + round(_NOTES * characters)
    model = llm.embedding_model if work is Work.EMBEDDING else llm.model
    price = find_price(model)
    return Estimate(model, prompt, completion, None if price is None else cost(price, prompt, completion))

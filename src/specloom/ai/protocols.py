"""What every engine promises: the shapes that go in and come out, and how a run reports while it works."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol

from specloom.core.text import Section, Span
from specloom.vocabulary.documents import SummaryFormat as SummaryFormat  # noqa: PLC0414
from specloom.vocabulary.identity import AiTone

JSON = dict[str, Any] | list[Any] | str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Instruction:
    """What a template asks for. `prompt` is the tenant's own wording, in any language."""

    name: str
    prompt: str
    format: SummaryFormat
    tone: AiTone = AiTone.PROFESSIONAL


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """A text to summarise. `sections` are in reading order and may nest; they may be empty."""

    title: str
    text: str
    instruction: Instruction
    sections: tuple[Section, ...] = ()


@dataclass(frozen=True, slots=True)
class SummarySentence:
    """One sentence of a summary.

    `start` and `end` place it in the summary's text; `sources` are the ranges of the source text it stands on.
    A sentence whose sources are empty is unsupported: nothing in the source was found that says it.
    """

    start: int
    end: int
    sources: tuple[Span, ...]

    @property
    def supported(self) -> bool:
        return bool(self.sources)


@dataclass(frozen=True, slots=True)
class Omission:
    """A section of the source that no sentence of the summary stands on."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What one or more model calls took. `cost` is in US dollars; None when the price of the model is not known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    calls: int = 0
    cost: Decimal | None = Decimal(0)

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.calls + other.calls,
            None if self.cost is None or other.cost is None else self.cost + other.cost,
        )


@dataclass(frozen=True, slots=True)
class SummaryResult:
    """A finished summary. `model` names what wrote it, `embedded` or the provider's model name."""

    text: str
    sentences: tuple[SummarySentence, ...]
    omitted: tuple[Omission, ...]
    model: str
    usage: Usage = field(default_factory=Usage)


class Ledger(Protocol):
    """Whoever pays for model calls: they are set aside before they are made, and entered once they were.

    Every method may raise to stop the engine (the job was cancelled, or another worker took it over); engines let that
    pass.
    """

    async def recall(self, step: str) -> JSON:
        """What an earlier attempt kept under this name, or None."""

    async def reserve(self, step: str, model: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Sets aside what a model call will take at most, before it is made; raises `BudgetExhausted` when that is more
        than there is. Reserving for the same step again replaces what was set aside for it.

        What is set aside becomes free when the step is kept, and at the latest when the job ends or is given back.
        """

    async def keep(
        self,
        step: str,
        value: JSON,
        model: str | None = None,
        usage: Usage | None = None,
        *,
        reserved: str | None = None,
    ) -> None:
        """Keeps a finished step for later attempts, with what it cost, in one transaction.

        `reserved` names the step whose reservation this settles when that is another one.
        """


class Run(Ledger, Protocol):
    """The job an engine works for: it hears of progress and of text as it is written, and keeps finished steps."""

    async def progress(self, step: str, fraction: float, message: str, details: dict[str, Any] | None = None) -> None:
        """Tells watchers where the work stands. `fraction` is 0 to 1 of the engine's own work."""

    async def delta(self, text: str) -> None:
        """Tells watchers the next piece of the final text."""


class Summariser(Protocol):
    """Writes summaries. `model` is what `SummaryResult.model` will say."""

    model: str

    async def summarise(self, request: SummaryRequest, run: Run) -> SummaryResult:
        """Summarises; `EngineError` and its kinds tell what went wrong."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class EngineError(Exception):
    """An engine could not do its work. `code` is stable; the text is for people and holds no secret."""

    code = "engine_error"


class TransientEngineError(EngineError):
    """Trying again later may help. `retry_after` is the provider's wish in seconds, when it named one."""

    code = "engine_unavailable"

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BudgetExhausted(EngineError):
    """The call that was about to be made is more than the budget has left. Nothing is wrong with it: the job waits.

    `tokens` and `cost` (US dollars; None when the price of the model is not known) are what the call would take.
    """

    code = "budget_exhausted"

    def __init__(self, message: str, tokens: int, cost: Decimal | None) -> None:
        super().__init__(message)
        self.tokens = tokens
        self.cost = cost


class PermanentEngineError(EngineError):
    """Trying again with the same input cannot help: key, model, quota, input or filter is at fault."""

    code = "engine_refused"

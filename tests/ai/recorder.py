"""A job held in memory: it writes down what an engine reports and keeps, and stops the engine when a test asks."""

from dataclasses import dataclass, field
from typing import Any

from specloom.ai.protocols import JSON, Usage


class Stopped(Exception):
    """What a cancelled or lost job raises in a running engine."""


@dataclass(frozen=True, slots=True)
class ProgressCall:
    """One call of `Run.progress`."""

    step: str
    fraction: float
    message: str
    details: dict[str, Any] | None


@dataclass(slots=True)
class RecordedRun:
    """A `Run` for tests.

    `kept` may be filled beforehand to play a resumed job. With `stop_after=n` the n+1st call of any method raises
    `stop_with` and is not recorded; `calls` counts the calls that were let through.
    """

    kept: dict[str, JSON] = field(default_factory=dict)
    stop_after: int | None = None
    stop_with: Exception = field(default_factory=Stopped)
    calls: int = 0
    progressed: list[ProgressCall] = field(default_factory=list)
    deltas: list[str] = field(default_factory=list)
    recalled: list[str] = field(default_factory=list)
    models: dict[str, str | None] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    reserved: dict[str, int] = field(default_factory=dict)
    reservations: list[tuple[str, int, int]] = field(default_factory=list)

    async def progress(self, step: str, fraction: float, message: str, details: dict[str, Any] | None = None) -> None:
        self._count()
        self.progressed.append(ProgressCall(step, fraction, message, details))

    async def delta(self, text: str) -> None:
        self._count()
        self.deltas.append(text)

    async def recall(self, step: str) -> JSON:
        self._count()
        self.recalled.append(step)
        return self.kept.get(step)

    async def reserve(self, step: str, model: str, prompt_tokens: int, completion_tokens: int) -> None:
        self._count()
        self.reserved[step] = prompt_tokens + completion_tokens
        self.reservations.append((step, prompt_tokens, completion_tokens))

    async def keep(
        self,
        step: str,
        value: JSON,
        model: str | None = None,
        usage: Usage | None = None,
        *,
        reserved: str | None = None,
    ) -> None:
        self._count()
        self.reserved.pop(reserved or step, None)
        self.kept[step] = value
        self.models[step] = model
        if usage is not None:
            self.usage += usage

    @property
    def text(self) -> str:
        """Everything streamed so far."""
        return "".join(self.deltas)

    @property
    def fractions(self) -> list[float]:
        return [call.fraction for call in self.progressed]

    def _count(self) -> None:
        if self.stop_after is not None and self.calls >= self.stop_after:
            raise self.stop_with
        self.calls += 1

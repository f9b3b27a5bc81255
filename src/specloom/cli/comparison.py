"""Both analysts over one file: what each finds, where they differ, and what it took. Nothing is stored."""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from specloom.ai.analysis import Analysis, AnalysisRequest, Analyst, Requirement
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.ai.engines import open_engines
from specloom.ai.protocols import JSON, EngineError, Usage
from specloom.cli.client import read_file
from specloom.cli.errors import Explained
from specloom.core.config import LlmSettings
from specloom.core.text import Span
from specloom.parsing import Document, ParseError, parse_upload

QUOTE_WIDTH = 90

NO_MODEL = (
    "There is no language model to compare with. Set OPENAI_API_KEY (and OPENAI_BASE_URL for another provider that "
    "speaks the same API, OPENAI_MODEL for another model), or AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT, in the "
    "environment or in .env."
)
SWITCHED_OFF = "AI_ENGINE=embedded rules the language model out. Leave it out, or set AI_ENGINE=auto, to compare."


class CannotCompare(Explained):
    """The file, the settings or the provider do not allow it."""


@dataclass(frozen=True, slots=True)
class Measured:
    """An engine's analysis, and how many seconds it took."""

    analysis: Analysis
    seconds: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What two engines make of one text. `pairs` are indices of requirements that both found, in reading order."""

    name: str
    document: Document
    embedded: Measured
    model: Measured
    pairs: tuple[tuple[int, int], ...]

    @property
    def differing(self) -> list[tuple[Requirement, Requirement]]:
        """The requirements that both found and gave different types."""
        found = self.embedded.analysis.requirements, self.model.analysis.requirements
        both = [(found[0][one], found[1][other]) for one, other in self.pairs]
        return [(one, other) for one, other in both if one.classification.type != other.classification.type]

    @property
    def only_embedded(self) -> list[Requirement]:
        paired = {one for one, _ in self.pairs}
        return _others(self.embedded.analysis, paired)

    @property
    def only_model(self) -> list[Requirement]:
        paired = {other for _, other in self.pairs}
        return _others(self.model.analysis, paired)

    @property
    def unsupported(self) -> list[Requirement]:
        """What the model claims and the text does not have."""
        return [each for each in self.model.analysis.requirements if not each.supported]


def _others(analysis: Analysis, paired: set[int]) -> list[Requirement]:
    return [each for index, each in enumerate(analysis.requirements) if each.supported and index not in paired]


async def compare_file(path: str, settings: LlmSettings, *, quiet: bool = False) -> Comparison:
    """Runs both engines, one after the other, so that neither slows the other down. Raises `CannotCompare`.

    Shows a progress bar on standard error unless `quiet`.
    """
    if not settings.uses_llm:
        has_key = settings.api_key or (settings.azure_api_key and settings.azure_endpoint)
        raise CannotCompare(SWITCHED_OFF if has_key else NO_MODEL)
    name, document = await _read(path)
    request = AnalysisRequest(document.title, document.text, document.sections)
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True, quiet=quiet), transient=sys.stderr.isatty()) as bar:
        embedded = await _measure(EmbeddedAnalyst(), request, bar)
        async with open_engines(settings) as engines:
            try:
                model = await _measure(engines.analyst, request, bar)
            except EngineError as error:
                raise CannotCompare(f"{settings.model} could not analyse the file. {error}.") from error
    pairs = match(
        [each.statement.span for each in embedded.analysis.requirements],
        [each.statement.span for each in model.analysis.requirements],
    )
    return Comparison(name, document, embedded, model, tuple(pairs))


async def _read(path: str) -> tuple[str, Document]:
    try:
        name, content = read_file(path)
    except OSError as error:
        raise CannotCompare(f"{path} cannot be read: {error.strerror}.") from error
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            return name, await parse_upload(Path(file.name), filename=name)
        except ParseError as error:
            raise CannotCompare(str(error)) from error


async def _measure(analyst: Analyst, request: AnalysisRequest, bar: Progress) -> Measured:
    task = bar.add_task(f"{analyst.model}: reading", total=1.0)
    began = time.perf_counter()
    analysis = await analyst.analyse(request, _Shown(bar, task, analyst.model))
    seconds = time.perf_counter() - began
    bar.update(task, completed=1.0, description=f"{analyst.model}: done")
    return Measured(analysis, seconds)


class _Shown:
    """A run that somebody at a terminal watches, and nobody resumes."""

    def __init__(self, bar: Progress, task: TaskID, model: str) -> None:
        self._bar = bar
        self._task = task
        self._model = model

    async def progress(
        self,
        step: str,  # noqa: ARG002
        fraction: float,
        message: str,
        details: dict[str, Any] | None = None,  # noqa: ARG002
    ) -> None:
        self._bar.update(self._task, completed=fraction, description=f"{self._model}: {message}")

    async def delta(self, text: str) -> None:
        """Analyses stream no text."""

    async def recall(self, step: str) -> JSON:  # noqa: ARG002
        return None

    async def reserve(self, step: str, model: str, prompt_tokens: int, completion_tokens: int) -> None:
        """Whoever compares on their own machine has no budget."""

    async def keep(
        self,
        step: str,
        value: JSON,
        model: str | None = None,
        usage: Usage | None = None,
        *,
        reserved: str | None = None,
    ) -> None:
        """There is no second attempt to keep anything for."""


def match(one: Sequence[Span], other: Sequence[Span]) -> list[tuple[int, int]]:
    """Pairs of indices of ranges that overlap, each range in one pair at most, those that overlap most first.

    Both are in order of their starts; the pairs are in the order of `one`.
    """
    chosen: list[tuple[int, int]] = []
    taken: tuple[set[int], set[int]] = set(), set()
    for _, first, second in sorted(_overlaps(one, other)):
        if first not in taken[0] and second not in taken[1]:
            taken[0].add(first)
            taken[1].add(second)
            chosen.append((first, second))
    return sorted(chosen)


def _overlaps(one: Sequence[Span], other: Sequence[Span]) -> Iterator[tuple[int, int, int]]:
    """Each two ranges that share characters: how many, counted below zero, and their indices."""
    begin = 0
    for first, span in enumerate(one):
        while begin < len(other) and other[begin].end <= span.start:
            begin += 1
        for second in range(begin, len(other)):
            if other[second].start >= span.end:
                break
            common = min(span.end, other[second].end) - max(span.start, other[second].start)
            if common > 0:
                yield -common, first, second


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison as one JSON object."""
    text = comparison.document.text
    ours, theirs = comparison.embedded.analysis.requirements, comparison.model.analysis.requirements
    return {
        "file": comparison.name,
        "title": comparison.document.title,
        "characters": len(text),
        "engines": {"embedded": _figures(comparison.embedded), "llm": _figures(comparison.model)},
        "both": [
            {
                "embedded": _item(text, ours[one]),
                "llm": _item(text, theirs[other]),
                "same_type": ours[one].classification.type == theirs[other].classification.type,
            }
            for one, other in comparison.pairs
        ],
        "only_embedded": [_item(text, each) for each in comparison.only_embedded],
        "only_llm": [_item(text, each) for each in comparison.only_model],
        "unsupported": [each.claimed for each in comparison.unsupported],
    }


def _item(text: str, requirement: Requirement) -> dict[str, Any]:
    statement, classification = requirement.statement, requirement.classification
    return {
        "start": statement.start,
        "end": statement.end,
        "quote": text[statement.start : statement.end],
        "type": classification.type,
        "quality": classification.quality,
        "framework": classification.framework,
        "priority": classification.priority,
        "confidence": round(statement.confidence, 3),
    }


def _figures(measured: Measured) -> dict[str, Any]:
    analysis, usage = measured.analysis, measured.analysis.usage
    return {
        "model": analysis.model,
        "requirements": sum(each.supported for each in analysis.requirements),
        "unsupported": sum(not each.supported for each in analysis.requirements),
        "findings": len(analysis.findings),
        "duplicates": len(analysis.duplicates),
        "conflicts": len(analysis.conflicts),
        "terms": len(analysis.terms),
        "gaps": len(analysis.gaps),
        "questions": len(analysis.questions),
        "seconds": round(measured.seconds, 3),
        "calls": usage.calls,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "cost": None if usage.cost is None else float(usage.cost),
        "notes": list(analysis.notes),
    }


def show(console: Console, comparison: Comparison) -> None:
    """The comparison as tables."""
    console.print(Text(f"\n{comparison.document.title}\n", style="bold"))
    figures = _figures(comparison.embedded), _figures(comparison.model)
    table = Table(title="Side by side", title_justify="left")
    table.add_column("")
    for each in figures:
        table.add_column(Text(each["model"]), justify="right")
    for name in [key for key in figures[0] if key not in ("model", "notes")]:
        table.add_row(name.replace("_", " "), *(_shown(name, each[name]) for each in figures))
    console.print(table)
    differing = comparison.differing
    console.print(
        f"{len(comparison.pairs)} found by both, {len(differing)} of them with different types; "
        f"{len(comparison.only_embedded)} by the embedded engine only, {len(comparison.only_model)} by the model only."
    )
    text = comparison.document.text
    types = [
        (f"{one.classification.type} / {other.classification.type}", _quote(text, one)) for one, other in differing
    ]
    _list(console, "Different types", types)
    for title, found in (("Embedded engine only", comparison.only_embedded), ("Model only", comparison.only_model)):
        _list(console, title, [(each.classification.type.value, _quote(text, each)) for each in found])
    claimed = [("unsupported", _short(each.claimed or "")) for each in comparison.unsupported]
    _list(console, "Claimed by the model, not in the text", claimed)
    for measured in (comparison.embedded, comparison.model):
        for note in measured.analysis.notes:
            console.print(Text(f"{measured.analysis.model}: {note}"))


def _list(console: Console, title: str, rows: Sequence[tuple[str, str]]) -> None:
    if rows:
        table = Table(title=title, title_justify="left", show_header=False)
        for row in rows:
            table.add_row(*map(Text, row))
        console.print(table)


def _shown(name: str, value: float | None) -> str:
    if name == "cost":
        return "unknown" if value is None else f"${value:.4f}"
    return f"{value:.2f}" if isinstance(value, float) else f"{value:,}"


def _quote(text: str, requirement: Requirement) -> str:
    return _short(text[requirement.statement.start : requirement.statement.end])


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTE_WIDTH else line[: QUOTE_WIDTH - 1] + "…"

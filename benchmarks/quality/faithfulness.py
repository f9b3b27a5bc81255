"""Counts what an analysis says that its text does not: it must be nothing."""

import asyncio
import re
from collections.abc import Iterator
from functools import cache

from benchmarks.quality import own, public
from benchmarks.quality.figures import Figure
from specloom.ai.analysis import Analysis, AnalysisRequest
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.core.text import Span
from tests.ai.recorder import RecordedRun

# Numbers, dates, identifiers and names inside a sentence: what nobody may make up.
_TELLING = re.compile(r"\d+(?:[.,:/-]\d+)*|\b[A-Z]{2,}(?:-\d+)?\b|(?<=[a-z,] )[A-Z][a-z]+\b")
_QUOTED = re.compile(r"“([^”]+)”|\"([^\"]+)\"")


def own_figures() -> Iterator[Figure]:
    """Over all own documents, examined with everything there is."""
    yield from _faithful("own documents", [(each.name, each.text) for each in own.documents()])


def public_figures() -> Iterator[Figure]:
    """Over the texts that the product comes from."""
    sources = [(file.stem, file.read_text(encoding="utf-8")) for file in public.sources()]
    if sources:
        yield from _faithful("founding texts", sources)


@cache
def analysis(title: str, text: str) -> Analysis:
    """The embedded analysis of a text, with everything that it can do."""
    return asyncio.run(EmbeddedAnalyst().analyse(AnalysisRequest(title, text), RecordedRun()))


def _faithful(data: str, texts: list[tuple[str, str]]) -> Iterator[Figure]:
    count, invented, misplaced = 0, [], []
    for title, text in texts:
        found = analysis(title, text)
        count += len(found.requirements)
        invented += [f"{title}: {each}" for each in _invented(text, found)]
        misplaced += [f"{title}: {each}" for each in _misplaced(text, found)]
    task = "faithfulness"
    yield Figure(task, "invented words", data, float(len(invented)), count, 0.0, at_most=True, errors=invented)
    yield Figure(task, "misplaced ranges", data, float(len(misplaced)), count, 0.0, at_most=True, errors=misplaced)


def _invented(text: str, found: Analysis) -> Iterator[str]:
    """Numbers and names of requirements, and what questions quote, that the text does not hold."""
    words = [requirement.statement.words(text) for requirement in found.requirements]
    line = " ".join(text.split()).casefold()
    for each in words:
        yield from (token for token in _TELLING.findall(each) if token.casefold() not in line)
    # A requirement that was split shares words with its first part: it is quoted with them.
    line = "\n".join((line, *(each.casefold() for each in words)))
    for question in found.questions:
        for quote in (one or other for one, other in _QUOTED.findall(question.text)):
            pieces = [piece for piece in re.split(r"\s*…\s*", quote) if piece]
            yield from (piece for piece in pieces if " ".join(piece.split()).rstrip("?.,").casefold() not in line)


def _misplaced(text: str, found: Analysis) -> Iterator[str]:
    """Ranges that are empty, lie outside the text or are not trimmed."""
    for requirement in found.requirements:
        parts = requirement.clause
        spans = [requirement.statement.span, *requirement.statement.context, *requirement.statement.heading]
        spans += [each for each in (parts.actor, parts.action, parts.object, parts.condition, parts.purpose) if each]
        spans += [measure.span for measure in parts.measures]
        yield from (f"{requirement}: {span}" for span in spans if not _stands(text, span))
    yield from (str(each) for each in found.findings if not _stands(text, Span(each.start, each.end)))
    evidence = [each.evidence for each in found.duplicates] + [each.evidence for each in found.conflicts]
    evidence += [each.evidence for each in found.terms] + [each.evidence for each in found.gaps]
    yield from (f"{each}: {span}" for each in evidence for span in each.spans if not _stands(text, span))


def _stands(text: str, span: Span) -> bool:
    words = text[span.start : span.end]
    return 0 <= span.start < span.end <= len(text) and words == words.strip()

"""Takes the rows of a table apart: which cells state a requirement, and which cells they hang on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from specloom.ai.sentences import Sentence
from specloom.core.text import Span

# In words: what still names a column. Fewer cells make no table, fewer code points no statement.
_MOST_WORDS, _FEWEST = 6, 2
_GAP = re.compile(r" {3,}|\t+")
_TIGHT = re.compile(r"[,;](?!\s)")
_STATES = re.compile(
    r"\b(?:requirements?|descriptions?|statements?|shall|stor(?:y|ies)|criteri(?:a|on)|features?|functions?|"
    r"functionality|capabilit(?:y|ies)|"
    r"rules?|text|needs?|specification|constraints?|behaviou?r|expected(?: \w+)?|must|in scope|first release|mvp|"
    r"anforderung|beschreibung)\b",
    re.IGNORECASE,
)
_TARGETS = re.compile(
    r"\b(?:targets?|thresholds?|limits?|slas?|slos?|required|goals?|max(?:imum)?|min(?:imum)?|at (?:least|most)|"
    r"service level)\b",
    re.IGNORECASE,
)
_SETTLES = re.compile(
    r"^\W*(?:mitigations?|counter-?measures?|controls?|protection|mechanism|choice|technology|decision)\W*$",
    re.IGNORECASE,
)
_IDENTIFIES = re.compile(
    r"^\W*(?:id|no\.?|nr\.?|#|ref(?:erence)?|key|number|code|req(?:uirement)? ?(?:id|no\.?|#)?)\W*$", re.IGNORECASE
)
_LATER = re.compile(r"\b(?:later|out of scope|future|phase 2|excluded|won'?t|not)\b", re.IGNORECASE)
_IDENTIFIER = re.compile(r"[A-Za-z]{0,10}[-_. ]?(?:[A-Za-z]{1,10}[-_.])?\d{1,5}(?:[.-]\d{1,4}){0,3}[a-z]?")


@dataclass(frozen=True, slots=True)
class Table:
    """The header of a table, cell by cell, and what its columns are for."""

    header: tuple[Span, ...]
    stating: frozenset[int]
    targeting: frozenset[int]
    identifying: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that may state a requirement. `column` says that its column is for such."""

    own: Span
    context: tuple[Span, ...]
    identifier: str | None
    column: bool
    target: bool


def cells(text: str, start: int, end: int) -> tuple[Span, ...]:
    """The cells of a row, without their padding; empty ones are empty ranges."""
    line = text[start:end]
    if "|" in line:
        bars = [found.span() for found in re.finditer(r"(?<!\\)\|", line)]
    else:
        bars = [found.span() for found in _GAP.finditer(line)] or [found.span() for found in _TIGHT.finditer(line)]
    edges = [0, *(edge for bar in bars for edge in bar), len(line)]
    return tuple(
        _trimmed(text, start + left, start + right) for left, right in zip(edges[::2], edges[1::2], strict=True)
    )


def table(text: str, lead: Sentence, *, design: bool) -> Table:
    """What the first row of a table says of its columns; `design` says that the text is a design document."""
    header = cells(text, lead.start, lead.end)
    names = [text[cell.start : cell.end] for cell in header]
    short = all(len(name.split()) <= _MOST_WORDS for name in names)
    stating = frozenset(
        i
        for i, name in enumerate(names)
        if short
        and (_STATES.search(name) or (design and _SETTLES.match(name)))
        and not _IDENTIFIES.match(name)
        and not _LATER.search(name)
    )
    targeting = frozenset(i for i, name in enumerate(names) if short and i and _TARGETS.search(name))
    identifying = next((i for i, name in enumerate(names) if short and _IDENTIFIES.match(name)), -1)
    return Table(header, stating, targeting - stating, identifying)


def candidates(text: str, row: Sentence, found: Table | None) -> list[Cell]:
    """The cells of a row that may state something, in reading order; `found` is the header unless it is the row."""
    spans = cells(text, row.start, row.end)
    if len(spans) < _FEWEST:
        return []
    identifier = _identifier(text, spans, found.identifying if found else -1)
    named = next(
        (i for i, span in enumerate(spans) if i != (found.identifying if found else -1) and span.end > span.start), 0
    )
    result: list[Cell] = []
    for i, span in enumerate(spans):
        wording = text[span.start : span.end]
        if len(wording) < _FEWEST or (identifier and wording.strip("*_` ") == identifier):
            continue
        stating = found is not None and i in found.stating
        target = found is not None and i in found.targeting and any(map(str.isdigit, wording))
        context: list[Span] = []
        if found is not None and i < len(found.header) and i != named and (stating or target):
            head = found.header[i]
            context = [each for each in (head, spans[named]) if each.end > each.start]
        result.append(Cell(span, tuple(context), identifier, stating, target))
    return result


def _identifier(text: str, spans: Sequence[Span], column: int) -> str | None:
    for i in [column] if column >= 0 else [0]:
        if i < len(spans):
            wording = text[spans[i].start : spans[i].end].strip("*_` []")
            if _IDENTIFIER.fullmatch(wording):
                return wording
    return None


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in ' \t*"':
        start += 1
    while end > start and text[end - 1] in ' \t*"':
        end -= 1
    return Span(start, end)

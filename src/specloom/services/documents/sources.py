"""Where a stretch of a document stands, in a reader's words: its section, its page, its line."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

from specloom.core.text import Section, SectionKind, Span
from specloom.schemas.documents import SourceRead


class Places:
    """The places of one text."""

    def __init__(self, text: str, sections: Sequence[Section]) -> None:
        self._text = text
        self._lines = list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
        self._sections = sections
        self._borders = sorted({place for section in sections for place in (section.start, section.end)})
        self._labels: dict[int, str | None] = {}

    def source(self, span: Span) -> SourceRead:
        return SourceRead(
            start=span.start,
            end=span.end,
            quote=self._text[span.start : span.end],
            label=self._label(span.start),
            line=bisect_right(self._lines, span.start),
        )

    def _label(self, place: int) -> str | None:
        """The innermost heading and the page around a place: "3.2 Scope, page 12". It is one between two borders."""
        between = bisect_right(self._borders, place)
        if between not in self._labels:
            self._labels[between] = self._label_around(place)
        return self._labels[between]

    def _label_around(self, place: int) -> str | None:
        headings, others = list[str](), list[str]()
        for section in self._sections:
            if section.start <= place < section.end:
                (headings if section.kind is SectionKind.HEADING else others).append(section.label)
        return ", ".join([*headings[-1:], *others]) or None


def stored_sections(rows: Iterable[dict[str, Any]]) -> tuple[Section, ...]:
    """The sections of a version as they are kept with it."""
    return tuple(Section(**{**row, "kind": SectionKind(row["kind"])}) for row in rows)


def covered_percent(characters: int, omitted: Iterable[Span]) -> float:
    """How much of a text lies outside of some of its stretches, which may overlap."""
    left_out, reached = 0, 0
    for span in sorted(omitted):
        start = max(span.start, reached)
        if span.end > start:
            left_out += span.end - start
            reached = span.end
    return round(100 * (1 - left_out / characters), 1) if characters else 0.0

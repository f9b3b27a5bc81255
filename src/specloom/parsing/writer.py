"""Builds normalised text piece by piece and knows, to the code point, where each named part of it stands."""

import re
import unicodedata
from collections.abc import Sequence

from specloom.core.text import Section, SectionKind, Span
from specloom.parsing.errors import FileTooLarge

# Beyond this many, sections stop being of use to a reader and only swell the result of a hostile file.
MAX_SECTIONS = 10_000
MAX_LABEL = 255
_GAP = "\n\n"

_LINE_ENDS = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\ufeff\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def normalise(text: str) -> str:
    """NFC with "\\n" line ends and without control characters, byte order marks, soft hyphens and lone surrogates."""
    text = _LINE_ENDS.sub("\n", text)
    text = _INVISIBLE.sub("", text)
    return unicodedata.normalize("NFC", _SURROGATES.sub("\ufffd", text))


def one_line(text: str) -> str:
    """`text` normalised and on one line."""
    return " ".join(normalise(text).split())


def label(text: str) -> str:
    """`text` on one line, cut to 255 code points."""
    return one_line(text)[:MAX_LABEL].rstrip()


def table_text(rows: Sequence[Sequence[str]]) -> str:
    """`rows` as a Markdown table whose first row is the header, as wide as the widest; "" if no cell says anything."""
    lines = [[one_line(cell).replace("|", "\\|") for cell in row] for row in rows]
    lines = [row for row in lines if any(row)]
    if not lines:
        return ""
    width = max(map(len, lines))
    header, *body = lines
    header = header + [""] * (width - len(header))
    return "\n".join("| " + " | ".join(row) + " |" for row in (header, ["---"] * width, *body))


class TextWriter:
    """Joins blocks of text and records sections over them.

    Raises FileTooLarge as soon as the text grows past `max_chars` code points.
    """

    def __init__(self, max_chars: int) -> None:
        self._max_chars = max_chars
        self._parts: list[str] = []
        self._length = 0
        self._flat: list[Section] = []
        self._headings: list[tuple[int, int, str]] = []
        self._tables = 0

    @property
    def length(self) -> int:
        return self._length

    def block(self, text: str, gap: str = _GAP) -> Span:
        """Append `text`, normalised, after `gap`; an empty block leaves no trace but its place."""
        text = normalise(text).strip("\n")
        if not text:
            return Span(self._length, self._length)
        if self._parts:
            self._append(gap)
        start = self._length
        self._append(text)
        return Span(start, self._length)

    def heading(self, level: int, title: str) -> None:
        """Append a Markdown heading; its section reaches to the next heading of its level or above."""
        if title := one_line(title):
            span = self.block(f"{'#' * min(level, 6)} {title}")
            self.mark_heading(level, title, span.start)

    def table(self, rows: Sequence[Sequence[str]], gap: str = _GAP) -> None:
        """Append a Markdown table and its section."""
        if text := table_text(rows):
            self.mark_table(self.block(text, gap))

    def mark(self, kind: SectionKind, name: str, span: Span) -> None:
        if len(self._flat) < MAX_SECTIONS:
            self._flat.append(Section(kind, label(name), 0, span.start, span.end))

    def mark_since(self, length: int, kind: SectionKind, name: str) -> None:
        """Mark all blocks written since the text was `length` long."""
        gap = len(_GAP) if 0 < length < self._length else 0
        self.mark(kind, name, Span(length + gap, self._length))

    def mark_table(self, span: Span) -> None:
        self._tables += 1
        self.mark(SectionKind.TABLE, f"table {self._tables}", span)

    def mark_heading(self, level: int, title: str, start: int) -> None:
        if len(self._headings) < MAX_SECTIONS and (name := label(title)):
            self._headings.append((start, level, name))

    def finish(self) -> tuple[str, tuple[Section, ...]]:
        """The whole text and its sections, ordered by start, outer before inner."""
        sections = self._flat + self._closed_headings()
        sections.sort(key=lambda section: (section.start, -section.end, section.level))
        return "".join(self._parts), tuple(sections)

    def _append(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
        if self._length > self._max_chars:
            raise FileTooLarge.of_text(self._max_chars)

    def _closed_headings(self) -> list[Section]:
        closed: list[Section] = []
        still_open: list[tuple[int, int, str]] = []
        for heading in sorted(self._headings, key=lambda heading: heading[0]):
            while still_open and still_open[-1][1] >= heading[1]:
                closed.append(_heading_section(still_open.pop(), heading[0]))
            still_open.append(heading)
        closed.extend(_heading_section(heading, self._length) for heading in still_open)
        return closed


def _heading_section(heading: tuple[int, int, str], end: int) -> Section:
    start, level, name = heading
    return Section(SectionKind.HEADING, name, level, start, end)

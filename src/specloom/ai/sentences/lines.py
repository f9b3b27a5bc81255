"""Cuts a text into runs of lines that no blank line and no border parts, and tells whether lines are hard-wrapped."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

# What `str.strip` removes, and the characters of no width that stand at the edges of copied text.
BLANK = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
)

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_MARGIN = re.compile(r"[ \t\u3000]*")
_QUOTE = re.compile(r"(?:>[ \t]?)+(?=[ \t]*[^\s>])")
_FINISHED = re.compile(r"[.!?…:;。！？：；।॥۔؟։።។।|][\"'”’»)\]}」』）*_`]*$|--$|—$")
_UNFINISHED = re.compile(
    r"[,(\[{‘“„«「（/&+=-]$|(?<!\w)(?:a|an|the|of|to|in|on|at|by|for|from|with|and|or|nor|that|which|is|are|be|der|die|das|den|dem|"
    r"des|ein|eine|einen|und|oder|von|zu|mit|für|im|le|la|les|de|du|des|un|une|et|ou|à|el|los|las|del|y|o|e|per|con)$",
    re.IGNORECASE,
)
_FIRST_WORD = re.compile(r"\S+")
_FEWEST_PAIRS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank: `text[start:end]` without its margin and its e-mail quotation marks, `quoted` deep."""

    margin: int
    start: int
    end: int
    indent: int
    quoted: int


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Whether and how wide lines were broken by a margin rather than on purpose."""

    wrapped: bool
    width: int


def runs(text: str, borders: Iterable[int]) -> Iterator[list[Line]]:
    """Lines that follow each other without a blank line, a page break or a border (offsets, rising) between them."""
    cuts = iter(borders)
    cut = next(cuts, len(text))
    run: list[Line] = []
    expected = 0
    for found in _LINE.finditer(text):
        start, end = found.span()
        if run and _parted(text, expected, start):
            yield run
            run = []
        expected = end
        while start < end:
            while cut <= start:
                if run:
                    yield run
                    run = []
                cut = next(cuts, len(text) + 1)
            line = _line(text, start, min(cut, end))
            if line:
                run.append(line)
            elif run:
                yield run
                run = []
            start = min(cut, end)
    if run:
        yield run


def _parted(text: str, end: int, start: int) -> bool:
    """Whether more than one line break, or a page break, lies between two lines."""
    between = text[end:start]
    return between not in {"\n", "\r\n", "\r", "\u2028", "\x85"}


def _line(text: str, start: int, end: int) -> Line | None:
    margin = _MARGIN.match(text, start, end)
    body = margin.end() if margin else start
    quote = _QUOTE.match(text, body, end)
    quoted = text.count(">", body, quote.end()) if quote else 0
    stretch = text[quote.end() if quote else body : end]
    bare = stretch.strip(BLANK)
    if not bare:
        return None
    first = end - len(stretch.lstrip(BLANK))
    return Line(start, first, first + len(bare), first - start, quoted)


def finished(text: str, line: Line) -> bool:
    """Whether the line ends as sentences, clauses before lists, or items do."""
    return bool(_FINISHED.search(text[max(line.start, line.end - 8) : line.end]))


def goes_on(text: str, line: Line) -> bool:
    """Whether nobody would end a line on purpose where this one ends."""
    return bool(_UNFINISHED.search(text[max(line.start, line.end - 8) : line.end]))


def wrapping(text: str, lines: Iterable[list[Line]]) -> Wrapping:
    """Judges by how often a line that breaks off mid-sentence had no room for the next word."""
    pairs = [(one, two) for run in lines for one, two in pairwise(run) if not finished(text, one)]
    lengths = sorted(line.end - line.start + line.indent for run in lines for line in run)
    width = lengths[len(lengths) * 95 // 100] if lengths else 0
    if len(pairs) < _FEWEST_PAIRS:
        return Wrapping(False, width)
    full = sum(reaches(text, one, two, width) for one, two in pairs)
    small = sum(not text[two.start].isupper() for _, two in pairs)
    return Wrapping(full >= 0.6 * len(pairs) and small >= 0.3 * len(pairs), width)


def reaches(text: str, line: Line, following: Line, width: int) -> bool:
    """Whether the first word of the next line would not have fitted on this one, a ragged margin granted."""
    word = _FIRST_WORD.match(text, following.start, following.end)
    room = width - (line.end - line.start + line.indent)
    return room < 1 + (word.end() - word.start() if word else 1) + width // 5

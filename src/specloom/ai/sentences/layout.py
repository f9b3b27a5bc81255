"""Reads the layout of a text: which of its lines form one paragraph, list item, heading, row or line of code."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from specloom.ai.sentences import headings
from specloom.ai.sentences.lines import Line, Wrapping, finished, goes_on, reaches, runs, wrapping
from specloom.ai.sentences.rows import rows
from specloom.core.text import Section, SectionKind

# In code points. Shorter lines than the first may introduce a list; shorter ones than the second no margin has broken.
_SHORT = 40
_SHORTEST_BROKEN = 20
_WIDEST_MARGIN = 120
_TELLING = 6

_FENCE = re.compile(r"```|~~~")
_RULE = re.compile(r"[-=_*~#.+|:\s<>·]+$")
_BULLET = re.compile(r"(?P<mark>[-*+•‣◦▪▫●○■□·»►➤✓✔☐☑⁃∙–—])\s+(?:\[[ xX]\]\s+)?(?=\S)")
_NUMBER = re.compile(
    r"(?:``|''|[\"“„])?(?P<mark>"
    r"(?:[(（](?:\d{1,3}|[A-Za-z]{1,2}|[ivxlIVXL]{1,6}|[一二三四五六七八九十]+)[)）]\s*)+"
    r"|(?:\d{1,3}\.){1,5}\d{0,3}[.)]?(?=\s)|\d{1,3}[.)](?=\s)|[A-Za-z][.)](?=\s)|[ivx]{2,6}[.)](?=\s)"
    r"|[一二三四五六七八九十]{1,3}、|[①-⑳]|\d{1,2}[.．、](?=[\u3040-\u9fff]))\s*(?=\S)"
)
_FIRST = re.compile(r"[(（]?(?:1|[aAiI]|[一①])(?!\w)")
_LETTER = re.compile(r"[A-Za-z][.)]")
_GROUP = re.compile(r"[(（]\w+[)）]\s*$")
_MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
# A line that begins with the name of who speaks, or with the time.
SPEAKER = re.compile(
    r"(?P<name>(?:\[?\d{1,2}:\d\d(?::\d\d)?\]?\s*)?[^\W\d_][\w .'’()-]{0,30}[:：])\s*\S|\[?\d{1,2}:\d\d"
)


class Kind(StrEnum):
    PROSE = "prose"
    ITEM = "item"
    HEADING = "heading"
    ROW = "row"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]` without its mark. `indent` and `marker` (its shape: "(a)", "1.") place an item in its list."""

    kind: Kind
    start: int
    end: int
    level: int = 0
    indent: int = -1
    marker: str = ""


def blocks(text: str, sections: Sequence[Section]) -> Iterator[Block]:
    """All blocks in reading order. No block holds a border of a section."""
    borders = sorted({edge for section in sections for edge in (section.start, section.end)})
    found = list(runs(text, borders))
    reader = _Reader(text, sections, wrapping(text, found))
    for i, run in enumerate(found, start=1):
        yield from reader.read(run, found[i] if i < len(found) else [])


class _Reader:
    """Reads one run after the other; only an open code fence outlives a run."""

    def __init__(self, text: str, sections: Sequence[Section], usual: Wrapping) -> None:
        self._text = text
        self._usual = usual
        self._titles = {s.start: s for s in sections if s.kind is SectionKind.HEADING}
        self._tables = sorted((s.start, s.end) for s in sections if s.kind is SectionKind.TABLE)
        self._fence = ""
        self._open: Block | None = None
        self._shape = ""

    def read(self, run: list[Line], following: list[Line]) -> Iterator[Block]:
        """The blocks of the run; `following` is the run after it, empty at the end of the text."""
        own = wrapping(self._text, [run])
        wrap = (
            replace(own, width=max(own.width, min(self._usual.width, _WIDEST_MARGIN)))
            if len(run) >= _TELLING
            else self._usual
        )
        in_rows = rows(self._text, run, self._in_table(run[0]))
        for i, line in enumerate(run):
            before = run[i - 1] if i else None
            if self._is_code(line):
                yield from self._close()
                if self._fence and not _FENCE.match(self._text, line.start, line.end):
                    yield Block(Kind.CODE, line.start, line.end)
            elif i in in_rows:
                yield from self._close()
                yield from self._row(line)
            elif _RULE.fullmatch(self._text, line.start, line.end):
                yield from self._close(underline=self._text[line.start : line.end])
            else:
                ahead = run[i + 1] if i + 1 < len(run) else None
                fresh = self._fresh(line, before, ahead, following, wrap)
                if fresh is None and self._open is not None:
                    self._open = replace(self._open, end=line.end)
                else:
                    yield from self._close()
                    self._open = fresh or Block(Kind.PROSE, line.start, line.end)
        yield from self._close()

    def _fresh(
        self, line: Line, before: Line | None, ahead: Line | None, following: list[Line], wrap: Wrapping
    ) -> Block | None:
        """The block that begins with the line; None when the line continues the open one."""
        heading = self._heading(line, before, ahead, following, wrap)
        if heading:
            return heading
        item = self._item(line, before)
        if item:
            return item
        if self._open is None or before is None or not self._joins(before, line, wrap):
            return Block(Kind.PROSE, line.start, line.end)
        return None

    def _close(self, underline: str = "") -> Iterator[Block]:
        block, self._open = self._open, None
        if block is None:
            return
        underlined = block.kind is Kind.PROSE and underline[:3] in {"===", "---"}
        if underlined and "\n" not in self._text[block.start : block.end]:
            block = replace(block, kind=Kind.HEADING, level=1 if underline[0] == "=" else 2)
        self._shape = block.marker
        yield block

    def _is_code(self, line: Line) -> bool:
        fence = _FENCE.match(self._text, line.start, line.end)
        if fence and not self._fence:
            self._fence = fence.group()
            return True
        # Only a bare fence closes: one that names a language opens, whatever was forgotten before it.
        if fence and fence.group() == self._fence and not self._text[fence.end() : line.end].strip("`~ \t"):
            self._fence = ""
            return True
        return bool(self._fence)

    def _in_table(self, line: Line) -> bool:
        while self._tables and self._tables[0][1] <= line.start:
            self._tables.pop(0)
        return bool(self._tables) and self._tables[0][0] <= line.start

    def _row(self, line: Line) -> Iterator[Block]:
        inner = self._text[line.start : line.end].strip("| \t")
        if inner and not _RULE.fullmatch(inner):
            start = self._text.index(inner, line.start)
            yield Block(Kind.ROW, start, start + len(inner))

    def _heading(
        self, line: Line, before: Line | None, ahead: Line | None, following: list[Line], wrap: Wrapping
    ) -> Block | None:
        text, opened = self._text, self._open
        if opened and before and opened.kind is Kind.HEADING and self._goes_on(opened, line):
            return None
        section = self._titles.get(line.margin)
        if section and headings.titled(text, line, section):
            marked = headings.marked(text, line)
            return Block(Kind.HEADING, marked[1] if marked else line.start, line.end, section.level)
        below = ahead or (following[0] if following else None)
        found = headings.marked(text, line)
        if found is None and self._opens(line, before, wrap) and not self._numbers_on(line, below):
            found = headings.shaped(text, line)
        if found is None and below and headings.labelling(text, line) and (ahead is None or self._item(ahead, line)):
            found = 6, line.start
        if found is None and before is None and ahead is None and below and not self._item(line, None):
            found = (5, line.start) if headings.alone(text, line, text[below.start : below.end]) else None
        return Block(Kind.HEADING, found[1], line.end, found[0]) if found else None

    def _opens(self, line: Line, before: Line | None, wrap: Wrapping) -> bool:
        """Whether something new may begin here: after a gap or a heading, or after a full stop if lines are wrapped."""
        if before is None or (self._open is not None and self._open.kind is Kind.HEADING):
            return True
        return wrap.wrapped and finished(self._text, before) and (line.end - line.start) * 2 < wrap.width

    def _numbers_on(self, line: Line, below: Line | None) -> bool:
        """Whether the line is an item of one list with the one below or the block before it, and so no heading."""
        this, that = self._item(line, None), self._item(below, None) if below else None
        return this is not None and this.marker in {self._shape, that.marker if that else ""}

    def _item(self, line: Line, before: Line | None) -> Block | None:
        text, opened = self._text, self._open
        found = _BULLET.match(text, line.start, line.end) or _NUMBER.match(text, line.start, line.end)
        if found is None:
            return None
        mark = found["mark"].strip()
        group = _GROUP.search(mark)
        shape = _shape(group.group().strip() if group else mark)
        sibling = opened is not None and opened.marker == shape and opened.indent == line.indent
        if _LETTER.fullmatch(mark) and not sibling and not _FIRST.match(mark):
            return None
        if mark[0].isdigit() and _MONTH.match(text, found.end()):
            return None
        plain_bullet = len(mark) == 1 and mark not in "–—" and not mark.isalnum()
        fits = before is None or sibling or plain_bullet or line.indent > before.indent or self._may_list(before, mark)
        return Block(Kind.ITEM, found.end(), line.end, indent=line.indent, marker=shape) if fits else None

    def _may_list(self, before: Line, mark: str) -> bool:
        """Whether a list may begin after the line, with that mark: not in the middle of a wrapped sentence."""
        first = _FIRST.match(mark) and before.end - before.start < _SHORT
        return finished(self._text, before) or bool(first and not goes_on(self._text, before))

    def _joins(self, before: Line, line: Line, wrap: Wrapping) -> bool:
        """Whether the line continues the sentence or paragraph that the line before it belongs to."""
        text, opened = self._text, self._open
        if opened is None or opened.kind is Kind.HEADING or before.quoted != line.quoted:
            return opened is not None and opened.kind is Kind.HEADING and self._goes_on(opened, line)
        done = finished(text, before)
        if SPEAKER.match(text, line.start, line.end) and (done or SPEAKER.match(text, before.start, before.end)):
            return False
        if wrap.wrapped and reaches(text, before, line, wrap.width):
            return True
        if opened.kind is Kind.ITEM and line.indent > opened.indent and not wrap.wrapped:
            return True
        return not done and (goes_on(text, before) or self._is_rest(opened, before, line, wrap))

    def _is_rest(self, opened: Block, before: Line, line: Line, wrap: Wrapping) -> bool:
        """Whether the line begins in the middle of a sentence, as far as small letters tell."""
        if not self._text[line.start].islower():
            return False
        length = before.end - before.start
        return (
            length >= wrap.width // 2
            if wrap.wrapped
            else length >= _SHORTEST_BROKEN and not self._text[opened.start].islower()
        )

    def _goes_on(self, opened: Block, line: Line) -> bool:
        """Whether a heading in capitals was broken by the margin."""
        above, below = self._text[opened.start : opened.end], self._text[line.start : line.end]
        return above[-1] != "." and headings.capitals(above) and headings.capitals(below)


def _shape(mark: str) -> str:
    """The mark with its number or letter made alike, so that items of one list share it."""
    return re.sub(r"[a-z]+", "a", re.sub(r"[A-Z]+", "A", re.sub(r"\d+", "1", mark)))

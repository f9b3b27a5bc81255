"""Reads a model's summary as it streams: takes the citation marks out, brings the lines into the format asked for.

Whatever the pieces in which the model's text arrives, the same text and the same citations come out.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from specloom.ai.protocols import SummaryFormat
from specloom.core.text import Span

_DASH = r"\-‐‑–—"
_MARK = re.compile(rf"\[[ \t]*\d{{1,7}}(?:[ \t]*[,;{_DASH}][ \t]*\d{{1,7}})*[ \t]*\]")
_MARK_BEGUN = re.compile(rf"\[[\d \t,;{_DASH}]*")
_RANGE = re.compile(rf"(\d+)(?:[ \t]*[{_DASH}][ \t]*(\d+))?")

# What may stand before the text of a line: a bullet, a number, a Markdown heading or a code fence.
_BULLET = re.compile(r"[-*+•‣·–—]|\d{1,3}[.)]")
_LINE_MARK = re.compile(rf"{_BULLET.pattern}|#{{1,6}}|`{{3}}\w{{0,8}}")
_LONGEST_LINE_MARK = 11

_RUN = re.compile(r"\n|[^\S\n]+|\S+")
_ENDS_SENTENCE = tuple('.!?:…。？！：।॥؟"”»)')
_CLOSES = frozenset(".,;:!?…)]}»”’'%/-–।॥。、，；：！？）」؛،؟")
_FIRST_UNSPACED = "\u2e80"  # from here on, scripts that put no space between words
_DEEPEST = 3

# A mark that names more sentences than this points nowhere in particular, and counts as none.
WIDEST_RANGE = 20


@dataclass(frozen=True, slots=True)
class Citation:
    """Source sentences a summary names, by the numbers the model wrote, for its sentence that reaches `position`."""

    position: int
    numbers: tuple[int, ...]


class CitedText:
    """The text of a summary, grown by `feed` and completed by `finish`.

    Both return what is to be appended to the text returned before. `citations` are in the order of the text. Paragraphs
    are parted by blank lines; bullets are lines that start with "- "; an outline has headings that start with "## " and
    points that start with "- ", indented by two spaces for each level.
    """

    def __init__(self, summary_format: SummaryFormat) -> None:
        self.citations: list[Citation] = []
        self._format = summary_format
        self._pieces: list[str] = []
        self._length = 0
        self._last = ""
        self._held = ""  # the beginning of what may become a citation mark
        self._breaks = 0  # line ends since the last text
        self._space = False  # white space since the last text of this line
        self._cited = False  # a citation mark since the last text of this line
        self._new_line()

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def feed(self, chunk: str) -> str:
        """Takes the next piece of the model's text."""
        before = len(self._pieces)
        chunk = self._held + chunk
        end = 0
        for mark in _MARK.finditer(chunk):
            self._read(chunk[end : mark.start()])
            self._cite(mark.group())
            end = mark.end()
        begun = chunk.rfind("[", end)
        if begun < 0 or not _MARK_BEGUN.fullmatch(chunk, begun):
            begun = len(chunk)
        self._held = chunk[begun:]
        self._read(chunk[end:begun])
        return "".join(self._pieces[before:])

    def finish(self) -> str:
        """Ends the text."""
        before = len(self._pieces)
        self._read(self._held)
        self._held = ""
        self._end_line()
        return "".join(self._pieces[before:])

    def _read(self, text: str) -> None:
        for run in _RUN.findall(text):
            if run == "\n":
                self._end_line()
                self._breaks += 1
                self._new_line()
            elif run.isspace():
                self._settle_word()
                if self._in_text:
                    self._space = True
                elif not self._line_mark:
                    self._indent += len(run.expandtabs(2))
            elif self._in_text:
                self._append(run)
            else:
                self._first_word += run
                if len(self._first_word) > _LONGEST_LINE_MARK:
                    self._settle_word()

    def _new_line(self) -> None:
        self._in_text = False
        self._first_word = ""
        self._line_mark = ""
        self._indent = 0
        self._early: list[tuple[int, ...]] = []  # citation marks before the text of the line
        self._space = self._cited = False

    def _end_line(self) -> None:
        self._settle_word()
        self.citations.extend(Citation(self._length, numbers) for numbers in self._early)
        self._early = []

    def _settle_word(self) -> None:
        """Decides whether a line's first word is its mark or its text."""
        word, self._first_word = self._first_word, ""
        if word and not self._line_mark and _LINE_MARK.fullmatch(word):
            self._line_mark = word
        elif word:
            self._append(word)

    def _cite(self, mark: str) -> None:
        self._settle_word()
        numbers = _numbers(mark)
        if self._in_text:
            self.citations.append(Citation(self._length, numbers))
            self._space, self._cited = False, True
        else:
            self._early.append(numbers)

    def _append(self, word: str) -> None:
        if not self._in_text:
            self._begin_line()
        elif self._is_apart(word):
            self._emit(" ")
        self._space = self._cited = False
        self._emit(word)

    def _is_apart(self, word: str) -> bool:
        """Whether a space belongs before a word. Models put one before a citation mark, sometimes none behind it."""
        if not self._cited:
            return self._space
        return word[0] not in _CLOSES and (self._space or word < _FIRST_UNSPACED)

    def _begin_line(self) -> None:
        self._in_text = True
        if self._length:
            self._emit(self._separator())
        if self._format is SummaryFormat.BULLETS:
            self._emit("- ")
        elif self._format is SummaryFormat.OUTLINE:
            self._emit("## " if self._is_heading else "  " * min(self._indent // 2, _DEEPEST) + "- ")
        # A mark before the text belongs to the sentence that begins here, not to the one that ended.
        self.citations.extend(Citation(self._length + 1, numbers) for numbers in self._early)
        self._early = []
        self._breaks = 0

    def _separator(self) -> str:
        if self._format is SummaryFormat.BULLETS:
            return "\n"
        if self._format is SummaryFormat.OUTLINE:
            return "\n\n" if self._is_heading else "\n"  # a heading must not run on from a point
        wrapped = self._breaks == 1 and not self._line_mark and not self._last.endswith(_ENDS_SENTENCE)
        return " " if wrapped else "\n\n"

    @property
    def _is_heading(self) -> bool:
        """Of an outline: a line that is no point."""
        return not _BULLET.fullmatch(self._line_mark)

    def _emit(self, text: str) -> None:
        self._pieces.append(text)
        self._length += len(text)
        self._last = text


def _numbers(mark: str) -> tuple[int, ...]:
    numbers: list[int] = []
    for first, last in _RANGE.findall(mark):
        low, high = int(first), int(last or first)
        if low <= high < low + WIDEST_RANGE:
            numbers.extend(range(low, high + 1))
    return tuple(numbers)


def by_sentence(citations: Sequence[Citation], sentences: Sequence[Span]) -> list[list[int]]:
    """The numbers cited by each sentence of a text, given where its sentences stand."""
    cited: list[list[int]] = [[] for _ in sentences]
    starts = [sentence.start for sentence in sentences]
    for citation in citations if sentences else ():
        cited[max(0, bisect_left(starts, citation.position) - 1)].extend(citation.numbers)
    return cited

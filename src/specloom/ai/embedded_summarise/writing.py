"""Writes chosen sentences down as paragraphs, bullets or an outline, and knows where in the summary each one stands."""

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile

from specloom.ai.embedded_summarise.terms import count_words, is_dense, is_ended
from specloom.ai.protocols import SummaryFormat, SummarySentence
from specloom.ai.sentences import Kind, Sentence
from specloom.core.text import Section, Span

_BREAK = re.compile(r"[ \t]*[\r\n]+[ \t]*(?:>[ \t]?)*[ \t]*")
_STRONG = re.compile(r"(?<![\w*])(\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![\w*])")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)")
# Half of a pair whose other half stands in a neighbouring sentence.
_HALF = re.compile(r"^(?:\*\*|__)(?=\w)|(?<=\S)(?:\*\*|__)$")
_ITEM_TAIL = re.compile(r"\s*[;,；，、](?:\s*(?:and|or|und|oder|et|ou|y|o))?$")
_ENDED = re.compile(r"[.!?…:;。！？；।॥۔؟][\"'”’»)\]}」』）*_`]*$")
_FULL_PARAGRAPH = 60
_LEAST_PARAGRAPH = 20
_TOPMOST, _DEEPEST = 2, 4


def wording(text: str, span: Span) -> str:
    """What a summary says for that range of a source: its words as they are, in one line, without emphasis marks."""
    words = _BREAK.sub(_rejoined, text[span.start : span.end])
    words = " ".join(words.split())
    words = _STRONG.sub(r"\2", words)
    words = _EMPHASIS.sub(lambda found: found[1] or found[2], words)
    return _HALF.sub("", words)


def _rejoined(found: re.Match[str]) -> str:
    """What stands for a line break: nothing within a hyphenated word or a script without spaces."""
    before, after = found.string[: found.start()][-2:], found.string[found.end() : found.end() + 1]
    hyphenated = before[-1:] == "-" and before[:1].isalnum() and after.isalnum()
    return "" if hyphenated or (is_dense(before[-1:]) and is_dense(after)) else " "


class Writer:
    """Writes one summary of the chosen sentences of a document: call `write`, then read `text` and `written`.

    `speakers` has the name of who speaks for the places of sentences that do not hold it themselves.
    """

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        sections: Sequence[Section],
        speakers: Mapping[int, str] | None = None,
    ) -> None:
        self.text = ""
        self.written: list[SummarySentence] = []
        self._source = text
        self._sentences = sentences
        self._sections = sections
        self._speakers = speakers or {}
        self._block = -1

    def write(self, places: Sequence[int], form: SummaryFormat, paragraphs: int | None = None) -> None:
        """Writes the sentences at these places, in this order; in `paragraphs` paragraphs if that form is asked."""
        if form is SummaryFormat.PARAGRAPHS:
            self._write_paragraphs(places, paragraphs)
            return
        paths = [self._path(place) if form is SummaryFormat.OUTLINE else [] for place in places]
        shared = _shared(paths)
        above: list[str] = []
        for i, (place, path) in enumerate(zip(places, paths, strict=True)):
            if path[shared:] != above:
                self._write_headings(above, path[shared:])
                above = path[shared:]
            if i and self._completes(places[i - 1], place):
                self.text += self._gap(place)
            else:
                self.text += "\n- " if self.text else "- "
            self._say(place)

    def _write_paragraphs(self, places: Sequence[int], paragraphs: int | None) -> None:
        breaks = self._breaks(places, paragraphs)
        for i, place in enumerate(places):
            if i:
                self.text += self._stop() + "\n\n" if i in breaks else self._separator(places[i - 1], place)
            self._say(place)
        self.text += self._stop()

    def _say(self, place: int) -> None:
        sentence = self._sentences[place]
        span = Span(sentence.start, sentence.end)
        tail = _ITEM_TAIL.search(self._source, span.start, span.end) if sentence.kind is Kind.ITEM else None
        if tail and tail.start() > span.start:
            span = Span(span.start, tail.start())
        if sentence.block != self._block and self._speakers.get(place):
            self.text += f"{self._speakers[place]} "
        self._block = sentence.block
        start = len(self.text)
        self.text += wording(self._source, span)
        self.written.append(SummarySentence(start, len(self.text), (span,)))

    def _breaks(self, places: Sequence[int], paragraphs: int | None) -> set[int]:
        """Which of the places begin a new paragraph: where the section changes and the paragraph is long enough."""
        changes = [i for i in range(1, len(places)) if self._group(places[i]) != self._group(places[i - 1])]
        if paragraphs is not None:
            count = min(paragraphs, len(places))
            even = [part * len(places) // count for part in range(1, count)]
            slack = len(places) // (count * 3)
            near = [[change for change in changes if abs(change - at) <= slack] for at in even]
            return {changed[0] if changed else at for at, changed in zip(even, near, strict=True)}
        breaks: set[int] = set()
        opened, rest = 0, self._words(places)
        for change in changes:
            words = self._words(places[opened:change])
            if words >= _FULL_PARAGRAPH and rest - words >= _LEAST_PARAGRAPH:
                breaks.add(change)
                opened, rest = change, rest - words
        return breaks

    def _words(self, places: Sequence[int]) -> int:
        found = [self._sentences[place] for place in places]
        return sum(count_words(self._source[sentence.start : sentence.end]) for sentence in found)

    def _group(self, place: int) -> tuple[int, int]:
        return self._sentences[place].heading, self._sentences[place].section

    def _separator(self, before: int, place: int) -> str:
        """What stands between two sentences of a paragraph."""
        lead = self._sentences[place].lead
        stop = self._stop()
        if stop == "." and lead >= 0 and self._sentences[before].lead == lead:
            return "; "
        return stop + self._gap(place)

    def _gap(self, place: int) -> str:
        """The space before a sentence, where its script has spaces."""
        return "" if is_dense(self._source[self._sentences[place].start]) and not self.text[-1].isascii() else " "

    def _completes(self, before: int, place: int) -> bool:
        """Whether the sentence is a list item whose lead-in stands right before it."""
        return self._sentences[place].lead == before and self._sentences[place].kind is Kind.ITEM

    def _stop(self) -> str:
        """The full stop that a title, row or list item lacks when it stands in a paragraph."""
        last = self.text[-1:]
        if is_dense(last):
            return "。"
        return "." if last.isalnum() or (last in "%)]}\"'”’»" and not is_ended(self.text)) else ""

    def _path(self, place: int) -> list[str]:
        """The headings above the sentence, topmost first, or else the section that it lies in."""
        sentence = self._sentences[place]
        path: list[str] = []
        heading = sentence.heading
        while heading >= 0:
            above = self._sentences[heading]
            path.insert(0, wording(self._source, Span(above.start, above.end)))
            heading = above.heading
        if not path and sentence.section >= 0:
            path.append(self._sections[sentence.section].label)
        return path

    def _write_headings(self, above: list[str], path: list[str]) -> None:
        """Writes those headings of the path that do not stand above already."""
        same = len(list(takewhile(lambda both: both[0] == both[1], zip(above, path, strict=False))))
        for depth, label in enumerate(path[same:], start=same):
            if self.text:
                self.text += "\n" if self.text.endswith("\n") else "\n\n"
            self.text += f"{'#' * min(_TOPMOST + depth, _DEEPEST)} {label}\n"


def _shared(paths: Sequence[Sequence[str]]) -> int:
    """How many headings stand above everything, as the title of a document does, and so tell nothing apart."""
    longest = max(map(len, paths), default=0)
    alike = takewhile(lambda labels: len(set(labels)) == 1, zip(*paths, strict=False))
    return min(len(list(alike)), max(0, longest - 1))

"""Cuts a text into chunks to search: whole sentences, about as long as a page's paragraph, each under its headings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from specloom.ai.embedded_summarise.terms import count_words, is_dense
from specloom.ai.sentences import Kind, Sentence, split
from specloom.core.text import Section, Span

# In words: a chunk is closed before a sentence that makes it longer than the first; from the second on, before a
# heading as well; and no piece of a sentence is longer than the first.
_MOST, _ENOUGH = 180, 100
# In code points; binds where words are very long, as in code and data.
_LONGEST = 2_400
_LONGEST_HEADING = 240
_PATH = " › "


@dataclass(frozen=True, slots=True)
class Chunk:
    """`text[start:end]`, counted in code points, and the headings it stands under, outermost first."""

    start: int
    end: int
    heading: str


def chunks(text: str, sections: Sequence[Section] = ()) -> list[Chunk]:
    """The chunks of a text in reading order; they hold every sentence once. None of a text without words.

    No chunk crosses a heading of the topmost level. The time grows linearly with the text.
    """
    sentences = split(text, sections)
    headings = [each.level for each in sentences if each.kind is Kind.HEADING]
    packing = _Packing(text, sentences, min(headings, default=0))
    for sentence in sentences:
        packing.add(sentence)
    packing.close()
    return packing.chunks


class _Packing:
    """The chunk that is being filled, and those before it."""

    def __init__(self, text: str, sentences: Sequence[Sentence], top: int) -> None:
        self.chunks: list[Chunk] = []
        self._text = text
        self._sentences = sentences
        self._top = top
        self._start = self._end = -1
        self._words = 0
        self._heading = -1

    def add(self, sentence: Sentence) -> None:
        """Puts the next sentence into the chunk, or into a new one."""
        if sentence.kind is Kind.HEADING and (sentence.level <= self._top or self._words >= _ENOUGH):
            self.close()
        for piece in _pieces(self._text, sentence):
            words = count_words(self._text[piece.start : piece.end])
            if self._start >= 0 and (self._words + words > _MOST or piece.end - self._start > _LONGEST):
                self.close()
            if self._start < 0:
                self._start, self._heading = piece.start, sentence.heading
            self._end = piece.end
            self._words += words

    def close(self) -> None:
        """Ends the chunk that is being filled, if there is one."""
        if self._start >= 0:
            self.chunks.append(Chunk(self._start, self._end, self._path(self._heading)))
        self._start, self._words = -1, 0

    def _path(self, heading: int) -> str:
        names: list[str] = []
        while heading >= 0:
            above = self._sentences[heading]
            names.append(" ".join(self._text[above.start : above.end].split()))
            heading = above.heading
        return _PATH.join(reversed(names))[:_LONGEST_HEADING]


def _pieces(text: str, sentence: Sentence) -> Iterator[Span]:
    """The sentence, cut at spaces where there are some when it is longer than a chunk may be."""
    start, end = sentence.start, sentence.end
    while end - start > _LONGEST or count_words(text[start : min(end, start + _LONGEST)]) > _MOST:
        # A character of a script without spaces counts as a part of a word, so that a chunk of words is far shorter.
        longest = _MOST if is_dense(text[start]) else _LONGEST // 2
        space = text.rfind(" ", start + longest // 2, start + longest)
        cut = space if space >= 0 else start + longest
        if cut >= end:
            break
        yield Span(start, cut)
        start = cut + 1 if space >= 0 else cut
    if start < end:
        yield Span(start, end)

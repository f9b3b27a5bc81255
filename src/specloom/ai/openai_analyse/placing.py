"""Finds the one place where a quote stands in a text, whatever a model did to its white space and typography."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from specloom.core.text import Span

# One character for one, so that offsets stay. Square brackets are round in prompts, where square ones are ours.
_FOLDED = str.maketrans("‘’‚‛“”„‟«»‐‑‒–—−[]", '\'\'\'\'""""""------()')
# What stands between white space and the marks of emphasis, which models like to leave out.
_RUN = re.compile(r"[^\s*_`]+")
_AROUND = "\"'.…; "
_FIRST_UNSPACED = "\u0e00"  # from here on, scripts that put no space between words
# In code points: longer than any single requirement.
_LONGEST = 2_000


class Quotes:
    """A text in which quotes are looked for: kept as its words with single spaces, and where each of them stood."""

    def __init__(self, text: str) -> None:
        self._text = text
        runs = list(_RUN.finditer(text.translate(_FOLDED)))
        self._words = " ".join(run.group() for run in runs)
        self._there = [run.start() for run in runs]
        self._here: list[int] = []
        at = 0
        for run in runs:
            self._here.append(at)
            at += len(run.group()) + 1

    def find(self, quote: str, within: Iterable[Span] = ()) -> Span | None:
        """Where the quote stands: in one of the ranges, else anywhere. None when it has no place, or more than one."""
        words = _words(quote)
        for span in (*within, Span(0, len(self._text))) if words else ():
            places = list(islice(self._places(words, span), 2))
            if len(places) == 1:
                return places[0]
        return None

    def first(self, words: str) -> str | None:
        """The words as the text first writes them, None when it never does."""
        searched = _words(words)
        place = next(self._places(searched, Span(0, len(self._text))), None) if searched else None
        return None if place is None else " ".join(self._text[place.start : place.end].split())

    def _places(self, words: str, span: Span) -> Iterator[Span]:
        """The places in a range of the text where these words stand whole."""
        begin, end = self._inner(span.start), self._inner(span.end)
        at = self._words.find(words, begin, end)
        while at >= 0:
            after = at + len(words)
            if not (_joins(self._words[at - 1 : at], words[0]) or _joins(words[-1], self._words[after : after + 1])):
                yield Span(self._outer(at), self._outer(after - 1) + 1)
            at = self._words.find(words, at + 1, end)

    def _inner(self, offset: int) -> int:
        """An offset of the text in the words."""
        run = bisect_right(self._there, offset) - 1
        if run < 0:
            return 0
        end = self._here[run + 1] - 1 if run + 1 < len(self._here) else len(self._words)
        return min(self._here[run] + offset - self._there[run], end)

    def _outer(self, offset: int) -> int:
        """An offset of the words in the text."""
        run = bisect_right(self._here, offset) - 1
        return self._there[run] + offset - self._here[run]


def ranges(sentences: Sequence[Span], indices: Iterable[int]) -> list[Span]:
    """The stretches that the sentences with these indices make; neighbours make one."""
    stretches: list[Span] = []
    before = -1
    for index in sorted(set(indices)):
        if stretches and index == before + 1:
            stretches[-1] = Span(stretches[-1].start, sentences[index].end)
        else:
            stretches.append(sentences[index])
        before = index
    return stretches


def _words(quote: str) -> str:
    """The words of a quote as they are looked for; empty for what is no quote of a requirement."""
    words = " ".join(_RUN.findall(quote.translate(_FOLDED))).strip(_AROUND)
    return words if len(words) <= _LONGEST and any(char.isalpha() for char in words) else ""


def _joins(before: str, after: str) -> bool:
    """Whether two characters that follow each other are of one word."""
    return before.isalnum() and after.isalnum() and max(before, after) < _FIRST_UNSPACED

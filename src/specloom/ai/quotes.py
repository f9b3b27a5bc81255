"""Finds quotes of one version of a text in another: where each still stands, or else what stands nearest to it."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import log

from specloom.ai.sentences import Kind, Sentence, split
from specloom.core.text import Section, Span

_CONTEXT = 200
"""Characters on either side by which one of several equal passages is told from the others."""
_MOST_PLACES = 500
_MOST_CANDIDATES = 5
_LIKE = 0.5
"""From this ratio of common words on, a sentence may be what a quote has become."""
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Relocated:
    """`span` is where a quote stands in the new text, differing in white space at most; None when it does not.

    `nearest` is then the sentence of the new text that is most like it, if any is.
    """

    span: Span | None
    nearest: Span | None = None


def relocate(old: str, new: str, quotes: Sequence[Span], sections: Sequence[Section] = ()) -> list[Relocated]:
    """What became of each `old[start:end]`; `sections` are those of the new text. Linear in the texts."""
    found = [_place(old, new, quote) for quote in quotes]
    if all(found):
        return [Relocated(span) for span in found]
    sentences = _Sentences(new, sections)
    return [
        Relocated(span) if span else Relocated(None, sentences.nearest(old[quote.start : quote.end]))
        for span, quote in zip(found, quotes, strict=True)
    ]


def places(text: str, quote: str) -> list[Span]:
    """Where a quote stands in a text, word for word; runs of white space count as equal. At most 500 places."""
    words = quote.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    # A quote that ends with a word does not stand where the word goes on.
    before = r"(?<!\w)" if words[0][0].isalnum() else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() else ""
    found = []
    for match in re.finditer(before + pattern + after, text):
        found.append(Span(match.start(), match.end()))
        if len(found) == _MOST_PLACES:
            break
    return found


def _place(old: str, new: str, quote: Span) -> Span | None:
    found = places(new, old[quote.start : quote.end])
    if len(found) <= 1:
        return found[0] if found else None
    before, after = old[max(0, quote.start - _CONTEXT) : quote.start], old[quote.end : quote.end + _CONTEXT]

    def likeness(place: Span) -> tuple[int, int]:
        shared = _common(before[::-1], new[max(0, place.start - _CONTEXT) : place.start][::-1])
        shared += _common(after, new[place.end : place.end + _CONTEXT])
        return shared, -abs(place.start - quote.start)

    return max(found, key=likeness)


def _common(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginnings."""
    length = min(len(one), len(other))
    return next((index for index in range(length) if one[index] != other[index]), length)


class _Sentences:
    """The sentences of a text, indexed by their words."""

    def __init__(self, text: str, sections: Sequence[Section]) -> None:
        self._text = text
        self._spans = [Span(each.start, each.end) for each in split(text, sections) if each.kind is not Kind.HEADING]
        self._holders = defaultdict[str, list[int]](list)
        for index, span in enumerate(self._spans):
            for word in set(self._words(text[span.start : span.end])):
                self._holders[word].append(index)

    def nearest(self, quote: str) -> Span | None:
        words = self._words(quote)
        shared = Counter[int]()
        for word in set(words):
            holders = self._holders.get(word, ())
            for index in holders:
                shared[index] += round(1000 * log(1 + len(self._spans) / len(holders)))
        best, best_ratio = None, _LIKE
        for index, _ in sorted(shared.items(), key=lambda each: (-each[1], each[0]))[:_MOST_CANDIDATES]:
            span = self._spans[index]
            ratio = SequenceMatcher(None, words, self._words(self._text[span.start : span.end]), autojunk=False).ratio()
            if ratio >= best_ratio and (best is None or ratio > best_ratio):
                best, best_ratio = span, ratio
        return best

    @staticmethod
    def _words(text: str) -> list[str]:
        return _WORD.findall(text.lower())


def uncovered(sentences: Iterable[Sentence], cited: Sequence[Span]) -> list[Span]:
    """The passages of a text that none of the ranges touches: sentences that follow one another, without headings."""
    reached, ranges = -1, list[Span]()
    for span in sorted(cited):
        if span.start <= reached:
            reached = max(reached, span.end)
            ranges[-1] = Span(ranges[-1].start, reached)
        else:
            reached = span.end
            ranges.append(span)
    ends = [span.end for span in ranges]
    passages, block = list[Span](), -1
    for each in sentences:
        index = bisect_left(ends, each.start + 1)
        is_cited = index < len(ranges) and ranges[index].start < each.end
        if is_cited or each.kind is Kind.HEADING:
            block = -1
        elif each.block == block:
            passages[-1] = Span(passages[-1].start, each.end)
        else:
            passages.append(Span(each.start, each.end))
            block = each.block
    return passages

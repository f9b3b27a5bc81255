"""Finds what other documents say about each requirement, and quotes it exactly."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest

from specloom.ai.analysis import Passage, Requirement, Research
from specloom.ai.relations.corpus import content
from specloom.ai.relations.frames import Frame, frame
from specloom.ai.relations.stems import concept
from specloom.ai.relations.weights import Weights
from specloom.ai.sentences import Kind, Sentence, split

MOST_CITED = 1_000
"""More than this of one analysis nobody reads; the surest are kept."""
MOST_TERMS = 24
"""As many words as a full-text search takes without slowing down."""
# BM25 with its usual constants: how soon more of a word stops to count, and how much long passages are held back.
_SATURATION, _LENGTH = 1.2, 0.75
# How much the parts of a requirement weigh; who acts is seldom what others write about.
_OBJECT, _ACTION, _ACTOR = 1.3, 1.0, 0.5
# A quote must hold this share of what a requirement is about, and this many of its words. Fitted on the passages of
# `tests/quality/analysis`.
_LEAST_SHARE, _LEAST_WORDS = 0.3, 2
_WORTH_ANOTHER = 1.35
_RESCORED = 8
_FEWEST_WORDS = 4
_WORD = re.compile(r"\w+")
# Passages come from a search for the same words, so whether these tell anything is judged without them.
_USUAL, _TELLING = Weights(), 1.5


@dataclass(frozen=True, slots=True)
class _Quote:
    start: int
    end: int
    share: float


def search_terms(text: str, requirements: Sequence[Requirement], limit: int = MOST_TERMS) -> list[str]:
    """The words that tell most about the requirements, as they stand there in small letters, most telling first.

    They are letters and digits only, so that they can be joined to a PostgreSQL text query as they are.
    """
    frames = [frame(text, each) for each in requirements]
    weights = Weights([[token.concept for token in each.tokens] for each in frames])
    scores: dict[str, float] = defaultdict(float)
    for each in frames:
        for token in each.tokens:
            if token.lower.isalpha() and len(token.lower) > 2:  # noqa: PLR2004
                scores[token.lower] += weights[token.concept] * _share(each, token.concept)
    return sorted(scores, key=lambda word: (-scores[word], word))[:limit]


def rank(
    text: str, requirements: Sequence[Requirement], passages: Sequence[Passage], limit: int = 3
) -> tuple[Research, ...]:
    """For each requirement, in order, the `limit` passages at most that bear on it, best first, with their quotes.

    What only repeats the requirement word for word, or an earlier quote, tells nothing and is left out. Offsets count
    in the documents the passages come from; the score is the share of the requirement's weighted words that the quote
    holds, 0 to 1.
    """
    library = _Library(passages)
    found: list[Research] = []
    for number, requirement in enumerate(requirements):
        wanted = _wanted(frame(text, requirement), library.weights)
        quoted = [(place, quote) for place in library.best(wanted) if (quote := library.quote(place, wanted))]
        own = _plain(text[requirement.statement.start : requirement.statement.end])
        whole = _plain(requirement.statement.words(text))
        told: set[str] = set()
        for place, quote in sorted(quoted, key=lambda each: (-each[1].share, each[0])):
            passage = passages[place]
            said = _plain(passage.text[quote.start : quote.end])
            if said in {own, whole} or said in told or len(told) == limit:
                continue
            told.add(said)
            found.append(
                Research(
                    number,
                    passage.document_id,
                    passage.version_id,
                    passage.title,
                    passage.start + quote.start,
                    passage.start + quote.end,
                    passage.text[quote.start : quote.end],
                    round(quote.share, 3),
                )
            )
    surest = sorted(range(len(found)), key=lambda place: -found[place].score)[:MOST_CITED]
    return tuple(found[place] for place in sorted(surest))


class _Library:
    """Passages with their words counted, and the words' weights among them."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        counted = [Counter(_concepts(each.text)) for each in passages]
        self.weights = Weights(counted)
        lengths = [sum(each.values()) for each in counted]
        mean = max(1.0, sum(lengths) / max(1, len(lengths)))
        self._index: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for place, counts in enumerate(counted):
            for word, count in counts.items():
                held_back = _SATURATION * (1 - _LENGTH + _LENGTH * lengths[place] / mean)
                self._index[word].append((place, count * (_SATURATION + 1) / (count + held_back)))
        self._sentences: dict[int, list[tuple[Sentence, frozenset[str]]]] = {}

    def best(self, wanted: dict[str, float]) -> list[int]:
        """The passages with the highest BM25, best first."""
        scores: dict[int, float] = defaultdict(float)
        for word, weight in wanted.items():
            for place, frequency in self._index.get(word, ()):
                scores[place] += weight * frequency
        return nlargest(_RESCORED, scores, key=lambda place: (scores[place], -place))

    def quote(self, place: int, wanted: dict[str, float]) -> _Quote | None:
        """The sentence of the passage, or the two in a row, that hold most of what is wanted; None when too little."""
        total = sum(wanted.values())
        sentences = self._read(place)
        best: tuple[float, int, int, frozenset[str]] | None = None
        for number, (_, words) in enumerate(sentences):
            held = sum(wanted[word] for word in words if word in wanted)
            if best is None or held > best[0]:
                best = (held, number, number, words)
        if best is None or not total:
            return None
        held, first, last, words = best
        for neighbour in (first + 1, first - 1):
            if 0 <= neighbour < len(sentences) and self._adjoin(sentences, first, neighbour):
                both = words | sentences[neighbour][1]
                more = sum(wanted[word] for word in both if word in wanted)
                if more >= held * _WORTH_ANOTHER:
                    held, words = more, both
                    first, last = min(first, neighbour), max(first, neighbour)
                    break
        telling = [word for word in words if word in wanted and _USUAL[word] >= _TELLING]
        if held / total < _LEAST_SHARE or len(telling) < _LEAST_WORDS:
            return None
        return _Quote(sentences[first][0].start, sentences[last][0].end, held / total)

    def _read(self, place: int) -> list[tuple[Sentence, frozenset[str]]]:
        if place not in self._sentences:
            text = self._passages[place].text
            read = ((each, frozenset(_concepts(text[each.start : each.end]))) for each in split(text))
            self._sentences[place] = [
                (each, words)
                for each, words in read
                if each.kind not in {Kind.HEADING, Kind.CODE} and len(words) >= _FEWEST_WORDS
            ]
        return self._sentences[place]

    @staticmethod
    def _adjoin(sentences: Sequence[tuple[Sentence, frozenset[str]]], one: int, other: int) -> bool:
        return sentences[one][0].block == sentences[other][0].block


def _wanted(each: Frame, weights: Weights) -> dict[str, float]:
    """What a requirement is about: its words, by how telling they are and which part of it they are; no measures."""
    words = {token.concept for token in each.tokens if token.concept[0] != "#"}
    return {word: weights[word] * _share(each, word) for word in sorted(words)}


def _share(each: Frame, word: str) -> float:
    if word in each.object:
        return _OBJECT
    return _ACTOR if word in each.actor else _ACTION


def _plain(wording: str) -> str:
    """The words alone, to see whether two wordings are the same."""
    return " ".join(_WORD.findall(wording.casefold()))


def _concepts(wording: str) -> Iterator[str]:
    return (concept(word) for word in content(wording))

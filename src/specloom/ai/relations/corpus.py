"""Compares wordings: weighted words, their synonyms, pairs of neighbours and runs of characters, by indices."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import pairwise
from math import log, sqrt

from specloom.ai.grammar import words
from specloom.ai.relations.frames import EMPTY, keys
from specloom.ai.relations.stems import concept, stem
from specloom.ai.relations.weights import Weights

Vector = Mapping[str, float]

# How much each view of a wording counts. By hand: words carry the meaning, the others settle what words leave equal.
_WORDS, _NEIGHBOURS, _CHARACTERS = 0.62, 0.13, 0.25
_GRAM = 4
# A word that more requirements than this share points to none of them; those that all share are found by equality.
_MOST_SHARED = 80
_RESCORED = 100
_MOST_RANKED = 500


class Corpus:
    """Wordings that are compared with one another. Memory grows with their length, not with the number of pairs."""

    def __init__(self, wordings: Sequence[Sequence[str]]) -> None:
        """`wordings` are stems, in order, as `content` gives them."""
        self._stems = wordings
        concepts = [[concept(word) for word in wording] for wording in wordings]
        self.weights = Weights(concepts)
        neighbours = [[f"{a} {b}" for a, b in pairwise(wording)] for wording in concepts]
        by_stem, by_pair = Weights(wordings), Weights(neighbours)
        self._vectors = [
            _joined(
                ("", _vector(plain, self.weights), _WORDS / 2),
                ("=", _vector(exact, by_stem), _WORDS / 2),
                ("+", _vector(pairs, by_pair), _NEIGHBOURS),
            )
            for plain, exact, pairs in zip(concepts, wordings, neighbours, strict=True)
        ]
        self._index: dict[str, list[int]] = defaultdict(list)
        for number, vector in enumerate(self._vectors):
            for word in vector:
                self._index[word].append(number)
        self._grams: dict[int, Vector] = {}
        self._gram_weights: Counter[str] = Counter()
        for wording in wordings:
            self._gram_weights.update(_grams(wording))

    def similarity(self, one: int, other: int) -> float:
        """0 to 1; 1 of wordings with the same words in the same order."""
        if self._stems[one] == self._stems[other]:
            return 1.0
        return _dot(self._vectors[one], self._vectors[other]) + _CHARACTERS * _dot(
            self._characters(one), self._characters(other)
        )

    def ranked(self, number: int, limit: int = 10) -> list[tuple[int, float]]:
        """The wordings most similar to one of them, best first, without itself."""
        scores: dict[int, float] = defaultdict(float)
        for word, weight in self._vectors[number].items():
            holders = self._index[word]
            if len(holders) <= _MOST_RANKED or len(holders) * 2 < len(self._stems):
                for other in holders:
                    scores[other] += weight * self._vectors[other][word]
        scores.pop(number, None)
        best = nlargest(max(limit, _RESCORED), scores, key=lambda other: (scores[other], -other))
        rescored = [(other, self.similarity(number, other)) for other in best]
        return nlargest(limit, rescored, key=lambda each: (each[1], -each[0]))

    def candidates(self, least: float) -> Iterator[tuple[int, int, float]]:
        """Pairs `first < second` that share telling words, with their similarity, when it is at least `least`."""
        for number, vector in enumerate(self._vectors):
            scores: dict[int, float] = defaultdict(float)
            for word, weight in vector.items():
                holders = self._index[word]
                if len(holders) <= _MOST_SHARED:
                    for other in holders:
                        if other >= number:
                            break
                        scores[other] += weight * self._vectors[other][word]
            for other in sorted(scores):
                if scores[other] >= least / 3:
                    similarity = self.similarity(other, number)
                    if similarity >= least:
                        yield other, number, similarity

    def _characters(self, number: int) -> Vector:
        if number not in self._grams:
            count = len(self._stems)
            counted = Counter(_grams(self._stems[number]))
            self._grams[number] = _unit(
                {gram: (1 + log(times)) * log(2 + count / self._gram_weights[gram]) for gram, times in counted.items()}
            )
        return self._grams[number]


def content(wording: str) -> list[str]:
    """The stems of the words of content of any wording."""
    return [stem(key) for word in words(wording) if word.spoken for key in keys(word.lower) if key not in EMPTY]


def _vector(wording: Sequence[str], weights: Weights) -> Vector:
    return _unit({word: (1 + log(times)) * weights[word] for word, times in Counter(wording).items()})


def _unit(vector: Mapping[str, float]) -> Vector:
    length = sqrt(sum(weight * weight for weight in vector.values()))
    return {word: weight / length for word, weight in vector.items()} if length else vector


def _joined(*views: tuple[str, Vector, float]) -> Vector:
    """One vector whose products are the weighted sum of the products of the views."""
    return {f"{mark}{word}": weight * sqrt(share) for mark, vector, share in views for word, weight in vector.items()}


def _dot(one: Vector, other: Vector) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def _grams(wording: Sequence[str]) -> Iterator[str]:
    for word in wording:
        padded = f"<{word}>"
        for start in range(max(1, len(padded) - _GRAM + 1)):
            yield padded[start : start + _GRAM]

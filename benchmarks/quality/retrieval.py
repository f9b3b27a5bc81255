"""Measures how high search ranks what answers a question, beside the goal and beside plain BM25."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from heapq import nlargest
from math import log
from statistics import fmean

from benchmarks.quality.collections import Collection, Question, own, published
from benchmarks.quality.figures import Figure, missing
from benchmarks.quality.measures import ndcg
from benchmarks.texts import specification
from specloom.ai.embedding import (
    Excerpt,
    SparseVector,
    Statistics,
    chunks,
    document_vector,
    expand,
    query_vector,
)
from specloom.ai.embedding.terms import terms

# nDCG@10 of the embedded engine, and of plain BM25 as it was measured when the goals were set.
GOALS = {"scifact": 0.70, "cranfield": 0.41, "cisi": 0.42}
GOAL_REQUIREMENTS = 0.75
_TASK, _MEASURE = "retrieval", "nDCG@10"
_SIZE = 1_000_000
_DEPTH = 50

Ranking = list[tuple[str, float]]
Rank = Callable[[str], Ranking]


def own_figures() -> Iterator[Figure]:
    """Passages for people's questions; requirements that say the same or serve a need. The published goal for
    requirements belongs to data where BM25 reaches .72; a need shares hardly a word with what serves it."""
    yield from _rows("own passages", own("passages", "questions"), None)
    yield from _rows("own requirements, restated", own("requirements", "restated"), GOAL_REQUIREMENTS)
    yield from _rows("own requirements, from needs", own("requirements", "needs"), None)


def public_figures() -> Iterator[Figure]:
    """The public collections, and how long embedding takes."""
    for name, goal in GOALS.items():
        collection = published(name)
        if collection is None:
            yield missing(_TASK, _MEASURE, name, goal)
        else:
            yield from _rows(name, collection, goal)
    yield from _speed()


def _rows(data: str, collection: Collection, goal: float | None) -> Iterator[Figure]:
    index = Index(collection)
    for measure, rank, wanted in (
        ("plain BM25", Bm25(collection).rank, None),
        ("one product", index.rank, None),
        ("with feedback", index.rank_again, goal),
    ):
        found = [(question, gain(question, rank(question.text))) for question in collection.questions]
        value = fmean(each for _, each in found)
        worst = sorted(found, key=lambda each: each[1])
        errors = [f"{each:.2f} {question.text}" for question, each in worst]
        yield Figure(_TASK, f"{_MEASURE}, {measure}", data, value, len(found), wanted, errors=errors)


def gain(question: Question, ranking: Ranking) -> float:
    """nDCG@10 of one question."""
    return ndcg([question.grades.get(name, 0.0) for name, _ in ranking], question.grades.values())


class Index:
    """A collection as search holds it: vectors, and how many of them have each dimension."""

    def __init__(self, collection: Collection) -> None:
        self.vectors = {name: document_vector(text) for name, text in collection.texts.items()}
        frequencies = Counter(each for vector in self.vectors.values() for each in vector.weights)
        self.statistics = Statistics(len(self.vectors), frequencies)
        self._holders: dict[int, list[tuple[str, float]]] = defaultdict(list)
        for name, vector in self.vectors.items():
            for dimension, weight in vector.weights.items():
                self._holders[dimension].append((name, weight))

    def rank(self, text: str) -> Ranking:
        """By the inner product alone."""
        return self._best(query_vector(text, self.statistics))

    def rank_again(self, text: str) -> Ranking:
        """By a second product, with what the best results of the first add."""
        asked = query_vector(text, self.statistics)
        first = [(self.vectors[name], score) for name, score in self._best(asked)]
        return self._best(expand(asked, first, self.statistics))

    def _best(self, query: SparseVector) -> Ranking:
        scores: dict[str, float] = defaultdict(float)
        for dimension, weight in query.weights.items():
            for name, theirs in self._holders.get(dimension, ()):
                scores[name] += weight * theirs
        return nlargest(_DEPTH, scores.items(), key=lambda each: (each[1], each[0]))


class Bm25:
    """BM25 as textbooks have it: k1 1.2, b .75, the same terms, title and text as one, their average length."""

    def __init__(self, collection: Collection) -> None:
        self._counts = {name: Counter(_terms(text)) for name, text in collection.texts.items()}
        self._mean = fmean(counts.total() for counts in self._counts.values())
        self._holders: Mapping[int, list[str]] = defaultdict(list)
        for name, counts in self._counts.items():
            for each in counts:
                self._holders[each].append(name)

    def rank(self, text: str) -> Ranking:
        scores: dict[str, float] = defaultdict(float)
        for each, times in Counter(_terms(Excerpt(text))).items():
            held = self._holders.get(each, [])
            rarity = log(1 + (len(self._counts) - len(held) + 0.5) / (len(held) + 0.5))
            for name in held:
                counts = self._counts[name]
                norm = 1.2 * (1 - 0.75 + 0.75 * counts.total() / self._mean)
                scores[name] += times * rarity * counts[each] * 2.2 / (counts[each] + norm)
        return nlargest(_DEPTH, scores.items(), key=lambda each: (each[1], each[0]))


def _terms(text: Excerpt) -> list[int]:
    return [term.dimension for term in terms(f"{text.heading}\n{text.text}")]


def _speed() -> Iterator[Figure]:
    """Times have no floor, for machines differ."""
    text = specification(_SIZE)
    start = time.process_time()
    cut = [Excerpt(text[each.start : each.end], each.heading) for each in chunks(text)]
    data = f"{_SIZE / 1e6} MB"
    yield Figure("speed", "CPU seconds, into chunks", data, time.process_time() - start, len(cut), at_most=True)
    start = time.process_time()
    vectors = [document_vector(each) for each in cut]
    yield Figure("speed", "CPU seconds, embedding", data, time.process_time() - start, len(cut), at_most=True)
    statistics = Statistics(len(vectors), Counter(each for vector in vectors for each in vector.weights))
    found = [(vector, float(_DEPTH - place)) for place, vector in enumerate(vectors[:_DEPTH])]
    works: tuple[tuple[str, Callable[[], object]], ...] = (
        ("CPU ms, query vector", lambda: query_vector("how long are the records of a shipment kept", statistics)),
        ("CPU ms, expanding", lambda: expand(found[0][0], found, statistics)),
    )
    for measure, work in works:
        start = time.process_time()
        for _ in range(20):
            work()
        milliseconds = (time.process_time() - start) / 20 * 1000
        yield Figure("speed", measure, data, milliseconds, len(found), at_most=True)

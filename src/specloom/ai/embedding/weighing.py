"""Weighs terms so that the inner product of a document's vector and a query's vector is their BM25."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from heapq import nlargest
from math import log

from specloom.ai.embedding.terms import RELATED, terms
from specloom.ai.embedding.vectors import Excerpt, SparseVector, Statistics

MODEL = "embedded-bm25-1"
"""Changes with every constant and every rule that changes the vectors of documents."""
# All constants were chosen on every other query of two public collections; docs/quality.md says how.
# How soon more of a term stops to count, how much long texts are held back, how many terms a text usually has, and how
# often a term of the heading counts.
_SATURATION, _LENGTH, _USUAL_LENGTH, _HEADING = 1.5, 0.75, 90, 2
# How much a synonym counts beside the word that was asked for.
_SYNONYM = 0.2
# How many of the best results tell what else was meant, by how many terms, and which share of the new query is theirs.
# The fourth power of their scores decides among them: a result that is far better than the rest is believed alone.
_BELIEVED, _ADDED, _SHARE, _POWER = 5, 10, 0.4, 4


def document_vector(excerpt: Excerpt) -> SparseVector:
    """The document's half of BM25: how often each term stands there, with diminishing returns, for its length."""
    counts = Counter(term.dimension for term in terms(excerpt.text))
    for term in terms(excerpt.heading):
        counts[term.dimension] += _HEADING
    held_back = _SATURATION * (1 - _LENGTH + _LENGTH * counts.total() / _USUAL_LENGTH)
    return SparseVector({each: n * (_SATURATION + 1) / (n + held_back) for each, n in counts.items()})


def query_terms(text: str) -> SparseVector:
    """How often each term stands in a query, synonyms for a part; these dimensions' statistics `query_vector` needs."""
    counts = Counter(term.dimension for term in terms(text))
    weights = {each: float(n) for each, n in counts.items()}
    for each, n in counts.items():
        for other in RELATED.get(each, ()):
            weights.setdefault(other, _SYNONYM * n)
    return SparseVector(weights)


def query_vector(text: str, statistics: Statistics) -> SparseVector:
    """The query's half of BM25: its terms by how rare they are among what is searched."""
    return SparseVector({each: n * idf(each, statistics) for each, n in query_terms(text).weights.items()})


def expand(query: SparseVector, found: Sequence[tuple[SparseVector, float]], statistics: Statistics) -> SparseVector:
    """The query with the terms that tell most about the best results of a first search, for a second search.

    `found` are documents' vectors with their scores, best first; the first five count. `statistics` must know the
    dimensions of their vectors as well as those of the query. Scores keep their scale.
    """
    told: dict[int, float] = defaultdict(float)
    for vector, score in found[:_BELIEVED]:
        for each, weight in vector.weights.items():
            told[each] += score**_POWER * weight * idf(each, statistics)
    best = nlargest(_ADDED, told, key=lambda each: (told[each], each))
    asked = sum(query.weights.values())
    scale = sum(told[each] for each in best)
    if not scale or not asked:
        return query
    expanded = defaultdict(float, {each: weight * (1 - _SHARE) for each, weight in query.weights.items()})
    for each in best:
        expanded[each] += _SHARE * asked * told[each] / scale
    return SparseVector(dict(expanded))


def idf(dimension: int, statistics: Statistics) -> float:
    """Inverse document frequency, above 0 even for terms that all documents hold."""
    frequency = min(statistics.frequencies.get(dimension, 0), statistics.documents)
    return log(1 + (statistics.documents - frequency + 0.5) / (frequency + 0.5))

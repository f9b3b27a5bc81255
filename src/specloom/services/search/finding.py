"""Finds the passages that answer a question, and quotes them as they stand now."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from heapq import nlargest
from uuid import UUID

from specloom.ai.embedding import (
    DenseVector,
    Embedder,
    SparseVector,
    Statistics,
    expand,
    highlights,
    query_terms,
)
from specloom.ai.embedding.weighing import idf
from specloom.ai.protocols import Ledger
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.search import DenseQuery, IndexCrud, Place, Ranked, RankingCrud, SourceCrud
from specloom.crud.search.ranking import ALL_COMPARED
from specloom.schemas.search import HighlightRead, SearchResultRead
from specloom.vocabulary.search import KIND_OF, RESOURCES, FoundBy, Searched, SearchKind, SearchMode

MOST_TERMS = 32
"""Of a query; of a longer one, those that tell most count."""
_SPARE = 2
"""Passages that are ranked beyond those asked for: some may have changed since they were indexed."""
_DEEPEST = 2_000
_BELIEVED = 5
"""Results of a first search that tell what else was meant."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query as a model understands it. Making it takes the network, so it is made before a unit of work is opened."""

    model: str
    vector: DenseVector


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage: `text[start:end]` of a thing as it is now. `highlights` count from the beginning of the passage."""

    kind: SearchKind
    resource: Searched
    id: UUID
    title: str
    heading: str
    document_id: UUID | None
    version: int | None
    product_id: UUID | None
    session_id: UUID | None
    passage: str
    start: int
    end: int
    highlights: list[Span]
    score: float
    found_by: list[FoundBy]


async def understand(embedder: Embedder, query: str, ledger: Ledger | None = None) -> Meaning | None:
    """What `find` needs to compare by meaning; None for an embedder of words. Call it while no unit of work is open.

    `EngineError` and its kinds tell what went wrong, or that the budget has no room for it; `find` does without.
    """
    if embedder.dimensions is None:
        return None
    vector = await embedder.embed_query(query, ledger)
    return Meaning(embedder.model, vector) if isinstance(vector, DenseVector) else None


async def find(
    uow: UnitOfWork,
    query: str,
    *,
    kinds: Collection[SearchKind] | None = None,
    limit: int = 10,
    mode: SearchMode = SearchMode.HYBRID,
    document_id: UUID | None = None,
    product_id: UUID | None = None,
    meaning: Meaning | None = None,
) -> list[Hit]:
    """The best passages for a query, best first; of `kinds`, by default of all that the person behind the unit of work
    may read (a job reads all). Nothing waits on a network.

    `meaning` counts when it is of the model that serves the tenant. Without it words have to do in every mode; but for
    `keyword`, those count as well that the best results have in common.
    """
    dense = None
    if meaning is not None and mode is not SearchMode.KEYWORD and await serving_model(uow) == meaning.model:
        dense = DenseQuery(meaning.model, meaning.vector.values)
    search = Search(uow, readable(uow, kinds), dense, document_id, product_id)
    if not await search.weigh(query_terms(query)):
        return []
    most = limit + _SPARE
    while True:
        ranked = await search.rank(mode, most)
        hits = await _quote(uow, ranked, query, limit)
        if len(hits) == limit or len(ranked) < most or most >= _DEEPEST:
            return hits
        most *= 5  # much of what was found was changed or deleted this very moment


class Search:
    """One search, as it narrows down."""

    def __init__(
        self,
        uow: UnitOfWork,
        resources: frozenset[Searched],
        dense: DenseQuery | None = None,
        document_id: UUID | None = None,
        product_id: UUID | None = None,
    ) -> None:
        self._ranking = RankingCrud(uow)
        self._resources = resources
        self._dense = dense
        self._within = {"document_id": document_id, "product_id": product_id}
        self._chunks = 0
        self.asked = SparseVector({})

    async def weigh(self, asked: SparseVector) -> bool:
        """Weighs a query's terms by how rare they are; says whether there is anything to search."""
        statistics = await self._statistics(asked.weights)
        self._chunks = statistics.documents
        weights = {
            term: often * idf(term, statistics)
            for term, often in asked.weights.items()
            if statistics.frequencies.get(term)
        }
        best = nlargest(MOST_TERMS, weights, key=lambda term: (weights[term], term))
        self.asked = SparseVector({term: weights[term] for term in best})
        return bool(self._chunks)

    async def rank(self, mode: SearchMode, most: int) -> list[Ranked]:
        """The best chunks for what was weighed, best first."""
        if self._dense is not None and mode is SearchMode.SEMANTIC:
            return await self._best(None, most)
        if self._dense is not None or mode is SearchMode.KEYWORD:
            return await self._best(self.asked, most)
        is_large = self._chunks > ALL_COMPARED
        first = await self._best(self.asked, most if is_large else _BELIEVED, weighed=True)
        wider = await self._widen(first[:_BELIEVED])
        if is_large:  # looking for so many terms takes its time: there, they only decide among what was found
            found = [replace(each, score=_inner(wider.weights, each.weights)) for each in first]
            return sorted(found, key=lambda each: -each.score)
        # What holds none of the words that were asked for was found by those that go with them.
        found = await self._best(wider, most, weighed=True)
        strangers = [each.weights.keys().isdisjoint(self.asked.weights) for each in found]
        return [
            replace(each, by_words=not is_strange, by_meaning=is_strange)
            for each, is_strange in zip(found, strangers, strict=True)
        ]

    async def _widen(self, believed: list[Ranked]) -> SparseVector:
        """The query with the terms that the best results have in common."""
        terms = {*self.asked.weights, *(term for each in believed for term in each.weights)}
        told = [(SparseVector(each.weights), each.score) for each in believed]
        return expand(self.asked, told, await self._statistics(terms))

    async def _statistics(self, terms: Collection[int]) -> Statistics:
        return Statistics(*await self._ranking.statistics(self._resources, terms))

    async def _best(self, asked: SparseVector | None, most: int, *, weighed: bool = False) -> list[Ranked]:
        return await self._ranking.best(
            self._resources,
            terms=None if asked is None else asked.weights,
            meaning=self._dense,
            most=most,
            chunks=self._chunks,
            weighed=weighed,
            **self._within,
        )


def _inner(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


async def serving_model(uow: UnitOfWork) -> str | None:
    """The model that texts have to be embedded by to be compared with this tenant's; None while there is none."""
    serving = await IndexCrud(uow).serving()
    return serving.model if serving is not None else None


def readable(uow: UnitOfWork, kinds: Collection[SearchKind] | None = None) -> frozenset[Searched]:
    """What of these kinds whoever is behind the unit of work may read; the system itself may read all."""
    resources = {each for kind in kinds or SearchKind for each in RESOURCES[kind]}
    return frozenset(each for each in resources if uow.may(each.value, "read"))


def read(hit: Hit) -> SearchResultRead:
    return SearchResultRead(
        kind=hit.kind,
        resource=hit.resource.value,
        id=hit.id,
        title=hit.title,
        heading=hit.heading,
        document_id=hit.document_id,
        version=hit.version,
        product_id=hit.product_id,
        session_id=hit.session_id,
        passage=hit.passage,
        start=hit.start,
        end=hit.end,
        highlights=[HighlightRead(start=each.start, end=each.end) for each in hit.highlights],
        score=hit.score,
        found_by=hit.found_by,
    )


def digest(passage: str) -> bytes:
    """By which a passage is known again."""
    return hashlib.sha256(passage.encode(errors="surrogatepass")).digest()


async def _quote(uow: UnitOfWork, ranked: list[Ranked], query: str, limit: int) -> list[Hit]:
    """The first `limit` of the ranked chunks that stand in their texts as they are now."""
    hits: list[Hit] = []
    for first in range(0, len(ranked), limit):
        some = ranked[first : first + limit]
        places = [Place(each.resource, each.source_id, each.start, each.end) for each in some]
        quoted = await SourceCrud(uow).quote(places)
        for each, place in zip(some, places, strict=True):
            found = quoted.get(place)
            if found is None or digest(found.passage) != each.sha256:
                continue
            by = {FoundBy.WORDS: each.by_words, FoundBy.MEANING: each.by_meaning}
            hits.append(
                Hit(
                    kind=KIND_OF[each.resource],
                    resource=each.resource,
                    id=each.source_id,
                    title=found.title,
                    heading=each.heading,
                    document_id=found.document_id,
                    version=found.version,
                    product_id=found.product_id,
                    session_id=found.session_id,
                    passage=found.passage,
                    start=each.start,
                    end=each.end,
                    highlights=highlights(query, found.passage),
                    score=each.score,
                    found_by=[way for way, is_so in by.items() if is_so],
                )
            )
            if len(hits) == limit:
                return hits
    return hits

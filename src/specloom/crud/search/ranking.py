"""Ranks a tenant's chunks in one statement: by the words of a query, by what it means, or by both at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pgvector import HalfVector, SparseVector
from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from sqlalchemy import ARRAY, Double, Integer, Text, Uuid, bindparam, text

from specloom.core.uow import UnitOfWork
from specloom.models.search import INDEXED_DIMENSIONS, TERM_DIMENSIONS
from specloom.vocabulary.search import Searched

ALL_COMPARED = 20_000
"""Up to so many chunks a tenant's vectors are compared one by one; beyond that, the index of all tenants is faster."""
_RANK = 60
"""How little it matters, in merging two lists, whether one is first or second: the usual constant of that method."""
_MERGED = 100
"""How much of each of two lists is merged, at least."""

# The limit has PostgreSQL look up one term after the other; it would else try all of a tenant's for each.
_STATISTICS = """
    SELECT asked.term, sum(counted.chunks)
    FROM unnest(:dimensions) AS asked (term)
    CROSS JOIN unnest(:resources) AS resource
    CROSS JOIN LATERAL (SELECT search_token(:tenant, resource, asked.term) AS token) AS first
    CROSS JOIN LATERAL (
        SELECT chunks FROM search_terms
        WHERE tenant_id = :tenant AND token BETWEEN first.token AND first.token + 15 AND chunks > 0 LIMIT 16
    ) AS counted
    GROUP BY asked.term
"""
_TYPES: dict[str, Any] = {
    "tenant": Uuid(),
    "document_id": Uuid(),
    "product_id": Uuid(),
    "resources": ARRAY(Text),
    "dimensions": ARRAY(Integer),
    "weights": ARRAY(Double),
    # Sent as what they are: PostgreSQL would read a text anew for each row that it is compared with.
    "wanted": SPARSEVEC(TERM_DIMENSIONS),
    "meaning": HALFVEC(),
    "model": Text(),
    "length": Integer(),
    "depth": Integer(),
    "most": Integer(),
}

_BY_TERMS = """
    SELECT chunk_id, score FROM search_by_terms(CAST(:wanted AS sparsevec), :dimensions, :weights, :resources, :depth)
"""
_BY_TERMS_WITHIN = """
    SELECT c.id AS chunk_id, -(c.terms <#> CAST(:wanted AS sparsevec)) AS score FROM search_chunks AS c
    WHERE c.tenant_id = :tenant AND c.resource = ANY (:resources) {within}
      AND c.terms <#> CAST(:wanted AS sparsevec) < 0
    ORDER BY score DESC, chunk_id LIMIT :depth
"""
# The vector index holds all tenants': it is read on until there are enough of this one (`hnsw.iterative_scan`).
_BY_MEANING_INDEXED = """
    SELECT chunk_id, -((embedding::halfvec({length})) <#> CAST(:meaning AS halfvec({length}))) AS score
    FROM search_vectors
    WHERE tenant_id = :tenant AND model = :model AND dimensions = {length} AND resource = ANY (:resources)
    ORDER BY (embedding::halfvec({length})) <#> CAST(:meaning AS halfvec({length})) LIMIT :depth
"""
_BY_MEANING = """
    SELECT chunk_id, -(embedding <#> CAST(:meaning AS halfvec)) AS score FROM search_vectors AS v
    WHERE v.tenant_id = :tenant AND model = :model AND dimensions = :length AND v.resource = ANY (:resources) {within}
    ORDER BY score DESC, chunk_id LIMIT :depth
"""
_OF_CHUNKS = """
    AND EXISTS (SELECT FROM search_chunks AS c WHERE c.tenant_id = v.tenant_id AND c.id = v.chunk_id {within})
"""
_READ_ON = text(
    "SELECT set_config('hnsw.iterative_scan', 'strict_order', true), set_config('hnsw.ef_search', '200', true)"
)
_NOTHING = "SELECT NULL::uuid AS chunk_id, NULL::double precision AS score WHERE false"
_RANKED = """
    WITH by_terms AS MATERIALIZED ({by_terms}), by_meaning AS MATERIALIZED ({by_meaning}),
    ranks AS (
        SELECT chunk_id, score, rank() OVER (ORDER BY score DESC) AS place, true AS by_words FROM by_terms
        UNION ALL SELECT chunk_id, score, rank() OVER (ORDER BY score DESC), false FROM by_meaning
    ), merged AS (
        SELECT chunk_id, {score} AS score, bool_or(by_words) AS by_words, bool_or(NOT by_words) AS by_meaning
        FROM ranks GROUP BY chunk_id
    )
    SELECT c.resource, c.source_id, c.start, c."end", c.heading, c.sha256, m.score, m.by_words, m.by_meaning,
           {terms} AS terms
    FROM merged AS m JOIN search_chunks AS c ON c.tenant_id = :tenant AND c.id = m.chunk_id
    ORDER BY m.score DESC, c.id LIMIT :most
"""


@dataclass(frozen=True, slots=True)
class DenseQuery:
    """A query by its meaning, as a vector of a model, of length 1."""

    model: str
    values: Sequence[float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A chunk that answers a query, and what in it does. `score` is BM25, a cosine, or of merged lists neither.

    `weights` are those of its terms, where they were asked for.
    """

    resource: Searched
    source_id: UUID
    start: int
    end: int
    heading: str
    sha256: bytes
    score: float
    by_words: bool
    by_meaning: bool
    weights: Mapping[int, float]


class RankingCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def statistics(
        self, resources: Collection[Searched], dimensions: Collection[int]
    ) -> tuple[int, dict[int, int]]:
        """How many chunks of these resources a tenant has, and how many of them hold each of these terms."""
        values = {"resources": sorted(resources), "dimensions": [-1, *sorted(dimensions)]}
        counts = {term: int(chunks) for term, chunks in await self._run(_STATISTICS, values)}
        return counts.pop(-1, 0), counts

    async def best(
        self,
        resources: Collection[Searched],
        *,
        terms: Mapping[int, float] | None,
        meaning: DenseQuery | None = None,
        most: int,
        chunks: int,
        weighed: bool = False,
        document_id: UUID | None = None,
        product_id: UUID | None = None,
    ) -> list[Ranked]:
        """The `most` best chunks of the resources, best first, within a document or a product when one is named.

        `terms` are a query's, weighted so that the inner product with those of a chunk is the score. By terms, the
        best are the best; by meaning they are so for up to `ALL_COMPARED` `chunks` of the resources, and beyond that
        nearly so. Both lists together are merged by rank (reciprocal rank fusion).

        `weighed` brings the weights of the chunks along.
        """
        values: dict[str, Any] = {"resources": sorted(resources), "most": most}
        within = ""
        for column, value in (("document_id", document_id), ("product_id", product_id)):
            if value is not None:
                within += f" AND c.{column} = :{column}"
                values[column] = value
        by_terms = by_meaning = _NOTHING
        if terms:
            by_terms = _BY_TERMS_WITHIN.format(within=within) if within else _BY_TERMS
            values["wanted"] = SparseVector(dict(terms), TERM_DIMENSIONS)
            if not within:
                values |= {"dimensions": list(terms), "weights": list(terms.values())}
        if meaning is not None:
            length = len(meaning.values)
            values |= {"meaning": HalfVector(list(meaning.values)), "model": meaning.model}
            if within or chunks <= ALL_COMPARED or length not in INDEXED_DIMENSIONS:
                by_meaning = _BY_MEANING.format(within=_OF_CHUNKS.format(within=within) if within else "")
                values["length"] = length
            else:
                by_meaning = _BY_MEANING_INDEXED.format(length=length)
                await self._session.execute(_READ_ON)
        if by_terms is by_meaning:
            return []
        both = _NOTHING not in {by_terms, by_meaning}
        values["depth"] = max(most, _MERGED) if both else most
        score = f"sum(1.0 / ({_RANK} + place))::double precision" if both else "max(score)"
        returned = "c.terms::text" if weighed else "''"
        statement = _RANKED.format(by_terms=by_terms, by_meaning=by_meaning, score=score, terms=returned)
        return [
            Ranked(
                resource=Searched(row.resource),
                source_id=row.source_id,
                start=row.start,
                end=row.end,
                heading=row.heading,
                sha256=row.sha256,
                score=row.score,
                by_words=row.by_words,
                by_meaning=row.by_meaning,
                weights=_weights(row.terms),
            )
            for row in await self._run(statement, values)
        ]

    async def _run(self, statement: str, values: Mapping[str, Any]) -> Sequence[Any]:
        values = {"tenant": self._tenant_id, **values}
        typed = [bindparam(name, value, _TYPES[name]) for name, value in values.items()]
        return (await self._session.execute(text(statement).bindparams(*typed))).all()


def _weights(terms: str) -> dict[int, float]:
    """The weights of a sparse vector as PostgreSQL writes it, by dimension from 0; of none, none."""
    entries = (entry.split(":") for entry in terms[1 : terms.rfind("}")].split(",") if entry)
    return {int(dimension) - 1: float(weight) for dimension, weight in entries}

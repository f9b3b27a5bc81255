"""The index of search as it is written: what has changed, chunks with their terms, what the terms count, vectors."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from pgvector import HalfVector, SparseVector
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    LargeBinary,
    SelectBase,
    Text,
    Uuid,
    bindparam,
    cast,
    delete,
    func,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from specloom.core.uow import UnitOfWork
from specloom.models.conversations import Message
from specloom.models.search import TERM_DIMENSIONS, SearchChange, SearchChunk, SearchModel, SearchVector
from specloom.vocabulary.search import Searched

LARGEST_WEIGHT = 2.56
"""Of a term in a chunk. Migration 0010 relies on it, and on there being sixteen tiers of weights, all of one width."""
TIERS = 16

# Tokens and counts come from the same rows in one statement, so that they cannot part.
_ADD = text(
    """
    WITH entries AS (
        SELECT place, array_agg(search_token(:tenant, :resource, term) + tier) AS tokens
        FROM unnest(:places, :dimensions, :tiers) AS entry (place, term, tier) GROUP BY place
    ), added AS (
        INSERT INTO search_chunks
            (tenant_id, id, resource, source_id, document_id, product_id, start, "end", heading, sha256, model,
             tokens, terms)
        SELECT :tenant, id, :resource, :source, :document, :product, start, "end", heading, sha256, :model,
               coalesce(tokens, '{}'), terms::sparsevec
        FROM unnest(:ids, :starts, :ends, :headings, :digests, :vectors) WITH ORDINALITY
             AS chunk (id, start, "end", heading, sha256, terms, place)
        LEFT JOIN entries USING (place)
        RETURNING tokens
    )
    INSERT INTO search_terms (tenant_id, token, chunks)
    SELECT :tenant, token, count(*) FROM (
        SELECT unnest(tokens) AS token FROM added UNION ALL SELECT search_token(:tenant, :resource, -1) FROM added
    ) AS tokens GROUP BY token
    ON CONFLICT (tenant_id, token) DO UPDATE SET chunks = search_terms.chunks + excluded.chunks
    """
).bindparams(
    bindparam("tenant", type_=Uuid()),
    bindparam("resource", type_=Text()),
    bindparam("source", type_=Uuid()),
    bindparam("document", type_=Uuid()),
    bindparam("product", type_=Uuid()),
    bindparam("model", type_=Text()),
    *(bindparam(name, type_=ARRAY(Integer)) for name in ("places", "dimensions", "tiers", "starts", "ends")),
    *(bindparam(name, type_=ARRAY(Text)) for name in ("headings", "vectors")),
    bindparam("ids", type_=ARRAY(Uuid())),
    bindparam("digests", type_=ARRAY(LargeBinary)),
)

_REMOVE = text(
    """
    WITH gone AS (
        DELETE FROM search_chunks WHERE tenant_id = :tenant AND id = ANY (:ids) RETURNING resource, tokens
    ), counted AS (
        SELECT token, count(*) AS chunks FROM (
            SELECT unnest(tokens) AS token FROM gone UNION ALL SELECT search_token(:tenant, resource, -1) FROM gone
        ) AS tokens GROUP BY token
    )
    UPDATE search_terms AS t SET chunks = t.chunks - counted.chunks
    FROM counted WHERE t.tenant_id = :tenant AND t.token = counted.token
    """
).bindparams(bindparam("tenant", type_=Uuid()), bindparam("ids", type_=ARRAY(Uuid())))

_ADD_VECTORS = text(
    """
    INSERT INTO search_vectors (tenant_id, chunk_id, model, resource, embedding)
    SELECT c.tenant_id, c.id, :model, c.resource, given.embedding::halfvec
    FROM unnest(:ids, :vectors) AS given (id, embedding)
    JOIN search_chunks AS c ON c.tenant_id = :tenant AND c.id = given.id
    ON CONFLICT DO NOTHING
    """
).bindparams(
    bindparam("tenant", type_=Uuid()),
    bindparam("model", type_=Text()),
    bindparam("ids", type_=ARRAY(Uuid())),
    bindparam("vectors", type_=ARRAY(Text)),
)


# A change that comes after one was settled must not be taken for it: counting goes on where no count has been.
_FIRST = cast(func.extract("epoch", func.clock_timestamp()) * 1_000_000, BigInteger)


def _once_more(statement: Insert) -> Insert:
    return statement.on_conflict_do_update(
        index_elements=["tenant_id", "resource", "source_id"], set_={"changes": SearchChange.changes + 1}
    )


@dataclass(frozen=True, slots=True)
class NewChunk:
    """`text[start:end]` under a heading, and how much each term weighs in it."""

    id: UUID
    start: int
    end: int
    heading: str
    sha256: bytes
    weights: Mapping[int, float]


class IndexCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def hold(self) -> None:
        """Lets nobody else write the tenant's index before the transaction ends: counts would wait for each other."""
        await self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"search {self._tenant_id}", 0)))
        )

    # What has changed

    async def notice(self, things: Iterable[tuple[Searched, UUID]]) -> None:
        # In one order, so that two transactions that notice the same things never wait for each other in turns.
        rows = [
            {"tenant_id": self._tenant_id, "resource": resource, "source_id": source_id}
            for resource, source_id in sorted(things)
        ]
        await self._session.execute(_once_more(insert(SearchChange).values(changes=_FIRST)), rows)

    async def notice_older(self, model: str) -> None:
        """Notices all things of which a chunk was weighed by another model than this one."""
        await self._notice_indexed(SearchChunk.model != model)

    async def notice_document(self, document_id: UUID) -> None:
        """Notices all indexed things of a document: itself and its summaries."""
        await self._notice_indexed(SearchChunk.document_id == document_id)

    async def notice_session(self, session_id: UUID) -> None:
        """Notices all messages of a session."""
        resource = literal(Searched.SESSIONS, SearchChange.resource.type)
        messages = select(Message.tenant_id, resource, Message.id, _FIRST)
        await self._notice_all(
            messages.where(Message.tenant_id == self._tenant_id, Message.session_id == session_id).order_by(Message.id)
        )

    async def _notice_indexed(self, condition: ColumnElement[bool]) -> None:
        key = (SearchChunk.tenant_id, SearchChunk.resource, SearchChunk.source_id)
        things = select(*key, _FIRST).where(SearchChunk.tenant_id == self._tenant_id, condition)
        await self._notice_all(things.group_by(*key).order_by(*key))

    async def _notice_all(self, things: SelectBase) -> None:
        columns = ["tenant_id", "resource", "source_id", "changes"]
        await self._session.execute(_once_more(insert(SearchChange).from_select(columns, things)))

    async def changes(self, most: int) -> Sequence[SearchChange]:
        query = select(SearchChange).where(SearchChange.tenant_id == self._tenant_id)
        return (await self._session.scalars(query.order_by(SearchChange.source_id).limit(most))).all()

    async def waits(self, change: SearchChange) -> bool:
        """Whether a change is still the last one that was noticed of its thing, and not settled."""
        query = select(SearchChange.source_id).where(*self._is(change))
        return (await self._session.execute(query)).first() is not None

    async def settle(self, change: SearchChange) -> bool:
        """Forgets a change, unless there was another one since it was read; says whether it did."""
        settled = delete(SearchChange).where(*self._is(change)).returning(SearchChange.source_id)
        return (await self._session.execute(settled)).first() is not None

    def _is(self, change: SearchChange) -> tuple[ColumnElement[bool], ...]:
        return (
            SearchChange.tenant_id == self._tenant_id,
            SearchChange.resource == change.resource,
            SearchChange.source_id == change.source_id,
            SearchChange.changes == change.changes,
        )

    # Chunks

    async def chunks_of(self, source_id: UUID) -> Sequence[SearchChunk]:
        """The chunks of a text as the index has them, without their terms."""
        query = select(SearchChunk).where(SearchChunk.tenant_id == self._tenant_id, SearchChunk.source_id == source_id)
        return (await self._session.scalars(query)).all()

    async def ids_of(self, source_id: UUID) -> set[UUID]:
        query = select(SearchChunk.id).where(
            SearchChunk.tenant_id == self._tenant_id, SearchChunk.source_id == source_id
        )
        return set(await self._session.scalars(query))

    async def add(
        self,
        resource: Searched,
        source_id: UUID,
        chunks: Sequence[NewChunk],
        *,
        model: str,
        document_id: UUID | None,
        product_id: UUID | None,
    ) -> None:
        """Adds chunks of a text. Raises ValueError for a weight above `LARGEST_WEIGHT`: the ranking would miss it."""
        entries = [(place, *each) for place, chunk in enumerate(chunks, 1) for each in chunk.weights.items()]
        if any(weight > LARGEST_WEIGHT for _, _, weight in entries):
            raise ValueError(f"a term weighs more than {LARGEST_WEIGHT}")
        await self._session.execute(
            _ADD,
            {
                "tenant": self._tenant_id,
                "resource": resource.value,
                "source": source_id,
                "document": document_id,
                "product": product_id,
                "model": model,
                "places": [place for place, _, _ in entries],
                "dimensions": [dimension for _, dimension, _ in entries],
                "tiers": [min(TIERS - 1, int(weight * TIERS / LARGEST_WEIGHT)) for _, _, weight in entries],
                "ids": [chunk.id for chunk in chunks],
                "starts": [chunk.start for chunk in chunks],
                "ends": [chunk.end for chunk in chunks],
                "headings": [chunk.heading for chunk in chunks],
                "digests": [chunk.sha256 for chunk in chunks],
                "vectors": [SparseVector(dict(chunk.weights), TERM_DIMENSIONS).to_text() for chunk in chunks],
            },
        )

    async def move(self, places: Mapping[UUID, tuple[int, int]]) -> None:
        """Says where in their text chunks stand by now: (start, end) by id."""
        if places:
            await self._session.execute(
                update(SearchChunk),
                [
                    {"tenant_id": self._tenant_id, "id": id_, "start": start, "end": end}
                    for id_, (start, end) in places.items()
                ],
            )

    async def place(self, source_id: UUID, product_id: UUID | None) -> None:
        """Says in which product a text is by now."""
        await self._session.execute(
            update(SearchChunk)
            .where(
                SearchChunk.tenant_id == self._tenant_id,
                SearchChunk.source_id == source_id,
                SearchChunk.product_id.is_distinct_from(product_id),
            )
            .values(product_id=product_id)
        )

    async def remove(self, ids: Sequence[UUID]) -> None:
        """Takes chunks and their vectors out of the index."""
        await self._session.execute(_REMOVE, {"tenant": self._tenant_id, "ids": list(ids)})

    # Dense vectors

    async def serving(self) -> SearchModel | None:
        """The model whose vectors answer searches; None while there is none."""
        return await self._session.get(SearchModel, self._tenant_id, populate_existing=True)

    async def serve(self, model: str) -> None:
        """Lets the vectors of a model answer from now on, and forgets those of all others."""
        await self._session.execute(
            insert(SearchModel)
            .values(tenant_id=self._tenant_id, model=model)
            .on_conflict_do_update(
                index_elements=["tenant_id"],
                set_={"model": model, "updated_at": func.now()},
            )
        )
        await self._session.execute(
            delete(SearchVector).where(SearchVector.tenant_id == self._tenant_id, SearchVector.model != model)
        )

    async def lacking(self, model: str, most: int) -> Sequence[SearchChunk]:
        """Chunks without a vector of this model, those of a text together."""
        has = (
            select(SearchVector.chunk_id)
            .where(
                SearchVector.tenant_id == self._tenant_id,
                SearchVector.chunk_id == SearchChunk.id,
                SearchVector.model == model,
            )
            .exists()
        )
        query = select(SearchChunk).where(SearchChunk.tenant_id == self._tenant_id, ~has)
        return (await self._session.scalars(query.order_by(SearchChunk.source_id, SearchChunk.start).limit(most))).all()

    async def add_vectors(self, model: str, vectors: Mapping[UUID, Sequence[float]]) -> None:
        """Keeps the vectors of those of the chunks that are still there."""
        await self._session.execute(
            _ADD_VECTORS,
            {
                "tenant": self._tenant_id,
                "model": model,
                "ids": list(vectors),
                "vectors": [HalfVector(list(values)).to_text() for values in vectors.values()],
            },
        )

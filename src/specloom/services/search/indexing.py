"""Keeps the index of search true: notices what changed, cuts it into chunks, keeps those that read the same."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from uuid_utils.compat import uuid7

from specloom.ai.embedding import DenseVector, Embedder, Excerpt, chunks, document_vector
from specloom.ai.embedding.weighing import MODEL
from specloom.core.logging import get_logger
from specloom.core.uow import UnitOfWork
from specloom.crud.jobs import JobCrud
from specloom.crud.search import IndexCrud, NewChunk, Place, Source, SourceCrud
from specloom.models.search import SearchChange, SearchChunk
from specloom.schemas.search import EmbedChunks, UpdateIndex
from specloom.services import jobs
from specloom.services.documents.sources import stored_sections
from specloom.services.search.finding import digest
from specloom.vocabulary.search import Searched

log = get_logger(__name__)

MOST_CHANGES = 200
MOST_CHARACTERS = 500_000
"""Of texts that are read at once; one that is longer is read alone."""
BATCH = 250
"""Chunks that are written in one transaction."""
MOST_EMBEDDED = 200
"""Chunks that are sent to a model and kept before the next."""
_PATH = " › "


@dataclass(slots=True)
class Revision:
    """What a change makes of the chunks of one text: `known` are those of the index, which `add` and `remove` alter."""

    change: SearchChange
    source: Source | None
    known: Sequence[SearchChunk]
    add: list[NewChunk] = field(default_factory=list)
    move: dict[UUID, tuple[int, int]] = field(default_factory=dict)
    remove: list[UUID] = field(default_factory=list)
    written: set[UUID] = field(default_factory=set)

    @property
    def batches(self) -> list[list[NewChunk]]:
        return [self.add[first : first + BATCH] for first in range(0, len(self.add), BATCH)]


# What changed ---------------------------------------------------------------------------------------------------------


async def notice(uow: UnitOfWork, things: Collection[tuple[Searched, UUID]]) -> None:
    """Has things that were made, changed or deleted indexed anew, with all others that wait."""
    await IndexCrud(uow).notice(things)
    await _open_update(uow)


async def notice_document(uow: UnitOfWork, document_id: UUID) -> None:
    """Has all that belongs to a document, its summaries among them, indexed anew."""
    await IndexCrud(uow).notice_document(document_id)
    await _open_update(uow)


async def notice_session(uow: UnitOfWork, session_id: UUID) -> None:
    """Has all that was said in a session indexed anew: it is found by the session's title, too."""
    await IndexCrud(uow).notice_session(session_id)
    await _open_update(uow)


async def refresh(uow: UnitOfWork, model: str | None) -> None:
    """Has done what was left undone: changes whose job failed, and chunks that a former model weighed or embedded.

    `model` is what embeds texts now; None when words alone are compared.
    """
    crud = IndexCrud(uow)
    await crud.notice_older(MODEL)
    if await crud.changes(1):
        await _open_update(uow)
    elif model is not None and await crud.lacking(model, 1):
        await open_embedding(uow)


async def open_embedding(uow: UnitOfWork) -> None:
    """Has chunks embedded that lack a vector, unless that waits to be done anyway: for budget, perhaps."""
    if not await JobCrud(uow).has_waiting(EmbedChunks.job_type):
        await jobs.open(uow, EmbedChunks())


async def _open_update(uow: UnitOfWork) -> None:
    # Whoever takes the waiting job waits for this transaction, and sees what it noticed.
    if not await JobCrud(uow).has_waiting(UpdateIndex.job_type):
        await jobs.open(uow, UpdateIndex())


# Chunks ---------------------------------------------------------------------------------------------------------------


async def waiting(uow: UnitOfWork) -> list[Revision]:
    """Some of what has changed, as it reads now; nothing when the index is up to date."""
    index, sources = IndexCrud(uow), SourceCrud(uow)
    revisions: list[Revision] = []
    characters = 0
    for change in await index.changes(MOST_CHANGES):
        source = await sources.whole(change.resource, change.source_id)
        characters += len(source.text) if source else 0
        if revisions and characters > MOST_CHARACTERS:
            break
        revisions.append(Revision(change, source, await index.chunks_of(change.source_id)))
    return revisions


def revise(revisions: Iterable[Revision]) -> None:
    """Works out what to write. Takes a second for a megabyte of text, and no unit of work is open meanwhile."""
    for each in revisions:
        # A text that cannot be cut is not found; it must not keep all others from being found.
        try:
            _revise(each)
        except Exception:
            log.exception("text_not_indexed", resource=each.change.resource, source_id=str(each.change.source_id))


async def write(uow: UnitOfWork, revision: Revision, batch: Sequence[NewChunk]) -> bool:
    """Adds a batch of a revision's chunks. False, and nothing is done, when it is out of date."""
    crud = IndexCrud(uow)
    change, source = revision.change, revision.source
    if source is None or not await _hold(crud, revision):
        return False
    await crud.add(
        change.resource,
        change.source_id,
        batch,
        model=MODEL,
        document_id=source.document_id,
        product_id=source.product_id,
    )
    revision.written |= {chunk.id for chunk in batch}
    return True


async def finish(uow: UnitOfWork, revision: Revision) -> bool:
    """Takes out what no longer stands in a text and settles the change, once all its batches are written. False, and
    nothing is done, when the revision is out of date."""
    crud = IndexCrud(uow)
    if not await _hold(crud, revision) or not await crud.settle(revision.change):
        return False
    if revision.remove:
        await crud.remove(revision.remove)
    await crud.move(revision.move)
    if revision.source is not None:
        await crud.place(revision.change.source_id, revision.source.product_id)
    return True


async def _hold(crud: IndexCrud, revision: Revision) -> bool:
    """Lets nobody else write the index, and says whether a revision still fits: its change waits, with no other behind
    it, and nobody else has written the chunks of its text."""
    await crud.hold()
    if not await crud.waits(revision.change):
        return False
    return await crud.ids_of(revision.change.source_id) == {each.id for each in revision.known} | revision.written


def _revise(revision: Revision) -> None:
    source = revision.source
    known: dict[tuple[str, bytes], list[SearchChunk]] = {}
    for chunk in revision.known:
        if source is not None and chunk.model == MODEL:
            known.setdefault((chunk.heading, chunk.sha256), []).append(chunk)
    kept: set[UUID] = set()
    if source is not None:
        for each in chunks(source.text, stored_sections(source.sections)):
            text = source.text[each.start : each.end]
            heading = _heading(source.title, each.heading)
            same = known.get((heading, digest(text)))
            if same:
                chunk = same.pop()
                kept.add(chunk.id)
                if (chunk.start, chunk.end) != (each.start, each.end):
                    revision.move[chunk.id] = each.start, each.end
            else:
                weights = document_vector(Excerpt(text, heading)).weights
                revision.add.append(NewChunk(uuid7(), each.start, each.end, heading, digest(text), weights))
    revision.remove = [chunk.id for chunk in revision.known if chunk.id not in kept]


def _heading(title: str, path: str) -> str:
    """The title and the headings below it; many texts begin with their title."""
    return path if f"{path}{_PATH}".startswith(f"{title}{_PATH}") else f"{title}{_PATH}{path}".removesuffix(_PATH)


# Vectors --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unembedded:
    """Chunks without a vector of a model, with what it has to read."""

    ids: list[UUID]
    excerpts: list[Excerpt]


async def unembedded(uow: UnitOfWork, embedder: Embedder) -> Unembedded | None:
    """Some of the chunks that lack a vector; None once there are none: then the model's vectors answer searches."""
    crud = IndexCrud(uow)
    lacking = await crud.lacking(embedder.model, MOST_EMBEDDED)
    if not lacking:
        serving = await crud.serving()
        if serving is None or serving.model != embedder.model:
            await crud.serve(embedder.model)
        return None
    places = {each.id: Place(each.resource, each.source_id, each.start, each.end) for each in lacking}
    quoted = await SourceCrud(uow).quote(list(places.values()))
    ids, excerpts, stale = list[UUID](), list[Excerpt](), list[UUID]()
    for each in lacking:
        found = quoted.get(places[each.id])
        if found is not None and digest(found.passage) == each.sha256:
            ids.append(each.id)
            excerpts.append(Excerpt(found.passage, each.heading))
        else:
            stale.append(each.id)
    if stale:  # their texts have changed, which waits to be indexed
        await crud.hold()
        await crud.remove(stale)
    return Unembedded(ids, excerpts)


async def keep(uow: UnitOfWork, embedder: Embedder, ids: Sequence[UUID], vectors: Sequence[object]) -> None:
    """Keeps what the model made of the chunks, of those that are still there."""
    values = {id_: vector.values for id_, vector in zip(ids, vectors, strict=True) if isinstance(vector, DenseVector)}
    crud = IndexCrud(uow)
    await crud.hold()
    await crud.add_vectors(embedder.model, values)

"""The jobs that keep the index of search, and the reactions that open them when something was made or changed."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.schemas.search import EmbedChunks, UpdateIndex
from specloom.services.search import indexing
from specloom.services.search.indexing import Revision
from specloom.vocabulary.search import Searched
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools


async def update_index(run: JobRun, _: UpdateIndex, tools: Tools) -> dict[str, Any]:
    """Indexes all that changed, also what changes meanwhile. Run again after a crash, it goes on where it was."""
    result = {"texts": 0, "chunks": 0}
    while True:
        async with run.uow() as uow:
            revisions = await indexing.waiting(uow)
        if not revisions:
            break
        await asyncio.to_thread(indexing.revise, revisions)
        for revision in revisions:
            if await _write(run, revision):
                result["texts"] += 1
                result["chunks"] += len(revision.add)
    async with run.finishing(result) as uow:
        if tools.embedder.dimensions is not None and result["texts"]:
            await indexing.open_embedding(uow)
    return result


async def _write(run: JobRun, revision: Revision) -> bool:
    for number, batch in enumerate(revision.batches):
        async with run.uow() as uow:
            if not await indexing.write(uow, revision, batch):
                return False  # the change still waits
        if number:
            done = number * indexing.BATCH / len(revision.add)
            await run.progress("index", done, "Making texts searchable")
    async with run.uow() as uow:
        return await indexing.finish(uow, revision)


async def embed_chunks(run: JobRun, _: EmbedChunks, tools: Tools) -> dict[str, Any]:
    """Has the model read what it has not read yet; when that is all, its vectors answer from then on."""
    embedded = 0
    while tools.embedder.dimensions is not None:
        async with run.uow() as uow:
            some = await indexing.unembedded(uow, tools.embedder)
        if some is None:
            break
        vectors = await tools.embedder.embed_documents(some.excerpts, run)
        async with run.uow() as uow:
            await indexing.keep(uow, tools.embedder, some.ids, vectors)
        embedded += len(vectors)
    return {"chunks": embedded, "model": tools.embedder.model}


async def leave_index(_: UnitOfWork, __: UpdateIndex | EmbedChunks, ___: str) -> None:
    """What is not indexed yet still waits: the next change, or the sweeper within the hour, opens a job for it."""


_IDS = {Searched.DOCUMENTS: "document_id", Searched.SUMMARIES: "summary_id", Searched.SESSIONS: "message_id"}
"""What events about these call the thing that can be searched; of all others it is a requirement."""


async def notice_changes(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """When something that can be searched was made, changed or deleted."""
    changed = [(Searched(event.resource), event.payload) for event in events]
    await indexing.notice(
        uow, {(resource, UUID(payload[_IDS.get(resource, "requirement_id")])) for resource, payload in changed}
    )


async def notice_all_of_documents(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """Summaries go with their document, and under its title."""
    for event in events:
        await indexing.notice_document(uow, UUID(event.payload["document_id"]))


async def notice_all_of_sessions(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """Messages stand under the title of their session."""
    for event in events:
        await indexing.notice_session(uow, UUID(event.payload["session_id"]))

"""The job that follows citations into a new version of their document: reads, compares in a thread, writes once."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.schemas.requirements import ReanchorCitations
from specloom.services.requirements import reanchoring
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools


async def reanchor_citations(run: JobRun, payload: ReanchorCitations, _: Tools) -> dict[str, Any]:
    """Moves what still stands and marks the requirements of what does not. Run again, there is nothing left to do."""
    result: dict[str, Any] = {"document_id": str(payload.document_id)}
    async with run.uow() as uow:
        task = await reanchoring.begin(uow, payload.document_id)
    found = await asyncio.to_thread(task.relocate)
    async with run.finishing(result) as uow:
        result |= await reanchoring.complete(uow, task, found)
    return result


async def leave_citations(_: UnitOfWork, __: ReanchorCitations, ___: str) -> None:
    """Citations stay where they stood; the next version, or a retry, takes them along."""


async def follow_citations(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """When documents were changed or deleted."""
    for document_id in dict.fromkeys(event.payload["document_id"] for event in events):
        await reanchoring.follow(uow, UUID(document_id))

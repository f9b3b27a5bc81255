"""The job that replies to a message: reads in short units of work, thinks in none, ends in one."""

from typing import Any

from specloom.ai.conversing import query_of
from specloom.ai.protocols import EngineError
from specloom.core.uow import UnitOfWork
from specloom.schemas.conversations import ReplyToMessage
from specloom.services import search
from specloom.services.analyses import rules
from specloom.services.conversations import replies, sources
from specloom.services.search import Meaning
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools

_KEEP = 0.97


async def reply_to_message(run: JobRun, payload: ReplyToMessage, tools: Tools) -> dict[str, Any]:
    """Writes the reply that is waited for. Run again after a crash, it goes on from the steps that were kept."""
    result: dict[str, Any] = {"session_id": str(payload.session_id), "message_id": str(payload.message_id)}
    async with run.uow() as uow:
        assignment = await replies.begin(uow, payload.session_id, payload.message_id, run.job_id)
    if assignment is None:
        return result
    await run.progress("read", 0.0, "Reading the conversation")
    digest = await tools.partner.digest(assignment.conversation, run)
    if digest is not None:
        async with run.uow() as uow:
            await replies.remember(uow, payload.session_id, digest)
        assignment = replies.shortened(assignment, digest)
    await run.progress("search", 0.2, "Looking through your documents")
    query = query_of(assignment.conversation)
    meaning = await _meaning(query, tools, run)
    async with run.uow() as uow:
        found = await sources.gather(uow, query, meaning)
        assignment = replies.with_sources(assignment, found, await rules.settings(uow))
    await run.progress("reply", 0.3, "Writing the reply")
    answer = await tools.partner.answer(assignment.conversation, run)
    await run.progress("keep", _KEEP, "Keeping the reply")
    async with run.finishing(result) as uow:
        reply_id = await replies.complete(uow, assignment, answer)
        result["reply_id"] = str(reply_id) if reply_id else None
    return result


async def abandon_reply(uow: UnitOfWork, payload: ReplyToMessage, reason: str) -> None:
    """Part of the transaction in which the job ends without its reply."""
    await replies.abandon(uow, payload.session_id, payload.message_id, reason)


async def _meaning(query: str, tools: Tools, run: JobRun) -> Meaning | None:
    """The query as the embedder understands it; words have to do when it cannot be asked."""
    try:
        return await search.understand(tools.embedder, query, run)
    except EngineError:
        return None

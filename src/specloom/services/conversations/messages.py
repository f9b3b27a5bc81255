"""Messages: said by people, answered one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.conversations import ConversationCrud, MessageCrud
from specloom.crud.documents import VersionCrud
from specloom.models.conversations import Message
from specloom.models.jobs import Job
from specloom.schemas.conversations import MessageAccepted, MessageCreate, MessageRead, ReplyToMessage
from specloom.services import jobs
from specloom.services.conversations import sessions
from specloom.vocabulary.conversations import MessageType, SessionStatus, SourceStatus


@dataclass(frozen=True, slots=True)
class Spoken:
    """What people said in a session: (message, its number, words), oldest first."""

    title: str
    messages: list[tuple[UUID, int, str]]


async def say(uow: UnitOfWork, session_id: UUID, data: MessageCreate, *, idle: timedelta) -> tuple[Message, Job]:
    """Adds a message and opens the job that answers it once all before it are answered.

    Raises `NotAParticipant`, `SessionOver`, `SessionPaused`, and `MessageNotFound` for a reference out of the session.
    """
    view = await sessions.lock(uow, session_id)
    session = view.session
    sessions.must_take_part(uow, view)
    now = await ConversationCrud(uow).now()
    sessions.must_not_be_over(session, now)
    if session.status is SessionStatus.PAUSED:
        raise sessions.SessionPaused
    crud = MessageCrud(uow)
    if data.references_message_id is not None:
        await crud.get_in(session_id, data.references_message_id)
    waits = bool(await crud.unanswered(session_id, 1))
    message = await crud.add(
        id=uuid7(),
        session_id=session_id,
        number=await crud.next_number(session_id),
        message_type=MessageType.USER,
        author_id=uow.user_id,
        content=data.content,
        references_message_id=data.references_message_id,
    )
    sessions.publish_message(uow, "message.created", session, message)
    reply = ReplyToMessage(session_id=session_id, message_id=message.id)
    job = await jobs.open(uow, reply, related_id=session_id, held=waits)
    await crud.change(message, job_id=job.id)
    await ConversationCrud(uow).go_on(session_id, now + idle)
    return message, job


async def page(uow: UnitOfWork, session_id: UUID, request: PageRequest) -> Page[Message]:
    """What was said, in order."""
    await ConversationCrud(uow).get(session_id)
    crud = MessageCrud(uow)
    return await crud.page(request, crud.of(session_id))


async def get(uow: UnitOfWork, session_id: UUID, message_id: UUID) -> Message:
    return await MessageCrud(uow).get_in(session_id, message_id)


async def spoken(uow: UnitOfWork, session_id: UUID) -> Spoken:
    """All that people said in a session."""
    session = await ConversationCrud(uow).get(session_id)
    said = await MessageCrud(uow).said(session_id)
    return Spoken(session.title, [(message.id, message.number, message.content) for message in said])


# As people see them ---------------------------------------------------------------------------------------------------


async def read(uow: UnitOfWork, found: Sequence[Message]) -> list[MessageRead]:
    """Messages with what has become of the documents that they quote."""
    documents = {
        UUID(each["document_id"])
        for message in found
        for each in message.details.get("citations", ())
        if "document_id" in each
    }
    current = await VersionCrud(uow).current_ids(documents) if documents else {}
    return [_read(message, current) for message in found]


def read_accepted(message: Message, job: Job) -> MessageAccepted:
    return MessageAccepted(message=_read(message, {}), job=jobs.read(job))


def _read(message: Message, current: Mapping[UUID, UUID]) -> MessageRead:
    names = set(MessageRead.model_fields) - {"metadata"}
    values: dict[str, Any] = {name: getattr(message, name) for name in names}
    citations = [{**each, "source_status": _status(each, current)} for each in message.details.get("citations", ())]
    return MessageRead.model_validate({**values, "metadata": {**message.details, "citations": citations}})


def _status(citation: Mapping[str, Any], current: Mapping[UUID, UUID]) -> SourceStatus:
    """Messages never change; of documents, `current` has the version that stands."""
    if "document_id" not in citation:
        return SourceStatus.CURRENT
    version_id = current.get(UUID(citation["document_id"]))
    if version_id is None:
        return SourceStatus.DELETED
    return SourceStatus.CURRENT if version_id == UUID(citation["version_id"]) else SourceStatus.OUTDATED

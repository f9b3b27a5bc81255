"""Sessions: begun, changed, paused, resumed, completed; and expired when nobody says anything any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func

from specloom.core import event_log
from specloom.core.errors import Conflict, Forbidden, NotFound
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.conversations import ConversationCrud, MessageCrud
from specloom.crud.identity import UserCrud
from specloom.models.conversations import ConversationSession, Message
from specloom.schemas.conversations import SessionCreate, SessionDetailRead, SessionRead, SessionUpdate
from specloom.services import identity, jobs
from specloom.services.identity import industry
from specloom.services.requirements import backlog
from specloom.vocabulary.conversations import ENDED, MessageType, SessionStatus, SessionType
from specloom.vocabulary.requirements import RequirementKind


class NotAParticipant(Forbidden):
    code = "not_a_participant"
    default_message = (
        "You take no part in this session. Ask a participant or an admin to add you: "
        'PATCH /sessions/{id} with "participants".'
    )


class ParticipantsUnknown(NotFound):
    code = "participants_unknown"
    default_message = "Some of the participants are no users of your tenant: see `details`."


class SessionOver(Conflict):
    """The session is completed or has expired."""

    code = "session_over"


class SessionPaused(Conflict):
    code = "session_paused"
    default_message = 'This session is paused. Resume it first: PATCH /sessions/{id} with {"status": "active"}.'


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session with who takes part in it."""

    session: ConversationSession
    participants: list[UUID]


# Begun and shown ------------------------------------------------------------------------------------------------------


async def create(uow: UnitOfWork, tenant_id: UUID, data: SessionCreate, *, idle: timedelta) -> SessionView:
    """Begins a session, which expires when nothing is said for as long as `idle`. `tenant_id` must be the caller's own.

    Raises `RequirementNotFound` for an unknown product, `ParticipantsUnknown`.
    """
    await identity.get_tenant(uow, tenant_id)
    if data.product_id is not None:
        await backlog.get(uow, RequirementKind.PRODUCT, data.product_id)
    crud = ConversationCrud(uow)
    session = await crud.add(
        created_by=uow.user_id,
        product_id=data.product_id,
        session_type=data.session_type,
        title=data.title,
        context_data=data.context_data,
        industry_template_version_id=(await industry.guidance(uow)).version_id,
        expires_at=await crud.now() + idle,
    )
    participants = await _set_participants(uow, session, data.participants)
    publish(uow, "session.created", session)
    return SessionView(session, participants)


async def page(
    uow: UnitOfWork,
    request: PageRequest,
    *,
    product_id: UUID | None = None,
    status: SessionStatus | None = None,
    session_type: SessionType | None = None,
    participant_id: UUID | None = None,
) -> Page[SessionView]:
    crud = ConversationCrud(uow)
    query = crud.by(product_id=product_id, status=status, session_type=session_type, participant_id=participant_id)
    found = await crud.page(request, query)
    participants = await crud.participants(session.id for session in found.items)
    return Page([SessionView(each, participants[each.id]) for each in found.items], found.next_cursor)


async def get(uow: UnitOfWork, session_id: UUID) -> SessionView:
    return await _view(uow, await ConversationCrud(uow).get(session_id))


async def lock(uow: UnitOfWork, session_id: UUID) -> SessionView:
    """A session as it is now, kept from others until the transaction ends."""
    return await _view(uow, await ConversationCrud(uow).lock(session_id))


async def last_event(uow: UnitOfWork) -> int:
    """The place in the tenant's log from which on everything is news. Ask before reading what it is to go with."""
    return (await event_log.bounds(uow.session, uow.tenant_id))[1]


# Changed and ended ----------------------------------------------------------------------------------------------------


async def change(uow: UnitOfWork, view: SessionView, data: SessionUpdate) -> SessionView:
    """Changes what was sent, on a session that was locked. Raises `NotAParticipant`, `SessionOver`."""
    session = view.session
    must_take_part(uow, view)
    must_not_be_over(session)
    participants = view.participants
    values = {name: getattr(data, name) for name in data.model_fields_set - {"participants", "status"}}
    changed: dict[str, Any] = {name: value for name, value in values.items() if getattr(session, name) != value}
    if "participants" in data.model_fields_set:
        participants = await _set_participants(uow, session, data.participants)
        if participants != view.participants:
            changed["updated_at"] = func.now()  # they are part of what the ETag stands for
    if changed:
        await ConversationCrud(uow).change(session, **changed)
        publish(uow, "session.updated", session)
    if "status" in data.model_fields_set and data.status != session.status:
        await _become(uow, session, SessionStatus(data.status))
    return SessionView(session, participants)


async def expire(uow: UnitOfWork, session_id: UUID) -> bool:
    """Ends a session in which nothing was said for too long; tells whether it did."""
    crud = ConversationCrud(uow)
    session = await crud.lock(session_id)
    if session.status in ENDED or session.expires_at > await crud.now():
        return False
    await _become(uow, session, SessionStatus.EXPIRED)
    return True


# Rules that messages go by, too ---------------------------------------------------------------------------------------


def must_take_part(uow: UnitOfWork, view: SessionView) -> None:
    """Raises `NotAParticipant` unless whoever is behind the unit of work takes part in the session, or is an admin."""
    if uow.user_id not in view.participants and not uow.may("*", "update"):
        raise NotAParticipant


def must_not_be_over(session: ConversationSession, now: datetime | None = None) -> None:
    """Raises `SessionOver` when the session has ended, or at the time of `now` is about to."""
    is_late = now is not None and session.expires_at <= now
    if session.status in ENDED or is_late:
        status = session.status if session.status in ENDED else SessionStatus.EXPIRED
        raise SessionOver(
            f"This session is {status.value}: nothing more can be said in it or changed about it. "
            "Begin another one: POST /tenants/{id}/sessions."
        )


def publish(uow: UnitOfWork, event_type: str, session: ConversationSession, **further: Any) -> None:
    payload = {
        "session_id": str(session.id),
        "product_id": str(session.product_id) if session.product_id else None,
        "status": session.status.value,
        **further,
    }
    uow.publish(Event(event_type, "sessions", payload, subject_id=session.id))


def publish_message(uow: UnitOfWork, event_type: str, session: ConversationSession, message: Message) -> None:
    publish(
        uow,
        event_type,
        session,
        message_id=str(message.id),
        number=message.number,
        message_type=message.message_type.value,
        reply_to=str(message.reply_to) if message.reply_to else None,
    )


# As people see them ---------------------------------------------------------------------------------------------------


def read(view: SessionView) -> SessionRead:
    return SessionRead.model_validate(_values(view))


def read_detail(view: SessionView, last_event_id: int) -> SessionDetailRead:
    return SessionDetailRead.model_validate({**_values(view), "last_event_id": last_event_id})


def _values(view: SessionView) -> dict[str, Any]:
    names = set(SessionRead.model_fields) - {"participants"}
    return {**{name: getattr(view.session, name) for name in names}, "participants": view.participants}


async def _view(uow: UnitOfWork, session: ConversationSession) -> SessionView:
    return SessionView(session, (await ConversationCrud(uow).participants([session.id]))[session.id])


async def _set_participants(uow: UnitOfWork, session: ConversationSession, wanted: Iterable[UUID]) -> list[UUID]:
    """Whoever asks takes part in any case: nobody locks themselves out."""
    users = {*wanted, *([uow.user_id] if uow.user_id else [])}
    unknown = users - await UserCrud(uow).ids_among(users)
    if unknown:
        raise ParticipantsUnknown(details=sorted(str(user) for user in unknown))
    await ConversationCrud(uow).set_participants(session.id, users)
    return sorted(users)


async def _become(uow: UnitOfWork, session: ConversationSession, status: SessionStatus) -> None:
    if status in ENDED:
        await _answer_no_more(uow, session, status)
    ended_at = {"ended_at": func.clock_timestamp()} if status in ENDED else {}
    await ConversationCrud(uow).change(session, status=status, **ended_at)
    event = "resumed" if status is SessionStatus.ACTIVE else status.value
    publish(uow, f"session.{event}", session)


async def _answer_no_more(uow: UnitOfWork, session: ConversationSession, status: SessionStatus) -> None:
    """Marks what is left unanswered, so that no reply comes after the end; jobs that write one are stopped."""
    messages = MessageCrud(uow)
    for message in await messages.unanswered(session.id):
        marker = await messages.add(
            session_id=session.id,
            number=await messages.next_number(session.id),
            message_type=MessageType.SYSTEM,
            content=f"This was not answered: the session is {status.value}.",
            details={"cancelled": True},
            reply_to=message.id,
        )
        publish_message(uow, "message.created", session, marker)
        if message.job_id is not None:
            await jobs.stop(uow, message.job_id)

"""Conversation sessions: begun, changed, talked in, followed live."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from specloom.dependencies.budget import must_afford
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.presence import Presence, reading, writing
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.state import State
from specloom.dependencies.stream import SessionStream, session_stream
from specloom.routers.frames import session_frames
from specloom.routers.responses import errors, errors_of_stream
from specloom.schemas.base import PageRead
from specloom.schemas.conversations import (
    MessageAccepted,
    MessageCreate,
    MessageRead,
    SessionCreate,
    SessionDetailRead,
    SessionRead,
    SessionStateRead,
    SessionUpdate,
)
from specloom.services.conversations import messages, sessions
from specloom.services.conversations import state as states
from specloom.vocabulary.conversations import SessionStatus, SessionType

router = APIRouter(tags=["sessions"], route_class=IdempotentRoute, responses=errors(401, 403, 422, 503))

_may_read = [Depends(require("sessions", "read"))]
_may_update = [Depends(require("sessions", "update"))]


@router.post(
    "/tenants/{tenant_id}/sessions",
    status_code=201,
    responses=errors(400, 404, 409, 413),
    dependencies=[Depends(require("sessions", "create"))],
)
async def create_session(
    tenant_id: UUID, data: SessionCreate, uow: Uow, state: State, response: Response
) -> SessionDetailRead:
    """Begins a conversation in your own tenant. You take part in it, with the participants you name."""
    last = await sessions.last_event(uow)
    view = await sessions.create(uow, tenant_id, data, idle=state.settings.conversations.idle)
    tag(response, view.session)
    return sessions.read_detail(view, last)


@router.get("/sessions", responses=errors(400), dependencies=_may_read)
async def list_sessions(
    *,
    uow: Uow,
    page: PageParams,
    product_id: Annotated[UUID | None, Query()] = None,
    status: SessionStatus | None = None,
    session_type: SessionType | None = None,
    participant_id: Annotated[UUID | None, Query()] = None,
) -> PageRead[SessionRead]:
    """Conversations, newest first. Sort by `created_at`, `updated_at`, `expires_at` or `title`."""
    found = await sessions.page(
        uow,
        page,
        product_id=product_id,
        status=status,
        session_type=session_type,
        participant_id=participant_id,
    )
    return PageRead(items=[sessions.read(view) for view in found.items], next_cursor=found.next_cursor)


@router.get("/sessions/{session_id}", responses=errors(404), dependencies=_may_read)
async def get_session(session_id: UUID, uow: Uow, response: Response) -> SessionDetailRead:
    """A conversation, and where in its story you are: follow it from there at `GET /sessions/{session_id}/events`."""
    last = await sessions.last_event(uow)
    view = await sessions.get(uow, session_id)
    tag(response, view.session)
    return sessions.read_detail(view, last)


@router.patch("/sessions/{session_id}", responses=errors(400, 404, 409, 412, 413), dependencies=_may_update)
async def change_session(
    session_id: UUID, data: SessionUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> SessionRead:
    """Changes title, participants or context; pauses, resumes or completes. For participants and admins.

    What is unanswered when a session is completed stays so."""
    view = await sessions.lock(uow, session_id)
    precondition.check(view.session)
    view = await sessions.change(uow, view, data)
    tag(response, view.session)
    return sessions.read(view)


@router.get("/sessions/{session_id}/messages", responses=errors(400, 404), dependencies=_may_read)
async def list_messages(session_id: UUID, uow: Uow, page: PageParams) -> PageRead[MessageRead]:
    """What was said, oldest first; sort by `-number` for the latest first."""
    found = await messages.page(uow, session_id, page)
    return PageRead(items=await messages.read(uow, found.items), next_cursor=found.next_cursor)


@router.post(
    "/sessions/{session_id}/messages",
    status_code=202,
    responses=errors(400, 402, 404, 409, 413, 429),
    # A reply quotes documents: who asks for one must be allowed to read them.
    dependencies=[Depends(require("documents", "read")), *_may_update, Depends(must_afford)],
)
async def create_message(session_id: UUID, data: MessageCreate, uow: Uow, state: State) -> MessageAccepted:
    """Says something; a job replies to it once all before it is replied to. For participants and admins.

    Follow the reply at `GET /sessions/{session_id}/events`, or at `GET /jobs/{id}/events`."""
    message, job = await messages.say(uow, session_id, data, idle=state.settings.conversations.idle)
    return messages.read_accepted(message, job)


@router.get(
    "/sessions/{session_id}/events",
    response_class=EventSourceResponse,
    responses={
        **errors_of_stream(401, 403, 404, 422, 503),
        204: {"description": "The end was seen already (`Last-Event-ID`)."},
    },
)
async def follow_session(
    stream: Annotated[SessionStream, Depends(session_stream, scope="function")], state: State
) -> AsyncIterator[ServerSentEvent]:
    """What goes on in a conversation, as it happens: `message.created` and `message.updated` with the whole message;
    `reply.progress`, `reply.delta` (a piece of the reply with its `offset`; whoever comes late gets the text so far)
    and `reply.completed`, `reply.failed` or `reply.cancelled` of the job `event_id`; `session.updated`,
    `session.paused`, `session.resumed`, `session.completed`, `session.expired` with the session.

    `Last-Event-ID` resumes it, on any node, without gap or repeat; without it, the stream begins with all that is still
    kept of the session's story. It ends when the session does.
    """
    async for frame in session_frames(stream, state):
        yield frame


@router.get("/sessions/{session_id}/state", responses=errors(404))
async def get_session_state(presence: Annotated[Presence, Depends(reading)], state: State) -> SessionStateRead:
    """What goes on in a conversation this moment: who is writing, and what of a reply has been written."""
    return await states.complete(state.runtime.redis, presence.principal.tenant_id, presence.session_id, presence.known)


@router.post("/sessions/{session_id}/typing", status_code=204, responses=errors(400, 404, 409))
async def note_typing(presence: Annotated[Presence, Depends(writing)], state: State) -> None:
    """Tells the others for a few seconds that you are writing. For participants and admins."""
    who = presence.principal
    await states.note_typing(state.runtime.redis, who.tenant_id, presence.session_id, who.user_id)

"""What goes on in a session, as it happens: what is said, replies while they are written, how the session stands."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from specloom.core.events import Delta, LoggedEvent
from specloom.core.hub import EventHub
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.conversations import ConversationCrud
from specloom.schemas.conversations import MessageRead, SessionRead
from specloom.services import streams
from specloom.services.conversations import messages, sessions
from specloom.services.streams import Reset, Viewer
from specloom.vocabulary.conversations import ENDED

TERMINAL = ("session.completed", "session.expired")


@dataclass(frozen=True, slots=True)
class News:
    """An event with what it is about, as that is by now: a message, or the session. None for the life of a job."""

    event: LoggedEvent
    about: MessageRead | SessionRead | None


async def is_over(uow: UnitOfWork, session_id: UUID, after: int) -> bool:
    """Whether a session has ended, and its end stands no later than at this place of the tenant's log."""
    session = await ConversationCrud(uow).get(session_id)
    if session.status not in ENDED:
        return False
    return not await streams.has_more(uow, session_id, after)


async def follow(
    runtime: Runtime, hub: EventHub, viewer: Viewer, session_id: UUID, after: int | None
) -> AsyncIterator[News | Delta | Reset]:
    """The story of a session after a place in the tenant's log (None: all that is kept); ends with its end."""
    async for item in streams.follow_subject(runtime, hub, viewer, session_id, after, terminal=TERMINAL):
        if isinstance(item, LoggedEvent):
            yield News(item, await _about(runtime, viewer.tenant_id, session_id, item))
        else:
            yield item


async def _about(
    runtime: Runtime, tenant_id: UUID, session_id: UUID, event: LoggedEvent
) -> MessageRead | SessionRead | None:
    if event.job_id is not None:
        return None
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        if event.event_type.startswith("message."):
            message = await messages.get(uow, session_id, UUID(event.payload["message_id"]))
            return (await messages.read(uow, [message]))[0]
        return sessions.read(await sessions.get(uow, session_id))

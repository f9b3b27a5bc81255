"""Live progress as server-sent events, and the tickets that open such a stream from a browser."""

import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from uuid_utils.compat import uuid7

from specloom.core.events import LoggedEvent
from specloom.core.metrics import STREAMS
from specloom.core.security import TokenType
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, principal_of
from specloom.dependencies.state import State
from specloom.dependencies.stream import JobStream, LastEventId, job_stream, tenant_viewer
from specloom.routers.frames import frames
from specloom.routers.responses import errors, errors_of_stream
from specloom.schemas.jobs import EventRead, StreamTicketRead
from specloom.services import streams
from specloom.services.streams import Viewer

router = APIRouter(tags=["events"], route_class=IdempotentRoute, responses=errors(401, 422, 503))


@router.get(
    "/jobs/{job_id}/events",
    response_class=EventSourceResponse,
    responses={
        **errors_of_stream(401, 404, 422, 503),
        204: {"description": "The end was seen already (`Last-Event-ID`)."},
    },
)
async def follow_job(
    stream: Annotated[JobStream, Depends(job_stream, scope="function")], state: State
) -> AsyncIterator[ServerSentEvent]:
    """Progress of a job: `progress` events, `delta`s of text while it is written, one `completed`, `failed` or
    `cancelled`; then the stream ends. `Last-Event-ID` resumes it, on any node, without gap or repeat."""
    async for frame in frames(stream, state):
        yield frame


@router.get("/events", response_class=EventSourceResponse, responses=errors_of_stream(401, 422, 503))
async def follow_tenant(
    viewer: Annotated[Viewer, Depends(tenant_viewer, scope="function")],
    state: State,
    last_seen: LastEventId,
) -> AsyncIterator[ServerSentEvent]:
    """All that happens in your tenant to things you may read, from now on or after `Last-Event-ID`. A `reset` says that
    the log no longer reaches back so far."""
    with STREAMS.track_inprogress():
        async for item in streams.follow_tenant(state.runtime, state.hub, viewer, last_seen):
            if isinstance(item, LoggedEvent):
                yield ServerSentEvent(
                    id=str(item.sequence),
                    event=item.event_type,
                    data=EventRead.model_validate(item),
                )
            else:
                yield ServerSentEvent(id=str(item.sequence), event="reset", data={})


@router.post("/stream-tickets", status_code=201)
async def create_stream_ticket(uow: Uow, state: State) -> StreamTicketRead:
    """A ticket that opens one event stream within seconds: `GET …/events?ticket=…`."""
    principal = principal_of(uow)
    seconds = state.settings.tokens.stream_ticket_seconds
    now = int(time.time())
    ticket = state.keys.sign(
        TokenType.STREAM,
        {
            "sub": str(principal.user_id),
            "tenant_id": str(principal.tenant_id),
            "sid": str(principal.session_id),
            "until": now + 60 * state.settings.tokens.access_minutes,
        },
        token_id=uuid7(),
        issued_at=now,
        seconds=seconds,
    )
    return StreamTicketRead(ticket=ticket, expires_in=seconds)

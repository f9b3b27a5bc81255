"""How the stories of jobs and sessions go out as server-sent events."""

from collections.abc import AsyncIterator

from fastapi.sse import ServerSentEvent

from specloom.core.events import Delta, LoggedEvent
from specloom.core.metrics import STREAMS
from specloom.dependencies.state import State
from specloom.dependencies.stream import JobStream, SessionStream
from specloom.schemas.jobs import TextDelta
from specloom.services import streams
from specloom.services.conversations import following
from specloom.services.conversations.following import News


async def frames(stream: JobStream, state: State) -> AsyncIterator[ServerSentEvent]:
    """`progress`, `delta`, `reset` and, at the end, one `completed`, `failed` or `cancelled`."""
    with STREAMS.track_inprogress():
        async for item in streams.follow_job(state.runtime, state.hub, stream.viewer, stream.job_id, stream.after):
            if isinstance(item, LoggedEvent):
                yield ServerSentEvent(
                    id=str(item.job_sequence),
                    event=item.event_type.removeprefix("job."),
                    data={**item.payload, "event_id": str(stream.event_id)},
                )
            elif isinstance(item, Delta):
                yield ServerSentEvent(
                    event="delta", data=TextDelta(event_id=stream.event_id, offset=item.offset, text=item.text)
                )
            else:
                yield ServerSentEvent(id=str(item.sequence), event="reset", data={"event_id": str(stream.event_id)})


async def session_frames(stream: SessionStream, state: State) -> AsyncIterator[ServerSentEvent]:
    """`message.created`, `message.updated`, `session.…`; of replies `reply.progress`, `reply.delta` and at the end
    `reply.completed`, `reply.failed` or `reply.cancelled`; and `reset`."""
    found = following.follow(state.runtime, state.hub, stream.viewer, stream.session_id, stream.after)
    with STREAMS.track_inprogress():
        async for item in found:
            if isinstance(item, News):
                event = item.event
                yield ServerSentEvent(
                    id=str(event.sequence),
                    event=event.event_type.replace("job.", "reply.", 1) if event.job_id else event.event_type,
                    data=event.payload if item.about is None else item.about,
                )
            elif isinstance(item, Delta):
                yield ServerSentEvent(
                    event="reply.delta", data=TextDelta(event_id=item.job_id, offset=item.offset, text=item.text)
                )
            else:
                yield ServerSentEvent(id=str(item.sequence), event="reset", data={"session_id": str(stream.session_id)})

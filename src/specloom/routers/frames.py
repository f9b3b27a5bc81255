"""How the story of a job goes out as server-sent events, whatever the stream is named after."""

from collections.abc import AsyncIterator

from fastapi.sse import ServerSentEvent

from specloom.core.events import Delta, LoggedEvent
from specloom.core.metrics import STREAMS
from specloom.dependencies.state import State
from specloom.dependencies.stream import JobStream
from specloom.schemas.jobs import TextDelta
from specloom.services import streams


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

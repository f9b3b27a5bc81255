"""Jobs as they are asked for, shown and followed."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from specloom.schemas.base import Output
from specloom.vocabulary.jobs import JobStatus


class JobPayload(BaseModel):
    """What a job is about. Subclasses say which queue carries it, and what one must be allowed to read to follow it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job_type: ClassVar[str]
    queue: ClassVar[str]
    resource: ClassVar[str]


class JobState(StrEnum):
    """Where a job stands, for people: a stalled one is taken over by another worker within seconds, a paused one waits
    for a budget to be raised or the month to end."""

    QUEUED = "queued"
    RETRYING = "retrying"
    PAUSED = "paused"
    RUNNING = "running"
    STALLED = "stalled"
    CANCELLING = "cancelling"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobError(Output):
    code: str
    message: str


class JobRead(Output):
    """A job as it is now."""

    id: UUID
    job_type: str
    related_id: UUID | None = Field(description="The thing the job works on.")
    user_id: UUID | None
    status: JobStatus
    state: JobState
    paused_until: datetime | None = Field(description="When a paused job goes on by itself; it may be earlier.")
    progress: int = Field(ge=0, le=100)
    step: str
    message: str
    result: dict[str, Any] | None
    error: JobError | None
    attempts: int
    retry_of: UUID | None
    queued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    last_sequence: int = Field(description="Sequence of the latest event of this job.")


class ProgressUpdate(Output):
    """The data of a job's events; `progress` never falls. `event_id` is the job's id, or the analysis'."""

    event_id: UUID
    step: str
    progress: int = Field(ge=0, le=100)
    message: str
    details: dict[str, Any] | None = None


class TextDelta(Output):
    """A piece of text while it is written: `offset` counts the code points before it. An offset of 0 starts over."""

    event_id: UUID
    offset: int
    text: str


class EventRead(Output):
    """A fact of the tenant's log."""

    event_id: UUID
    event_type: str
    tenant_id: UUID
    timestamp: datetime
    payload: dict[str, Any]


class StreamTicketRead(Output):
    """Opens one event stream, once, as `?ticket=`; for browsers, whose EventSource cannot send headers."""

    ticket: str
    expires_in: int = Field(description="Seconds.")

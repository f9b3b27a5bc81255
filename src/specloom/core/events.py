"""Events: facts in the past tense, kept in the tenant's log in commit order and sent live over Redis after it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, before it has its place in the log.

    `event_type` is "<thing>.<past tense>" for facts of the business (`document.created`) and "job.<kind>" for the life
    of a job. `resource` is what one must be allowed to read to be told. A job's events carry its id and its own
    sequence. `subject_id` names the one thing they are about, for those who follow it alone.
    """

    event_type: str
    resource: str
    payload: dict[str, Any]
    job_id: UUID | None = None
    job_sequence: int | None = None
    subject_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event with its place: `sequence` counts 1, 2, 3, … within the tenant, in commit order."""

    event_id: UUID
    sequence: int
    event_type: str
    resource: str
    tenant_id: UUID
    timestamp: datetime
    payload: dict[str, Any]
    job_id: UUID | None = None
    job_sequence: int | None = None
    subject_id: UUID | None = None

    def to_json(self) -> str:
        return json.dumps(
            {
                "event_id": str(self.event_id),
                "sequence": self.sequence,
                "event_type": self.event_type,
                "resource": self.resource,
                "tenant_id": str(self.tenant_id),
                "timestamp": self.timestamp.isoformat(),
                "payload": self.payload,
                "job_id": str(self.job_id) if self.job_id else None,
                "job_sequence": self.job_sequence,
                "subject_id": str(self.subject_id) if self.subject_id else None,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> "LoggedEvent":
        values = json.loads(text)
        return cls(
            event_id=UUID(values["event_id"]),
            sequence=values["sequence"],
            event_type=values["event_type"],
            resource=values["resource"],
            tenant_id=UUID(values["tenant_id"]),
            timestamp=datetime.fromisoformat(values["timestamp"]),
            payload=values["payload"],
            job_id=UUID(values["job_id"]) if values["job_id"] else None,
            job_sequence=values["job_sequence"],
            subject_id=UUID(values["subject_id"]) if values.get("subject_id") else None,
        )


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of a text while a job writes it.

    `offset` counts the code points that came before in this attempt; another attempt starts over at 0.
    """

    job_id: UUID
    attempt: int
    offset: int
    text: str

    def to_json(self) -> str:
        return json.dumps([str(self.job_id), self.attempt, self.offset, self.text], ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Delta":
        job_id, attempt, offset, piece = json.loads(text)
        return cls(UUID(job_id), attempt, offset, piece)


@dataclass(frozen=True, slots=True)
class Channels:
    """Names of the Redis channels of one tenant."""

    tenant_id: UUID
    events: str = field(init=False)
    deltas: str = field(init=False)
    revoked: str = field(init=False)

    def __post_init__(self) -> None:
        for name in ("events", "deltas", "revoked"):
            object.__setattr__(self, name, f"tenant:{self.tenant_id}:{name}")


async def publish(redis: Redis, events: Iterable[LoggedEvent]) -> None:
    """Sends logged events to whoever listens: on the tenant's channel and on the channel of their type."""
    async with redis.pipeline(transaction=False) as pipeline:
        for event in events:
            message = event.to_json()
            pipeline.publish(Channels(event.tenant_id).events, message)
            pipeline.publish(f"events:{event.event_type}", message)
        await pipeline.execute()


def text_key(tenant_id: UUID, job_id: UUID) -> str:
    """Where the text that a job is writing stands in Redis, behind "<attempt>:"."""
    return f"tenant:{tenant_id}:job:{job_id}:text"


async def text_so_far(redis: Redis, tenant_id: UUID, job_id: UUID) -> Delta | None:
    """What a job has written until now, as one piece; None when there is none, or Redis does not answer."""
    try:
        kept = await redis.get(text_key(tenant_id, job_id))
    except (RedisError, OSError):
        return None
    if not kept:
        return None
    attempt, _, text = str(kept).partition(":")
    return Delta(job_id, int(attempt), 0, text)

"""The log of a tenant's events: written with the commit that caused them, read by streams that missed some."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, PrimaryKeyConstraint, insert, select, update
from sqlalchemy import func as sql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from specloom.core.database import Base, TenantOwned
from specloom.core.events import Event, LoggedEvent


class EventCounter(TenantOwned, Base):
    """The last sequence that was given out in a tenant."""

    __tablename__ = "event_counters"
    __table_args__ = (PrimaryKeyConstraint("tenant_id"), ForeignKeyConstraint(["tenant_id"], ["tenants.id"]))

    last_sequence: Mapped[int] = mapped_column(BigInteger, server_default="0")


class EventEntry(TenantOwned, Base):
    """One event at its place in the tenant's log."""

    __tablename__ = "events"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "sequence"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        Index("ix_events_tenant_id_job_id_job_sequence", "tenant_id", "job_id", "job_sequence", unique=True),
        Index("ix_events_tenant_id_timestamp", "tenant_id", "timestamp"),
        Index(
            "ix_events_tenant_id_subject_id_sequence",
            "tenant_id",
            "subject_id",
            "sequence",
            postgresql_where="subject_id IS NOT NULL",
        ),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, autoincrement=False)
    event_id: Mapped[UUID]
    event_type: Mapped[str]
    resource: Mapped[str]
    timestamp: Mapped[datetime]
    payload: Mapped[dict[str, Any]]
    job_id: Mapped[UUID | None]
    job_sequence: Mapped[int | None]
    subject_id: Mapped[UUID | None]


async def append(session: AsyncSession, tenant_id: UUID, events: Sequence[Event]) -> list[LoggedEvent]:
    """Gives the events their places and writes them.

    The counter's row stays locked until the commit, which has to follow at once: so the log has the order of the
    commits and no gap.
    """
    last, now = (
        await session.execute(
            update(EventCounter)
            .where(EventCounter.tenant_id == tenant_id)
            .values(last_sequence=EventCounter.last_sequence + len(events))
            .returning(EventCounter.last_sequence, sql.clock_timestamp())
        )
    ).one()
    logged = [
        LoggedEvent(
            event_id=uuid7(),
            sequence=sequence,
            event_type=event.event_type,
            resource=event.resource,
            tenant_id=tenant_id,
            timestamp=now,
            payload=event.payload,
            job_id=event.job_id,
            job_sequence=event.job_sequence,
            subject_id=event.subject_id,
        )
        for sequence, event in enumerate(events, last - len(events) + 1)
    ]
    columns = [column.key for column in EventEntry.__table__.columns]
    await session.execute(
        insert(EventEntry), [{column: getattr(event, column) for column in columns} for event in logged]
    )
    return logged


async def read(
    session: AsyncSession,
    tenant_id: UUID,
    *,
    after: int,
    resources: Sequence[str] | None = None,
    limit: int = 500,
) -> list[LoggedEvent]:
    """The tenant's events after a sequence, oldest first, of the given resources only."""
    query = select(EventEntry).where(EventEntry.tenant_id == tenant_id, EventEntry.sequence > after)
    if resources is not None:
        query = query.where(EventEntry.resource.in_(resources))
    rows = await session.scalars(query.order_by(EventEntry.sequence).limit(limit))
    return [_logged(row) for row in rows]


async def read_job(
    session: AsyncSession, tenant_id: UUID, job_id: UUID, *, after: int, limit: int = 1000
) -> list[LoggedEvent]:
    """The events of one job after a sequence of its own, oldest first."""
    rows = await session.scalars(
        select(EventEntry)
        .where(EventEntry.tenant_id == tenant_id, EventEntry.job_id == job_id, EventEntry.job_sequence > after)
        .order_by(EventEntry.job_sequence)
        .limit(limit)
    )
    return [_logged(row) for row in rows]


async def read_subject(
    session: AsyncSession, tenant_id: UUID, subject_id: UUID, *, after: int, limit: int = 500
) -> list[LoggedEvent]:
    """The events that are about one thing after a sequence of the tenant, oldest first."""
    rows = await session.scalars(
        select(EventEntry)
        .where(EventEntry.tenant_id == tenant_id, EventEntry.subject_id == subject_id, EventEntry.sequence > after)
        .order_by(EventEntry.sequence)
        .limit(limit)
    )
    return [_logged(row) for row in rows]


async def bounds(session: AsyncSession, tenant_id: UUID) -> tuple[int, int]:
    """The oldest sequence that is still kept (0 when there is none) and the last one that was given out."""
    oldest = select(sql.min(EventEntry.sequence)).where(EventEntry.tenant_id == tenant_id).scalar_subquery()
    row = (
        await session.execute(
            select(sql.coalesce(oldest, 0), EventCounter.last_sequence).where(EventCounter.tenant_id == tenant_id)
        )
    ).one()
    return row[0], row[1]


def _logged(row: EventEntry) -> LoggedEvent:
    return LoggedEvent(
        event_id=row.event_id,
        sequence=row.sequence,
        event_type=row.event_type,
        resource=row.resource,
        tenant_id=row.tenant_id,
        timestamp=row.timestamp,
        payload=row.payload,
        job_id=row.job_id,
        job_sequence=row.job_sequence,
        subject_id=row.subject_id,
    )

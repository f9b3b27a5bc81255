"""Jobs: the row is the truth about background work; what Redis holds is only a hint to look at it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, query_expression

from specloom.core.database import Base, Entity, TenantOwned, choice, reference
from specloom.vocabulary.jobs import JobStatus, PauseReason


class Job(Entity, Base):
    """Work that runs later.

    A worker holds it while its lease lasts; `fence` counts the holders, so that one who was taken for dead and comes
    back can change nothing. One with a `paused_reason` waits until somebody lifts it, or until `run_after`.
    `last_sequence` is the last place given out in the job's own event log; `progress` never
    falls.
    """

    __tablename__ = "jobs"

    user_id: Mapped[UUID | None]
    job_type: Mapped[str]
    queue: Mapped[str]
    resource: Mapped[str]
    related_id: Mapped[UUID | None]
    retry_of: Mapped[UUID | None]
    payload: Mapped[dict[str, Any]]
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus), default=JobStatus.PENDING)
    progress: Mapped[int] = mapped_column(default=0, server_default="0")
    step: Mapped[str] = mapped_column(default="queued", server_default="queued")
    message: Mapped[str] = mapped_column(default="", server_default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error_code: Mapped[str | None]
    error_message: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    fence: Mapped[int] = mapped_column(default=0, server_default="0")
    worker: Mapped[str | None]
    lease_expires_at: Mapped[datetime | None]
    run_after: Mapped[datetime] = mapped_column(server_default=func.now())
    paused_reason: Mapped[PauseReason | None] = mapped_column(choice(PauseReason))
    cancel_requested_at: Mapped[datetime | None]
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_sequence: Mapped[int] = mapped_column(default=0, server_default="0")
    stalled: Mapped[bool | None] = query_expression()
    """Whether its worker went silent, by the database's clock; the queries of `crud.jobs` fill it in."""

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("user_id", "users"),
            reference("retry_of", "jobs"),
            CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
            Index("ix_jobs_tenant_id_status", "tenant_id", "status"),
            Index("ix_jobs_tenant_id_created_at", "tenant_id", "created_at"),
            Index("ix_jobs_tenant_id_related_id", "tenant_id", "related_id"),
            Index("ix_jobs_due", "run_after", postgresql_where="status = 'pending'"),
            Index("ix_jobs_leases", "lease_expires_at", postgresql_where="status = 'in_progress'"),
            Index("ix_jobs_paused", "tenant_id", "queued_at", postgresql_where="paused_reason IS NOT NULL"),
        )


class JobStep(TenantOwned, Base):
    """A finished step of a job, kept so that another attempt need not do it again."""

    __tablename__ = "job_steps"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "job_id", "step"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("job_id", "jobs", ondelete="CASCADE"),
    )

    job_id: Mapped[UUID]
    step: Mapped[str]
    value: Mapped[Any] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

"""Jobs, their kept steps, and the doors through which the sweeper finds those of all tenants."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, and_, case, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import with_expression

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.event_log import EventEntry
from specloom.core.queue import JobTicket
from specloom.models.jobs import Job, JobStep
from specloom.vocabulary.jobs import FINISHED, JobStatus, PauseReason


class JobNotFound(NotFound):
    code = "job_not_found"
    default_message = "There is no such job."


class JobCrud(Crud[Job]):
    model: ClassVar[type[Job]] = Job
    missing = JobNotFound

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[Job]:
        silent = and_(Job.status == JobStatus.IN_PROGRESS, Job.lease_expires_at < func.clock_timestamp())
        return super().rows_of(tenant_id).options(with_expression(Job.stalled, silent))

    def by(
        self,
        *,
        resources: Sequence[str] | None,
        status: JobStatus | None = None,
        job_type: str | None = None,
        related_id: UUID | None = None,
    ) -> Select[Job]:
        """Jobs that concern any of the resources."""
        query = self.scoped()
        if resources is not None:
            query = query.where(Job.resource.in_(resources))
        if status is not None:
            query = query.where(Job.status == status)
        if job_type is not None:
            query = query.where(Job.job_type == job_type)
        if related_id is not None:
            query = query.where(Job.related_id == related_id)
        return query

    async def has_waiting(self, job_type: str) -> bool:
        """Whether a job of this type waits for a worker, who will not have it before this transaction ends."""
        query = (
            self.scoped()
            .with_only_columns(Job.id)
            .where(Job.job_type == job_type, Job.status == JobStatus.PENDING, Job.cancel_requested_at.is_(None))
            .limit(1)
            .with_for_update(read=True, skip_locked=True)
        )
        return (await self.session.execute(query)).first() is not None

    async def claim(self, job_id: UUID, *, worker: str, lease: timedelta) -> Job | None:
        """Takes a job that waits and is due; the fence goes up by one. None when somebody else has it."""
        return await self._take(
            update(Job)
            .where(Job.status == JobStatus.PENDING, Job.run_after <= func.now(), Job.cancel_requested_at.is_(None))
            .values(
                status=JobStatus.IN_PROGRESS,
                worker=worker,
                attempts=Job.attempts + 1,
                fence=Job.fence + 1,
                lease_expires_at=func.clock_timestamp() + lease,
                started_at=func.coalesce(Job.started_at, func.clock_timestamp()),
                paused_reason=None,
            ),
            job_id,
        )

    async def renew(self, job_id: UUID, *, fence: int, lease: timedelta) -> Job | None:
        """Holds on to a job for another while. None when it belongs to somebody else by now."""
        return await self._take(
            update(Job)
            .where(Job.status == JobStatus.IN_PROGRESS, Job.fence == fence)
            .values(lease_expires_at=func.clock_timestamp() + lease),
            job_id,
        )

    async def hold(self, job_id: UUID, *, fence: int) -> Job | None:
        """The job, locked, if it still belongs to the holder of this fence."""
        query = (
            self.scoped()
            .where(Job.id == job_id, Job.status == JobStatus.IN_PROGRESS, Job.fence == fence)
            .with_for_update()
        )
        return (await self.session.scalars(query)).one_or_none()

    async def take_over(self, job_id: UUID) -> Job | None:
        """Locks a job whose worker went silent, or whose end was asked for before it began; None when there is nothing
        to take over, or another sweeper is at it."""
        query = (
            self.scoped()
            .where(
                Job.id == job_id,
                case(
                    (Job.status == JobStatus.IN_PROGRESS, Job.lease_expires_at < func.clock_timestamp()),
                    else_=and_(Job.status == JobStatus.PENDING, Job.cancel_requested_at.is_not(None)),
                ),
            )
            .with_for_update(skip_locked=True)
        )
        return (await self.session.scalars(query)).one_or_none()

    async def release(self, job_id: UUID) -> Job | None:
        """Makes a waiting job due. None when it is not waiting, or somebody has it locked: to cancel it, that is."""
        return await self._take(
            update(Job)
            .where(Job.id.in_(self._free(job_id)), Job.status == JobStatus.PENDING)
            .values(run_after=func.clock_timestamp()),
            job_id,
        )

    async def stop(self, job_id: UUID) -> None:
        """Asks for the end of a job, unless it is locked: whoever has locked it is about to change it."""
        await self._take(
            update(Job)
            .where(Job.id.in_(self._free(job_id)), Job.status.not_in(FINISHED))
            .values(cancel_requested_at=func.coalesce(Job.cancel_requested_at, func.clock_timestamp())),
            job_id,
        )

    async def running_for(self, related_id: UUID) -> list[UUID]:
        """The jobs that work for a thing and have not ended."""
        query = self.scoped().with_only_columns(Job.id).where(Job.related_id == related_id)
        return list(await self.session.scalars(query.where(Job.status.not_in(FINISHED))))

    async def running_retry(self, job_id: UUID) -> Job | None:
        """The job that was opened in place of this one and has not ended."""
        query = self.scoped().where(Job.retry_of == job_id, Job.status.not_in(FINISHED))
        return (await self.session.scalars(query.limit(1))).one_or_none()

    async def history(self, job: Job) -> list[UUID]:
        """The job and those in whose place it was opened: their kept steps are its own."""
        if job.retry_of is None:
            return [job.id]
        query = self.scoped().with_only_columns(Job.id).where(Job.retry_of == job.retry_of)
        return [job.retry_of, *await self.session.scalars(query)]

    async def lock_paused(self) -> Sequence[Job]:
        """The jobs that wait for somebody to lift what they wait for, oldest first."""
        query = self.scoped().where(Job.paused_reason.is_not(None)).order_by(Job.queued_at)
        return (await self.session.scalars(query.with_for_update(skip_locked=True))).all()

    async def count_paused(self) -> int:
        query = select(func.count()).where(Job.tenant_id == self.tenant_id, Job.paused_reason.is_not(None))
        return await self.session.scalar(query) or 0

    async def pause_in_the_way(self, user_id: UUID | None) -> PauseReason | None:
        """Why jobs wait that stand for the whole tenant, or for this person; None when none does."""
        theirs = and_(Job.paused_reason == PauseReason.USER_BUDGET_EXHAUSTED, Job.user_id == user_id)
        query = select(Job.paused_reason).where(
            Job.tenant_id == self.tenant_id,
            Job.run_after > func.now(),
            or_(Job.paused_reason == PauseReason.BUDGET_EXHAUSTED, theirs),
        )
        return (await self.session.scalars(query.limit(1))).one_or_none()

    async def step(self, job_ids: Sequence[UUID], step: str) -> Any:
        """The value of a step that any of these jobs kept, or None."""
        query = select(JobStep.value).where(
            JobStep.tenant_id == self.tenant_id, JobStep.job_id.in_(job_ids), JobStep.step == step
        )
        return (await self.session.scalars(query.limit(1))).one_or_none()

    async def keep_step(self, job_id: UUID, step: str, value: Any) -> None:
        await self.session.execute(
            insert(JobStep)
            .values(tenant_id=self.tenant_id, job_id=job_id, step=step, value=value)
            .on_conflict_do_update(index_elements=["tenant_id", "job_id", "step"], set_={"value": value})
        )

    async def forget_steps_and_events(self, days: int) -> int:
        """Deletes what is kept of jobs that finished so long ago, and the tenant's other events of that age."""
        old = func.now() - func.make_interval(0, 0, 0, days)
        finished = select(Job.id).where(
            Job.tenant_id == self.tenant_id, Job.status.in_(FINISHED), Job.finished_at < old
        )
        await self.session.execute(
            delete(JobStep).where(JobStep.tenant_id == self.tenant_id, JobStep.job_id.in_(finished))
        )
        result = await self.session.execute(
            delete(EventEntry)
            .where(
                EventEntry.tenant_id == self.tenant_id,
                EventEntry.timestamp < old,
                EventEntry.job_id.is_(None) | EventEntry.job_id.in_(finished),
            )
            .returning(EventEntry.sequence)
        )
        return len(result.all())

    def _free(self, job_id: UUID) -> Select[Any]:
        """The job's id, if nobody has locked the row; locks it."""
        mine = select(Job.id).where(Job.tenant_id == self.tenant_id, Job.id == job_id)
        return mine.with_for_update(skip_locked=True)

    async def _take(self, statement: Any, job_id: UUID) -> Job | None:
        result = await self.session.scalars(
            statement.where(Job.tenant_id == self.tenant_id, Job.id == job_id).returning(Job),
            execution_options={"populate_existing": True},
        )
        return result.one_or_none()


# Doors: they see the jobs of all tenants, but only what is needed to find them.


async def due_jobs(session: AsyncSession, most: int) -> list[JobTicket]:
    """Jobs that wait and should have been picked up by now."""
    rows = await session.execute(text("SELECT tenant_id, job_id, queue FROM due_jobs(:most)"), {"most": most})
    return [JobTicket(*row) for row in rows]


async def abandoned_jobs(session: AsyncSession, most: int) -> list[tuple[UUID, UUID]]:
    """(tenant, job) of jobs whose worker went silent."""
    rows = await session.execute(text("SELECT tenant_id, job_id FROM abandoned_jobs(:most)"), {"most": most})
    return [(row[0], row[1]) for row in rows]


async def unwanted_jobs(session: AsyncSession, most: int) -> list[tuple[UUID, UUID]]:
    """(tenant, job) of jobs that were cancelled before a worker had them."""
    rows = await session.execute(text("SELECT tenant_id, job_id FROM unwanted_jobs(:most)"), {"most": most})
    return [(row[0], row[1]) for row in rows]


async def all_tenants(session: AsyncSession) -> list[UUID]:
    return list(await session.scalars(text("SELECT tenant_id FROM tenant_ids()")))

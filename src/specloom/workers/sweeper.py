"""Finds what fell between: jobs not handed over, held by a dead worker or cancelled early; sessions past their time.

It runs beside every API process; row locks, and a short lock in Redis, keep sweepers off each other.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from specloom.ai.embedders import chosen_model
from specloom.core.config import JobSettings
from specloom.core.logging import get_logger
from specloom.core.metrics import QUEUE_DEPTH
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud import conversations as conversation_doors
from specloom.crud import jobs as job_doors
from specloom.crud.idempotency import IdempotencyCrud
from specloom.crud.jobs import JobCrud
from specloom.services import jobs, search, usage
from specloom.services.conversations import sessions
from specloom.services.idempotency import KEPT_HOURS
from specloom.vocabulary.jobs import JobStatus
from specloom.workers import ending

log = get_logger(__name__)

MOST = 5_000
CLEANING_SECONDS = 3600
HAND_OVER_LOCK = "specloom:sweeper"


class Sweeper:
    """Run `run()` as a task for the life of the process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._settings: JobSettings = runtime.settings.jobs
        self._clean_at = time.monotonic() + CLEANING_SECONDS

    async def run(self) -> None:
        """Sweeps until cancelled; a database or Redis that is down is waited for."""
        while True:
            try:
                await self.sweep()
                if time.monotonic() >= self._clean_at:
                    self._clean_at = time.monotonic() + CLEANING_SECONDS
                    await self.clean()
            except (SQLAlchemyError, RedisError, OSError) as error:
                log.warning("sweep_failed", error=type(error).__name__)
            await asyncio.sleep(self._settings.sweep_seconds)

    async def sweep(self) -> None:
        """One round over the jobs of all tenants."""
        async with self._runtime.sessions() as session:
            lost = await job_doors.abandoned_jobs(session, MOST)
            lost += await job_doors.unwanted_jobs(session, MOST)
        for tenant_id, job_id in lost:
            await self._take_over(tenant_id, job_id)
        await self._expire_sessions()
        await self._hand_over()

    async def clean(self) -> None:
        """Forgets what is past its time: events, kept steps, idempotency keys; resumes what need not wait any more, and
        has search indexed what is not."""
        async with self._runtime.sessions() as session:
            tenants = await job_doors.all_tenants(session)
        for tenant_id in tenants:
            async with self._alone_in(tenant_id) as uow:
                await JobCrud(uow).forget_steps_and_events(self._settings.retention_days)
                await IdempotencyCrud(uow).forget_older(KEPT_HOURS)
                # Budgets and tenants tell when they change; the limits of plans, which are settings, do not.
                if await JobCrud(uow).count_paused() and await usage.has_room(uow, self._runtime.settings.budgets):
                    await jobs.resume_paused(uow)
                await search.refresh(uow, chosen_model(self._runtime.settings.llm))

    async def _take_over(self, tenant_id: UUID, job_id: UUID) -> None:
        async with self._alone_in(tenant_id) as uow:
            job = await JobCrud(uow).take_over(job_id)
            if job is None:
                return
            log.warning("job_taken_over", tenant_id=str(tenant_id), job_id=str(job_id), status=job.status)
            if job.cancel_requested_at is not None:
                await ending.cancel(uow, job)
            elif job.status is JobStatus.IN_PROGRESS:
                await ending.take_back_or_fail(
                    uow, job, self._settings, code="worker_lost", message="The worker stopped in the middle of the job."
                )

    async def _expire_sessions(self) -> None:
        async with self._runtime.sessions() as session:
            over = await conversation_doors.expired_sessions(session, MOST)
        for tenant_id, session_id in over:
            async with self._alone_in(tenant_id) as uow:
                await sessions.expire(uow, session_id)

    @asynccontextmanager
    async def _alone_in(self, tenant_id: UUID) -> AsyncIterator[UnitOfWork]:
        """A unit of work of one tenant. What is wrong with its rows, or locked or too much just now, must not keep the
        others from their turn; only where PostgreSQL is away, none has it."""
        try:
            async with self._runtime.uow(TenantContext(tenant_id)) as uow:
                yield uow
        except (OSError, PoolTimeout):
            raise
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            log.warning("tenant_not_swept", tenant_id=str(tenant_id), error=type(error).__name__)

    async def _hand_over(self) -> None:
        """Gives RQ the jobs that wait and that it does not have: after a Redis that was away or lost its memory."""
        async with self._runtime.sessions() as session:
            due = await job_doors.due_jobs(session, MOST)
        lock_ms = int(self._settings.sweep_seconds * 900)
        if not due or not await self._runtime.redis.set(HAND_OVER_LOCK, "1", nx=True, px=max(lock_ms, 1)):
            return
        waiting = await self._runtime.queue.waiting()
        missing = [ticket for ticket in due if ticket.job_id not in waiting]
        if missing:
            log.info("jobs_handed_over", jobs=len(missing))
            await self._runtime.queue.hand_over(missing)
        for queue, depth in (await self._runtime.queue.depths()).items():
            QUEUE_DEPTH.labels(queue).set(depth)

"""A job for tests: it does what its payload says, and tells what it did."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, ClassVar
from uuid import UUID

from specloom.core import event_log
from specloom.core.events import LoggedEvent
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.jobs import JobCrud
from specloom.models.jobs import Job
from specloom.schemas.jobs import JobPayload
from specloom.services import jobs
from specloom.workers.registry import Handler
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools

Work = Callable[[JobRun], Awaitable[dict[str, Any]]]


class Rehearsal(JobPayload):
    job_type: ClassVar[str] = "rehearsal"
    queue: ClassVar[str] = "default"
    resource: ClassVar[str] = "documents"

    name: str = "rehearsal"


class Stage:
    """Hands the job's work to the test and keeps what happened."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.abandoned: list[str] = []

    @property
    def handler(self) -> Handler:
        async def run(run: JobRun, _: Rehearsal, __: Tools) -> dict[str, Any]:
            return await self.work(run)

        async def abandon(_: UnitOfWork, __: Rehearsal, reason: str) -> None:
            self.abandoned.append(reason)

        return Handler(Rehearsal, run, abandon)


async def open_job(runtime: Runtime, context: TenantContext) -> UUID:
    async with runtime.uow(context) as uow:
        return (await jobs.open(uow, Rehearsal())).id


@asynccontextmanager
async def seen(runtime: Runtime, context: TenantContext, job_id: UUID) -> AsyncIterator[Job]:
    async with runtime.uow(context) as uow:
        yield await JobCrud(uow).get(job_id)


async def log_of(runtime: Runtime, context: TenantContext, job_id: UUID) -> list[LoggedEvent]:
    async with runtime.uow(context) as uow:
        return await event_log.read_job(uow.session, context.tenant_id, job_id, after=0)

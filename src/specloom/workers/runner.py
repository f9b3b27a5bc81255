"""What RQ calls: looks at the job's row, takes it if it is to be had, does the work, and says how it ended."""

import asyncio
import os
import socket
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog

from specloom.ai.protocols import BudgetExhausted, PermanentEngineError, TransientEngineError
from specloom.core.config import Settings, load_settings
from specloom.core.errors import AppError
from specloom.core.logging import configure_logging, get_logger
from specloom.core.metrics import JOB_SECONDS, JOBS
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.jobs import JobCrud
from specloom.services import identity, jobs
from specloom.workers import ending
from specloom.workers.registry import HANDLERS
from specloom.workers.run import CancelRequested, JobRun, LeaseLost
from specloom.workers.subscriptions import REACTIONS
from specloom.workers.tools import Tools, open_tools

log = get_logger(__name__)

WORKER_POOL = 3


class HandBack(Exception):
    """The worker has to stop: another one shall do this job."""


async def execute(runtime: Runtime, tools: Tools, tenant_id: UUID, job_id: UUID) -> str | None:
    """Does one attempt at a job. Returns how it ended, or None when the job was not to be had."""
    lease = timedelta(seconds=runtime.settings.jobs.lease_seconds)
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        job = await jobs.claim(uow, job_id, worker=f"{socket.gethostname()}:{os.getpid()}", lease=lease)
        if job is None:
            return None
        if await identity.is_barred(uow):
            await ending.wait_for_tenant(uow, job)
            return "paused"
        history = await JobCrud(uow).history(job)
    started = time.monotonic()
    with structlog.contextvars.bound_contextvars(
        tenant_id=str(tenant_id), user_id=str(job.user_id), job_id=str(job_id), job_type=job.job_type
    ):
        run = JobRun(runtime, job, history)
        outcome = await _attempt(run, job.job_type, job.payload, tools)
        seconds = time.monotonic() - started
        JOBS.labels(job.job_type, outcome).inc()
        JOB_SECONDS.labels(job.job_type).observe(seconds)
        log.info("job_attempt_ended", outcome=outcome, attempt=job.attempts, seconds=round(seconds, 3))
    return outcome


async def _attempt(run: JobRun, job_type: str, payload: dict[str, object], tools: Tools) -> str:
    settings, outcome = run.runtime.settings.jobs, "completed"
    try:
        try:
            await _work(run, job_type, payload, tools, settings.timeout_seconds)
        except CancelRequested:
            async with run.held_to_end() as (uow, job):
                await ending.cancel(uow, job)
            outcome = "cancelled"
        except HandBack:
            async with run.held_to_end() as (uow, job):
                await jobs.give_back(
                    uow,
                    job,
                    after=timedelta(0),
                    message="The worker is being restarted. Another one goes on.",
                    counts_as_attempt=False,
                )
            outcome = "handed_back"
        except BudgetExhausted as refused:
            async with run.held_to_end() as (uow, job):
                paused = await ending.wait_for_budget(uow, job, run.runtime.settings.budgets, refused)
            outcome = "paused" if paused else "handed_back"
        except (PermanentEngineError, AppError) as error:
            log.warning("job_failed", code=error.code, error=str(error))
            async with run.held_to_end() as (uow, job):
                await ending.fail(uow, job, code=error.code, message=str(error))
            outcome = "failed"
        except LeaseLost:
            raise
        except Exception as error:
            code, message, delay = _explain(error)
            async with run.held_to_end() as (uow, job):
                again = await ending.retry_or_fail(uow, job, settings, code=code, message=message, delay=delay)
            outcome = "retried" if again else "failed"
    except LeaseLost:
        log.warning("lease_lost")
        outcome = "lost"
    return outcome


async def _work(run: JobRun, job_type: str, payload: dict[str, object], tools: Tools, timeout_seconds: float) -> None:
    """Runs the handler beside the heartbeat; whichever fails first ends both."""
    handler = HANDLERS[job_type]
    coming = handler.run(run, handler.payload.model_validate(payload), tools)
    beat, work = asyncio.create_task(run.keep_alive()), asyncio.create_task(coming)
    try:
        async with asyncio.timeout(timeout_seconds):
            await asyncio.wait({beat, work}, return_when=asyncio.FIRST_COMPLETED)
        if beat.done() and not work.done():
            beat.result()
        result = await work
    except asyncio.CancelledError as error:
        raise HandBack from error
    finally:
        for task in (work, beat):
            task.cancel()
        await asyncio.gather(work, beat, return_exceptions=True)
    if not run.finished:
        async with run.finishing(result):
            pass


def _explain(error: Exception) -> tuple[str, str, float | None]:
    if isinstance(error, TransientEngineError):
        log.warning("job_attempt_failed", code=error.code, error=str(error))
        return error.code, str(error), error.retry_after
    if isinstance(error, TimeoutError):
        log.warning("job_timed_out")
        return "job_timed_out", "The work took too long.", None
    log.error("job_attempt_failed", exc_info=error)
    return "internal_error", "Something went wrong on our side.", None


class WorkerProcess:
    """The event loop, connections and engines of one worker process. They outlive single jobs; forks get their own."""

    _current: "WorkerProcess | None" = None

    def __init__(self, settings: Settings) -> None:
        self._pid = os.getpid()
        self._settings = settings
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._opened: tuple[Runtime, Tools] | None = None
        self._task: asyncio.Task[str | None] | None = None

    @classmethod
    def current(cls) -> "WorkerProcess":
        """The one of this process; made when it is first asked for."""
        if cls._current is None or cls._current._pid != os.getpid():  # noqa: SLF001 - its own
            settings = load_settings()
            configure_logging(settings.app)
            cls._current = cls(settings)
        return cls._current

    def run(self, tenant_id: UUID, job_id: UUID) -> str | None:
        return self._runner.run(self._run(tenant_id, job_id))

    async def _run(self, tenant_id: UUID, job_id: UUID) -> str | None:
        if self._opened is None:
            runtime = await self._stack.enter_async_context(
                open_runtime(self._settings, pool_size=WORKER_POOL, reactions=REACTIONS)
            )
            self._opened = runtime, await self._stack.enter_async_context(open_tools(self._settings))
        self._task = asyncio.current_task()
        try:
            return await execute(*self._opened, tenant_id, job_id)
        finally:
            self._task = None

    def stop_soon(self) -> None:
        """Lets a running job go on for the time of grace, then interrupts it. For signal handlers."""
        if self._task is not None:
            loop = self._runner.get_loop()
            interrupt = partial(loop.call_later, self._settings.jobs.grace_seconds, self._task.cancel)
            loop.call_soon_threadsafe(interrupt)

    @classmethod
    def close_current(cls) -> None:
        """Closes connections and engines, if there are any."""
        process, cls._current = cls._current, None
        if process is not None:
            process._runner.run(process._stack.aclose())  # noqa: SLF001
            process._runner.close()  # noqa: SLF001


def run_job(tenant_id: str, job_id: str) -> str | None:
    """The only function that RQ may call; what it is sent names a row and nothing else."""
    return WorkerProcess.current().run(UUID(tenant_id), UUID(job_id))

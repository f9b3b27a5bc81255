"""How jobs end without success: in one transaction with what their handler puts in order."""

from datetime import timedelta

from specloom.core.config import JobSettings
from specloom.core.uow import UnitOfWork
from specloom.models.jobs import Job
from specloom.services import jobs
from specloom.workers.registry import HANDLERS


async def fail(uow: UnitOfWork, job: Job, *, code: str, message: str) -> None:
    await _abandon(uow, job, message)
    await jobs.fail(uow, job, code=code, message=message)


async def cancel(uow: UnitOfWork, job: Job) -> None:
    await _abandon(uow, job, "The job was cancelled.")
    await jobs.cancel(uow, job)


async def retry_or_fail(
    uow: UnitOfWork, job: Job, settings: JobSettings, *, code: str, message: str, delay: float | None = None
) -> bool:
    """Gives the job back for another attempt after a pause that doubles each time, or fails it when it had its share.

    `delay` in seconds overrides a shorter pause. Returns whether there will be another attempt.
    """
    if job.attempts >= settings.max_attempts:
        await fail(uow, job, code=code, message=f"{message} (after {job.attempts} attempts)")
        return False
    pause = max(settings.backoff_seconds * 2 ** (job.attempts - 1), delay or 0)
    await jobs.give_back(uow, job, after=timedelta(seconds=pause), message=f"{message} Trying again.")
    return True


async def take_back_or_fail(uow: UnitOfWork, job: Job, settings: JobSettings, *, code: str, message: str) -> None:
    """Gives a job whose worker is gone to another one at once, or fails it when it had its share of attempts."""
    if job.attempts >= settings.max_attempts:
        await fail(uow, job, code=code, message=f"{message} (after {job.attempts} attempts)")
    else:
        await jobs.give_back(uow, job, after=timedelta(0), message=f"{message} Another one goes on.")


async def _abandon(uow: UnitOfWork, job: Job, reason: str) -> None:
    handler = HANDLERS.get(job.job_type)
    if handler is not None:
        await handler.abandon(uow, handler.payload.model_validate(job.payload), reason)

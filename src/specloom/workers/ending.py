"""How jobs end without success: in one transaction with what their handler puts in order."""

from datetime import UTC, datetime, timedelta

from pydantic import ValidationError

from specloom.ai.protocols import BudgetExhausted
from specloom.core.config import BudgetSettings, JobSettings
from specloom.core.uow import UnitOfWork
from specloom.models.jobs import Job
from specloom.services import jobs, usage
from specloom.vocabulary.jobs import PauseReason
from specloom.workers.registry import HANDLERS

BUSY = timedelta(seconds=5)
"""How long a job waits for calls of others to end before it asks again whether there is room."""
SUSPENDED = timedelta(hours=6)
"""How long a job of a suspended tenant waits before it looks again by itself."""


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


async def wait_for_budget(uow: UnitOfWork, job: Job, plans: BudgetSettings, refused: BudgetExhausted) -> bool:
    """Lets a job wait until its tenant's budget has room for the call that was refused; returns whether it is paused.

    Where the room is only set aside for calls under way, it comes back by itself within seconds.
    """
    wait = await usage.wait_for(uow, plans, job.id, refused)
    if wait is None:
        message = "Waiting until other model calls have ended."
        await jobs.give_back(uow, job, after=BUSY, message=message, counts_as_attempt=False)
        return False
    details = {"limit": wait.limit.value}
    await jobs.pause(uow, job, reason=wait.reason, until=wait.until, message=wait.message, details=details)
    return True


async def wait_for_tenant(uow: UnitOfWork, job: Job) -> None:
    """Lets a job wait whose tenant is suspended or cancelled; it goes on when an operator lifts that."""
    until = datetime.now(UTC) + SUSPENDED
    message = "Waiting: this tenant is suspended or cancelled."
    await jobs.pause(uow, job, reason=PauseReason.TENANT_SUSPENDED, until=until, message=message, details={})


async def _abandon(uow: UnitOfWork, job: Job, reason: str) -> None:
    handler = HANDLERS.get(job.job_type)
    if handler is None:
        return
    try:
        payload = handler.payload.model_validate(job.payload)
    except ValidationError:  # another version wrote it: here, nobody knows what there is to put in order
        return
    await handler.abandon(uow, payload, reason)

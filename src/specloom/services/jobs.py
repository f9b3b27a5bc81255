"""The life of a job: opened, claimed, kept alive, given back, paused, ended; each change is an event in its log."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func

from specloom.core.errors import Conflict
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.queue import JobTicket
from specloom.core.security import Principal
from specloom.core.uow import UnitOfWork
from specloom.crud.jobs import JobCrud, JobNotFound
from specloom.crud.usage import ReservationCrud
from specloom.models.jobs import Job
from specloom.schemas.jobs import JobError, JobPayload, JobRead, JobState, ProgressUpdate
from specloom.vocabulary.jobs import FINISHED, JobStatus, PauseReason

__all__ = ["JobNotFound"]

HELD = timedelta(days=36_500)
"""How long a job that is held would wait if nobody ever released it."""


class JobNotFinished(Conflict):
    code = "job_not_finished"
    default_message = "Only a job that failed or was cancelled can be started again."


class JobFinished(Conflict):
    code = "job_finished"
    default_message = "This job has ended; there is nothing left to cancel."


async def open(  # noqa: A001 - one opens a job
    uow: UnitOfWork, payload: JobPayload, *, related_id: UUID | None = None, held: bool = False
) -> Job:
    """Writes the job's row; once that is committed, the job is handed to a worker. One that is `held` waits for its
    `release`."""
    return await _open(
        uow,
        job_type=payload.job_type,
        queue=payload.queue,
        resource=payload.resource,
        payload=payload.model_dump(mode="json"),
        related_id=related_id,
        held=held,
    )


async def release(uow: UnitOfWork, job_id: UUID) -> None:
    """Lets a worker have a job that was held; does nothing to one that was not, or that is being cancelled."""
    job = await JobCrud(uow).release(job_id)
    if job is not None:
        uow.hand_over(JobTicket(job.tenant_id, job.id, job.queue))


async def stop(uow: UnitOfWork, job_id: UUID) -> None:
    """Asks for the end of a job whose result nobody wants any more, unless it has ended or is just ending."""
    await JobCrud(uow).stop(job_id)


async def retry(uow: UnitOfWork, job_id: UUID) -> Job:
    """Opens a job anew that failed or was cancelled; steps that it, or one in its place, had finished are not done
    again.

    The new job has a log of its own, and stands in the place of the first one, whichever of its retries is started
    anew. Asked for twice, it is opened once.
    """
    job = await get(uow, job_id)
    # Nothing is locked before this: somebody may be about to release a job that is held, and would pass it over.
    if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise JobNotFinished
    first_id = job.retry_of or job.id
    crud = JobCrud(uow)
    await crud.lock(first_id)
    running = await crud.running_retry(first_id)
    if running is not None:
        return running
    return await _open(
        uow,
        job_type=job.job_type,
        queue=job.queue,
        resource=job.resource,
        payload=job.payload,
        related_id=job.related_id,
        retry_of=first_id,
    )


async def get(uow: UnitOfWork, job_id: UUID) -> Job:
    """The job, if the person behind the unit of work may follow it; otherwise it is not there."""
    job = await JobCrud(uow).get(job_id)
    if not uow.may(job.resource, "read"):
        raise JobNotFound
    return job


async def page(
    uow: UnitOfWork,
    request: PageRequest,
    *,
    resources: list[str] | None,
    status: JobStatus | None = None,
    job_type: str | None = None,
    related_id: UUID | None = None,
) -> Page[Job]:
    crud = JobCrud(uow)
    query = crud.by(resources=resources, status=status, job_type=job_type, related_id=related_id)
    return await crud.page(request, query)


def readable(principal: Principal) -> list[str] | None:
    """The resources whose news a person may hear; None stands for all."""
    if principal.may("*", "read"):
        return None
    return sorted(resource for resource, action in principal.permissions if action == "read")


async def request_cancel(uow: UnitOfWork, job_id: UUID) -> Job:
    """Asks for the end of a job; its worker, or the sweeper when it has none, ends it within seconds."""
    await get(uow, job_id)
    job = await JobCrud(uow).lock(job_id)
    if job.status in FINISHED:
        raise JobFinished
    if job.cancel_requested_at is None:
        await JobCrud(uow).change(job, cancel_requested_at=func.clock_timestamp())
    return job


async def claim(uow: UnitOfWork, job_id: UUID, *, worker: str, lease: timedelta) -> Job | None:
    """Takes a waiting job for a worker. None when it is not to be had: then there is nothing to do."""
    job = await JobCrud(uow).claim(job_id, worker=worker, lease=lease)
    if job is not None:
        await progress(uow, job, step="started", percent=0, message="A worker has begun")
    return job


async def progress(
    uow: UnitOfWork,
    job: Job,
    *,
    step: str,
    percent: int,
    message: str,
    details: dict[str, Any] | None = None,
) -> None:
    """Tells where a job stands; the percentage never falls and reaches 100 only with the end."""
    job.step, job.message = step, message
    job.progress = max(job.progress, min(percent, 99))
    _record(uow, job, "progress", details)
    await uow.session.flush()


async def complete(uow: UnitOfWork, job: Job, result: dict[str, Any]) -> None:
    job.result = result
    job.progress = 100
    await _end(uow, job, JobStatus.COMPLETED, "Done", {"result": result})


async def fail(uow: UnitOfWork, job: Job, *, code: str, message: str) -> None:
    job.error_code, job.error_message = code, message
    await _end(uow, job, JobStatus.FAILED, message, {"error": {"code": code, "message": message}})


async def cancel(uow: UnitOfWork, job: Job) -> None:
    await _end(uow, job, JobStatus.CANCELLED, "Cancelled", None)


async def give_back(
    uow: UnitOfWork, job: Job, *, after: timedelta, message: str, counts_as_attempt: bool = True
) -> None:
    """Lets another worker have the job, not before some time has passed."""
    job.status = JobStatus.PENDING
    await _let_go(uow, job)
    job.run_after = func.clock_timestamp() + after
    if not counts_as_attempt:
        job.attempts -= 1
    await progress(uow, job, step="retrying", percent=job.progress, message=message)
    if not after:
        uow.hand_over(JobTicket(job.tenant_id, job.id, job.queue))


async def pause(
    uow: UnitOfWork, job: Job, *, reason: PauseReason, until: datetime, message: str, details: dict[str, Any]
) -> None:
    """Lets a job wait for something that may take weeks, or for `resume_paused`. The attempt does not count."""
    job.status = JobStatus.PENDING
    await _let_go(uow, job)
    job.paused_reason = reason
    job.run_after = until
    job.attempts -= 1
    details = {"reason": reason.value, "resumes_at": until.isoformat(), **details}
    await progress(uow, job, step="paused", percent=job.progress, message=message, details=details)


async def resume_paused(uow: UnitOfWork) -> int:
    """Hands the tenant's paused jobs to workers. Those that cannot go on after all pause again by themselves."""
    paused = await JobCrud(uow).lock_paused()
    for job in paused:
        job.paused_reason = None
        job.run_after = func.clock_timestamp()
        await progress(uow, job, step="resumed", percent=job.progress, message="Waiting for a worker")
        uow.hand_over(JobTicket(job.tenant_id, job.id, job.queue))
    return len(paused)


def read(job: Job) -> JobRead:
    """The job as people see it."""
    return JobRead(
        id=job.id,
        job_type=job.job_type,
        related_id=job.related_id,
        user_id=job.user_id,
        status=job.status,
        state=_state(job),
        paused_until=job.run_after if job.paused_reason else None,
        progress=job.progress,
        step=job.step,
        message=job.message,
        result=job.result,
        error=JobError(code=job.error_code, message=job.error_message or "") if job.error_code else None,
        attempts=job.attempts,
        retry_of=job.retry_of,
        queued_at=job.queued_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        last_sequence=job.last_sequence,
    )


async def _open(uow: UnitOfWork, *, held: bool = False, **values: Any) -> Job:
    if held:
        values |= {"run_after": func.clock_timestamp() + HELD, "message": "Waiting for its turn"}
    job = await JobCrud(uow).add(**{"user_id": uow.user_id, "message": "Waiting for a worker", **values})
    _record(uow, job, "progress")
    if not held:
        uow.hand_over(JobTicket(job.tenant_id, job.id, job.queue))
    await uow.session.flush()
    return job


def _state(job: Job) -> JobState:
    if job.status in FINISHED:
        return JobState(job.status.value)
    if job.cancel_requested_at is not None:
        return JobState.CANCELLING
    if job.paused_reason is not None:
        return JobState.PAUSED
    if job.status is JobStatus.PENDING:
        return JobState.RETRYING if job.attempts else JobState.QUEUED
    return JobState.STALLED if job.stalled else JobState.RUNNING


async def _end(uow: UnitOfWork, job: Job, status: JobStatus, message: str, details: dict[str, Any] | None) -> None:
    job.status = status
    job.step, job.message = status.value, message
    await _let_go(uow, job)
    job.finished_at = func.clock_timestamp()
    _record(uow, job, status.value, details)
    await uow.session.flush()


async def _let_go(uow: UnitOfWork, job: Job) -> None:
    """Takes a job from its worker, with what was set aside for the worker's calls."""
    job.worker = None
    job.lease_expires_at = None
    job.paused_reason = None
    await ReservationCrud(uow).release(job.id)


def _record(uow: UnitOfWork, job: Job, kind: str, details: dict[str, Any] | None = None) -> None:
    """Gives the change its place in the job's log. Whoever changes the row has locked it, so the places have no gap."""
    job.last_sequence = (job.last_sequence or 0) + 1
    update = ProgressUpdate(
        event_id=job.id, step=job.step or "queued", progress=job.progress or 0, message=job.message, details=details
    )
    uow.publish(
        Event(
            event_type=f"job.{kind}",
            resource=job.resource,
            payload=update.model_dump(mode="json"),
            job_id=job.id,
            job_sequence=job.last_sequence,
            subject_id=job.related_id,
        )
    )

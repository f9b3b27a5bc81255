"""Jobs: look, cancel, start again."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from specloom.dependencies.budget import must_afford
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, principal_of, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.state import State
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead, StorableStr
from specloom.schemas.jobs import JobRead
from specloom.services import jobs
from specloom.vocabulary.jobs import JobStatus

router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=IdempotentRoute, responses=errors(401, 403, 422, 503))


@router.get("", responses=errors(400))
async def list_jobs(
    uow: Uow,
    page: PageParams,
    status: JobStatus | None = None,
    job_type: Annotated[StorableStr | None, Query(max_length=100)] = None,
    related_id: Annotated[UUID | None, Query(description="The thing the jobs work on.")] = None,
) -> PageRead[JobRead]:
    """The jobs whose things you may read, newest first."""
    found = await jobs.page(
        uow,
        page,
        resources=jobs.readable(principal_of(uow)),
        status=status,
        job_type=job_type,
        related_id=related_id,
    )
    return PageRead(items=[jobs.read(job) for job in found.items], next_cursor=found.next_cursor)


@router.get("/{job_id}", responses=errors(404))
async def get_job(job_id: UUID, uow: Uow) -> JobRead:
    """A job as it is now: the same that its event stream has told so far."""
    return jobs.read(await jobs.get(uow, job_id))


@router.post(
    "/{job_id}/cancel", status_code=202, responses=errors(404, 409), dependencies=[Depends(require("jobs", "update"))]
)
async def cancel_job(job_id: UUID, uow: Uow) -> JobRead:
    """Asks for the end of a job. It ends within seconds; what it had not finished leaves no trace."""
    return jobs.read(await jobs.request_cancel(uow, job_id))


@router.post(
    "/{job_id}/retry",
    status_code=202,
    responses=errors(402, 404, 409, 429),
    dependencies=[Depends(require("jobs", "create"))],
)
async def retry_job(job_id: UUID, uow: Uow, state: State) -> JobRead:
    """Starts a failed or cancelled job anew, as a job of its own; finished steps are not done again."""
    if (await jobs.get(uow, job_id)).queue == "llm":
        await must_afford(uow, state)
    return jobs.read(await jobs.retry(uow, job_id))

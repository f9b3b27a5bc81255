"""Search for tests: indexed in this process, asked over HTTP."""

from typing import Any

import httpx2
from sqlalchemy import select

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.models.jobs import Job
from specloom.schemas.search import EmbedChunks, UpdateIndex
from specloom.vocabulary.jobs import JobStatus
from specloom.workers import runner
from specloom.workers.tools import Tools
from tests.factories.identity import Member


async def index(runtime: Runtime, tools: Tools, member: Member) -> list[dict[str, Any] | None]:
    """Does all that waits to be indexed and embedded; what each job says it did."""
    results = []
    while job := await _next(runtime, member):
        assert await runner.execute(runtime, tools, member.tenant_id, job.id) == "completed"
        async with runtime.uow(TenantContext(member.tenant_id)) as uow:
            results.append((await uow.session.scalars(select(Job.result).where(Job.id == job.id))).one())
    return results


async def _next(runtime: Runtime, member: Member) -> Job | None:
    types = (UpdateIndex.job_type, EmbedChunks.job_type)
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        waiting = select(Job).where(Job.job_type.in_(types), Job.status == JobStatus.PENDING).order_by(Job.queued_at)
        return (await uow.session.scalars(waiting.limit(1))).first()


async def search(client: httpx2.AsyncClient, member: Member, query: str, **body: Any) -> list[dict[str, Any]]:
    """The results of a search."""
    response = await client.post("/api/v1/search", json={"query": query, **body}, headers=member.headers)
    assert response.status_code == 200, response.text
    return response.json()["items"]  # type: ignore[no-any-return]

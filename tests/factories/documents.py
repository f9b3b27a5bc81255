"""Documents, templates and summaries for tests, made over HTTP."""

from typing import Any
from uuid import UUID

import httpx2
from fastapi import FastAPI

from specloom.core import event_log
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.schemas.documents import SummariseDocument
from specloom.services import jobs
from specloom.workers import runner
from specloom.workers.tools import Tools
from tests.factories.identity import Member

TEXT = """# Order service

The order service takes orders from the shop and sends them to the warehouse.

## Availability

The service must be available 99.9 % of the time. It must answer within 200 ms.

## Payments

Payments are taken by the payment provider. The service must not store card numbers.
"""


async def write(client: httpx2.AsyncClient, member: Member, **body: Any) -> dict[str, Any]:
    """A document that is sent as text."""
    body = {"title": "Order service", "content": TEXT, **body}
    response = await client.post("/api/v1/documents", json=body, headers=member.headers)
    assert response.status_code == 201, response.text
    return response.json()  # type: ignore[no-any-return]


async def upload(
    client: httpx2.AsyncClient,
    member: Member,
    data: bytes,
    name: str,
    type_: str = "application/octet-stream",
    **form: str,
) -> httpx2.Response:
    """The answer to an upload, whatever it is."""
    return await client.post(
        "/api/v1/documents/upload", files={"file": (name, data, type_)}, data=form, headers=member.headers
    )


async def make_template(client: httpx2.AsyncClient, member: Member, **body: Any) -> dict[str, Any]:
    body = {"name": "Board brief", "prompt_template": "Say what the board has to decide.", **body}
    response = await client.post("/api/v1/templates", json=body, headers=member.headers)
    assert response.status_code == 201, response.text
    return response.json()  # type: ignore[no-any-return]


async def ask(client: httpx2.AsyncClient, member: Member, document_id: str, **body: Any) -> dict[str, Any]:
    """A summary that is waiting, with its job."""
    response = await client.post(f"/api/v1/documents/{document_id}/summaries", json=body, headers=member.headers)
    assert response.status_code == 202, response.text
    return response.json()  # type: ignore[no-any-return]


async def work(runtime: Runtime, tools: Tools, member: Member, job_id: str) -> str | None:
    """One attempt at a job, in this process; how it ended."""
    return await runner.execute(runtime, tools, member.tenant_id, UUID(job_id))


async def events_of(app: FastAPI, member: Member, thing: str) -> list[tuple[str, dict[str, Any]]]:
    """(type, payload) of what was told of a kind of thing in a tenant, in order."""
    async with app.state.api.runtime.uow(TenantContext(member.tenant_id)) as uow:
        logged = await event_log.read(uow.session, member.tenant_id, after=0)
    return [(event.event_type, event.payload) for event in logged if event.event_type.startswith(f"{thing}.")]


async def reopen(runtime: Runtime, member: Member, summary_id: UUID) -> UUID:
    """Another job for a summary that has had one."""
    async with runtime.uow(TenantContext(member.tenant_id, member.user_id)) as uow:
        return (await jobs.open(uow, SummariseDocument(summary_id=summary_id))).id

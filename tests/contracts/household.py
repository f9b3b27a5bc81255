"""A tenant with one of everything and people of several kinds, for the matrix of routes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx2
from sqlalchemy import text

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.industry import template_id
from specloom.crud.jobs import JobCrud
from specloom.schemas.requirements import CitationSpec
from specloom.services import jobs
from specloom.services.requirements import backlog, citations, suspects
from specloom.vocabulary.identity import Industry, Jurisdiction
from specloom.vocabulary.requirements import RequirementKind
from tests.contracts.rows import TENANTED, tenant_column
from tests.factories.analyses import completed
from tests.factories.conversations import begin_session, say
from tests.factories.documents import ask, make_template, write
from tests.factories.identity import Member, add_member, sign_up
from tests.factories.requirements import make_requirements

API = "/api/v1"


@dataclass(frozen=True)
class Household:
    """`viewer` may read, `nobody` has no role at all; `ids` are by the names of path parameters."""

    admin: Member
    viewer: Member
    nobody: Member
    ids: dict[str, str]


async def settle(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    context = {"industry": "banking", "jurisdiction": "eu", "company_size": "sme"}
    admin = await sign_up(client, tenant={"business_context": context})
    viewer = await add_member(client, admin, "viewer")
    return Household(admin, viewer, await without_roles(client, admin), await one_of_everything(client, runtime, admin))


async def without_roles(client: httpx2.AsyncClient, admin: Member) -> Member:
    member = await add_member(client, admin, "viewer")
    url = f"{API}/users/{member.user_id}/roles"
    answer = await client.put(url, json={"role_ids": []}, headers=admin.headers)
    assert answer.status_code == 200, answer.text
    return member


async def one_of_everything(
    client: httpx2.AsyncClient, runtime: Runtime, admin: Member, job: str = "pending"
) -> dict[str, str]:
    """New things of a tenant, a person among them with their e-mail address."""
    document = await write(client, admin, title=f"Brief {uuid4().hex[:6]}")
    template = await make_template(client, admin, name=f"Template {uuid4().hex[:12]}")
    asked = await ask(client, admin, document["id"])
    if job == "failed":
        async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
            row = await JobCrud(uow).lock(UUID(asked["job"]["id"]))
            await jobs.fail(uow, row, code="engine_refused", message="No.")
    analysis = await completed(client, runtime, admin, document_id=document["id"], include_research=False)
    requirements = await make_requirements(runtime, TenantContext(admin.tenant_id, admin.user_id))
    user = await add_member(client, admin, "viewer")
    about = {"product_id": requirements["product_id"], "participants": [str(user.user_id)]}
    standing = await _standing(runtime, admin, document["id"], requirements)
    session = await begin_session(client, admin, **about)
    message = (await say(client, admin, session["id"], "What is missing?"))["message"]
    body = {"name": f"role-{uuid4().hex[:12]}", "permissions": [{"resource": "documents", "action": "read"}]}
    role = (await client.post(f"{API}/roles", json=body, headers=admin.headers)).json()["id"]
    free = (await client.post(f"{API}/roles", json={**body, "name": f"{body['name']}-2"}, headers=admin.headers)).json()
    given = {"role_id": role}
    answer = await client.post(f"{API}/users/{user.user_id}/roles", json=given, headers=admin.headers)
    assert answer.status_code == 201, answer.text
    return {
        "tenant_id": str(admin.tenant_id),
        "document_id": document["id"],
        "template_id": template["id"],
        "summary_id": asked["summary"]["id"],
        "job_id": asked["job"]["id"],
        "event_id": analysis["event_id"],
        "item_id": analysis["identified_requirements"][0]["id"],
        "rule_id": "vague_term",
        "session_id": session["id"],
        "message_id": message["id"],
        "industry_template_id": str(template_id(Industry.BANKING, Jurisdiction.EU)),
        "number": "1",
        **requirements,
        **standing,
        "user_id": str(user.user_id),
        "role_id": role,
        "free_role_id": free["id"],
        "email": user.email,
        "refresh_token": user.refresh_token,
    }


async def _standing(runtime: Runtime, admin: Member, document_id: str, requirements: dict[str, str]) -> dict[str, str]:
    """A feature that cites a document and is suspect because its epic changed."""
    async with runtime.uow(TenantContext(admin.tenant_id, admin.user_id)) as uow:
        epic = await backlog.lock(uow, RequirementKind.EPIC, UUID(requirements["epic_id"]))
        feature = await backlog.lock(uow, RequirementKind.FEATURE, UUID(requirements["feature_id"]))
        spec = CitationSpec(document_id=UUID(document_id), quote="Payments are taken by the payment provider.")
        (citation,) = await citations.cite(uow, feature, [spec])
        await suspects.mark_children(uow, epic, 1)
        (mark,) = (await suspects.open_marks(uow, [feature.id]))[feature.id]
        return {"requirement_id": str(feature.id), "citation_id": str(citation.id), "mark_id": str(mark.id)}


async def fingerprint(runtime: Runtime, tenant_id: UUID) -> dict[str, Any]:
    """What a tenant has, table by table: equal as long as nobody changed anything."""
    tables = " UNION ALL ".join(
        f"SELECT '{table.name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table.name} t "
        f"WHERE {tenant_column(table)} = :tenant"
        for table in TENANTED
    )
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        rows = await uow.session.execute(text(tables), {"tenant": tenant_id})
        return {row[0]: row[1] for row in rows}

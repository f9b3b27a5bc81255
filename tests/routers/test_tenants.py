"""Tenants over HTTP: founded by operators, kept by their admins, closed to everybody else."""

import json
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI

from specloom.schemas.base import MOST_LEVELS
from specloom.services.identity import issue_operator_token
from tests.factories.identity import PASSWORD, add_member, sign_in, sign_up

TENANTS = "/api/v1/tenants"
CONTEXT = {"industry": "healthcare", "jurisdiction": "uk", "company_size": "startup"}


def code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


def tenant(**changes: Any) -> dict[str, Any]:
    return {"name": "Acme", "subdomain": f"acme-{uuid4().hex[:8]}", "business_context": CONTEXT, **changes}


@pytest.fixture
def operator(app: FastAPI, client: httpx2.AsyncClient) -> dict[str, str]:
    token = issue_operator_token(app.state.api.keys, "ops@example.com", 60)
    return {"Authorization": f"Bearer {token}"}


async def test_an_operator_founds_a_tenant_with_its_admin(client: httpx2.AsyncClient, operator: dict[str, str]) -> None:
    email = f"ann-{uuid4().hex[:8]}@example.com"
    body = tenant(
        settings={"ai_tone": "casual", "notification_preferences": {"digest": True}},
        admin={"name": "Ann", "email": email, "password": PASSWORD},
    )
    response = await client.post(TENANTS, json=body, headers=operator)
    assert response.status_code == 201, response.text
    made = response.json()
    assert (made["name"], made["subdomain"], made["status"]) == ("Acme", body["subdomain"], "trial")
    assert made["business_context"]["industry"] == "healthcare"
    assert made["settings"] == {
        "ai_tone": "casual",
        "question_depth": "detailed",
        "compliance_focus": True,
        "auto_research": True,
        "notification_preferences": {"digest": True},
    }
    admin = await sign_in(client, email)
    assert str(admin.tenant_id) == made["id"]
    read = await client.get(f"{TENANTS}/{made['id']}", headers=admin.headers)
    assert read.json() == made
    assert read.headers["ETag"] == response.headers["ETag"]
    taken = await client.post(TENANTS, json={**tenant(), "subdomain": body["subdomain"]}, headers=operator)
    assert (taken.status_code, code(taken)) == (409, "subdomain_taken")


async def test_a_tenant_may_begin_without_anybody_or_without_a_password(
    client: httpx2.AsyncClient, operator: dict[str, str]
) -> None:
    assert (await client.post(TENANTS, json=tenant(), headers=operator)).status_code == 201
    email = f"ann-{uuid4().hex[:8]}@example.com"
    body = tenant(admin={"name": "Ann", "email": email})
    assert (await client.post(TENANTS, json=body, headers=operator)).status_code == 201
    login = {"email": email, "password": PASSWORD}
    assert code(await client.post("/api/v1/auth/login", json=login)) == "invalid_credentials"


async def test_only_operators_found_tenants(client: httpx2.AsyncClient, operator: dict[str, str]) -> None:
    admin = await sign_up(client)
    for headers in ({}, admin.headers, {"Authorization": f"Bearer {admin.refresh_token}"}):
        answer = await client.post(TENANTS, json=tenant(), headers=headers)
        assert (answer.status_code, code(answer)) == (401, "unauthenticated")
    for path in ("/api/v1/auth/me", "/api/v1/users", f"{TENANTS}/{admin.tenant_id}"):
        assert (await client.get(path, headers=operator)).status_code == 401, "an operator is nobody's member"


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "A"},
        {"name": "x" * 201},
        {"subdomain": "ab"},
        {"subdomain": "Upper"},
        {"subdomain": "api"},
        {"business_context": None},
        {"business_context": {**CONTEXT, "industry": "piracy"}},
        {"business_context": {**CONTEXT, "jurisdiction": "moon"}},
        {"business_context": {**CONTEXT, "company_size": "huge"}},
        {"business_context": {**CONTEXT, "mood": "good"}},
        {"settings": {"ai_tone": "rude"}},
        {"settings": {"question_depth": "endless"}},
        {"settings": {"notification_preferences": {"digest": "often"}}},
        {"settings": {"notification_preferences": {"smoke_signals": True}}},
        {"business_context": {**CONTEXT, "regulatory_frameworks": ["x" * 201]}},
        {"business_context": {**CONTEXT, "compliance_requirements": ["GDPR"] * 51}},
        {"settings": {"unknown": True}},
        {"admin": {"name": "Ann", "email": "nobody"}},
        {"admin": {"name": "Ann", "email": "ann@example.com", "password": "2-short"}},
        {"admin": {"name": "Ann", "email": "ann@example.com", "is_active": False}},
        {"status": "active"},
        {"plan_type": "enterprise"},
        {"id": str(uuid4())},
        {"access_stamp": 1},
    ],
)
async def test_a_tenant_has_the_limits_of_its_specification(
    client: httpx2.AsyncClient, operator: dict[str, str], changes: dict[str, Any]
) -> None:
    response = await client.post(TENANTS, json=tenant(**changes), headers=operator)
    assert (response.status_code, code(response)) == (422, "validation_error")


async def test_an_admin_changes_what_they_have_seen(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    url = f"{TENANTS}/{admin.tenant_id}"
    seen = (await client.get(url, headers=admin.headers)).headers["ETag"]
    headers = {**admin.headers, "If-Match": seen}
    changed = await client.patch(url, json={"settings": {"ai_tone": "technical"}}, headers=headers)
    assert changed.status_code == 200, changed.text
    stale = await client.patch(url, json={"name": "Other"}, headers=headers)
    assert (stale.status_code, code(stale)) == (412, "precondition_failed")
    await client.patch(url, json={"settings": {"auto_research": False}, "name": "Acme 2"}, headers=admin.headers)
    now = (await client.patch(url, json={"business_context": CONTEXT}, headers=admin.headers)).json()
    assert (now["name"], now["business_context"]["company_size"]) == ("Acme 2", "startup")
    assert (now["settings"]["ai_tone"], now["settings"]["auto_research"]) == ("technical", False)
    grown = {**CONTEXT, "company_size": "enterprise"}
    await client.patch(
        url, json={"business_context": {**grown, "regulatory_frameworks": ["HIPAA"]}}, headers=admin.headers
    )
    kept = (await client.patch(url, json={"business_context": grown}, headers=admin.headers)).json()["business_context"]
    assert (kept["company_size"], kept["regulatory_frameworks"]) == ("enterprise", ["HIPAA"])
    assert (await client.patch(url, json={"business_context": None}, headers=admin.headers)).json()[
        "business_context"
    ] is None
    for body in (
        {"subdomain": "other"},
        {"status": "active"},
        {"name": None},
        {"settings": None},
        {"plan_type": "free"},
    ):
        assert (await client.patch(url, json=body, headers=admin.headers)).status_code == 422, body


async def test_a_context_is_as_deep_as_it_can_be_shown(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)

    async def answer(levels: int) -> httpx2.Response:
        deep = json.loads("[" * levels + "]" * levels)
        body = {"business_context": {**CONTEXT, "custom_context": {"deep": deep}}}
        return await client.patch(f"{TENANTS}/{admin.tenant_id}", json=body, headers=admin.headers)

    assert (await answer(MOST_LEVELS - 1)).status_code == 200
    for levels in (MOST_LEVELS, 300, 500):
        refused = await answer(levels)
        assert (refused.status_code, code(refused)) == (422, "validation_error"), levels


async def test_members_read_their_tenant_and_admins_change_it(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    member = await add_member(client, admin, "member")
    url = f"{TENANTS}/{admin.tenant_id}"
    assert (await client.get(url, headers=member.headers)).status_code == 200
    refused = await client.patch(url, json={"name": "Mine"}, headers=member.headers)
    assert (refused.status_code, code(refused)) == (403, "permission_denied")


async def test_another_tenant_is_forbidden_whether_or_not_it_is_there(client: httpx2.AsyncClient) -> None:
    admin, stranger = await sign_up(client), await sign_up(client)
    for tenant_id in (stranger.tenant_id, uuid4(), "00000000-0000-0000-0000-000000000000"):
        for answer in (
            await client.get(f"{TENANTS}/{tenant_id}", headers=admin.headers),
            await client.patch(f"{TENANTS}/{tenant_id}", json={"name": "Mine"}, headers=admin.headers),
        ):
            assert (answer.status_code, code(answer)) == (403, "other_tenant")
    assert (await client.get(f"{TENANTS}/x", headers=admin.headers)).status_code == 422

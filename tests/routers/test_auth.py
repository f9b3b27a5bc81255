"""Signing up, in and out over HTTP."""

import asyncio
import json
import time
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from jose import jwt
from sqlalchemy import select, text

from specloom.core.event_log import EventEntry
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.models.identity import AuthSession, Role, User
from tests.factories.identity import PASSWORD, add_member, sign_up

API = "/api/v1"


def registration(**changes: Any) -> dict[str, Any]:
    unique = uuid4().hex[:12]
    return {
        "tenant": {"name": "Acme", "subdomain": f"acme-{unique}"},
        "name": "Ada",
        "email": f"ada-{unique}@example.com",
        "password": PASSWORD,
        **changes,
    }


def code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


async def me(client: httpx2.AsyncClient, access_token: str) -> httpx2.Response:
    return await client.get(f"{API}/auth/me", headers={"Authorization": f"Bearer {access_token}"})


# Sign-up --------------------------------------------------------------------------------------------------------------


async def test_sign_up_makes_a_tenant_with_its_first_admin(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    context = {"industry": "banking", "jurisdiction": "eu", "company_size": "sme", "custom_context": {"x": [1, None]}}
    body = registration(name="  Ada Lovelace ", email=f"ada-{uuid4().hex[:12]}@acme.test")
    body["tenant"]["business_context"] = context
    body["email"] = f" {body['email'].upper()} "
    response = await client.post(f"{API}/auth/register", json=body)
    assert response.status_code == 201, response.text
    answer = response.json()
    assert response.headers["Cache-Control"] == "no-store"
    assert set(answer) == {"access_token", "refresh_token", "token_type", "expires_in", "user", "tenant"}
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 900)
    assert (answer["user"]["name"], answer["user"]["email"]) == ("Ada Lovelace", body["email"].strip().lower())
    assert answer["tenant"]["status"] == "trial"
    assert answer["tenant"]["plan_type"] == "free"
    assert answer["tenant"]["settings"]["ai_tone"] == "professional"
    assert answer["tenant"]["business_context"] == {
        **context,
        "compliance_requirements": [],
        "regulatory_frameworks": [],
    }
    assert "password" not in response.text
    whoami = (await me(client, answer["access_token"])).json()
    assert whoami["roles"] == ["admin"]
    assert {"resource": "*", "action": "delete"} in whoami["permissions"]
    async with runtime.uow(TenantContext(UUID(answer["tenant"]["id"]))) as uow:
        roles = set(await uow.session.scalars(select(Role.name).where(Role.is_system)))
        events = (await uow.session.execute(select(EventEntry.event_type, EventEntry.payload))).all()
    assert roles == {"admin", "member", "viewer", "accountant", "sales_rep"}
    assert [tuple(event) for event in events if event.event_type != "job.progress"] == [
        ("tenant.created", {"tenant_id": answer["tenant"]["id"], "business_context": True}),
        ("user.created", {"user_id": answer["user"]["id"]}),
    ]


async def test_a_subdomain_belongs_to_whoever_is_first(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    subdomain = f"race-{uuid4().hex[:8]}"
    bodies = [registration(tenant={"name": "Acme", "subdomain": subdomain}) for _ in range(8)]
    answers = await asyncio.gather(*(client.post(f"{API}/auth/register", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert {code(answer) for answer in answers if answer.status_code == 409} == {"subdomain_taken"}
    again = await client.post(f"{API}/auth/register", json=bodies[0])
    assert code(again) == "subdomain_taken"
    for body in bodies:  # whoever was too late left nothing behind
        async with runtime.sessions() as session:
            found = (
                await session.execute(text("SELECT subdomain FROM accounts_by_email(:email)"), {"email": body["email"]})
            ).all()
        assert len(found) <= 1


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "2-short"},
        {"password": "x" * 129},
        {"password": "x" * 5000},
        {"password": "nul\x00nul\x00nul"},
        {"password": None},
        {"email": "nobody"},
        {"email": "a@b"},
        {"email": "Ada <ada@example.com>"},
        {"email": "ada@example.com\x0d\x0aBcc: x@example.com"},
        {"email": "\ud800@example.com"},
        {"email": "a\x00@example.com"},
        {"email": f"{'x' * 300}@example.com"},
        {"name": ""},
        {"name": "   "},
        {"name": "a\x00"},
        {"name": "\ud800"},
        {"name": "x" * 201},
        {"tenant": {"name": "A", "subdomain": "fine"}},
        {"tenant": {"name": "x" * 201, "subdomain": "fine"}},
        {"tenant": {"name": "Acme", "subdomain": "ab"}},
        {"tenant": {"name": "Acme", "subdomain": "x" * 51}},
        {"tenant": {"name": "Acme", "subdomain": "Acme"}},
        {"tenant": {"name": "Acme", "subdomain": "ac me"}},
        {"tenant": {"name": "Acme", "subdomain": "acmé"}},
        {"tenant": {"name": "Acme", "subdomain": "www"}},
        {"tenant": {"name": "Acme", "subdomain": "admin"}},
        {"tenant": {"name": "Acme", "subdomain": "specloom"}},
        {"tenant": {"name": "Acme", "subdomain": "fine-one", "business_context": {"industry": "banking"}}},
        {"tenant": {"name": "Acme", "subdomain": "fine-one", "plan_type": "enterprise"}},
        {"tenant": {"name": "Acme", "subdomain": "fine-one", "id": str(uuid4())}},
        {"tenant_id": str(uuid4())},
        {"role": "admin"},
        {"is_admin": True},
        {"id": str(uuid4())},
    ],
)
async def test_sign_up_refuses_what_is_not_valid(client: httpx2.AsyncClient, changes: dict[str, Any]) -> None:
    body = json.dumps(registration(**changes)).encode()
    response = await client.post(f"{API}/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422, response.text
    assert code(response) == "validation_error"
    assert "password" not in changes or str(changes["password"]) not in response.text


@pytest.mark.parametrize(
    "value", ['"a\\u0000b"', '"\\ud800"', "1e400", "NaN", "-Infinity", '{"k\\u0000": 1}', '["\\u0000"]']
)
async def test_what_cannot_be_stored_is_refused_at_any_depth(client: httpx2.AsyncClient, value: str) -> None:
    context = {"industry": "banking", "jurisdiction": "eu", "company_size": "sme", "custom_context": {"deep": ["HERE"]}}
    body = registration()
    body["tenant"]["business_context"] = context
    response = await client.post(
        f"{API}/auth/register",
        content=json.dumps(body).replace('"HERE"', value),
        headers={"Content-Type": "application/json"},
    )
    assert response.status_code == 422, response.text


# Signing in -----------------------------------------------------------------------------------------------------------


async def test_login_in_any_case_of_the_address(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    response = await client.post(f"{API}/auth/login", json={"email": f" {admin.email.upper()}", "password": PASSWORD})
    assert response.status_code == 200, response.text
    assert response.json()["user"]["id"] == str(admin.user_id)
    assert response.json()["user"]["last_login_at"] is not None
    user = await client.get(f"{API}/users/{admin.user_id}", headers=admin.headers)
    assert user.headers["ETag"] == '"1"', "a sign-in is no change"
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        _, session = await uow.session.scalars(select(AuthSession).order_by(AuthSession.id))
    assert session.user_agent is not None
    assert "httpx" in session.user_agent
    assert session.ip_address == "127.0.0.1"


async def test_the_access_token_says_what_adr_004_wants(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    jwks = await client.get("/.well-known/jwks.json")
    assert jwks.status_code == 200
    assert jwks.headers["Cache-Control"].startswith("public")
    options = {"require_exp": True, "require_aud": True, "require_iss": True}
    checked = {"algorithms": ["RS256"], "audience": "specloom-api", "issuer": "specloom", "options": options}
    access = jwt.decode(admin.access_token, jwks.json(), **checked)
    assert access["sub"] == str(admin.user_id)
    assert access["tenant_id"] == str(admin.tenant_id)
    assert (access["email"], access["roles"], access["type"]) == (admin.email, ["admin"], "access")
    assert access["exp"] - access["iat"] == 15 * 60
    assert {"jti", "sid", "nbf"} <= set(access)
    later = jwt.decode(admin.refresh_token, jwks.json(), **checked)
    assert (later["type"], later["exp"] - later["iat"]) == ("refresh", 7 * 24 * 3600)
    assert (later["sid"], "email" in later, "roles" in later) == (access["sid"], False, False)


async def test_all_failures_to_sign_in_look_alike(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    disabled = await add_member(client, admin)
    url = f"{API}/users/{disabled.user_id}"
    assert (await client.patch(url, json={"is_active": False}, headers=admin.headers)).status_code == 200
    tries = [
        {"email": f"nobody-{uuid4().hex}@example.com", "password": PASSWORD},
        {"email": admin.email, "password": "wrong password"},
        {"email": admin.email, "password": PASSWORD, "tenant": "another"},
        {"email": disabled.email, "password": PASSWORD},
        {"email": disabled.email, "password": PASSWORD, "tenant": admin.subdomain},
    ]
    answers = [await client.post(f"{API}/auth/login", json=body) for body in tries]
    assert {answer.status_code for answer in answers} == {401}
    bodies = [answer.json()["error"] for answer in answers]
    assert all({**body, "request_id": None} == {**bodies[0], "request_id": None} for body in bodies)
    assert bodies[0]["code"] == "invalid_credentials"


async def test_time_does_not_tell_which_account_exists(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    taken: dict[str, list[float]] = {admin.email: [], f"nobody-{uuid4().hex}@example.com": []}
    for _ in range(25):
        for email, times in taken.items():
            start = time.perf_counter()
            response = await client.post(f"{API}/auth/login", json={"email": email, "password": "wrong password"})
            times.append(time.perf_counter() - start)
            assert response.status_code == 401
    known, unknown = (median(times) for times in taken.values())
    assert known / unknown == pytest.approx(1, abs=0.5)


async def test_one_address_in_several_tenants(client: httpx2.AsyncClient) -> None:
    first = await sign_up(client)
    second = await sign_up(client, email=first.email)
    third = await sign_up(client, email=first.email, password="a password of its own")
    body = {"email": first.email, "password": PASSWORD}
    ambiguous = await client.post(f"{API}/auth/login", json=body)
    assert (ambiguous.status_code, code(ambiguous)) == (409, "tenant_required")
    assert ambiguous.json()["error"]["details"] == {"tenants": sorted([first.subdomain, second.subdomain])}
    for member in (first, second):
        named = await client.post(f"{API}/auth/login", json={**body, "tenant": f" {member.subdomain.upper()}"})
        assert named.json()["tenant"]["id"] == str(member.tenant_id)
    wrong = await client.post(f"{API}/auth/login", json={**body, "password": "wrong password"})
    assert (wrong.status_code, code(wrong)) == (401, "invalid_credentials")
    elsewhere = await client.post(f"{API}/auth/login", json={**body, "tenant": third.subdomain})
    assert elsewhere.status_code == 401
    only = await client.post(f"{API}/auth/login", json={**body, "password": third.password})
    assert only.json()["tenant"]["id"] == str(third.tenant_id)


async def test_tokens_for_tools_by_the_password_grant(client: httpx2.AsyncClient) -> None:
    first = await sign_up(client)
    await sign_up(client, email=first.email)
    for username in (f"{first.subdomain}/{first.email}", f"{first.subdomain}/{first.email}".upper()):
        form = {"grant_type": "password", "username": username, "password": PASSWORD, "scope": "", "client_id": "cli"}
        response = await client.post(f"{API}/auth/token", data=form)
        assert response.status_code == 200, response.text
        assert response.headers["Cache-Control"] == "no-store"
        answer = response.json()
        assert set(answer) == {"access_token", "refresh_token", "token_type", "expires_in"}
        assert answer["token_type"] == "bearer"
        assert (await me(client, answer["access_token"])).json()["tenant"]["id"] == str(first.tenant_id)
    several = await client.post(f"{API}/auth/token", data={"username": first.email, "password": PASSWORD})
    assert code(several) == "tenant_required"
    for bad in ({"username": "nobody"}, {"username": "a\x00@example.com"}, {"grant_type": "client_credentials"}):
        form = {"username": first.email, "password": PASSWORD, **bad}
        assert (await client.post(f"{API}/auth/token", data=form)).status_code == 422


async def test_passwords_are_kept_as_hashes_only(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    secret = f"canary-{uuid4().hex}"
    admin = await sign_up(client, password=secret)
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        user = (await uow.session.scalars(select(User).where(User.id == admin.user_id))).one()
        events = (await uow.session.scalars(select(EventEntry.payload))).all()
    assert user.password_hash is not None
    assert user.password_hash.startswith("$argon2id$")
    assert secret not in repr(user.password_hash) + repr(events)


async def test_no_token_no_entry(client: httpx2.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}, {"Authorization": "Bearer "}):
        answer = await client.get(f"{API}/auth/me", headers=headers)
        assert (answer.status_code, code(answer)) == (401, "unauthenticated")

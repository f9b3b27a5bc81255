"""Sessions over HTTP: carried on by tokens that are good for one use, and ended for everybody at once."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select, update

from specloom.core.config import Settings
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.main import create_app
from specloom.models.identity import AuthSession, Tenant
from specloom.vocabulary.identity import TenantStatus
from tests.conftest import serve
from tests.factories.identity import PASSWORD, Member, add_member, role_id_of, sign_in, sign_up

API = "/api/v1"


def code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


async def me(client: httpx2.AsyncClient, access_token: str) -> httpx2.Response:
    return await client.get(f"{API}/auth/me", headers={"Authorization": f"Bearer {access_token}"})


async def refresh(client: httpx2.AsyncClient, refresh_token: str) -> httpx2.Response:
    return await client.post(f"{API}/auth/refresh", json={"refresh_token": refresh_token})


async def sessions_of(runtime: Runtime, member: Member) -> list[AuthSession]:
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        query = select(AuthSession).where(AuthSession.user_id == member.user_id).order_by(AuthSession.id)
        return list(await uow.session.scalars(query))


async def set_status(runtime: Runtime, member: Member, status: TenantStatus) -> None:
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        await uow.session.execute(update(Tenant).where(Tenant.id == member.tenant_id).values(status=status))


@pytest.fixture(scope="module")
async def without_redis(make_settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """Another node on the same database, for which Redis is down."""
    settings: Settings = make_settings(redis={"url": SecretStr("redis://127.0.0.1:1/0"), "timeout_seconds": 0.25})
    async with serve(create_app(settings)) as client:
        yield client


# Refresh --------------------------------------------------------------------------------------------------------------


async def test_refresh_tokens_are_for_refreshing_only(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    assert (await me(client, admin.refresh_token)).status_code == 401
    answer = await refresh(client, admin.access_token)
    assert (answer.status_code, code(answer)) == (401, "invalid_refresh_token")
    for odd in ("x", "a.b.c", "x" * 8000):
        assert (await refresh(client, odd)).status_code == 401
    assert (await refresh(client, "x" * 9000)).status_code == 422


async def test_an_old_refresh_token_ends_the_family(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    second = (await refresh(client, admin.refresh_token)).json()
    third = (await refresh(client, second["refresh_token"])).json()
    assert (await me(client, third["access_token"])).status_code == 200

    replay = await refresh(client, admin.refresh_token)
    assert (replay.status_code, code(replay)) == (401, "refresh_token_reused")
    (session,) = await sessions_of(runtime, admin)
    assert session.revoked_reason == "refresh_token_reused"
    for token in (third["access_token"], second["access_token"], admin.access_token):
        answer = await me(client, token)
        assert (answer.status_code, code(answer)) == (401, "session_ended")
    for token in (third["refresh_token"], second["refresh_token"], admin.refresh_token):
        assert (await refresh(client, token)).status_code == 401
    other = await sign_in(client, admin.email)
    assert (await me(client, other.access_token)).status_code == 200


async def test_twenty_refreshes_at_once_have_one_successor(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    answers = await asyncio.gather(*(refresh(client, admin.refresh_token) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    successors = {answer.json()["refresh_token"] for answer in answers}
    assert len(successors) == 1
    assert successors != {admin.refresh_token}
    assert len(await sessions_of(runtime, admin)) == 1
    assert (await refresh(client, successors.pop())).status_code == 200


async def test_after_the_grace_period_the_token_before_is_an_old_one(
    client: httpx2.AsyncClient, runtime: Runtime
) -> None:
    admin = await sign_up(client)
    second = (await refresh(client, admin.refresh_token)).json()
    assert (await refresh(client, admin.refresh_token)).json()["refresh_token"] == second["refresh_token"]
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        passed = func.make_interval(0, 0, 0, 0, 0, 0, runtime.settings.tokens.refresh_grace_seconds + 1)
        await uow.session.execute(update(AuthSession).values(rotated_at=AuthSession.rotated_at - passed))
    assert code(await refresh(client, admin.refresh_token)) == "refresh_token_reused"
    assert (await refresh(client, second["refresh_token"])).status_code == 401


async def test_a_session_lives_on_with_each_refresh_and_expires_without(
    client: httpx2.AsyncClient, runtime: Runtime
) -> None:
    admin = await sign_up(client)
    (before,) = await sessions_of(runtime, admin)
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        soon = func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 1)
        await uow.session.execute(update(AuthSession).values(expires_at=soon))
    second = (await refresh(client, admin.refresh_token)).json()
    (after,) = await sessions_of(runtime, admin)
    assert after.expires_at >= before.expires_at
    async with runtime.uow(TenantContext(admin.tenant_id)) as uow:
        await uow.session.execute(update(AuthSession).values(expires_at=func.now()))
    for answer in (await me(client, second["access_token"]), await refresh(client, second["refresh_token"])):
        assert (answer.status_code, code(answer)) == (401, "session_ended")


# The end of access ----------------------------------------------------------------------------------------------------


async def test_after_logout_both_tokens_are_refused(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    other = await sign_in(client, admin.email)
    answer = await client.post(f"{API}/auth/logout", headers=admin.headers)
    assert (answer.status_code, answer.content) == (204, b"")
    for ended in (await me(client, admin.access_token), await refresh(client, admin.refresh_token)):
        assert (ended.status_code, code(ended)) == (401, "session_ended")
    assert code(await client.post(f"{API}/auth/logout", headers=admin.headers)) == "session_ended"
    assert (await me(client, other.access_token)).status_code == 200, "it was another session"
    ended_id = (await sessions_of(runtime, admin))[0].id
    assert 0 < await runtime.redis.ttl(f"denied:{admin.tenant_id}:{ended_id}") <= 900


async def test_every_end_of_access_counts_at_once_on_every_node_without_redis(
    client: httpx2.AsyncClient, without_redis: httpx2.AsyncClient
) -> None:
    admin = await sign_up(without_redis)
    nodes = (client, without_redis)

    async def both(member: Member) -> list[int]:
        return [(await me(node, member.access_token)).status_code for node in nodes]

    gone = await add_member(without_redis, admin)
    assert await both(gone) == [200, 200]
    assert (await without_redis.post(f"{API}/auth/logout", headers=gone.headers)).status_code == 204
    assert await both(gone) == [401, 401]

    disabled = await add_member(without_redis, admin)
    assert await both(disabled) == [200, 200]
    url = f"{API}/users/{disabled.user_id}"
    await without_redis.patch(url, json={"is_active": False}, headers=admin.headers)
    assert await both(disabled) == [401, 401]
    await without_redis.patch(url, json={"is_active": True}, headers=admin.headers)
    assert await both(disabled) == [401, 401], "the old sessions stay ended"

    demoted = await add_member(without_redis, admin, role="member")

    async def may_read_roles() -> list[int]:
        return [(await node.get(f"{API}/roles", headers=demoted.headers)).status_code for node in nodes]

    assert await may_read_roles() == [200, 200]
    member_role = await role_id_of(client, admin, "member")
    url = f"{API}/users/{demoted.user_id}/roles"
    assert (await without_redis.delete(f"{url}/{member_role}", headers=admin.headers)).status_code == 204
    assert await may_read_roles() == [403, 403]


@pytest.mark.parametrize("status", [TenantStatus.SUSPENDED, TenantStatus.CANCELLED])
async def test_a_suspended_tenant_is_closed_at_once(
    client: httpx2.AsyncClient, runtime: Runtime, status: TenantStatus
) -> None:
    admin = await sign_up(client)
    assert (await me(client, admin.access_token)).status_code == 200
    await set_status(runtime, admin, status)
    login = {"email": admin.email, "password": PASSWORD}
    answers = [
        await me(client, admin.access_token),
        await refresh(client, admin.refresh_token),
        await client.post(f"{API}/auth/login", json=login),
    ]
    assert [(answer.status_code, code(answer)) for answer in answers] == [(403, "tenant_suspended")] * 3
    wrong = await client.post(f"{API}/auth/login", json={**login, "password": "wrong password"})
    assert code(wrong) == "invalid_credentials", "only who knows the password is told"
    await set_status(runtime, admin, TenantStatus.ACTIVE)
    assert (await me(client, admin.access_token)).status_code == 200
    assert (await refresh(client, admin.refresh_token)).status_code == 200


async def test_a_new_password_ends_the_other_sessions(client: httpx2.AsyncClient) -> None:
    admin = await sign_up(client)
    other = await sign_in(client, admin.email)
    url = f"{API}/auth/password/change"
    new = "  another password  "
    wrong = {"current_password": "wrong password", "new_password": new}
    answer = await client.post(url, json=wrong, headers=admin.headers)
    assert (answer.status_code, code(answer)) == (401, "invalid_credentials")
    right = {"current_password": PASSWORD, "new_password": new}
    assert (await client.post(url, json=right, headers=admin.headers)).status_code == 204
    assert (await me(client, admin.access_token)).status_code == 200
    assert (await me(client, other.access_token)).status_code == 401
    assert (
        await client.post(f"{API}/auth/login", json={"email": admin.email, "password": PASSWORD})
    ).status_code == 401
    trimmed = {"email": admin.email, "password": new.strip()}
    assert (await client.post(f"{API}/auth/login", json=trimmed)).status_code == 401, "white space counts"
    assert (await sign_in(client, admin.email, password=new)).user_id == admin.user_id
    assert (await client.post(url, json=right)).status_code == 401, "not without a token"

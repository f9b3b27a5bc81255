"""The end of access counts from the next request on, on every route and every node, whether or not Redis is there."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.main import create_app
from specloom.models.identity import Tenant
from specloom.vocabulary.identity import TenantStatus
from tests.conftest import serve
from tests.contracts.household import Household, fingerprint, settle
from tests.contracts.routes import API, OF_TENANTS, SIGNED_IN
from tests.factories.identity import PASSWORD, Member, add_member

# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = pytest.mark.no_cover

End = Callable[[httpx2.AsyncClient, Runtime, Household, Member], Awaitable[httpx2.Response | None]]


@pytest.fixture(scope="module")
async def without_redis(make_settings: Any) -> AsyncIterator[httpx2.AsyncClient]:
    """A node for which Redis is down."""
    away = {"url": SecretStr("redis://127.0.0.1:1/0"), "timeout_seconds": 0.25}
    async with serve(create_app(make_settings(redis=away))) as client:
        yield client


@pytest.fixture(scope="module")
async def house(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    return await settle(client, runtime)


async def log_out(node: httpx2.AsyncClient, _: Runtime, __: Household, member: Member) -> httpx2.Response:
    return await node.post(f"{API}/auth/logout", headers=member.headers)


async def disable(node: httpx2.AsyncClient, _: Runtime, house: Household, member: Member) -> httpx2.Response:
    url = f"{API}/users/{member.user_id}"
    return await node.patch(url, json={"is_active": False}, headers=house.admin.headers)


async def delete(node: httpx2.AsyncClient, _: Runtime, house: Household, member: Member) -> httpx2.Response:
    return await node.delete(f"{API}/users/{member.user_id}", headers=house.admin.headers)


async def give_new_password(node: httpx2.AsyncClient, _: Runtime, house: Household, member: Member) -> httpx2.Response:
    url = f"{API}/users/{member.user_id}"
    return await node.patch(url, json={"password": f"{PASSWORD} 2"}, headers=house.admin.headers)


async def replay_a_refresh_token(
    node: httpx2.AsyncClient, _: Runtime, __: Household, member: Member
) -> httpx2.Response:
    token = member.refresh_token
    for _turn in range(2):
        token = (await node.post(f"{API}/auth/refresh", json={"refresh_token": token})).json()["refresh_token"]
    replayed = await node.post(f"{API}/auth/refresh", json={"refresh_token": member.refresh_token})
    assert replayed.json()["error"]["code"] == "refresh_token_reused"
    return await node.get("/health/live")


async def suspend(_: httpx2.AsyncClient, runtime: Runtime, __: Household, member: Member) -> None:
    await set_status(runtime, member, TenantStatus.SUSPENDED)


async def set_status(runtime: Runtime, member: Member, status: TenantStatus) -> None:
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        await uow.session.execute(update(Tenant).values(status=status))


async def take_roles(node: httpx2.AsyncClient, _: Runtime, house: Household, member: Member) -> httpx2.Response:
    url = f"{API}/users/{member.user_id}/roles"
    return await node.put(url, json={"role_ids": []}, headers=house.admin.headers)


ENDS: list[tuple[End, int, str]] = [
    (log_out, 401, "session_ended"),
    (disable, 401, "session_ended"),
    (delete, 401, "session_ended"),
    (give_new_password, 401, "session_ended"),
    (replay_a_refresh_token, 401, "session_ended"),
    (suspend, 403, "tenant_suspended"),
]


async def _end(
    end: End, nodes: tuple[httpx2.AsyncClient, ...], runtime: Runtime, house: Household
) -> tuple[Member, dict[str, Any]]:
    """Somebody who could do everything on all nodes a moment ago, and what the tenant has by now.

    Their access ends on the last of the nodes.
    """
    member = await add_member(nodes[0], house.admin, "admin")
    for node in nodes:
        assert (await node.get(f"{API}/documents", headers=member.headers)).status_code == 200
    answer = await end(nodes[-1], runtime, house, member)
    assert answer is None or answer.is_success, answer.text
    return member, await fingerprint(runtime, house.admin.tenant_id)


@pytest.mark.parametrize(("end", "status", "code"), ENDS, ids=[each[0].__name__ for each in ENDS])
async def test_whose_session_has_ended_is_refused_everywhere(
    *,
    end: End,
    status: int,
    code: str,
    client: httpx2.AsyncClient,
    without_redis: httpx2.AsyncClient,
    runtime: Runtime,
    house: Household,
) -> None:
    nodes = (client, without_redis)
    member, before = await _end(end, nodes, runtime, house)
    for node in nodes:
        for route in OF_TENANTS:
            answer = await node.request(**route.request(house.ids, member.headers))
            assert (answer.status_code, answer.json()["error"]["code"]) == (status, code), route.name
    assert await fingerprint(runtime, house.admin.tenant_id) == before
    await set_status(runtime, member, TenantStatus.ACTIVE)


async def test_who_has_lost_their_roles_may_no_longer_use_them(
    client: httpx2.AsyncClient, without_redis: httpx2.AsyncClient, runtime: Runtime, house: Household
) -> None:
    nodes = (client, without_redis)
    member, before = await _end(take_roles, nodes, runtime, house)
    for node in nodes:
        for route in OF_TENANTS:
            if route.access != SIGNED_IN or route.hidden:
                answer = await node.request(**route.request(house.ids, member.headers))
                code = answer.json()["error"]["code"]
                if route.hidden:
                    assert (answer.status_code, code.endswith("_not_found")) == (404, True), route.name
                else:
                    assert (answer.status_code, code) == (403, "permission_denied"), route.name
        assert (await node.get(f"{API}/auth/me", headers=member.headers)).json()["permissions"] == []
    assert await fingerprint(runtime, house.admin.tenant_id) == before

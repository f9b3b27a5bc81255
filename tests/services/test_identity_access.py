"""What a session stands for, read at one moment, and the news that it has ended."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pydantic import SecretStr
from sqlalchemy import select, text

from specloom.core.events import Channels
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import AccessChanged
from specloom.models.identity import AuthSession
from specloom.services import identity
from specloom.services.identity.access import SessionEnded
from tests.factories.identity import Member, add_member, role_id_of, sign_up

ROLES_NOW = "SELECT array_agg(r.name) FROM user_roles u JOIN roles r ON r.id = u.role_id WHERE u.user_id = :id"


@pytest.fixture(scope="module")
async def without_redis(make_settings: Any) -> AsyncIterator[Runtime]:
    settings = make_settings(redis={"url": SecretStr("redis://127.0.0.1:1/0"), "timeout_seconds": 0.25})
    async with open_runtime(settings) as runtime:
        yield runtime


async def session_id_of(runtime: Runtime, member: Member) -> Any:
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        query = select(AuthSession.id).where(AuthSession.user_id == member.user_id)
        return (await uow.session.scalars(query)).one()


async def test_rights_of_all_roles_come_together(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    person = await add_member(client, admin, "accountant")
    url = f"/api/v1/users/{person.user_id}/roles"
    role_id = await role_id_of(client, admin, "sales_rep")
    assert (await client.post(url, json={"role_id": str(role_id)}, headers=admin.headers)).status_code == 201
    principal, stamp = await identity.load_principal(runtime, person.tenant_id, await session_id_of(runtime, person))
    assert principal.roles == {"accountant", "sales_rep"}
    assert (principal.user_id, principal.email) == (person.user_id, person.email)
    assert principal.may("invoices", "create")
    assert principal.may("quotations", "create")
    assert not principal.may("users", "update")
    assert stamp > 1


async def test_somebody_without_roles_may_sign_in_and_do_nothing(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    person = await add_member(client, admin)
    url = f"/api/v1/users/{person.user_id}/roles"
    assert (await client.put(url, json={"role_ids": []}, headers=admin.headers)).status_code == 200
    principal, _ = await identity.load_principal(runtime, person.tenant_id, await session_id_of(runtime, person))
    assert (principal.roles, principal.permissions) == (frozenset(), frozenset())


async def test_the_stamp_belongs_to_the_rights_it_was_read_with(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    """Whatever commits while rights are read: either they include it, or their stamp is refused."""
    admin = await sign_up(client)
    person = await add_member(client, admin)
    session_id = await session_id_of(runtime, person)
    roles = {name: await role_id_of(client, admin, name) for name in ("viewer", "member")}
    url = f"/api/v1/users/{person.user_id}/roles"
    done = False

    async def change() -> None:
        nonlocal done
        for turn in range(20):
            body = {"role_ids": [str(roles["member" if turn % 2 else "viewer"])]}
            assert (await client.put(url, json=body, headers=admin.headers)).status_code == 200
        done = True

    async def look() -> int:
        stale = 0
        while not done:
            principal, stamp = await identity.load_principal(runtime, person.tenant_id, session_id)
            context = TenantContext(person.tenant_id, person.user_id, session_id, stamp)
            try:
                async with runtime.uow(context) as uow:
                    now = await uow.session.scalar(text(ROLES_NOW), {"id": person.user_id})
                    # The same stamp before and after: nothing changed since the rights were read.
                    if await uow.session.scalar(text("SELECT access_stamp FROM tenants")) == stamp:
                        assert set(now) == principal.roles
            except AccessChanged:
                stale += 1
        return stale

    _, *stale = await asyncio.gather(change(), look(), look())
    assert sum(stale) > 0, "nothing was ever changed in between"


async def test_an_unknown_session_has_ended(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin, stranger = await sign_up(client), await sign_up(client)
    foreign = await session_id_of(runtime, stranger)
    for tenant_id, session_id in ((admin.tenant_id, uuid4()), (admin.tenant_id, foreign), (uuid4(), foreign)):
        with pytest.raises(SessionEnded):
            await identity.load_principal(runtime, tenant_id, session_id)


async def test_streams_hear_of_the_end_of_a_session(client: httpx2.AsyncClient, runtime: Runtime) -> None:
    admin = await sign_up(client)
    session_id = await session_id_of(runtime, admin)
    assert not await identity.is_denied(runtime, admin.tenant_id, session_id)
    async with runtime.redis.pubsub() as pubsub:
        await pubsub.subscribe(Channels(admin.tenant_id).revoked)
        assert (await client.post("/api/v1/auth/logout", headers=admin.headers)).status_code == 204
        heard = None
        for _ in range(10):
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=30)
            heard = message["data"] if message else heard
            if heard:
                break
    assert heard == str(session_id)
    assert await identity.is_denied(runtime, admin.tenant_id, session_id)
    assert not await identity.is_denied(runtime, uuid4(), session_id), "keys carry the tenant"


async def test_without_redis_the_session_itself_tells(
    client: httpx2.AsyncClient, runtime: Runtime, without_redis: Runtime
) -> None:
    admin = await sign_up(client)
    session_id = await session_id_of(runtime, admin)
    await identity.deny(without_redis, admin.tenant_id, [session_id])  # logged, not raised
    assert not await identity.is_denied(without_redis, admin.tenant_id, session_id)
    assert (await client.post("/api/v1/auth/logout", headers=admin.headers)).status_code == 204
    assert await identity.is_denied(without_redis, admin.tenant_id, session_id)

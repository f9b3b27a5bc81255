"""The queries of identity see one tenant; the door through which sign-in looks sees active accounts only."""

from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from specloom.core.pagination import PageRequest
from specloom.core.runtime import Runtime
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.crud.identity import (
    RoleCrud,
    RoleNotFound,
    SessionCrud,
    TenantCrud,
    UserCrud,
    UserNotFound,
    accounts_by_email,
)
from specloom.models.identity import AuthSession, User, UserRole
from tests.factories.identity import Member, add_member, sign_up


@pytest.fixture
async def two(client: httpx2.AsyncClient) -> tuple[Member, Member]:
    return await sign_up(client), await sign_up(client)


async def test_each_tenant_sees_its_own(two: tuple[Member, Member], runtime: Runtime) -> None:
    own, other = two
    async with runtime.uow(TenantContext(other.tenant_id)) as uow:
        foreign_role = await RoleCrud(uow).by_name("admin")
        foreign_session = (await uow.session.scalars(select(AuthSession.id))).one()
    async with runtime.uow(TenantContext(own.tenant_id)) as uow:
        users, roles, sessions = UserCrud(uow), RoleCrud(uow), SessionCrud(uow)
        assert (await users.get(own.user_id)).email == own.email
        assert await users.find(other.user_id) is None
        for ask in (users.get, users.lock):
            with pytest.raises(UserNotFound):
                await ask(other.user_id)
        assert [user.id for user in (await users.page(PageRequest())).items] == [own.user_id]
        assert (await users.page(PageRequest(), users.by(q=other.email))).items == []
        for ask in (roles.get, roles.lock):
            with pytest.raises(RoleNotFound):
                await ask(foreign_role.id)
        with pytest.raises(RoleNotFound):
            await roles.by_ids([(await roles.by_name("admin")).id, foreign_role.id])
        assert await roles.by_user(other.user_id) == []
        assert await roles.permissions([foreign_role.id]) == set()
        assert not await roles.is_used(foreign_role.id)
        assert await sessions.access(foreign_session) is None
        assert await sessions.lock_standing(foreign_session) is None
        assert not await sessions.stands(foreign_session)
        assert await sessions.revoke(foreign_session, "theft") == []
        assert await sessions.revoke_all(other.user_id, "theft") == []
        assert (await TenantCrud(uow).get()).id == own.tenant_id
    async with runtime.uow(TenantContext(other.tenant_id)) as uow:
        assert await SessionCrud(uow).stands(foreign_session)


async def test_nobody_writes_into_another_tenant(two: tuple[Member, Member], runtime: Runtime) -> None:
    own, other = two
    async with runtime.uow(TenantContext(own.tenant_id)) as uow:
        own_role = await RoleCrud(uow).by_name("viewer")

    async def write(row: object) -> None:
        async with runtime.uow(TenantContext(own.tenant_id)) as uow:
            uow.session.add(row)
            await uow.session.flush()

    with pytest.raises(DBAPIError, match="row-level security"):
        await write(User(tenant_id=other.tenant_id, email="x@example.com", name="X"))
    with pytest.raises(IntegrityError):
        await write(UserRole(tenant_id=own.tenant_id, user_id=other.user_id, role_id=own_role.id))


async def test_the_door_finds_active_accounts_only(
    client: httpx2.AsyncClient, two: tuple[Member, Member], runtime: Runtime
) -> None:
    own, _ = two
    for change in ("is_active", "deleted_at"):
        member = await add_member(client, own)
        async with runtime.sessions() as session:
            (account,) = await accounts_by_email(session, member.email)
        assert (account.tenant_id, account.user_id, account.subdomain) == (
            own.tenant_id,
            member.user_id,
            own.subdomain,
        )
        async with runtime.uow(TenantContext(own.tenant_id)) as uow:
            value = "false" if change == "is_active" else "now()"
            await uow.session.execute(
                text(f"UPDATE users SET {change} = {value} WHERE id = :id"), {"id": member.user_id}
            )
        async with runtime.sessions() as session:
            assert await accounts_by_email(session, member.email) == []


async def test_a_sign_in_counts_only_for_the_password_that_was_checked(
    client: httpx2.AsyncClient, two: tuple[Member, Member], runtime: Runtime
) -> None:
    own, _ = two
    async with runtime.uow(TenantContext(own.tenant_id)) as uow:
        crud = UserCrud(uow)
        before = await crud.get(own.user_id)
        assert before.password_hash is not None
        assert await crud.sign_in(own.user_id, "$argon2id$another") is None
        assert await crud.sign_in(uuid4(), before.password_hash) is None
        after = await crud.sign_in(own.user_id, before.password_hash)
        assert after is before
        assert after.last_login_at is not None
        assert (after.revision, after.updated_at) == (1, before.created_at)


async def test_the_global_tenant_has_no_people(runtime: Runtime) -> None:
    async with runtime.uow(TenantContext(GLOBAL_TENANT_ID)) as uow:
        assert (await UserCrud(uow).page(PageRequest())).items == []

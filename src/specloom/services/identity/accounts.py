"""People: the first one founds a tenant, admins add and change the others."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from specloom.core.errors import Conflict
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.runtime import Runtime
from specloom.core.security import check_password, hash_password
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import RoleCrud, SessionCrud, TenantCrud, UserCrud
from specloom.models.identity import User
from specloom.schemas.identity import PasswordChange, Registration, UserCreate, UserUpdate
from specloom.services.identity import roles, tenants
from specloom.services.identity.access import deny, read_principal
from specloom.services.identity.keys import SigningKeys
from specloom.services.identity.roles import LastAdmin
from specloom.services.identity.sessions import Client, InvalidCredentials, SignedIn, open_session, signed_in


class EmailTaken(Conflict):
    code = "email_taken"
    default_message = "Somebody with this e-mail address is here already."


async def register(runtime: Runtime, keys: SigningKeys, data: Registration, client: Client) -> SignedIn:
    """A new tenant with its first admin, who is signed in at once. Raises `SubdomainTaken`."""
    password_hash = await hash_password(data.password)
    async with runtime.uow(TenantContext(uuid7())) as uow:
        tenant = await tenants.found_tenant(uow, data.tenant, trial_days=runtime.settings.app.trial_days)
        user = await tenants.add_first_admin(uow, data.name, data.email, password_hash)
        session, principal = await open_session(uow, user, runtime, client)
    return signed_in(runtime, keys, session, principal, user=user, tenant=tenant)


async def change_password(runtime: Runtime, tenant_id: UUID, session_id: UUID, data: PasswordChange) -> None:
    """Gives the person behind a session a new password, and ends their other sessions."""
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        principal, _ = await read_principal(uow, session_id)
        password_hash = (await UserCrud(uow).get(principal.user_id)).password_hash
    if not await check_password(data.current_password, password_hash):
        raise InvalidCredentials("The current password is wrong.")
    new_hash = await hash_password(data.new_password)
    async with runtime.uow(TenantContext(tenant_id, principal.user_id)) as uow:
        await read_principal(uow, session_id)
        crud = UserCrud(uow)
        user = await crud.lock(principal.user_id)
        if user.password_hash != password_hash:
            raise InvalidCredentials("The current password is wrong.")
        await crud.change(user, password_hash=new_hash)
        ended = await SessionCrud(uow).revoke_all(user.id, "password_changed", spare=session_id)
        _tell(uow, "user.updated", user)
    await deny(runtime, tenant_id, ended)


async def list_users(
    uow: UnitOfWork, request: PageRequest, *, is_active: bool | None = None, q: str | None = None
) -> Page[User]:
    """People by state, and by a part of their name or e-mail address."""
    crud = UserCrud(uow)
    return await crud.page(request, crud.by(is_active=is_active, q=q))


async def get_user(uow: UnitOfWork, user_id: UUID) -> User:
    return await UserCrud(uow).get(user_id)


async def create_user(uow: UnitOfWork, data: UserCreate, password_hash: str) -> User:
    """A new person with their roles. Raises `EmailTaken`, and `PermissionNotHeld` for roles beyond one's own rights."""
    await TenantCrud(uow).lock()
    try:
        user = await UserCrud(uow).add(email=data.email, name=data.name, password_hash=password_hash)
    except IntegrityError as error:
        raise EmailTaken from error
    await roles.give_first_roles(uow, user, data.role_ids)
    _tell(uow, "user.created", user)
    return user


async def lock_user(uow: UnitOfWork, user_id: UUID) -> User:
    """A person, for changing them."""
    await TenantCrud(uow).lock()
    return await UserCrud(uow).lock(user_id)


async def change_user(
    uow: UnitOfWork, user: User, data: UserUpdate, password_hash: str | None = None
) -> Sequence[UUID]:
    """Changes what was sent, on a person that was locked; `password_hash` is that of the password in `data`.

    Disabling somebody ends their sessions, and so does a new password, but for the session of whoever asks. Returns the
    sessions that ended, for `deny` after the commit. Raises `LastAdmin` and `PermissionNotHeld`.
    """
    values = data.model_dump(exclude_unset=True, exclude={"password"})
    disabled = user.is_active and values.get("is_active") is False
    if password_hash is not None or values.get("is_active", user.is_active) != user.is_active:
        await roles.must_match(uow, user.id)
    crud = UserCrud(uow)
    if disabled and await crud.is_last_admin(user.id):
        raise LastAdmin
    if password_hash is not None:
        values["password_hash"] = password_hash
    await crud.change(user, **values)
    if values:
        _tell(uow, "user.updated", user)
    sessions = SessionCrud(uow)
    if disabled:
        return await sessions.revoke_all(user.id, "user_disabled")
    if password_hash is not None:
        return await sessions.revoke_all(user.id, "password_changed", spare=uow.tenant.session_id)
    return ()


async def delete_user(uow: UnitOfWork, user_id: UUID) -> Sequence[UUID]:
    """Deletes a person, takes their roles and ends their sessions, which it returns for `deny` after the commit.

    What they made stays, under their name; their e-mail address may be used again.
    """
    user = await lock_user(uow, user_id)
    await roles.must_match(uow, user_id)
    crud = UserCrud(uow)
    if await crud.is_last_admin(user_id):
        raise LastAdmin
    await crud.remove(user)
    role_crud = RoleCrud(uow)
    await role_crud.take(user_id, [role.id for role in await role_crud.by_user(user_id)])
    _tell(uow, "user.deleted", user)
    return await SessionCrud(uow).revoke_all(user_id, "user_deleted")


def _tell(uow: UnitOfWork, event_type: str, user: User) -> None:
    uow.publish(Event(event_type, "users", {"user_id": str(user.id)}))

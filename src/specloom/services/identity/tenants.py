"""Tenants: founded with their system roles and, if there is one, their first admin; all or nothing."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from specloom.core.errors import Conflict, Forbidden
from specloom.core.events import Event
from specloom.core.runtime import Runtime
from specloom.core.security import hash_password
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import ADMIN, RoleCrud, TenantCrud, UserCrud
from specloom.models.identity import Tenant, User
from specloom.schemas.identity import TenantCreate, TenantSettings, TenantSignUp, TenantUpdate
from specloom.services.identity import roles


class SubdomainTaken(Conflict):
    code = "subdomain_taken"
    default_message = "This subdomain is taken. Choose another one."


class OtherTenant(Forbidden):
    code = "other_tenant"
    default_message = "This is not your tenant."


async def create_tenant(runtime: Runtime, data: TenantCreate) -> Tenant:
    """For operators: a new tenant, with or without its first admin."""
    password = data.admin.password if data.admin else None
    password_hash = await hash_password(password) if password is not None else None
    async with runtime.uow(TenantContext(uuid7())) as uow:
        tenant = await found_tenant(uow, data, settings=data.settings)
        if data.admin is not None:
            await add_first_admin(uow, data.admin.name, data.admin.email, password_hash)
        return tenant


async def found_tenant(
    uow: UnitOfWork, data: TenantSignUp | TenantCreate, settings: TenantSettings | None = None
) -> Tenant:
    """Writes the tenant that the unit of work is for. Raises `SubdomainTaken`, also when another one was quicker."""
    context = data.business_context
    try:
        tenant = await TenantCrud(uow).add(
            name=data.name,
            subdomain=data.subdomain,
            business_context=context.model_dump(mode="json") if context else None,
            settings=settings.model_dump(mode="json", exclude_unset=True) if settings else {},
        )
    except IntegrityError as error:
        raise SubdomainTaken from error
    await roles.create_system_roles(uow)
    uow.publish(Event("tenant.created", "tenants", {"tenant_id": str(tenant.id)}))
    return tenant


async def add_first_admin(uow: UnitOfWork, name: str, email: str, password_hash: str | None) -> User:
    user = await UserCrud(uow).add(name=name, email=email, password_hash=password_hash)
    crud = RoleCrud(uow)
    await crud.give(user.id, [(await crud.by_name(ADMIN)).id])
    uow.publish(Event("user.created", "users", {"user_id": str(user.id)}))
    return user


async def get_tenant(uow: UnitOfWork, tenant_id: UUID) -> Tenant:
    """The caller's own tenant; raises `OtherTenant` for any other id, whether or not there is such a tenant."""
    _must_be_own(uow, tenant_id)
    return await TenantCrud(uow).get()


async def lock_tenant(uow: UnitOfWork, tenant_id: UUID) -> Tenant:
    """As `get_tenant`, for changing it."""
    _must_be_own(uow, tenant_id)
    return await TenantCrud(uow).lock()


async def change_tenant(uow: UnitOfWork, tenant: Tenant, data: TenantUpdate) -> Tenant:
    """Changes what was sent; of the settings, only those that were sent."""
    values: dict[str, Any] = data.model_dump(mode="json", exclude_unset=True)
    if "settings" in values:
        values["settings"] = {**tenant.settings, **values["settings"]}
    await TenantCrud(uow).change(tenant, **values)
    if values:
        uow.publish(Event("tenant.updated", "tenants", {"tenant_id": str(tenant.id)}))
    return tenant


def _must_be_own(uow: UnitOfWork, tenant_id: UUID) -> None:
    if tenant_id != uow.tenant_id:
        raise OtherTenant

"""Tenants: founded with their system roles and, if there is one, their first admin; all or nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from specloom.core.errors import Conflict, Forbidden
from specloom.core.events import Event
from specloom.core.runtime import Runtime
from specloom.core.security import hash_password
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import ADMIN, RoleCrud, SessionCrud, TenantCrud, TenantNotFound, UserCrud
from specloom.models.identity import Tenant, User
from specloom.schemas.identity import TenantCreate, TenantSettings, TenantSignUp, TenantStanding, TenantUpdate
from specloom.schemas.industry import IndustryTemplateMove
from specloom.services.identity import industry, roles
from specloom.services.identity.access import BARRED, close_streams


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
        tenant = await found_tenant(uow, data, settings=data.settings, trial_days=runtime.settings.app.trial_days)
        if data.admin is not None:
            await add_first_admin(uow, data.admin.name, data.admin.email, password_hash)
        return tenant


async def found_tenant(
    uow: UnitOfWork,
    data: TenantSignUp | TenantCreate,
    settings: TenantSettings | None = None,
    *,
    trial_days: int | None = None,
) -> Tenant:
    """Writes the tenant that the unit of work is for; its trial lasts so many days, None for as long as it likes.

    Raises `SubdomainTaken`, also when another one was quicker.
    """
    context = data.business_context
    try:
        tenant = await TenantCrud(uow).add(
            name=data.name,
            subdomain=data.subdomain,
            business_context=context.model_dump(mode="json") if context else None,
            settings=settings.model_dump(mode="json", exclude_unset=True) if settings else {},
            subscription_expires=datetime.now(UTC) + timedelta(days=trial_days) if trial_days else None,
        )
    except IntegrityError as error:
        raise SubdomainTaken from error
    await roles.create_system_roles(uow)
    _tell(uow, "tenant.created", tenant, has_new_context=context is not None)
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
    """Changes what was sent; of the business context and the settings, only the fields that were sent."""
    values: dict[str, Any] = data.model_dump(mode="json", exclude_unset=True)
    for name in ("business_context", "settings"):
        if values.get(name) is not None:
            values[name] = {**(getattr(tenant, name) or {}), **values[name]}
    context = values.get("business_context")
    has_new_context = context is not None and context != tenant.business_context
    if "business_context" in values and context is None:
        values |= {"industry_template_id": None, "industry_template_version_id": None}
    await TenantCrud(uow).change(tenant, **values)
    if values:
        _tell(uow, "tenant.updated", tenant, has_new_context=has_new_context)
    return tenant


async def change_standing(runtime: Runtime, tenant_id: UUID, data: TenantStanding) -> Tenant:
    """For operators: status, plan and expiry of a tenant; takes effect with the next request of its people.

    Their open streams end when the tenant is suspended or cancelled, and its jobs wait; once it is not, they go on.
    Raises `TenantNotFound`.
    """
    async with runtime.uow(TenantContext(tenant_id)) as uow:
        crud = TenantCrud(uow)
        if tenant_id == GLOBAL_TENANT_ID or not await crud.exists():
            raise TenantNotFound
        tenant = await crud.change(await crud.lock(), **data.model_dump(exclude_unset=True))
        _tell(uow, "tenant.updated", tenant, has_new_context=False)
        barred = await SessionCrud(uow).all_standing() if tenant.status in BARRED else ()
    await close_streams(runtime, tenant_id, barred)
    return tenant


async def move_to_industry_template(uow: UnitOfWork, tenant: Tenant, data: IndustryTemplateMove) -> Tenant:
    """Lets new work of a tenant that was locked begin with another version of its industry template."""
    return await industry.move(uow, tenant, data.version)


def _tell(uow: UnitOfWork, event_type: str, tenant: Tenant, *, has_new_context: bool) -> None:
    """`business_context` tells those who prepare a tenant for its business whether there is something to prepare."""
    payload = {"tenant_id": str(tenant.id), "business_context": has_new_context}
    uow.publish(Event(event_type, "tenants", payload))


def _must_be_own(uow: UnitOfWork, tenant_id: UUID) -> None:
    if tenant_id != uow.tenant_id:
        raise OtherTenant

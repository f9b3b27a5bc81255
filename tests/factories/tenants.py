"""Tenants without people, for tests below the API."""

from sqlalchemy import text
from uuid_utils.compat import uuid7

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext


async def make_tenant(runtime: Runtime) -> TenantContext:
    """The least there can be of a tenant: its row and its event counter."""
    context = TenantContext(uuid7())
    async with runtime.uow(context) as uow:
        await uow.session.execute(
            text(
                "INSERT INTO tenants (id, name, subdomain, plan_type, status) VALUES (:id, 'T', :sub, 'free', 'active')"
            ),
            {"id": context.tenant_id, "sub": f"t-{context.tenant_id}"},
        )
        await uow.session.execute(
            text("INSERT INTO event_counters (tenant_id) VALUES (:id)"), {"id": context.tenant_id}
        )
    return context

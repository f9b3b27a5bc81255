"""Tenants: made by operators, kept by their admins."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, operator, require
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.state import State
from specloom.routers.responses import errors
from specloom.schemas.identity import TenantCreate, TenantRead, TenantStanding, TenantUpdate
from specloom.schemas.industry import IndustryTemplateMove
from specloom.services import identity

router = APIRouter(
    prefix="/tenants", tags=["tenants"], route_class=IdempotentRoute, responses=errors(400, 401, 403, 422, 503)
)


@router.post("", status_code=201, dependencies=[Depends(operator)], responses=errors(409, 413))
async def create_tenant(data: TenantCreate, state: State, response: Response) -> TenantRead:
    """For operators, with a token of `specloom operator-token`: a tenant and, if wanted, its first admin."""
    tenant = await identity.create_tenant(state.runtime, data)
    tag(response, tenant)
    return TenantRead.model_validate(tenant)


@router.get("/{tenant_id}")
async def get_tenant(tenant_id: UUID, uow: Uow, response: Response) -> TenantRead:
    """Your own tenant; any other id is refused."""
    tenant = await identity.get_tenant(uow, tenant_id)
    tag(response, tenant)
    return TenantRead.model_validate(tenant)


@router.patch("/{tenant_id}", dependencies=[Depends(require("tenants", "update"))], responses=errors(412, 413))
async def change_tenant(
    tenant_id: UUID, data: TenantUpdate, uow: Uow, precondition: IfMatch, response: Response
) -> TenantRead:
    """Changes name, business context and settings; of the last two, only the fields that are sent."""
    tenant = await identity.lock_tenant(uow, tenant_id)
    precondition.check(tenant)
    await identity.change_tenant(uow, tenant, data)
    tag(response, tenant)
    return TenantRead.model_validate(tenant)


@router.post("/{tenant_id}/status", dependencies=[Depends(operator)], responses=errors(404, 413))
async def change_standing(tenant_id: UUID, data: TenantStanding, state: State, response: Response) -> TenantRead:
    """For operators: status, plan and expiry of a tenant; only what is sent changes, and it takes effect at once.

    Suspended and cancelled tenants are closed to everybody (403 `tenant_suspended`) and their jobs wait. After
    `subscription_expires` what is there can be read and changed, but no new work of models is begun (402
    `subscription_expired`).
    """
    tenant = await identity.change_standing(state.runtime, tenant_id, data)
    tag(response, tenant)
    return TenantRead.model_validate(tenant)


@router.post(
    "/{tenant_id}/industry-template",
    dependencies=[Depends(require("tenants", "update"))],
    responses=errors(404, 409, 412, 413),
)
async def move_to_industry_template(
    tenant_id: UUID, data: IndustryTemplateMove, uow: Uow, precondition: IfMatch, response: Response
) -> TenantRead:
    """Lets new work begin with another version of your industry template, by default the newest.

    Analyses and products that are there stay with the version they began with. The frameworks that the version adds or
    drops are added to or dropped from yours. Also gives a tenant its template whose business context is older.
    """
    tenant = await identity.lock_tenant(uow, tenant_id)
    precondition.check(tenant)
    await identity.move_to_industry_template(uow, tenant, data)
    tag(response, tenant)
    return TenantRead.model_validate(tenant)

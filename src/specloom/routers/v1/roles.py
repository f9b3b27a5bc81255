"""Roles and what they allow."""

from uuid import UUID

from fastapi import APIRouter, Depends, Response

from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead
from specloom.schemas.identity import (
    PermissionRead,
    PermissionSet,
    PermissionSetRead,
    RoleCreate,
    RoleRead,
    RoleUpdate,
)
from specloom.services import identity

router = APIRouter(
    prefix="/roles", tags=["roles"], route_class=IdempotentRoute, responses=errors(400, 401, 403, 422, 503)
)


@router.get("", dependencies=[Depends(require("roles", "read"))])
async def list_roles(uow: Uow, page: PageParams) -> PageRead[RoleRead]:
    """All roles, by name."""
    return PageRead[RoleRead].model_validate(await identity.list_roles(uow, page))


@router.post("", status_code=201, dependencies=[Depends(require("roles", "create"))], responses=errors(409, 413))
async def create_role(data: RoleCreate, uow: Uow, response: Response) -> RoleRead:
    """A role of your own. It cannot allow more than you may do yourself."""
    role = await identity.create_role(uow, data)
    tag(response, role)
    return RoleRead.model_validate(role)


@router.get("/{role_id}", dependencies=[Depends(require("roles", "read"))], responses=errors(404))
async def get_role(role_id: UUID, uow: Uow, response: Response) -> RoleRead:
    """One role."""
    role = await identity.get_role(uow, role_id)
    tag(response, role)
    return RoleRead.model_validate(role)


@router.patch("/{role_id}", dependencies=[Depends(require("roles", "update"))], responses=errors(404, 409, 412, 413))
async def change_role(role_id: UUID, data: RoleUpdate, uow: Uow, precondition: IfMatch, response: Response) -> RoleRead:
    """Changes name and description. System roles stay as they are."""
    role = await identity.lock_role(uow, role_id)
    precondition.check(role)
    await identity.change_role(uow, role, data)
    tag(response, role)
    return RoleRead.model_validate(role)


@router.delete(
    "/{role_id}", status_code=204, dependencies=[Depends(require("roles", "delete"))], responses=errors(404, 409)
)
async def delete_role(role_id: UUID, uow: Uow) -> None:
    """Deletes a role that nobody has."""
    await identity.delete_role(uow, role_id)


@router.get("/{role_id}/permissions", dependencies=[Depends(require("roles", "read"))], responses=errors(404))
async def get_role_permissions(role_id: UUID, uow: Uow, response: Response) -> PermissionSetRead:
    """What a role allows."""
    tag(response, await identity.get_role(uow, role_id))
    return await _permissions(uow, role_id)


@router.put(
    "/{role_id}/permissions",
    dependencies=[Depends(require("roles", "update"))],
    responses=errors(404, 409, 412, 413),
)
async def set_role_permissions(
    role_id: UUID, data: PermissionSet, uow: Uow, precondition: IfMatch, response: Response
) -> PermissionSetRead:
    """Replaces what a role allows. You can add and take away only what you may do yourself."""
    role = await identity.lock_role(uow, role_id)
    precondition.check(role)
    await identity.set_role_permissions(uow, role, data.permissions)
    tag(response, role)
    return await _permissions(uow, role_id)


async def _permissions(uow: Uow, role_id: UUID) -> PermissionSetRead:
    return PermissionSetRead(
        permissions=[
            PermissionRead(resource=resource, action=action)
            for resource, action in await identity.role_permissions(uow, role_id)
        ]
    )

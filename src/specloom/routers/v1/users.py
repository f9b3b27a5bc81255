"""People of a tenant and their roles."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, BackgroundTasks, Depends, Query, Response

from specloom.core.security import Claims, hash_password
from specloom.dependencies.idempotency import IdempotentRoute
from specloom.dependencies.identity import Uow, access_claims, require
from specloom.dependencies.page import PageParams
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.state import State
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead, StorableStr
from specloom.schemas.identity import RoleRead, UserCreate, UserRead, UserRoleAdd, UserRoleSet, UserUpdate
from specloom.services import identity

router = APIRouter(
    prefix="/users", tags=["users"], route_class=IdempotentRoute, responses=errors(400, 401, 403, 422, 503)
)


async def first_password(data: UserCreate, _: Annotated[Claims, Depends(access_claims)]) -> str:
    """The hash of a password. It takes its time, and so comes before the unit of work opens."""
    return await hash_password(data.password)


async def new_password(data: UserUpdate, _: Annotated[Claims, Depends(access_claims)]) -> str | None:
    return await hash_password(data.password) if "password" in data.model_fields_set else None


@router.get("", dependencies=[Depends(require("users", "read"))])
async def list_users(
    uow: Uow,
    page: PageParams,
    is_active: bool | None = None,
    q: Annotated[StorableStr | None, Query(max_length=200, description="A part of name or e-mail address.")] = None,
) -> PageRead[UserRead]:
    """The people of your tenant, newest first."""
    return PageRead[UserRead].model_validate(await identity.list_users(uow, page, is_active=is_active, q=q))


@router.post(
    "",
    status_code=201,
    dependencies=[Depends(first_password), Depends(require("users", "create"))],
    responses=errors(404, 409, 413),
)
async def create_user(
    data: UserCreate, password_hash: Annotated[str, Depends(first_password)], uow: Uow, response: Response
) -> UserRead:
    """A new person with a first password. Their roles cannot allow more than you may do yourself."""
    user = await identity.create_user(uow, data, password_hash)
    tag(response, user)
    return UserRead.model_validate(user)


@router.get("/{user_id}", dependencies=[Depends(require("users", "read"))], responses=errors(404))
async def get_user(user_id: UUID, uow: Uow, response: Response) -> UserRead:
    """One person."""
    user = await identity.get_user(uow, user_id)
    tag(response, user)
    return UserRead.model_validate(user)


@router.patch(
    "/{user_id}",
    dependencies=[Depends(new_password), Depends(require("users", "update"))],
    responses=errors(404, 409, 412, 413),
)
async def change_user(
    *,
    user_id: UUID,
    data: UserUpdate,
    password_hash: Annotated[str | None, Depends(new_password)],
    uow: Uow,
    state: State,
    precondition: IfMatch,
    response: Response,
    background: BackgroundTasks,
) -> UserRead:
    """Changes name, state and password. Disabling somebody, or a new password, ends their sessions at once."""
    user = await identity.lock_user(uow, user_id)
    precondition.check(user)
    ended = await identity.change_user(uow, user, data, password_hash)
    background.add_task(identity.deny, state.runtime, uow.tenant_id, ended)
    tag(response, user)
    return UserRead.model_validate(user)


@router.delete(
    "/{user_id}", status_code=204, dependencies=[Depends(require("users", "delete"))], responses=errors(404, 409)
)
async def delete_user(user_id: UUID, uow: Uow, state: State, background: BackgroundTasks) -> None:
    """Deletes a person and ends their sessions. What they made stays; their e-mail address may be used again."""
    ended = await identity.delete_user(uow, user_id)
    background.add_task(identity.deny, state.runtime, uow.tenant_id, ended)


@router.get("/{user_id}/roles", dependencies=[Depends(require("users", "read"))], responses=errors(404))
async def get_user_roles(user_id: UUID, uow: Uow) -> PageRead[RoleRead]:
    """All roles of a person, by name, on one page."""
    return _all(await identity.user_roles(uow, user_id))


@router.put("/{user_id}/roles", dependencies=[Depends(require("users", "update"))], responses=errors(404, 409, 413))
async def set_user_roles(user_id: UUID, data: UserRoleSet, uow: Uow) -> PageRead[RoleRead]:
    """Replaces the roles of a person. You can give and take only what you may do yourself."""
    return _all(await identity.set_user_roles(uow, user_id, data.role_ids))


@router.post(
    "/{user_id}/roles",
    status_code=201,
    dependencies=[Depends(require("users", "update"))],
    responses=errors(404, 409, 413),
)
async def add_user_role(user_id: UUID, data: UserRoleAdd, uow: Uow) -> PageRead[RoleRead]:
    """Gives a person one more role, and answers with all of them."""
    return _all(await identity.add_user_role(uow, user_id, data.role_id))


@router.delete(
    "/{user_id}/roles/{role_id}",
    status_code=204,
    dependencies=[Depends(require("users", "update"))],
    responses=errors(404, 409),
)
async def remove_user_role(user_id: UUID, role_id: UUID, uow: Uow) -> None:
    """Takes a role from a person."""
    await identity.remove_user_role(uow, user_id, role_id)


def _all(roles: Sequence[object]) -> PageRead[RoleRead]:
    return PageRead(items=[RoleRead.model_validate(role) for role in roles], next_cursor=None)

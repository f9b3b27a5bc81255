"""Roles and who has them. Nobody hands out, or takes away, what they may not do themselves."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError

from specloom.core.errors import Conflict, Forbidden
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import ADMIN, RoleCrud, RoleNotFound, TenantCrud, UserCrud
from specloom.models.identity import Role, User
from specloom.schemas.identity import PermissionSpec, RoleCreate, RoleUpdate
from specloom.vocabulary.identity import Action

MEMBER = "member"

_WORK = (
    *("documents", "summaries", "templates", "products", "epics", "features", "user_stories", "sessions", "analyses"),
    *("records", "record_schemas"),
)
_BILLING = ("customers", "invoices", "payments", "quotations")
_SETTINGS = ("analysis_rules", "custom_fields", "budgets")
_SURROUNDINGS = ("tenants", "users", "roles", "integrations", "industry_templates", "search", "tools")

_CREATE, _READ, _UPDATE = Action.CREATE, Action.READ, Action.UPDATE


def _allow(resources: Iterable[str], *actions: Action) -> frozenset[tuple[str, Action]]:
    return frozenset((resource, action) for resource in resources for action in actions)


SYSTEM_ROLES = {
    ADMIN: ("May do everything in this tenant.", _allow(["*"], *Action)),
    MEMBER: (
        "Everyday work: documents, summaries, requirements, conversations, analyses and records.",
        _allow(_WORK, *Action) | _allow((*_BILLING, *_SETTINGS, *_SURROUNDINGS), _READ),
    ),
    "viewer": ("Reads what the others make.", _allow((*_WORK, *_BILLING, *_SETTINGS, *_SURROUNDINGS), _READ)),
    "accountant": (
        "Keeps invoices and payments.",
        _allow(("invoices",), _CREATE, _READ, _UPDATE)
        | _allow(("payments",), _CREATE, _READ)
        | _allow(("customers", "quotations", *_SURROUNDINGS), _READ),
    ),
    "sales_rep": (
        "Keeps customers and quotations.",
        _allow(("customers",), _CREATE, _READ, _UPDATE)
        | _allow(("quotations",), _CREATE, _READ)
        | _allow(("invoices", *_SURROUNDINGS), _READ),
    ),
}
"""Name -> (description, permissions) of the roles that every tenant has."""


class SystemRole(Conflict):
    code = "system_role"
    default_message = "System roles cannot be changed or deleted. Make a role of your own instead."


class RoleNameTaken(Conflict):
    code = "role_name_taken"
    default_message = "There is a role of this name already. Choose another one."


class RoleInUse(Conflict):
    code = "role_in_use"
    default_message = "Somebody has this role. Take it from everybody before you delete it."


class LastAdmin(Conflict):
    code = "last_admin"
    default_message = "This is the only active admin. Make somebody else an admin first."


class PermissionNotHeld(Forbidden):
    code = "permission_not_held"
    default_message = "You cannot hand out, take away or act against permissions that you do not have yourself."


async def create_system_roles(uow: UnitOfWork) -> None:
    """For a new tenant."""
    crud = RoleCrud(uow)
    for name, (description, permissions) in SYSTEM_ROLES.items():
        role = await crud.add(name=name, description=description, is_system=True)
        await crud.allow(role.id, sorted(permissions))


async def list_roles(uow: UnitOfWork, request: PageRequest) -> Page[Role]:
    return await RoleCrud(uow).page(request)


async def get_role(uow: UnitOfWork, role_id: UUID) -> Role:
    return await RoleCrud(uow).get(role_id)


async def create_role(uow: UnitOfWork, data: RoleCreate) -> Role:
    permissions = _pairs(data.permissions)
    must_hold(uow, permissions)
    await TenantCrud(uow).lock()
    crud = RoleCrud(uow)
    try:
        role = await crud.add(name=data.name, description=data.description)
    except IntegrityError as error:
        raise RoleNameTaken from error
    await crud.allow(role.id, sorted(permissions))
    _tell(uow, "role.created", role)
    return role


async def lock_role(uow: UnitOfWork, role_id: UUID) -> Role:
    """A role of the tenant's own, for changing it; raises `SystemRole` for the others."""
    await TenantCrud(uow).lock()
    role = await RoleCrud(uow).lock(role_id)
    if role.is_system:
        raise SystemRole
    return role


async def change_role(uow: UnitOfWork, role: Role, data: RoleUpdate) -> Role:
    """Changes what was sent, on a role that was locked."""
    values = data.model_dump(exclude_unset=True)
    try:
        await RoleCrud(uow).change(role, **values)
    except IntegrityError as error:
        raise RoleNameTaken from error
    if values:
        _tell(uow, "role.updated", role)
    return role


async def delete_role(uow: UnitOfWork, role_id: UUID) -> None:
    role = await lock_role(uow, role_id)
    crud = RoleCrud(uow)
    if await crud.is_used(role_id):
        raise RoleInUse
    must_hold(uow, await crud.permissions([role_id]))
    await crud.remove(role)
    _tell(uow, "role.deleted", role)


async def role_permissions(uow: UnitOfWork, role_id: UUID) -> list[tuple[str, Action]]:
    """(resource, action) pairs in alphabetical order."""
    crud = RoleCrud(uow)
    await crud.get(role_id)
    return sorted(await crud.permissions([role_id]))


async def set_role_permissions(uow: UnitOfWork, role: Role, wanted: Sequence[PermissionSpec]) -> Role:
    """Makes these the permissions of a role that was locked; whoever asks must hold all that changes."""
    crud = RoleCrud(uow)
    before, after = await crud.permissions([role.id]), _pairs(wanted)
    must_hold(uow, before ^ after)
    await crud.forbid(role.id, sorted(before - after))
    await crud.allow(role.id, sorted(after - before))
    if before != after:
        await crud.change(role, updated_at=func.now())  # its permissions are part of what the ETag stands for
        _tell(uow, "role.updated", role)
    return role


async def user_roles(uow: UnitOfWork, user_id: UUID) -> Sequence[Role]:
    await UserCrud(uow).get(user_id)
    return await RoleCrud(uow).by_user(user_id)


async def set_user_roles(uow: UnitOfWork, user_id: UUID, role_ids: Iterable[UUID]) -> Sequence[Role]:
    """Makes these the roles of a person, and returns them."""
    before = await _lock_user_roles(uow, user_id)
    return await _assign(uow, user_id, before, set(role_ids))


async def add_user_role(uow: UnitOfWork, user_id: UUID, role_id: UUID) -> Sequence[Role]:
    before = await _lock_user_roles(uow, user_id)
    return await _assign(uow, user_id, before, {*before, role_id})


async def remove_user_role(uow: UnitOfWork, user_id: UUID, role_id: UUID) -> None:
    """Takes a role from a person; raises `RoleNotFound` when they do not have it."""
    before = await _lock_user_roles(uow, user_id)
    if role_id not in before:
        raise RoleNotFound
    await _assign(uow, user_id, before, before.keys() - {role_id})


async def give_first_roles(uow: UnitOfWork, user: User, role_ids: Iterable[UUID] | None) -> None:
    """Gives a new person their roles; left out, the role of a member."""
    crud = RoleCrud(uow)
    given = [await crud.by_name(MEMBER)] if role_ids is None else await crud.by_ids(role_ids)
    wanted = [role.id for role in given]
    must_hold(uow, await crud.permissions(wanted))
    await crud.give(user.id, wanted)


def must_hold(uow: UnitOfWork, permissions: Iterable[tuple[str, Action]]) -> None:
    """Raises `PermissionNotHeld` unless whoever is behind the unit of work has all of these; the system itself has."""
    missing = sorted(each for each in permissions if not uow.may(*each))
    if missing:
        raise PermissionNotHeld(details=[{"resource": resource, "action": action} for resource, action in missing])


async def must_match(uow: UnitOfWork, user_id: UUID) -> None:
    """Raises `PermissionNotHeld` when the person may do anything that whoever asks may not: they would act with it."""
    crud = RoleCrud(uow)
    must_hold(uow, await crud.permissions(role.id for role in await crud.by_user(user_id)))


async def _lock_user_roles(uow: UnitOfWork, user_id: UUID) -> dict[UUID, Role]:
    await TenantCrud(uow).lock()
    await UserCrud(uow).get(user_id)
    return {role.id: role for role in await RoleCrud(uow).by_user(user_id)}


async def _assign(uow: UnitOfWork, user_id: UUID, before: dict[UUID, Role], after: AbstractSet[UUID]) -> Sequence[Role]:
    crud = RoleCrud(uow)
    roles = sorted(await crud.by_ids(after), key=lambda role: role.name)
    must_hold(uow, await crud.permissions(before.keys() ^ after))
    lost = before.keys() - after
    if any(_is_admin(before[role_id]) for role_id in lost) and await UserCrud(uow).is_last_admin(user_id):
        raise LastAdmin
    if before.keys() != after:
        await crud.take(user_id, lost)
        await crud.give(user_id, after - before.keys())
        uow.publish(Event("user.roles_changed", "users", {"user_id": str(user_id)}))
    return roles


def _is_admin(role: Role) -> bool:
    return role.is_system and role.name == ADMIN


def _pairs(permissions: Iterable[PermissionSpec]) -> set[tuple[str, Action]]:
    return {(each.resource, each.action) for each in permissions}


def _tell(uow: UnitOfWork, event_type: str, role: Role) -> None:
    uow.publish(Event(event_type, "roles", {"role_id": str(role.id)}))

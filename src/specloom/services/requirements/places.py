"""Where requirements stand: under which parent, in which order. Who changes that holds the product's row."""

from typing import Any
from uuid import UUID

from specloom.core.errors import Conflict, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import RequirementCrud
from specloom.crud.requirements.requirements import ROOM
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import RequirementMove
from specloom.services.requirements import history
from specloom.services.requirements.kinds import KINDS, publish
from specloom.vocabulary.requirements import RequirementKind, RequirementStatus


class RequirementArchived(Conflict):
    code = "requirement_archived"
    default_message = "It is archived. Take it back to draft before you change it or put something under it."


class NotASibling(Unprocessable):
    code = "not_a_sibling"
    default_message = "`before` and `after` name another one under the same parent; send one of them, or neither."


class PlaceChanged(Conflict):
    code = "place_changed"
    default_message = "Somebody moved it to another product just now. Try again."


async def hold(
    uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID, new_parent_id: UUID | None = None
) -> Requirement:
    """The locked requirement; nobody else changes what stands where in its product, nor in that of a new parent.

    Raises the NotFound of the kind or of the parent's, and `PlaceChanged`.
    """
    crud = RequirementCrud(uow)
    ids = [requirement_id, *([new_parent_id] if new_parent_id else [])]
    locked = {each.id: each for each in await crud.lock_with_products(ids)}
    requirement = crud.expect(kind, locked.get(requirement_id))
    if new_parent_id is not None:
        crud.expect(_parent_of(kind), locked.get(new_parent_id))
    if any(locked[id_].product_id not in locked for id_ in ids):
        raise PlaceChanged
    return requirement


async def hold_parent(uow: UnitOfWork, kind: RequirementKind, parent_id: UUID | None) -> Requirement:
    """The locked parent for a new one of this kind. Raises the NotFound of the parent's kind, and
    `RequirementArchived`."""
    if parent_id is None:
        raise TypeError(f"a {kind} needs a parent")
    parent = await hold(uow, _parent_of(kind), parent_id)
    must_be_open(parent)
    return parent


async def at_the_end(uow: UnitOfWork, parent_id: UUID | None) -> int:
    """The position behind all children."""
    return await RequirementCrud(uow).last_position(parent_id) + ROOM


async def move(uow: UnitOfWork, requirement: Requirement, data: RequirementMove) -> Requirement:
    """Puts a requirement that `hold` gave elsewhere, with all that stands under it. A new parent makes a new version;
    the order among siblings does not.

    Raises the NotFound of the parent's or the sibling's kind, `RequirementArchived` and `NotASibling`.
    """
    crud = RequirementCrud(uow)
    parent_id, changes = requirement.parent_id, dict[str, Any]()
    if data.parent_id not in (None, parent_id):
        parent = await crud.get_one(_parent_of(requirement.kind), data.parent_id)
        must_be_open(parent)
        must_be_open(requirement)
        parent_id = parent.id
        changes = {"parent_id": parent.id, "product_id": parent.product_id, "version": requirement.version + 1}
    below = await crud.below([requirement.id]) if changes and parent.product_id != requirement.product_id else []
    position = await _position(uow, requirement, parent_id, data)
    await crud.change(requirement, position=position, **changes)
    if changes:
        history.write(uow, requirement, ["parent_id"], None)
    if below:
        await crud.bring_along(below, requirement.product_id)
    for moved in [requirement, *await crud.lock_all(below)]:
        publish(uow, "moved", moved)
    return requirement


async def _position(uow: UnitOfWork, requirement: Requirement, parent_id: UUID | None, data: RequirementMove) -> int:
    """The position that is asked for among the children of a parent."""
    sibling_id = data.before or data.after
    if sibling_id is None or parent_id is None:
        return await at_the_end(uow, parent_id)
    crud = RequirementCrud(uow)
    sibling = await crud.get_one(requirement.kind, sibling_id)
    if (data.before and data.after) or sibling.parent_id != parent_id or sibling is requirement:
        raise NotASibling
    position = await _beside(uow, sibling, before=data.before is not None, but=requirement.id)
    if position is None:
        await crud.spread(parent_id)
        await crud.lock_all([sibling.id, requirement.id])
        position = await _beside(uow, sibling, before=data.before is not None, but=requirement.id)
    return position or 0


async def _beside(uow: UnitOfWork, sibling: Requirement, *, before: bool, but: UUID) -> int | None:
    """A position between a sibling and its neighbour on one side; None when there is no room."""
    neighbour = await RequirementCrud(uow).neighbour(sibling, before=before, but=but)
    if neighbour is None:
        return sibling.position - ROOM if before else sibling.position + ROOM
    if abs(neighbour - sibling.position) <= 1:
        return None
    return (neighbour + sibling.position) // 2


def must_be_open(requirement: Requirement) -> None:
    """Raises `RequirementArchived`."""
    if requirement.status is RequirementStatus.ARCHIVED:
        raise RequirementArchived


def _parent_of(kind: RequirementKind) -> RequirementKind:
    parent = KINDS[kind].parent
    if parent is None:
        raise TypeError(f"a {kind} stands under nothing")
    return parent

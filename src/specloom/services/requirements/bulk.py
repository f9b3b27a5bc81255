"""Many requirements of a product changed at once: all of them, or, with a list of what is wrong, none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from specloom.core.errors import AppError, Conflict, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import RequirementCrud, RequirementNotFound
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import (
    MOST_FOUND,
    BulkFilter,
    BulkPatch,
    BulkUpdate,
    RequirementMove,
)
from specloom.services.requirements import backlog, fields, places, workflow
from specloom.vocabulary.requirements import RequirementKind, RequirementStatus


class BulkRefused(Conflict):
    """`details` lists {index, id, key, code, message, details} of each operation that cannot be done."""

    code = "bulk_refused"


class BulkTooLarge(Unprocessable):
    code = "bulk_too_large"


class ParentElsewhere(Unprocessable):
    code = "parent_elsewhere"
    default_message = "Several at once move within their product only. Move this one by itself."


class RepeatedOperation(Unprocessable):
    code = "repeated_operation"
    default_message = "Send one operation for each requirement, with all that shall change of it."


async def select(
    uow: UnitOfWork, product_id: UUID, data: BulkUpdate
) -> list[tuple[UUID, Requirement | None, BulkPatch]]:
    """The locked requirements of a product that are meant, each with what shall change of it; None for what is not
    there. Nobody else changes what stands where in the product.

    Raises `ProductNotFound`, `RepeatedOperation` and `BulkTooLarge`.
    """
    crud = RequirementCrud(uow)
    await crud.lock_one(RequirementKind.PRODUCT, product_id)
    if data.operations is not None:
        patches: dict[UUID, BulkPatch] = {operation.id: operation for operation in data.operations}
        if len(patches) < len(data.operations):
            raise RepeatedOperation
    else:
        found = await _found(uow, product_id, data.filter or BulkFilter())
        return [(each.id, each, data.patch or BulkPatch()) for each in found]
    locked = {
        each.id: each
        for each in await crud.lock_all(patches)
        if each.product_id == product_id and each.id != product_id
    }
    return [(id_, locked.get(id_), patch) for id_, patch in patches.items()]


async def change(uow: UnitOfWork, selected: Sequence[tuple[UUID, Requirement | None, BulkPatch]]) -> list[Requirement]:
    """Does what `select` gave. Raises `BulkRefused` when one of it cannot be done; nothing may be kept then."""
    problems = list[dict[str, Any]]()
    done = list[Requirement]()
    for index, (id_, requirement, patch) in enumerate(selected):
        try:
            if requirement is None:
                raise RequirementNotFound
            done.append(await _apply(uow, requirement, patch))
        except AppError as error:
            key = requirement and requirement.key
            problem = {"index": index, "id": str(id_), "key": key, "code": error.code, "message": error.message}
            problems.append({**problem, "details": error.details})
    if problems:
        raise BulkRefused(
            f"Nothing was changed: {len(problems)} of {len(selected)} changes cannot be made. `details` says why.",
            details=problems,
        )
    await RequirementCrud(uow).keep()
    return done


async def _apply(uow: UnitOfWork, requirement: Requirement, patch: BulkPatch) -> Requirement:
    """Makes one change, step by step; one that wakes something from the archive does that first."""
    status = patch.status if patch.status is not requirement.status else None
    if status is not None and requirement.status is RequirementStatus.ARCHIVED:
        await workflow.take(uow, requirement, status, patch.comment)
        status = None
    values = {"priority": patch.priority.value} if patch.priority is not None else {}
    custom = await fields.changed_values(uow, requirement.kind, requirement.custom_fields, patch.custom_fields)
    await backlog.revise(uow, requirement, values, custom, patch.comment)
    if patch.parent_id not in (None, requirement.parent_id):
        await _check_parent(uow, requirement, patch.parent_id)
        await places.move(uow, requirement, RequirementMove(parent_id=patch.parent_id))
    if status is not None:
        await workflow.take(uow, requirement, status, patch.comment)
    return requirement


async def _check_parent(uow: UnitOfWork, requirement: Requirement, parent_id: UUID) -> None:
    parent = await RequirementCrud(uow).find(parent_id)
    if parent is not None and parent.product_id != requirement.product_id:
        raise ParentElsewhere


async def _found(uow: UnitOfWork, product_id: UUID, wanted: BulkFilter) -> Sequence[Requirement]:
    """The locked parts of a product for which the filter holds."""
    crud = RequirementCrud(uow)
    query = crud.by(
        product_id=product_id,
        kind=wanted.kind,
        status=wanted.status,
        priority=wanted.priority,
        parent_id=wanted.parent_id,
        q=wanted.q,
        custom=[[{name: value}] for name, value in wanted.custom_fields.items()],
    )
    found = await crud.lock_parts(query, MOST_FOUND + 1)
    if len(found) > MOST_FOUND:
        raise BulkTooLarge(f"The filter finds more than {MOST_FOUND:,} requirements. Narrow it, and repeat it then.")
    return found

"""Products › epics › features › user stories: made, changed, found, deleted; the same for all four kinds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from uuid_utils.compat import uuid7

from specloom.core.errors import Conflict
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import UserCrud, UserNotFound
from specloom.crud.requirements import RequirementCrud
from specloom.models.requirements import Requirement
from specloom.schemas.base import Output
from specloom.schemas.requirements import (
    CitationSpec,
    EpicRead,
    FeatureRead,
    ProductCreate,
    ProductRead,
    RequirementCreate,
    RequirementUpdate,
    UserStoryRead,
)
from specloom.services.identity import industry
from specloom.services.requirements import citations as sources
from specloom.services.requirements import differences, fields, history, keys, places, suspects, workflow
from specloom.services.requirements.kinds import KINDS, publish
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

R = TypeVar("R", bound=Output)

_NO_CONTENT = {"custom_fields", "comment", "key"}


class RequirementHasChildren(Conflict):
    code = "requirement_has_children"
    default_message = "Something stands under it. Delete that first, or all at once with `?cascade=true`."


# Made -----------------------------------------------------------------------------------------------------------------


async def create(
    uow: UnitOfWork,
    kind: RequirementKind,
    parent_id: UUID | None,
    data: RequirementCreate,
    *,
    citations: Sequence[CitationSpec] = (),
) -> Requirement:
    """A new draft, behind its siblings. `data` is of the kind; a product has no parent, all others have one.

    Raises the parent's NotFound, `RequirementArchived`, `KeyTaken`, `UserNotFound`, `InvalidCustomValues`, and what
    `citations.cite` raises.
    """
    values = _sent(data)
    await _check_people(uow, values)
    custom = await fields.first_values(uow, kind, data.custom_fields)
    place = await _first_place(uow, kind, parent_id, data)
    crud = RequirementCrud(uow)
    try:
        requirement = await crud.add(
            **place,
            kind=kind,
            parent_id=parent_id,
            name=values.pop(KINDS[kind].title),
            priority=_priority(values),
            fields=values,
            custom_fields=custom,
            status=RequirementStatus.DRAFT,
            version=1,
            created_by=uow.user_id,
        )
    except IntegrityError as error:
        raise keys.KeyTaken from error
    history.write_first(uow, requirement)
    publish(uow, "created", requirement)
    if citations:
        await sources.cite(uow, requirement, citations)
    return requirement


async def _first_place(
    uow: UnitOfWork, kind: RequirementKind, parent_id: UUID | None, data: RequirementCreate
) -> dict[str, Any]:
    """Id, key and place of a new requirement."""
    id_ = uuid7()
    if isinstance(data, ProductCreate):
        template = await industry.current_version(uow)
        return {
            "id": id_,
            "product_id": id_,
            "key": await keys.of_product(uow, data.name, data.key),
            "industry_template_version_id": template and template.id,
        }
    parent = await places.hold_parent(uow, kind, parent_id)
    return {
        "id": id_,
        "product_id": parent.product_id,
        "key": await keys.of_part(uow, parent.product_id, kind),
        "position": await places.at_the_end(uow, parent.id),
    }


# Found ----------------------------------------------------------------------------------------------------------------


async def get(uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID) -> Requirement:
    """Raises the NotFound of the kind."""
    return await RequirementCrud(uow).get_one(kind, requirement_id)


async def lock(uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID) -> Requirement:
    """The requirement as it is now, kept from others until the transaction ends."""
    return await RequirementCrud(uow).lock_one(kind, requirement_id)


async def page(
    uow: UnitOfWork,
    request: PageRequest,
    kind: RequirementKind,
    parent_id: UUID | None = None,
    *,
    custom: Mapping[str, Sequence[str]] | None = None,
    **filters: Any,
) -> Page[Requirement]:
    """Those of a kind, under one parent if that is named, for which all filters hold: those of `RequirementCrud.by`,
    and of custom fields as they stand in a query. Products come newest first, all others in their own order."""
    traits = KINDS[kind]
    crud = RequirementCrud(uow)
    if parent_id is not None and traits.parent is not None:
        await crud.get_one(traits.parent, parent_id)
    found = await fields.filters(uow, kind, custom or {})
    if traits.parent is None and request.sort is None:
        request = replace(request, sort="-created_at")
    return await crud.page(request, crud.by(kind=kind, parent_id=parent_id, custom=found, **filters))


async def tree(uow: UnitOfWork, product_id: UUID) -> list[Requirement]:
    """A product and all that is in it in reading order: each before what stands under it."""
    found = await RequirementCrud(uow).tree(product_id)
    return found or [await get(uow, RequirementKind.PRODUCT, product_id)]


# Changed --------------------------------------------------------------------------------------------------------------


async def change(uow: UnitOfWork, requirement: Requirement, data: RequirementUpdate) -> Requirement:
    """Changes what was sent of a locked requirement; whatever differs becomes a new version, and approved text that
    does goes back to review. Raises `RequirementArchived`, `UserNotFound` and `InvalidCustomValues`."""
    await rewrite(uow, requirement, data, data.comment)
    await RequirementCrud(uow).keep()
    return requirement


async def rewrite(
    uow: UnitOfWork,
    requirement: Requirement,
    data: RequirementUpdate,
    comment: str | None,
    definitions: fields.Definitions | None = None,
) -> None:
    """The same, written with the next flush."""
    values = _sent(data)
    await _check_people(uow, values)
    before = requirement.custom_fields
    custom = await fields.changed_values(uow, requirement.kind, before, data.custom_fields, definitions)
    await revise(uow, requirement, values, custom, comment)


async def revise(
    uow: UnitOfWork,
    requirement: Requirement,
    values: Mapping[str, Any],
    custom: Mapping[str, Any],
    comment: str | None,
) -> None:
    """Gives a locked requirement these values, by the names of the API, and these custom fields, all of them checked
    before; written with the next flush."""
    traits = KINDS[requirement.kind]
    before = {**history.content(requirement.kind, requirement), "priority": requirement.priority}
    after = {**before, **values}
    changed = differences.names(before, after)
    changed_custom = differences.names(requirement.custom_fields, custom)
    if not changed and not changed_custom:
        return
    places.must_be_open(requirement)
    requirement.name = after.pop(traits.title)
    requirement.priority = _priority(after)
    requirement.fields = after
    requirement.custom_fields = dict(custom)
    requirement.version += 1
    history.write(uow, requirement, [*changed, *(f"custom_fields.{name}" for name in changed_custom)], comment)
    publish(uow, "updated", requirement)
    if changed_custom or {*changed} - {"priority", *traits.planning}:
        workflow.reopen(uow, requirement)
        await suspects.mark_children(uow, requirement, requirement.version - 1)


async def remove(uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID, *, cascade: bool = False) -> None:
    """Takes a requirement away; with `cascade`, also all that stands under it, otherwise `RequirementHasChildren`."""
    crud = RequirementCrud(uow)
    found = await places.hold(uow, kind, requirement_id)
    below = await crud.below([found.id])
    if below and not cascade:
        raise RequirementHasChildren(details={"descendants": len(below)})
    gone = [found, *await crud.lock_all(below)]
    await crud.remove_all([each.id for each in gone])
    for each in gone:
        publish(uow, "deleted", each)


# Shown ----------------------------------------------------------------------------------------------------------------


def read(requirement: Requirement) -> ProductRead | EpicRead | FeatureRead | UserStoryRead:
    """The requirement as people see it."""
    return KINDS[requirement.kind].read.model_validate(_shown(requirement))


def read_as(model: type[R], requirement: Requirement) -> R:
    """The same, where its kind is known."""
    return model.model_validate(_shown(requirement))


def _shown(requirement: Requirement) -> dict[str, Any]:
    traits = KINDS[requirement.kind]
    values = {name: getattr(requirement, name) for name in traits.read.model_fields if hasattr(requirement, name)}
    place = {} if traits.parent is None else {f"{traits.parent}_id": requirement.parent_id}
    return {**values, **place, **history.content(requirement.kind, requirement)}


def _sent(data: RequirementCreate | RequirementUpdate) -> dict[str, Any]:
    """What is sent of name, text and priority: of a new requirement, all there is."""
    names = type(data).model_fields.keys() if isinstance(data, RequirementCreate) else data.model_fields_set
    values = data.model_dump(mode="json", include=set(names) - _NO_CONTENT)
    context = values.get("business_context_override")
    if context is not None:
        values["business_context_override"] = {name: value for name, value in context.items() if value is not None}
    return values


def _priority(values: dict[str, Any]) -> Priority | None:
    """Takes the priority out of the values."""
    priority = values.pop("priority", None)
    return None if priority is None else Priority(priority)


async def _check_people(uow: UnitOfWork, values: Mapping[str, Any]) -> None:
    people = {UUID(user_id) for user_id in values.get("teams", ())}
    unknown = people - await UserCrud(uow).ids_among(people) if people else set()
    if unknown:
        raise UserNotFound(details={"unknown": sorted(map(str, unknown))})

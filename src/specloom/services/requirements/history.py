"""The history of requirements: what they said in each version, which status they had, and what differs."""

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import HistoryCrud, RequirementCrud, RequirementVersionCrud
from specloom.models.requirements import Requirement, RequirementVersion, Transition
from specloom.schemas.requirements import (
    DiffRead,
    HistoryEntryRead,
    RequirementVersionRead,
    TransitionEntryRead,
    VersionEntryRead,
)
from specloom.services.requirements import differences
from specloom.services.requirements.kinds import KINDS
from specloom.vocabulary.requirements import RequirementKind


def write(uow: UnitOfWork, requirement: Requirement, changed: Sequence[str], comment: str | None) -> RequirementVersion:
    """Keeps, with the next flush, what a requirement says now as its current version; `changed` names what differs."""
    return RequirementVersionCrud(uow).note(
        requirement_id=requirement.id,
        number=requirement.version,
        parent_id=requirement.parent_id,
        name=requirement.name,
        priority=requirement.priority,
        fields=requirement.fields,
        custom_fields=requirement.custom_fields,
        changed=list(changed),
        comment=comment,
        created_by=uow.user_id,
    )


def write_first(uow: UnitOfWork, requirement: Requirement) -> RequirementVersion:
    """As `write`, for a requirement that was made: all that it says is new."""
    said = [name for name, value in content(requirement.kind, requirement).items() if value not in (None, [])]
    custom = [f"custom_fields.{name}" for name in requirement.custom_fields]
    return write(uow, requirement, [*said, *custom], None)


async def page(
    uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID, request: PageRequest
) -> Page[RequirementVersion | Transition]:
    """Versions and transitions in one line, the latest first."""
    requirement = await RequirementCrud(uow).get_one(kind, requirement_id)
    return await HistoryCrud(uow).page(requirement.id, request)


async def version(uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID, number: int) -> RequirementVersion:
    """Raises `RequirementVersionNotFound`."""
    requirement = await RequirementCrud(uow).get_one(kind, requirement_id)
    return await RequirementVersionCrud(uow).by_number(requirement.id, number)


async def diff(
    uow: UnitOfWork, kind: RequirementKind, requirement_id: UUID, *, before: int | None = None, after: int | None = None
) -> DiffRead:
    """What differs between two versions; left out, the current one and the one before the other."""
    requirement = await RequirementCrud(uow).get_one(kind, requirement_id)
    crud = RequirementVersionCrud(uow)
    newer = await crud.by_number(requirement_id, after or requirement.version)
    older = await crud.by_number(requirement_id, before or max(1, newer.number - 1))
    before_, after_ = said(requirement.kind, older), said(requirement.kind, newer)
    return DiffRead(
        requirement_id=requirement_id,
        from_version=older.number,
        to_version=newer.number,
        # A thread: a hundred long texts take a while, in which others shall not have to wait.
        changes=await asyncio.to_thread(differences.between, before_, after_),
    )


def said(kind: RequirementKind, version: RequirementVersion) -> dict[str, Any]:
    """All that a version says, by the names of the API; custom fields as "custom_fields.<name>"."""
    return {
        **content(kind, version),
        "priority": version.priority,
        "parent_id": version.parent_id,
        **{f"custom_fields.{name}": value for name, value in version.custom_fields.items()},
    }


def content(kind: RequirementKind, version: RequirementVersion | Requirement) -> dict[str, Any]:
    """The fields of its kind, in the order in which people read them."""
    traits = KINDS[kind]
    ordered = {name: version.fields[name] for name in traits.read.model_fields if name in version.fields}
    return {traits.title: version.name, **ordered, **version.fields}


def read(entry: RequirementVersion | Transition) -> HistoryEntryRead:
    if isinstance(entry, Transition):
        return TransitionEntryRead.model_validate(entry)
    return VersionEntryRead(
        number=entry.number,
        changed=entry.changed,
        comment=entry.comment,
        user_id=entry.created_by,
        created_at=entry.created_at,
    )


def read_version(kind: RequirementKind, version: RequirementVersion) -> RequirementVersionRead:
    return RequirementVersionRead(
        requirement_id=version.requirement_id,
        number=version.number,
        parent_id=version.parent_id,
        priority=version.priority,
        content=content(kind, version),
        custom_fields=version.custom_fields,
        comment=version.comment,
        created_by=version.created_by,
        created_at=version.created_at,
    )

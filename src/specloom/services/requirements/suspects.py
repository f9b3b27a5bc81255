"""Requirements that may not hold any more: marked when what they stand on changes, cleared by people with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func

from specloom.core.errors import Conflict
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.citations import MarkCrud
from specloom.crud.requirements import RequirementCrud
from specloom.models.citations import Citation, SuspectMark
from specloom.models.requirements import Requirement
from specloom.schemas.documents import SourceRead
from specloom.schemas.requirements import MarkClear, NearestRead, SuspectMarkRead
from specloom.services.requirements.kinds import publish
from specloom.vocabulary.identity import Action
from specloom.vocabulary.requirements import RequirementKind, RequirementStatus, SuspectReason


class MarkCleared(Conflict):
    code = "suspect_mark_cleared"
    default_message = "This mark was cleared already."


@dataclass(frozen=True, slots=True)
class Broken:
    """A citation whose quote stands in one version of its document and not in a later one."""

    citation: Citation
    from_version: int
    to_version: int
    nearest: SourceRead | None


async def page(
    uow: UnitOfWork,
    request: PageRequest,
    *,
    requirement_id: UUID | None = None,
    product_id: UUID | None = None,
    only_open: bool = False,
) -> Page[SuspectMark]:
    """The marks of a requirement, or of all in a product; newest first."""
    crud = MarkCrud(uow)
    if product_id is not None:
        return await crud.page(request, crud.of_product(product_id, only_open=only_open))
    return await crud.page(request, crud.of([requirement_id] if requirement_id else [], only_open=only_open))


async def open_marks(uow: UnitOfWork, requirement_ids: Sequence[UUID]) -> dict[UUID, list[SuspectMark]]:
    found: dict[UUID, list[SuspectMark]] = {id_: [] for id_ in requirement_ids}
    for mark in await MarkCrud(uow).open_of(requirement_ids):
        found[mark.requirement_id].append(mark)
    return found


async def clear(uow: UnitOfWork, requirement: Requirement, mark_id: UUID, data: MarkClear) -> SuspectMark:
    """Says that a requirement holds after all, and why."""
    crud = MarkCrud(uow)
    mark = await crud.lock_of(requirement.id, mark_id)
    if mark.cleared_at is not None:
        raise MarkCleared(details={"cleared_at": mark.cleared_at.isoformat(), "comment": mark.comment})
    await crud.change(mark, cleared_at=func.clock_timestamp(), cleared_by=uow.user_id, comment=data.reason)
    publish(uow, "cleared", requirement, reason=mark.reason.value)
    return mark


async def settle(uow: UnitOfWork, citation_ids: Sequence[UUID], comment: str) -> None:
    """Clears the marks of citations that are no matter any more."""
    crud = MarkCrud(uow)
    marks = (await crud.open_of_citations(citation_ids)).values()
    requirements = await RequirementCrud(uow).find_all({mark.requirement_id for mark in marks})
    for mark in marks:
        mark.cleared_at, mark.cleared_by, mark.comment = func.clock_timestamp(), uow.user_id, comment
        if mark.requirement_id in requirements:
            publish(uow, "cleared", requirements[mark.requirement_id], reason=mark.reason.value)
    await crud.keep()


async def mark_broken(uow: UnitOfWork, broken: Sequence[Broken]) -> None:
    """Marks what cites a passage that does not stand any more; a mark that is open already tells of the latest. What
    was told of this version before, and cleared, is not told again."""
    told = await MarkCrud(uow).told({each.citation.id: each.to_version for each in broken})
    await _mark(
        uow,
        SuspectReason.SOURCE_CHANGED,
        {
            each.citation.id: (
                each.citation,
                {
                    "quote": each.citation.quote,
                    "nearest": each.nearest and each.nearest.model_dump(mode="json", include={"start", "end", "quote"}),
                    "from_version": each.from_version,
                    "to_version": each.to_version,
                },
            )
            for each in broken
            if each.citation.id not in told
        },
    )


async def mark_deleted(uow: UnitOfWork, citations: Sequence[Citation]) -> None:
    """Marks what cites a document that is gone."""
    found = {each.id: (each, {"quote": each.quote, "nearest": None}) for each in citations}
    await _mark(uow, SuspectReason.SOURCE_DELETED, found)


async def mark_children(uow: UnitOfWork, parent: Requirement, from_version: int) -> None:
    """Marks what stands under a requirement that says something else now; under a story stands nothing."""
    if parent.kind is RequirementKind.USER_STORY:
        return
    crud = MarkCrud(uow)
    children = [
        each for each in await RequirementCrud(uow).children(parent.id) if each.status is not RequirementStatus.ARCHIVED
    ]
    marked = {
        mark.requirement_id: mark
        for mark in await crud.open_of([each.id for each in children])
        if mark.parent_id == parent.id
    }
    details = {"key": parent.key, "name": parent.name, "from_version": from_version, "to_version": parent.version}
    new = list[dict[str, Any]]()
    for child in children:
        mark = marked.get(child.id)
        if mark is None:
            reason = SuspectReason.PARENT_CHANGED
            new.append({"requirement_id": child.id, "reason": reason, "parent_id": parent.id, "details": details})
            publish(uow, "suspected", child, reason=reason.value)
        else:
            mark.details = {**details, "from_version": mark.details["from_version"]}
    await crud.add_all(new)


def read(uow: UnitOfWork, mark: SuspectMark) -> SuspectMarkRead:
    """The mark; what stands in documents is shown to those only who may read them."""
    details = mark.details
    quotes = details if uow.may("documents", Action.READ) else {}
    return SuspectMarkRead(
        id=mark.id,
        requirement_id=mark.requirement_id,
        reason=mark.reason,
        message=_message(mark),
        citation_id=mark.citation_id,
        parent_id=mark.parent_id,
        from_version=details.get("from_version"),
        to_version=details.get("to_version"),
        quote=quotes.get("quote"),
        nearest=NearestRead(**quotes["nearest"]) if quotes.get("nearest") else None,
        marked_at=mark.marked_at,
        cleared_at=mark.cleared_at,
        cleared_by=mark.cleared_by,
        comment=mark.comment,
    )


def _message(mark: SuspectMark) -> str:
    details = mark.details
    match mark.reason:
        case SuspectReason.SOURCE_CHANGED:
            return (
                f"The cited passage stood in version {details['from_version']} of the document "
                f"and does not stand in version {details['to_version']}."
            )
        case SuspectReason.SOURCE_DELETED:
            return "The cited document was deleted."
        case SuspectReason.PARENT_CHANGED:
            return f"{details['key']}, which it stands under, changed: it is in version {details['to_version']} now."


async def _mark(uow: UnitOfWork, reason: SuspectReason, found: dict[UUID, tuple[Citation, dict[str, Any]]]) -> None:
    crud = MarkCrud(uow)
    marked = await crud.open_of_citations(found)
    requirements = await RequirementCrud(uow).find_all({citation.requirement_id for citation, _ in found.values()})
    new = list[dict[str, Any]]()
    for citation, details in found.values():
        mark = marked.get(citation.id)
        if mark is not None:
            mark.reason, mark.details = reason, {**mark.details, **details}
            continue
        id_ = citation.requirement_id
        new.append({"requirement_id": id_, "reason": reason, "citation_id": citation.id, "details": details})
        if id_ in requirements:
            publish(uow, "suspected", requirements[id_], reason=reason.value)
    await crud.add_all(new)

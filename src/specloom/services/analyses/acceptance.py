"""From what an analysis found to the backlog: items accepted into their place, or dismissed for good; alone or in bulk.

People may decide again, either way, until something in the backlog came of it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func

from specloom.core.errors import Conflict, Forbidden, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import ItemCrud, ItemNotFound
from specloom.crud.requirements import RequirementCrud
from specloom.models.analyses import Analysis, AnalysisItem
from specloom.schemas.analyses import (
    BulkAcceptance,
    BulkDismissal,
    ItemAcceptance,
    ItemDecision,
    ItemRead,
    Place,
    PlacedItem,
)
from specloom.schemas.requirements import CitationSpec
from specloom.services.analyses import analyses, items, memory
from specloom.services.analyses.analyses import AnalysisView
from specloom.services.analyses.drafting import draft
from specloom.services.requirements import backlog, citations
from specloom.services.requirements.kinds import KINDS
from specloom.services.requirements.passages import CitedTexts
from specloom.vocabulary.analyses import ItemKind, ItemStatus


class ItemInBacklog(Conflict):
    """`details.requirement_id` names what it became."""

    code = "item_in_backlog"
    default_message = "A requirement of the backlog came of this item already. Change or delete that one."


class ItemNotPlaceable(Unprocessable):
    code = "item_not_placeable"
    default_message = "Only requirements that were found become part of the backlog. Accept the others without `place`."


class PlacingNotPermitted(Forbidden):
    code = "placing_not_permitted"
    default_message = "This needs the permission to create what the item shall become. Ask an admin for a role with it."


async def accept(uow: UnitOfWork, analysis_id: UUID, item_id: UUID, data: ItemAcceptance) -> ItemRead:
    """Accepts an item, and makes what its place says of it. Raises `ContentNeeded` when it does not fit there."""
    several = [PlacedItem(item_id=item_id, place=data.place)]
    return (await _accept(uow, analysis_id, several, data))[0]


async def accept_all(uow: UnitOfWork, analysis_id: UUID, data: BulkAcceptance) -> list[ItemRead]:
    """Accepts several items, in the order they are sent: so do they stand in the backlog."""
    return await _accept(uow, analysis_id, data.items, data)


async def dismiss(uow: UnitOfWork, analysis_id: UUID, item_id: UUID, data: ItemDecision) -> ItemRead:
    """Dismisses an item; later runs over the same source remember it, with the reason."""
    return (await _dismiss(uow, analysis_id, [item_id], data))[0]


async def dismiss_all(uow: UnitOfWork, analysis_id: UUID, data: BulkDismissal) -> list[ItemRead]:
    return await _dismiss(uow, analysis_id, data.item_ids, data)


async def _accept(
    uow: UnitOfWork, analysis_id: UUID, placed: Sequence[PlacedItem], decision: ItemDecision
) -> list[ItemRead]:
    view, found = await _lock(uow, analysis_id, [each.item_id for each in placed])
    # All products at once, in their order: two who place in the same ones never wait for each other.
    await RequirementCrud(uow).lock_with_products({each.place.parent_id for each in placed if each.place})
    texts = CitedTexts(uow)
    for item, each in zip(found, placed, strict=True):
        if each.place is not None:
            await _place(uow, view.analysis, item, each.place, texts)
        await _decide(uow, view.analysis, item, ItemStatus.ACCEPTED, decision, is_placed=each.place is not None)
    return [items.read(view, item) for item in found]


async def _dismiss(
    uow: UnitOfWork, analysis_id: UUID, item_ids: Sequence[UUID], decision: ItemDecision
) -> list[ItemRead]:
    view, found = await _lock(uow, analysis_id, item_ids)
    for item in found:
        await _check_free(uow, item)
        await _decide(uow, view.analysis, item, ItemStatus.DISMISSED, decision)
    return [items.read(view, item) for item in found]


async def _lock(
    uow: UnitOfWork, analysis_id: UUID, item_ids: Sequence[UUID]
) -> tuple[AnalysisView, list[AnalysisItem]]:
    """The analysis, and the items in the order of their ids here, each once."""
    view = await items.completed(uow, analysis_id)
    wanted = list(dict.fromkeys(item_ids))
    found = await ItemCrud(uow).lock_all_in(analysis_id, wanted)
    missing = [str(id_) for id_ in wanted if id_ not in found]
    if missing:
        raise ItemNotFound(details={"missing": missing} if len(item_ids) > 1 else None)
    return view, [found[id_] for id_ in item_ids]


async def _decide(
    uow: UnitOfWork,
    analysis: Analysis,
    item: AnalysisItem,
    status: ItemStatus,
    decision: ItemDecision,
    *,
    is_placed: bool = False,
) -> None:
    """The same decision changes nothing, unless something in the backlog came of it."""
    comment = decision.comment if "comment" in decision.model_fields_set or item.status is not status else item.comment
    if item.status is status and comment == item.comment and not is_placed:
        return
    await ItemCrud(uow).change(
        item,
        status=status,
        comment=comment,
        resolved_by=uow.user_id,
        resolved_at=func.clock_timestamp(),
        remembered=False,
    )
    await memory.note(uow, analysis, item)
    named = {"item_id": str(item.id), "kind": item.kind.value}
    analyses.publish(uow, f"analysis.item_{status.value}", analysis, **named)


async def _place(uow: UnitOfWork, analysis: Analysis, item: AnalysisItem, place: Place, texts: CitedTexts) -> None:
    """Makes a requirement of an item, which cites the passage that it was found at."""
    if item.kind is not ItemKind.REQUIREMENT:
        raise ItemNotPlaceable
    resource = KINDS[place.kind].resource
    if not uow.may(resource, "create"):
        raise PlacingNotPermitted(details={"resource": resource, "action": "create"})
    await _check_free(uow, item)
    edits = place.content.model_dump(exclude_unset=True, exclude={"comment"})
    requirement = await backlog.create(uow, place.kind, place.parent_id, draft(place.kind, item.data, edits))
    source = _source(analysis, item.data["citation"])
    if source is not None:
        await citations.cite(uow, requirement, [source], analysis_item_id=item.id, texts=texts)
    await ItemCrud(uow).change(item, accepted_as=requirement.id)


async def _check_free(uow: UnitOfWork, item: AnalysisItem) -> None:
    """Raises `ItemInBacklog` while what came of the item is there."""
    if item.accepted_as is not None and await RequirementCrud(uow).find(item.accepted_as) is not None:
        raise ItemInBacklog(details={"requirement_id": str(item.accepted_as)})


def _source(analysis: Analysis, citation: dict[str, Any] | None) -> CitationSpec | None:
    """Where the item was found, if that is a document or a message: a text that was only sent cannot be cited."""
    if citation is None:
        return None
    place = {name: citation[name] for name in ("start", "end", "quote")}
    if analysis.version_id is not None:
        return CitationSpec(version_id=analysis.version_id, **place)
    if citation.get("message_id"):
        return CitationSpec(message_id=citation["message_id"], **place)
    return None

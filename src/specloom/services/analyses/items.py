"""The items of an analysis: shown as what they are, and accepted or dismissed one by one."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import func

from specloom.core.errors import Conflict
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import ItemCrud, ShownItem, Tally
from specloom.models.analyses import AnalysisItem
from specloom.schemas.analyses import (
    AnalysisDetailRead,
    AnalysisReportRead,
    AnalysisSummaryRead,
    ItemDecision,
    ItemRead,
)
from specloom.services.analyses import analyses
from specloom.services.analyses.analyses import AnalysisView
from specloom.vocabulary.analyses import AnalysisStatus, ItemKind, ItemStatus, Severity
from specloom.vocabulary.requirements import RequirementType

_ITEM: TypeAdapter[ItemRead] = TypeAdapter(ItemRead)


class AnalysisNotCompleted(Conflict):
    code = "analysis_not_completed"
    default_message = "This analysis is not completed. Only what a completed one found can be accepted or dismissed."


async def page(
    uow: UnitOfWork,
    analysis_id: UUID,
    request: PageRequest,
    *,
    kind: ItemKind | None = None,
    status: ItemStatus | None = None,
    requirement_type: RequirementType | None = None,
    severity: Severity | None = None,
) -> Page[ItemRead]:
    """Items in reading order, the kinds one after another."""
    view = await analyses.get(uow, analysis_id)
    crud = ItemCrud(uow)
    query = crud.of(analysis_id, kind=kind, status=status, requirement_type=requirement_type, severity=severity)
    found = await crud.page(request, query)
    return Page([read(view, item) for item in found.items], found.next_cursor)


async def decide(
    uow: UnitOfWork, analysis_id: UUID, item_id: UUID, status: ItemStatus, decision: ItemDecision
) -> ItemRead:
    """Accepts or dismisses an item, again and otherwise as often as people like. The same decision changes nothing."""
    view = await analyses.get(uow, analysis_id)
    if view.analysis.status is not AnalysisStatus.COMPLETED:
        raise AnalysisNotCompleted
    crud = ItemCrud(uow)
    item = await crud.lock_in(analysis_id, item_id)
    says_nothing_new = "comment" not in decision.model_fields_set or decision.comment == item.comment
    if item.status is not status or not says_nothing_new:
        await crud.change(
            item,
            status=status,
            comment=decision.comment,
            resolved_by=uow.user_id,
            resolved_at=func.clock_timestamp(),
        )
        named = {"item_id": str(item.id), "kind": item.kind.value}
        analyses.publish(uow, f"analysis.item_{status.value}", view.analysis, **named)
    return read(view, item)


# As people see them ---------------------------------------------------------------------------------------------------


def read(view: AnalysisView, item: AnalysisItem | ShownItem) -> ItemRead:
    """The item as people see it: what it says of itself lies ready in its row."""
    citation = item.data["citation"]
    return _ITEM.validate_python(
        {
            **item.data,
            "id": item.id,
            "kind": item.kind,
            "status": item.status,
            "comment": item.comment,
            "resolved_by": item.resolved_by,
            "resolved_at": item.resolved_at,
            "citation": citation and {**_document(view), **citation},
        }
    )


async def detail(uow: UnitOfWork, analysis_id: UUID) -> AnalysisDetailRead:
    """An analysis with all it found."""
    view = await analyses.get(uow, analysis_id)
    crud = ItemCrud(uow)
    # A thread: tens of thousands of items take a second, in which others shall not have to wait.
    found = await asyncio.to_thread(_by_kind, view, await crud.all_of(analysis_id))
    report = None
    if view.analysis.status is AnalysisStatus.COMPLETED:
        report = AnalysisReportRead(
            summary=_summary(view, await crud.tallies(analysis_id)),
            notes=view.analysis.overview["notes"],
            findings=found[ItemKind.FINDING],
            duplicates=found[ItemKind.DUPLICATE],
            conflicts=found[ItemKind.CONFLICT],
            terms=found[ItemKind.TERM],
            gaps=found[ItemKind.GAP],
            questions=found[ItemKind.QUESTION],
        )
    return AnalysisDetailRead(
        **analyses.values(view),
        analysis=report,
        research_findings=found[ItemKind.RESEARCH],
        suggested_questions=[question.text for question in found[ItemKind.QUESTION]],
        identified_requirements=found[ItemKind.REQUIREMENT],
        confidence_scores=view.analysis.confidence_scores,
    )


def _document(view: AnalysisView) -> dict[str, Any]:
    """What citations of the analysed text have in common."""
    analysis = view.analysis
    return {"document_id": analysis.document_id, "version_id": analysis.version_id, "version": view.version}


def _by_kind(view: AnalysisView, items: Iterable[ShownItem]) -> dict[ItemKind, list[Any]]:
    found: dict[ItemKind, list[Any]] = {kind: [] for kind in ItemKind}
    for item in items:
        found[item.kind].append(read(view, item))
    return found


def _summary(view: AnalysisView, tallies: Iterable[Tally]) -> AnalysisSummaryRead:
    items, statuses, types, priorities, severities = (Counter[Any]() for _ in range(5))
    for tally in tallies:
        for counter, value in (
            (items, tally.kind),
            (statuses, tally.status),
            (types, tally.requirement_type),
            (priorities, tally.priority),
            (severities, tally.severity),
        ):
            if value is not None:
                counter[value] += tally.number
    overview = view.analysis.overview
    return AnalysisSummaryRead(
        language=overview["language"],
        characters=overview["characters"],
        sentences=overview["sentences"],
        items=items,
        statuses=statuses,
        types=types,
        priorities=priorities,
        severities=severities,
    )

"""The items of an analysis, shown as what they are: page by page or all at once."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from specloom.core.errors import Conflict
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import ItemCrud, ShownItem, Tally
from specloom.models.analyses import AnalysisItem
from specloom.schemas.analyses import (
    AnalysisDetailRead,
    AnalysisReportRead,
    AnalysisSummaryRead,
    ItemRead,
)
from specloom.services.analyses import analyses
from specloom.services.analyses.analyses import AnalysisView
from specloom.vocabulary.analyses import AnalysisStatus, ItemKind, ItemStatus, Severity
from specloom.vocabulary.requirements import RequirementType

_ITEM: TypeAdapter[ItemRead] = TypeAdapter(ItemRead)


class AnalysisNotCompleted(Conflict):
    code = "analysis_not_completed"
    default_message = "This analysis is not completed. Only what a completed one found can be decided on and compared."


async def completed(uow: UnitOfWork, analysis_id: UUID) -> AnalysisView:
    """The analysis; raises `AnalysisNotCompleted`."""
    view = await analyses.get(uow, analysis_id)
    if view.analysis.status is not AnalysisStatus.COMPLETED:
        raise AnalysisNotCompleted
    return view


async def found(uow: UnitOfWork, analysis_id: UUID) -> dict[ItemKind, list[Any]]:
    """All that a completed analysis found, as people see it, in reading order."""
    view = await completed(uow, analysis_id)
    # A thread: tens of thousands of items take a second, in which others shall not have to wait.
    return await asyncio.to_thread(_by_kind, view, await ItemCrud(uow).all_of(analysis_id))


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
            "accepted_as": item.accepted_as,
            "remembered": item.remembered,
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

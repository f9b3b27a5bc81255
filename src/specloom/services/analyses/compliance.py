"""How an analysed text stands to the laws and standards of its tenant, as the analysis found it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from specloom.ai.compliance import check_of, find
from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import AnalysisCrud
from specloom.schemas.analyses import ComplianceCheckRead, ComplianceRead, FrameworkRead
from specloom.services.analyses import items
from specloom.services.analyses.analyses import AnalysisView


async def get(uow: UnitOfWork, analysis_id: UUID) -> ComplianceRead:
    """Each check of the frameworks that were the tenant's when the analysis was made. Raises `AnalysisNotCompleted`."""
    view = await items.completed(uow, analysis_id)
    kept = await AnalysisCrud(uow).compliance_of(analysis_id)
    checks = [ComplianceCheckRead.model_validate(_values(view, each)) for each in kept]
    return ComplianceRead(
        event_id=analysis_id,
        frameworks=list(_frameworks(kept)),
        counts=Counter(each.status for each in checks),
        checks=checks,
        notes=view.analysis.overview["notes"],
    )


def _values(view: AnalysisView, kept: dict[str, Any]) -> dict[str, Any]:
    """What was found, with what the catalogue says of the check today."""
    known = check_of(kept["check_id"])
    analysis = view.analysis
    place = {"document_id": analysis.document_id, "version_id": analysis.version_id, "version": view.version}
    return {
        **kept,
        "why": known.topic.why if known else "",
        "example": known.topic.example if known else "",
        "citations": [{**place, **citation} for citation in kept["citations"]],
    }


def _frameworks(kept: list[dict[str, Any]]) -> Iterator[FrameworkRead]:
    for name in dict.fromkeys(each["framework"] for each in kept):
        known = find(name)
        if known is not None:
            yield FrameworkRead(
                name=known.name,
                about=known.about,
                reference=known.reference,
                jurisdictions=list(known.jurisdictions),
            )

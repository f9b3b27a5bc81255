"""Analyses: asked for, made by a job, shown with all they found, deleted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func
from uuid_utils.compat import uuid7

from specloom.ai.analysis import AnalysisRequest
from specloom.core.config import BudgetSettings, LlmSettings
from specloom.core.errors import NotFound, Unprocessable
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.text import Section, shortened
from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import AnalysisCrud, ItemCrud
from specloom.crud.documents import DocumentCrud, DocumentNotFound, VersionCrud
from specloom.crud.identity import TenantCrud
from specloom.models.analyses import Analysis
from specloom.models.identity import Tenant
from specloom.models.jobs import Job
from specloom.schemas.analyses import (
    AnalyseRequirements,
    AnalysisAccepted,
    AnalysisCreate,
    AnalysisPreviewRead,
    AnalysisRead,
)
from specloom.schemas.identity import TenantSettingsRead
from specloom.services import identity, jobs, usage
from specloom.services.analyses import memory, parts, rules
from specloom.services.analyses.outcome import Outcome
from specloom.services.analyses.parts import Part, SessionText
from specloom.services.documents.drafts import sections_of
from specloom.services.documents.sources import stored_sections
from specloom.services.identity import industry
from specloom.vocabulary.analyses import AnalysisStatus

# What an analysis takes, in seconds: to begin with, and for a million characters. Measured on two cores with the
# embedded engine; of language models, what one commonly sees.
_EMBEDDED_SECONDS = (2, 15)
_LLM_SECONDS = (20, 1200)
_TITLE_CHARACTERS = 80


class NothingSaid(Unprocessable):
    code = "nothing_said"
    default_message = "Nobody has said anything in this session yet. Say something, or send `requirements_text` along."


class AnalysisDeleted(NotFound):
    code = "analysis_deleted"
    default_message = "The analysis or its document was deleted before it was made."


@dataclass(frozen=True, slots=True)
class AnalysisView:
    """An analysis with the number of the document version it is of, if it is of one."""

    analysis: Analysis
    version: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that an engine and the end of its work need to know."""

    analysis_id: UUID
    document_id: UUID | None
    request: AnalysisRequest
    researches: bool
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class _Source:
    title: str
    characters: int
    values: dict[str, Any]
    version: int | None = None


# Asked for and shown --------------------------------------------------------------------------------------------------


async def request(
    uow: UnitOfWork,
    tenant_id: UUID,
    data: AnalysisCreate,
    *,
    uses_llm: bool,
    session: SessionText | None = None,
    rerun_of: UUID | None = None,
) -> tuple[Job, AnalysisView, datetime]:
    """Opens the job of a new analysis; tells when it may be there. `tenant_id` must be the caller's own.

    `session` is what was said in the session that `data` names. Raises `NothingSaid` when that is nothing.
    """
    tenant = await identity.get_tenant(uow, tenant_id)
    source = await _source(uow, data, session)
    analysis_id = uuid7()
    job = await jobs.open(uow, AnalyseRequirements(analysis_id=analysis_id), related_id=analysis_id)
    analysis = await AnalysisCrud(uow).add(
        id=analysis_id,
        rerun_of=rerun_of,
        created_by=uow.user_id,
        job_id=job.id,
        title=data.title or source.title,
        analysis_type=data.analysis_type,
        include_research=data.include_research,
        focus_areas=data.focus_areas,
        question_depth=_settings(tenant).question_depth,
        industry_template_version_id=tenant.industry_template_version_id,
        **source.values,
    )
    publish(uow, "analysis.requested", analysis)
    expected = job.queued_at + timedelta(seconds=_seconds(source.characters, uses_llm=uses_llm))
    return job, AnalysisView(analysis, source.version), expected


async def preview(
    uow: UnitOfWork,
    tenant_id: UUID,
    data: AnalysisCreate,
    *,
    llm: LlmSettings,
    budgets: BudgetSettings,
    session: SessionText | None = None,
) -> AnalysisPreviewRead:
    """What an analysis would take, without asking for it."""
    await identity.get_tenant(uow, tenant_id)
    characters = (await _source(uow, data, session)).characters
    estimate = usage.estimate(llm, characters, usage.Work.ANALYSIS)
    return AnalysisPreviewRead(
        characters=characters,
        model=estimate.model,
        prompt_tokens=estimate.prompt_tokens,
        completion_tokens=estimate.completion_tokens,
        cost=estimate.cost,
        seconds=round(_seconds(characters, uses_llm=llm.uses_llm), 1),
        within_budget=not estimate.tokens
        or await usage.has_room(uow, budgets, tokens=estimate.tokens, cost=estimate.cost),
    )


async def again(uow: UnitOfWork, analysis_id: UUID) -> AnalysisCreate:
    """What asks for the same analysis once more: of the current version, or of all that was said by now."""
    analysis = await AnalysisCrud(uow).get(analysis_id)
    source: dict[str, Any] = {"document_id": analysis.document_id, "session_id": analysis.session_id}
    if analysis.document_id is None:
        text = await AnalysisCrud(uow).text_of(analysis.id)
        sent = [text[each.start : each.end] for each in parts.read(analysis.parts) if each.message_id is None]
        source["requirements_text"] = (sent[0] if sent else None) if analysis.session_id else text
    return AnalysisCreate(
        **source,
        title=analysis.title,
        analysis_type=analysis.analysis_type,
        include_research=analysis.include_research,
        focus_areas=analysis.focus_areas,
    )


async def page(
    uow: UnitOfWork, request: PageRequest, *, document_id: UUID | None = None, status: AnalysisStatus | None = None
) -> Page[AnalysisView]:
    crud = AnalysisCrud(uow)
    found = await crud.page(request, crud.by(document_id=document_id, status=status))
    versions = await crud.versions(analysis.id for analysis in found.items)
    return Page([AnalysisView(each, versions.get(each.id)) for each in found.items], found.next_cursor)


async def get(uow: UnitOfWork, analysis_id: UUID) -> AnalysisView:
    crud = AnalysisCrud(uow)
    analysis = await crud.get(analysis_id)
    return AnalysisView(analysis, (await crud.versions([analysis.id])).get(analysis.id))


async def job_of(uow: UnitOfWork, analysis_id: UUID) -> Job:
    """The latest job of an analysis: after a retry, the one that was opened anew."""
    analysis = await AnalysisCrud(uow).get(analysis_id)
    found = await jobs.page(uow, PageRequest(limit=1), resources=None, related_id=analysis.id)
    return found.items[0]


async def remove(uow: UnitOfWork, analysis_id: UUID) -> None:
    """Takes an analysis and its items away; one that is being made comes to nothing."""
    crud = AnalysisCrud(uow)
    analysis = await crud.lock(analysis_id)
    await crud.remove(analysis)
    publish(uow, "analysis.deleted", analysis)


# Made by a job --------------------------------------------------------------------------------------------------------


async def begin(uow: UnitOfWork, analysis_id: UUID, job_id: UUID) -> Assignment | None:
    """What there is to analyse; None when it is done already. Raises `AnalysisDeleted`.

    An analysis whose job failed is made after all once its job is started anew.
    """
    crud = AnalysisCrud(uow)
    analysis = await _lock(uow, analysis_id)
    if analysis.status is AnalysisStatus.COMPLETED:
        return None
    if analysis.status is AnalysisStatus.FAILED or analysis.job_id != job_id:
        await crud.change(analysis, status=AnalysisStatus.PROCESSING, error_message=None, job_id=job_id)
    text, sections = await _text(uow, analysis)
    tenant = await TenantCrud(uow).get()
    guidance = await industry.guidance(uow, analysis.industry_template_version_id)
    return Assignment(
        analysis_id=analysis.id,
        document_id=analysis.document_id,
        request=AnalysisRequest(
            title=analysis.title,
            text=text,
            sections=sections,
            type=analysis.analysis_type,
            depth=analysis.question_depth,
            focus=tuple(analysis.focus_areas),
            rules=await rules.settings(uow),
            frameworks=guidance.frameworks,
            guidance=guidance,
        ),
        researches=analysis.include_research and _settings(tenant).auto_research,
        parts=parts.read(analysis.parts),
    )


async def complete(uow: UnitOfWork, analysis_id: UUID, outcome: Outcome) -> None:
    """Keeps a finished analysis with all its items. Raises `AnalysisDeleted`."""
    analysis = await _lock(uow, analysis_id)
    await memory.recall(uow, analysis, outcome.rows)
    await ItemCrud(uow).add_all([{"analysis_id": analysis.id, **row} for row in outcome.rows])
    await AnalysisCrud(uow).change(
        analysis,
        status=AnalysisStatus.COMPLETED,
        overview=outcome.overview,
        compliance=outcome.compliance,
        confidence_scores=outcome.confidence_scores,
        model_used=outcome.model,
        tokens_used=outcome.tokens,
        error_message=None,
        completed_at=func.clock_timestamp(),
    )
    publish(uow, "analysis.completed", analysis)


async def abandon(uow: UnitOfWork, analysis_id: UUID, reason: str) -> None:
    """Marks an analysis as failed that will not be made; one that is there or deleted stays as it is."""
    crud = AnalysisCrud(uow)
    analysis = await crud.find(analysis_id)
    if analysis is not None and analysis.status is AnalysisStatus.PROCESSING:
        await crud.change(analysis, status=AnalysisStatus.FAILED, error_message=reason)
        publish(uow, "analysis.failed", analysis)


# As people see them ---------------------------------------------------------------------------------------------------


def read(view: AnalysisView) -> AnalysisRead:
    return AnalysisRead.model_validate(values(view))


def read_accepted(job: Job, view: AnalysisView, expected: datetime) -> AnalysisAccepted:
    return AnalysisAccepted(
        event_id=view.analysis.id,
        status=view.analysis.status,
        message=f"Analysis started. Follow it at /api/v1/analyses/{view.analysis.id}/events.",
        estimated_completion=expected,
        job=jobs.read(job),
    )


def values(view: AnalysisView) -> dict[str, Any]:
    """The fields of `AnalysisRead`."""
    analysis = view.analysis
    return {
        "event_id": analysis.id,
        "session_id": analysis.session_id,
        "rerun_of": analysis.rerun_of,
        "document_id": analysis.document_id,
        "version": view.version,
        "title": analysis.title,
        "analysis_type": analysis.analysis_type,
        "include_research": analysis.include_research,
        "focus_areas": analysis.focus_areas,
        "question_depth": analysis.question_depth,
        "industry_template_version_id": analysis.industry_template_version_id,
        "status": analysis.status,
        "counts": analysis.overview.get("counts", {}),
        "model_used": analysis.model_used,
        "tokens_used": analysis.tokens_used,
        "error_message": analysis.error_message,
        "job_id": analysis.job_id,
        "created_by": analysis.created_by,
        "created_at": analysis.created_at,
        "completed_at": analysis.completed_at,
    }


def publish(uow: UnitOfWork, event_type: str, analysis: Analysis, **further: str) -> None:
    document = str(analysis.document_id) if analysis.document_id else None
    session = str(analysis.session_id) if analysis.session_id else None
    payload = {"event_id": str(analysis.id), "document_id": document, "session_id": session, **further}
    uow.publish(Event(event_type, "analyses", payload))


async def _source(uow: UnitOfWork, data: AnalysisCreate, session: SessionText | None) -> _Source:
    if session is not None:
        text, found = session.joined(data.requirements_text)
        if not text.strip():
            raise NothingSaid
        values = {"session_id": session.session_id, "requirements_text": text, "parts": parts.stored(found)}
        return _Source(session.title, len(text), values)
    if data.document_id is None:
        text = data.requirements_text or ""
        return _Source(_beginning(text), len(text), {"requirements_text": text})
    document = (await DocumentCrud(uow).pin([data.document_id])).get(data.document_id)
    if document is None:
        raise DocumentNotFound
    version = (await VersionCrud(uow).current([document]))[document.id]
    values = {"document_id": document.id, "version_id": version.id}
    return _Source(document.title, version.characters, values, version.number)


def _seconds(characters: int, *, uses_llm: bool) -> float:
    """How long an analysis takes, about."""
    at_once, per_million = _LLM_SECONDS if uses_llm else _EMBEDDED_SECONDS
    return at_once + per_million * characters / 1e6


def _beginning(text: str) -> str:
    line = text.strip().splitlines()[0].strip("#*-_=> \t").strip()
    return shortened(line or "Text", _TITLE_CHARACTERS)


async def _text(uow: UnitOfWork, analysis: Analysis) -> tuple[str, tuple[Section, ...]]:
    if analysis.version_id is None:
        text = await AnalysisCrud(uow).text_of(analysis.id)
        return text, parts.sections(text, parts.read(analysis.parts)) if analysis.parts else sections_of(text)
    version = await VersionCrud(uow).whole(analysis.version_id)
    return version.text, stored_sections(version.sections)


def _settings(tenant: Tenant) -> TenantSettingsRead:
    return TenantSettingsRead.model_validate(tenant.settings)


async def _lock(uow: UnitOfWork, analysis_id: UUID) -> Analysis:
    try:
        return await AnalysisCrud(uow).lock(analysis_id)
    except NotFound as error:
        raise AnalysisDeleted from error

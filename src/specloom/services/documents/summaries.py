"""Summaries: asked for, written by a job, shown with the places of the text that each sentence stands on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func
from uuid_utils.compat import uuid7

from specloom.ai.protocols import SummaryRequest, SummaryResult
from specloom.core.errors import NotFound, Unprocessable
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.documents import DocumentCrud, DocumentNotFound, SummaryCrud, VersionCrud
from specloom.crud.documents.summaries import Origin
from specloom.models.documents import Document, DocumentVersion, Summary
from specloom.models.jobs import Job
from specloom.schemas.documents import (
    OmissionRead,
    SentenceRead,
    SourceRead,
    SummariseDocument,
    SummaryCreate,
    SummaryDetailRead,
    SummaryRead,
    SummaryRequestedRead,
    UsedTemplateRead,
)
from specloom.services import jobs
from specloom.services.documents import templates
from specloom.services.documents.sources import Places, covered_percent, stored_sections
from specloom.services.identity import industry
from specloom.vocabulary.documents import SummaryStatus


class SummaryDeleted(NotFound):
    code = "summary_deleted"
    default_message = "The summary or its document was deleted before it was written."


class NothingToSummarise(Unprocessable):
    code = "nothing_to_summarise"
    default_message = "Nothing in this text fits the template. Try another template."


@dataclass(frozen=True, slots=True)
class SummaryView:
    """A summary with the names of what it was made of."""

    summary: Summary
    origin: Origin


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that an engine and the end of its work need to know."""

    summary_id: UUID
    document_id: UUID
    request: SummaryRequest


# Asked for and shown --------------------------------------------------------------------------------------------------


async def request_summaries(
    uow: UnitOfWork, document_ids: Sequence[UUID], data: SummaryCreate
) -> list[tuple[Job, SummaryView]]:
    """Opens a job for each document; none at all when one of the documents is not there."""
    pinned = await DocumentCrud(uow).pin(document_ids)
    for document_id in document_ids:
        if document_id not in pinned:
            raise DocumentNotFound(f"There is no document {document_id}.", details={"document_id": str(document_id)})
    chosen = await templates.choose(uow, data.template_id)
    versions = await VersionCrud(uow).current(pinned.values())
    return [await _request(uow, pinned[each], versions[each], chosen, data) for each in document_ids]


async def page(
    uow: UnitOfWork, request: PageRequest, *, document_id: UUID | None = None, status: SummaryStatus | None = None
) -> Page[SummaryView]:
    crud = SummaryCrud(uow)
    found = await crud.page(request, crud.by(document_id=document_id, status=status))
    origins = await crud.origins([summary.id for summary in found.items])
    return Page([SummaryView(summary, origins[summary.id]) for summary in found.items], found.next_cursor)


async def page_of_document(uow: UnitOfWork, document_id: UUID, request: PageRequest) -> Page[SummaryView]:
    document = await DocumentCrud(uow).get(document_id)
    return await page(uow, request, document_id=document.id)


async def get(uow: UnitOfWork, summary_id: UUID) -> SummaryView:
    crud = SummaryCrud(uow)
    summary = await crud.get(summary_id)
    return SummaryView(summary, (await crud.origins([summary.id]))[summary.id])


async def remove(uow: UnitOfWork, summary_id: UUID) -> None:
    """Takes a summary away; one that is being written comes to nothing."""
    crud = SummaryCrud(uow)
    summary = await crud.lock(summary_id)
    await crud.remove(summary)
    _publish(uow, "summary.deleted", summary)


# Written by a job -----------------------------------------------------------------------------------------------------


async def begin(uow: UnitOfWork, summary_id: UUID, job_id: UUID) -> Assignment | None:
    """What there is to do for a summary; None when it is complete. Raises `SummaryDeleted`.

    A summary whose job failed waits again once its job is started anew.
    """
    crud = SummaryCrud(uow)
    summary = await _lock(uow, summary_id)
    if summary.status is SummaryStatus.COMPLETE:
        return None
    if summary.status is SummaryStatus.FAILED or summary.job_id != job_id:
        await crud.change(summary, status=SummaryStatus.PENDING, error_message=None, job_id=job_id)
    version = await VersionCrud(uow).whole(summary.version_id)
    origin = (await crud.origins([summary.id]))[summary.id]
    template, wording = await crud.template_of(summary)
    sections = stored_sections(version.sections)
    tone = (await industry.guidance(uow)).tone
    instruction = templates.instruct(template, wording, summary.format, tone)
    request = SummaryRequest(origin.document_title, version.text, instruction, sections)
    return Assignment(summary.id, summary.document_id, request)


def locate(assignment: Assignment, result: SummaryResult) -> list[dict[str, Any]]:
    """The sentences of a finished summary as they are kept. Raises `NothingToSummarise`."""
    if not result.text.strip():
        raise NothingToSummarise
    places = Places(assignment.request.text, assignment.request.sections)
    return [
        {
            "start": sentence.start,
            "end": sentence.end,
            "sources": [places.source(span).model_dump() for span in sentence.sources],
        }
        for sentence in result.sentences
    ]


async def complete(uow: UnitOfWork, summary_id: UUID, result: SummaryResult, sentences: list[dict[str, Any]]) -> None:
    """Keeps a finished summary. Raises `SummaryDeleted`."""
    summary = await _lock(uow, summary_id)
    await SummaryCrud(uow).change(
        summary,
        status=SummaryStatus.COMPLETE,
        summary_text=result.text,
        sentences=sentences,
        omitted=[{"label": each.label, "start": each.start, "end": each.end} for each in result.omitted],
        model_used=result.model,
        tokens_used=result.usage.tokens,
        error_message=None,
        completed_at=func.clock_timestamp(),
    )
    _publish(uow, "summary.completed", summary)


async def abandon(uow: UnitOfWork, summary_id: UUID, reason: str) -> None:
    """Marks a summary as failed that will not be written; one that is there or deleted stays as it is."""
    crud = SummaryCrud(uow)
    summary = await crud.find(summary_id)
    if summary is not None and summary.status is SummaryStatus.PENDING:
        await crud.change(summary, status=SummaryStatus.FAILED, error_message=reason)
        _publish(uow, "summary.failed", summary)


# As people see them ---------------------------------------------------------------------------------------------------


def read(view: SummaryView) -> SummaryRead:
    return SummaryRead.model_validate(_values(view))


def read_requested(job: Job, view: SummaryView) -> SummaryRequestedRead:
    return SummaryRequestedRead(job=jobs.read(job), summary=read(view))


def read_detail(view: SummaryView) -> SummaryDetailRead:
    summary, text = view.summary, view.summary.summary_text or ""
    omitted = [OmissionRead(**each) for each in summary.omitted]
    is_complete = summary.status is SummaryStatus.COMPLETE
    spans = [Span(each.start, each.end) for each in omitted]
    return SummaryDetailRead(
        **_values(view),
        sentences=[
            SentenceRead(
                start=each["start"],
                end=each["end"],
                text=text[each["start"] : each["end"]],
                sources=[SourceRead(**source) for source in each["sources"]],
            )
            for each in summary.sentences
        ],
        omitted=omitted,
        coverage=covered_percent(view.origin.characters, spans) if is_complete else None,
    )


def _values(view: SummaryView) -> dict[str, Any]:
    summary, origin = view.summary, view.origin
    return {
        "id": summary.id,
        "document_id": summary.document_id,
        "document_title": origin.document_title,
        "document_version": origin.document_version,
        "template": UsedTemplateRead(id=origin.template_id, name=origin.template_name, version=origin.template_version),
        "format": summary.format,
        "status": summary.status,
        "summary_text": summary.summary_text,
        "model_used": summary.model_used,
        "tokens_used": summary.tokens_used,
        "error_message": summary.error_message,
        "job_id": summary.job_id,
        "created_by": summary.created_by,
        "created_at": summary.created_at,
        "completed_at": summary.completed_at,
    }


async def _request(
    uow: UnitOfWork,
    document: Document,
    version: DocumentVersion,
    chosen: templates.VersionedTemplate,
    data: SummaryCreate,
) -> tuple[Job, SummaryView]:
    summary_id = uuid7()
    job = await jobs.open(uow, SummariseDocument(summary_id=summary_id), related_id=summary_id)
    summary = await SummaryCrud(uow).add(
        id=summary_id,
        document_id=document.id,
        version_id=version.id,
        created_by=uow.user_id,
        template_tenant_id=chosen.version.tenant_id,
        template_version_id=chosen.version.id,
        job_id=job.id,
        format=data.format or chosen.version.format,
    )
    _publish(uow, "summary.requested", summary)
    origin = Origin(
        document_title=document.title,
        document_version=version.number,
        characters=version.characters,
        template_id=chosen.template.id,
        template_name=chosen.template.name,
        template_version=chosen.version.number,
    )
    return job, SummaryView(summary, origin)


async def _lock(uow: UnitOfWork, summary_id: UUID) -> Summary:
    try:
        return await SummaryCrud(uow).lock(summary_id)
    except NotFound as error:
        raise SummaryDeleted from error


def _publish(uow: UnitOfWork, event_type: str, summary: Summary) -> None:
    uow.publish(
        Event(event_type, "summaries", {"summary_id": str(summary.id), "document_id": str(summary.document_id)})
    )

"""Summaries as they are asked for and shown, and the job that writes one."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AfterValidator, Field

from specloom.schemas.base import Input, Output
from specloom.schemas.jobs import JobPayload, JobRead
from specloom.vocabulary.documents import SummaryFormat, SummaryStatus


class SummariseDocument(JobPayload):
    """Write the summary that waits under this id."""

    job_type: ClassVar[str] = "summarize_document"
    queue: ClassVar[str] = "llm"
    resource: ClassVar[str] = "summaries"

    summary_id: UUID


def _unique(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) < len(ids):
        raise ValueError("must not name a document twice")
    return ids


class SummaryCreate(Input):
    """How to summarise."""

    template_id: UUID | None = Field(None, description="Left out: your tenant's default, or else everyone's.")
    format: SummaryFormat | None = Field(None, description="Left out: the template's own.")


class BulkSummaryCreate(SummaryCreate):
    """Which documents to summarise, and how."""

    document_ids: Annotated[
        list[UUID],
        Field(min_length=1, max_length=100, json_schema_extra={"uniqueItems": True}),
        AfterValidator(_unique),
    ]


class UsedTemplateRead(Output):
    """The template by which a summary was written, in the version it had."""

    id: UUID
    name: str
    version: int


class SummaryRead(Output):
    """A summary of one version of a document."""

    id: UUID
    document_id: UUID
    document_title: str
    document_version: int
    template: UsedTemplateRead
    format: SummaryFormat
    status: SummaryStatus
    summary_text: str | None = Field(description="Null until it is complete.")
    model_used: str | None
    tokens_used: int | None
    error_message: str | None
    job_id: UUID | None
    created_by: UUID | None
    created_at: datetime
    completed_at: datetime | None


class SourceRead(Output):
    """A stretch of the document's text that a sentence stands on; `start` and `end` count its code points."""

    start: int
    end: int
    quote: str
    label: str | None = Field(description="The section and page it stands in, where the document has such.")
    line: int = Field(description="The line of the text it begins in, from 1.")


class SentenceRead(Output):
    """A sentence of the summary; `start` and `end` place it in `summary_text`. Without sources it is unsupported."""

    start: int
    end: int
    text: str
    sources: list[SourceRead]


class OmissionRead(Output):
    """A section of the document that no sentence of the summary stands on."""

    label: str
    start: int
    end: int


class SummaryDetailRead(SummaryRead):
    """A summary with what each sentence stands on, and what it leaves out."""

    sentences: list[SentenceRead]
    omitted: list[OmissionRead]
    coverage: float | None = Field(
        description="Percent of the document's text outside of the `omitted` sections. Null until it is complete."
    )


class SummaryRequestedRead(Output):
    """A summary to come, and the job that writes it."""

    job: JobRead
    summary: SummaryRead


class BulkSummaryRequestedRead(Output):
    items: list[SummaryRequestedRead]

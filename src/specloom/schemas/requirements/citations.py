"""Citations, suspect marks and traceability as they are sent and shown, and the job that moves citations along."""

from datetime import datetime
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from specloom.schemas.base import Input, Output
from specloom.schemas.documents import SourceRead
from specloom.schemas.jobs import JobPayload
from specloom.schemas.requirements.workflow import ChangeRead
from specloom.vocabulary.requirements import CitationStatus, RequirementKind, RequirementStatus, SuspectReason

Place = Annotated[int, Field(ge=0, le=2**31 - 2, strict=True)]
# Kept to the code point: it must be what stands there.
Quote = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=10_000),
    Field(examples=["Each order is confirmed within 5 seconds."]),
]
Reason = Annotated[
    str, Field(min_length=3, max_length=2000, description="Kept for good.", examples=["Checked: still true."])
]


class ReanchorCitations(JobPayload):
    """Follow the citations of a document into its current version."""

    job_type: ClassVar[str] = "reanchor_citations"
    queue: ClassVar[str] = "default"
    resource: ClassVar[str] = "products"

    document_id: UUID


class CitationSpec(Input):
    """A passage that a requirement stands on: `quote`, word for word, from `start` to `end` in code points. Without the
    offsets, the one place where it stands."""

    document_id: UUID | None = Field(None, description="Of its current version.")
    version_id: UUID | None = Field(None, description="Of this version of a document.")
    message_id: UUID | None = Field(None, description="Of a message in a session.")
    start: Place | None = None
    end: Place | None = None
    quote: Quote

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if sum(each is not None for each in (self.document_id, self.version_id, self.message_id)) != 1:
            raise ValueError("send one of document_id, version_id and message_id")
        if (self.start is None) != (self.end is None):
            raise ValueError("send start and end together, or neither")
        if self.start is not None and self.end is not None and self.end - self.start != len(self.quote):
            raise ValueError("end - start is not the length of the quote, in code points")
        return self


class RequirementCitationRead(Output):
    """A passage that a requirement stands on, word for word. `current`: it stands in the current version of its
    document; `broken`: it stood in this version, and does not any more."""

    id: UUID
    requirement_id: UUID
    document_id: UUID | None
    document_title: str | None
    version_id: UUID | None
    version: int | None = Field(description="The number of the document's version.")
    message_id: UUID | None
    session_id: UUID | None = Field(description="That the message is of.")
    analysis_item_id: UUID | None = Field(description="The item of an analysis that it came from.")
    start: int
    end: int
    quote: str
    label: str | None = Field(description="The section and page it stands in, where the document has such.")
    line: int | None = Field(description="The line of the text it begins in, from 1.")
    status: CitationStatus
    created_by: UUID | None
    created_at: datetime


class NearestRead(Output):
    """What stands in the new version that is most like the quote."""

    start: int
    end: int
    quote: str


class SuspectMarkRead(Output):
    """That a requirement may not hold any more, and why. Open until it is cleared."""

    id: UUID
    requirement_id: UUID
    reason: SuspectReason
    message: str = Field(description="For people: what happened.")
    citation_id: UUID | None
    parent_id: UUID | None
    from_version: int | None = Field(description="Of the document, or of the parent.")
    to_version: int | None
    quote: str | None = Field(description="What stood in the source.")
    nearest: NearestRead | None
    marked_at: datetime
    cleared_at: datetime | None
    cleared_by: UUID | None
    comment: str | None = Field(description="Why it was cleared.")


class MarkClear(Input):
    reason: Reason


class SourceEditRead(Output):
    """A version that a cited document got after the approval."""

    document_id: UUID
    version: int
    edited_by: UUID | None
    edited_at: datetime


class SourceChangeRead(Output):
    """What became of a cited passage since the approval."""

    citation_id: UUID
    document_id: UUID
    document_title: str | None
    before: SourceRead = Field(description="What stood there when it was approved.")
    before_version: int
    after: SourceRead | None = Field(description="What stands there now; or what is most like it.")
    after_version: int | None
    changed: bool = Field(description="Whether it says something else now, or nothing.")
    edits: list[SourceEditRead]


class ChangesRead(Output):
    """What changed since a requirement was approved: in itself, and in what it stands on."""

    requirement_id: UUID
    approved_version: int | None
    approved_at: datetime | None
    version: int
    changes: list[ChangeRead] = Field(description="Of its text, since the version that was approved.")
    sources: list[SourceChangeRead]
    marks: list[SuspectMarkRead] = Field(description="Those that are open.")


# Traceability ---------------------------------------------------------------------------------------------------------


class TraceRead(Output):
    """A requirement with what it stands on."""

    id: UUID
    kind: RequirementKind
    key: str
    name: str
    status: RequirementStatus
    parent_id: UUID | None
    version: int
    approved_version: int | None
    children: int
    citations: list[RequirementCitationRead]
    marks: list[SuspectMarkRead] = Field(description="Those that are open.")


class PassageRead(SourceRead):
    """A passage that no requirement cites."""

    requirements: int = Field(description="How many requirements the latest analysis of this version found in it.")


class CoverageRead(Output):
    """How much of a document's current version is cited, and which passages are not."""

    document_id: UUID
    title: str
    version: int
    citations: int
    covered_percent: float = Field(ge=0, le=100, description="Of the characters of its sentences.")
    requirements_found: int | None = Field(description="By its latest analysis; null when there is none.")
    requirements_uncovered: int | None = Field(description="Those of them that no requirement cites.")
    uncovered_total: int
    uncovered: list[PassageRead] = Field(description="In reading order, at most 500.")


class TraceabilityRead(Output):
    """The matrix of a product: each requirement with its sources, and what has none on either side."""

    product_id: UUID
    requirements: list[TraceRead] = Field(description="In the order of the tree.")
    orphans: list[UUID] = Field(description="Cite nothing, nor does anything above or below them.")
    childless: list[UUID] = Field(description="Epics without features, and features without stories.")
    suspects: list[UUID] = Field(description="With an open mark.")
    documents: list[CoverageRead]

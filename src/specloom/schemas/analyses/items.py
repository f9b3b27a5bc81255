"""What analyses find, item by item, as it is shown and decided on."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from specloom.schemas.base import Input, Output
from specloom.schemas.documents import SourceRead
from specloom.vocabulary.analyses import Characteristic, ItemKind, ItemStatus, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Ears, Form, Modality, Priority, Quality, RequirementType

Probability = Annotated[float, Field(ge=0, le=1)]


class ItemDecision(Input):
    """What one makes of an item."""

    comment: str | None = Field(None, max_length=2000, examples=["Agreed with the operations team."])


class PlaceRead(SourceRead):
    """A stretch of the analysed text, word for word; of a session, counted in the message that holds it."""

    message_id: UUID | None = Field(None, description="Of an analysis of a session: the message it stands in.")


class CitationRead(PlaceRead):
    """A stretch of text, word for word. The ids are null where the analysed text is not a document's."""

    document_id: UUID | None
    version_id: UUID | None
    version: int | None = Field(description="The number of the document's version.")


class MeasureRead(Output):
    """A quantity that a requirement sets; `value` is in `unit`, which is empty for a bare number."""

    comparator: str = Field(examples=["<="])
    value: float
    unit: str = Field(examples=["s"])
    start: int
    end: int
    quote: str = Field(examples=["within 3 seconds"])


class _Item(Output):
    """What all items have."""

    id: UUID
    status: ItemStatus
    comment: str | None = Field(description="What whoever decided said of it.")
    resolved_by: UUID | None
    resolved_at: datetime | None
    accepted_as: UUID | None = Field(description="The requirement of the backlog that it became.")
    remembered: bool = Field(description="Dismissed by itself: it was dismissed in an earlier run.")
    citation: CitationRead | None = Field(description="Where it stands; null for what stands nowhere in the text.")


class RequirementRead(_Item):
    """A requirement that was identified. One that is not `supported` was claimed by a model and is not in the text."""

    kind: Literal[ItemKind.REQUIREMENT]
    statement: str = Field(description="The whole in one line: the words it hangs on, then its own.")
    context: list[PlaceRead] = Field(description="The words it hangs on, such as the lead-in of its list.")
    heading: list[str] = Field(description="The headings above it, topmost first.")
    identifier: str | None = Field(description="The number or id the text itself gives it.", examples=["REQ-012"])
    type: RequirementType
    quality: Quality | None = Field(description="Of a non-functional one: what it is about, after ISO/IEC 25010.")
    aspect: str | None = Field(description="The sub-characteristic of the quality.", examples=["availability"])
    framework: str | None = Field(description="The regulation or standard it speaks of.", examples=["GDPR"])
    priority: Priority
    confidence: Probability = Field(description="The probability that this is a requirement.")
    type_confidence: Probability = Field(description="The probability that its type is right.")
    form: Form
    modality: Modality
    negated: bool
    passive: bool
    ears: Ears | None = Field(description="The pattern of the Easy Approach to Requirements Syntax it follows.")
    actor: str | None
    action: str | None
    object: str | None
    condition: str | None
    purpose: str | None
    measures: list[MeasureRead]
    supported: bool
    claimed: str | None = Field(description="The model's words for what is not supported.")
    focus: list[str] = Field(description="Those of the analysis' focus areas that it meets.")
    finding_ids: list[UUID]


class FindingRead(_Item):
    """What a quality rule says of a requirement, about exactly its citation."""

    kind: Literal[ItemKind.FINDING]
    requirement_id: UUID
    rule_id: str = Field(description="See `GET /analysis-rules`.", examples=["vague_term"])
    severity: Severity
    characteristic: Characteristic = Field(description="What it lacks, after ISO/IEC/IEEE 29148.")
    message: str
    suggestion: str
    confidence: Probability


class _Evident(_Item):
    """What is shown by several places of the text."""

    message: str
    evidence: list[PlaceRead]
    confidence: Probability


class DuplicateRead(_Evident):
    """Two requirements that say the same."""

    kind: Literal[ItemKind.DUPLICATE]
    requirement_ids: list[UUID] = Field(min_length=2, max_length=2)
    similarity: Probability


class ConflictRead(_Evident):
    """Two requirements that cannot both hold."""

    kind: Literal[ItemKind.CONFLICT]
    requirement_ids: list[UUID] = Field(min_length=2, max_length=2)
    reason: str = Field(examples=["number", "negation", "modality", "actor", "time"])


class TermRead(_Evident):
    """A term that is used with several meanings, or terms for one thing."""

    kind: Literal[ItemKind.TERM]
    reason: str = Field(examples=["meanings", "synonyms"])
    terms: list[str]


class WantedRead(Output):
    """A check of a law or standard that a gap of compliance leaves open."""

    check_id: str = Field(description="See `GET /analyses/{event_id}/compliance`.", examples=["gdpr.erasure"])
    framework: str = Field(examples=["GDPR"])
    reference: str = Field(description="The place that wants it.", examples=["GDPR Art. 17"])


class GapRead(_Evident):
    """Something that is missing."""

    kind: Literal[ItemKind.GAP]
    reason: str = Field(examples=["role_without_story", "compliance"])
    requirement_ids: list[UUID]
    checks: list[WantedRead] = Field(
        default_factory=list, description="Of reason `compliance`: what laws and standards want and nothing speaks of."
    )


class AboutRead(Output):
    """What a question comes from."""

    kind: ItemKind
    id: UUID


class QuestionRead(_Item):
    """What an analyst would ask next."""

    kind: Literal[ItemKind.QUESTION]
    text: str
    level: QuestionDepth = Field(description="The least depth at which it is asked.")
    about: AboutRead
    requirement_ids: list[UUID]


class ResearchRead(_Item):
    """A passage of another document of yours that bears on a requirement; its citation is of that document."""

    kind: Literal[ItemKind.RESEARCH]
    requirement_id: UUID
    title: str = Field(description="Of the document.")
    score: float


ItemRead = Annotated[
    RequirementRead | FindingRead | DuplicateRead | ConflictRead | TermRead | GapRead | QuestionRead | ResearchRead,
    Field(discriminator="kind"),
]

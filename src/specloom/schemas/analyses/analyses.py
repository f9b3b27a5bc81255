"""Analyses as they are asked for and shown, and the job that makes one."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, model_validator

from specloom.schemas.analyses.items import (
    ConflictRead,
    DuplicateRead,
    FindingRead,
    GapRead,
    QuestionRead,
    RequirementRead,
    ResearchRead,
    TermRead,
)
from specloom.schemas.base import Input, Output
from specloom.schemas.documents import Title, not_blank
from specloom.schemas.jobs import JobPayload, JobRead
from specloom.vocabulary.analyses import AnalysisStatus, AnalysisType, ItemKind, ItemStatus, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Priority, RequirementType


class AnalyseRequirements(JobPayload):
    """Make the analysis that waits under this id."""

    job_type: ClassVar[str] = "analyze_requirements"
    queue: ClassVar[str] = "llm"
    resource: ClassVar[str] = "analyses"

    analysis_id: UUID


# Kept to the code point: what is cited by place must be what was sent.
RequirementsText = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=10, max_length=10_000),
    AfterValidator(not_blank),
    Field(
        description="The text itself, plain or Markdown, in any language. A longer one is sent as a document.",
        examples=["The shop must confirm each order within 5 seconds. It should be easy to use."],
    ),
]
FocusArea = Annotated[str, Field(min_length=1, max_length=100, examples=["security"])]


class AnalysisCreate(Input):
    """What to analyse: a document, a text, or a session with or without a text."""

    session_id: UUID | None = Field(None, description="What its people said is analysed, and the text, if one is sent.")
    document_id: UUID | None = Field(None, description="Its current version is analysed.")
    requirements_text: RequirementsText | None = None
    title: Title | None = Field(None, description="Left out: the document's, or the beginning of the text.")
    analysis_type: AnalysisType = Field(
        AnalysisType.COMPREHENSIVE,
        description="How far it goes: `requirements` finds and types them, `quality` also checks their wording, "
        "`consistency` also compares them, `comprehensive` also asks what is open.",
    )
    include_research: StrictBool = Field(
        True, description="Whether to look for passages of your other documents; `auto_research` must be on as well."
    )
    focus_areas: list[FocusArea] = Field(
        default_factory=list,
        max_length=20,
        description="What you care about: requirements that meet it are marked.",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        others = (self.session_id, self.requirements_text)
        if self.document_id is None and others == (None, None):
            raise ValueError("send document_id, requirements_text or session_id")
        if self.document_id is not None and others != (None, None):
            raise ValueError("document_id goes with neither requirements_text nor session_id")
        return self


class AnalysisAccepted(Output):
    """An analysis to come. `event_id` is its id."""

    event_id: UUID
    status: AnalysisStatus
    message: str
    estimated_completion: datetime | None = Field(description="If a worker is free.")
    job: JobRead


class AnalysisPreviewRead(Output):
    """What an analysis would take, about. The embedded engine takes no tokens and costs nothing."""

    characters: int
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: Decimal | None = Field(description="In US dollars; null when the price of the model is not known.")
    seconds: float = Field(description="If a worker is free.")
    within_budget: bool = Field(description="Whether this month's budget has room for it.")


class AnalysisRead(Output):
    """An analysis of a text or of one version of a document."""

    event_id: UUID = Field(description="The analysis' id.")
    session_id: UUID | None
    document_id: UUID | None
    version: int | None = Field(description="The number of the document's version.")
    rerun_of: UUID | None = Field(description="The analysis that this one repeats.")
    title: str
    analysis_type: AnalysisType
    include_research: bool
    focus_areas: list[str]
    question_depth: QuestionDepth = Field(description="The tenant's, at the time it was asked for.")
    industry_template_version_id: UUID | None = Field(
        description="The version of the industry template it began with, and stays with."
    )
    status: AnalysisStatus
    counts: dict[ItemKind, int] = Field(description="How much of each kind was found. Empty until it is completed.")
    model_used: str | None
    tokens_used: int | None
    error_message: str | None
    job_id: UUID | None
    created_by: UUID | None
    created_at: datetime
    completed_at: datetime | None


class AnalysisSummaryRead(Output):
    """An analysis in numbers, as of now."""

    language: str = Field(description="Of the text, by its ISO 639-1 code.", examples=["en"])
    characters: int
    sentences: int
    items: dict[ItemKind, int]
    statuses: dict[ItemStatus, int] = Field(description="What people have made of the items so far.")
    types: dict[RequirementType, int]
    priorities: dict[Priority, int]
    severities: dict[Severity, int] = Field(description="Of the findings.")


class AnalysisReportRead(Output):
    """What an analysis found, other than the requirements themselves and the research."""

    summary: AnalysisSummaryRead
    notes: list[str] = Field(description="What a reader must know, such as that nothing was found, and why.")
    findings: list[FindingRead]
    duplicates: list[DuplicateRead]
    conflicts: list[ConflictRead]
    terms: list[TermRead]
    gaps: list[GapRead]
    questions: list[QuestionRead]


class AnalysisDetailRead(AnalysisRead):
    """An analysis with what it found, in reading order. Lists are empty until it is completed."""

    analysis: AnalysisReportRead | None = Field(description="Null until it is completed.")
    research_findings: list[ResearchRead]
    suggested_questions: list[str]
    identified_requirements: list[RequirementRead]
    confidence_scores: dict[str, float] = Field(
        description="The mean confidence of what was found: `overall`, `requirements`, `types`, `findings`, …"
    )

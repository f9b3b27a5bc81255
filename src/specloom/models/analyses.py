"""Analyses with what they found, item by item, and what a tenant says of the quality rules."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Float,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, Revised, SoftDeleted, TenantOwned, Timestamped, choice, reference
from specloom.core.tenancy import GLOBAL_TENANT_ID
from specloom.vocabulary.analyses import AnalysisStatus, AnalysisType, ItemKind, ItemStatus, Severity
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import Priority, RequirementType


class Analysis(SoftDeleted, Entity, Base):
    """An analysis of one document version, of what was said in a session, or of a text of its own.

    Of a session, `requirements_text` holds what its people said, and `parts` which stretch of it {start, end} is which
    message {message_id}; a text that was sent along is a part without a message.
    `overview` holds {language, sentences, characters, notes, counts: {kind: number}} of a completed one;
    `compliance` holds {check_id, framework, reference, title, status, citations} for each check of the tenant's
    frameworks. `confidence_scores` the mean confidence by what it is of, 0 to 1.
    """

    __tablename__ = "analyses"

    document_id: Mapped[UUID | None]
    version_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    requirements_text: Mapped[str | None] = mapped_column(deferred=True)
    parts: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    rerun_of: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    job_id: Mapped[UUID]
    title: Mapped[str]
    analysis_type: Mapped[AnalysisType] = mapped_column(choice(AnalysisType))
    include_research: Mapped[bool]
    focus_areas: Mapped[list[Any]]
    question_depth: Mapped[QuestionDepth] = mapped_column(choice(QuestionDepth))
    industry_template_tenant_id: Mapped[UUID] = mapped_column(
        default=GLOBAL_TENANT_ID, server_default=str(GLOBAL_TENANT_ID)
    )
    industry_template_version_id: Mapped[UUID | None]
    status: Mapped[AnalysisStatus] = mapped_column(choice(AnalysisStatus), default=AnalysisStatus.PROCESSING)
    overview: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    compliance: Mapped[list[Any]] = mapped_column(default=list, server_default="[]", deferred=True)
    confidence_scores: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    tokens_used: Mapped[int | None]
    model_used: Mapped[str | None]
    error_message: Mapped[str | None]
    completed_at: Mapped[datetime | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("document_id", "documents"),
            reference("version_id", "document_versions"),
            reference("session_id", "conversation_sessions"),
            reference("rerun_of", "analyses"),
            reference("created_by", "users"),
            reference("job_id", "jobs"),
            ForeignKeyConstraint(
                ["industry_template_tenant_id", "industry_template_version_id"],
                ["industry_template_versions.tenant_id", "industry_template_versions.id"],
                name="fk_analyses_industry_template_version",
            ),
            CheckConstraint(
                f"industry_template_tenant_id IN (tenant_id, '{GLOBAL_TENANT_ID}'::uuid)",
                name="industry_template_tenant_id",
            ),
            CheckConstraint(
                "(document_id IS NULL) = (version_id IS NULL)"
                " AND (document_id IS NULL) = (requirements_text IS NOT NULL)",
                name="source",
            ),
            Index("ix_analyses_tenant_id_document_id", "tenant_id", "document_id"),
            Index("ix_analyses_tenant_id_session_id", "tenant_id", "session_id"),
            Index("ix_analyses_tenant_id_created_at", "tenant_id", "created_at"),
        )


class AnalysisItem(Entity, Base):
    """One thing that an analysis found, and what people made of it.

    `position` counts from 0 within the analysis, the kinds one after another. `data` is what there is to show of it;
    the columns repeat what lists filter by. A finding or a piece of research belongs to the requirement of
    `requirement_id`; a piece of research quotes the document of `document_id`. `accepted_as` is the requirement of the
    backlog that it became; `remembered`: it was dismissed because it had been before.
    """

    __tablename__ = "analysis_items"

    analysis_id: Mapped[UUID]
    requirement_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None]
    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    position: Mapped[int]
    status: Mapped[ItemStatus] = mapped_column(choice(ItemStatus), default=ItemStatus.OPEN)
    requirement_type: Mapped[RequirementType | None] = mapped_column(choice(RequirementType))
    priority: Mapped[Priority | None] = mapped_column(choice(Priority))
    severity: Mapped[Severity | None] = mapped_column(choice(Severity))
    confidence: Mapped[float | None] = mapped_column(Float)
    data: Mapped[dict[str, Any]]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]
    comment: Mapped[str | None]
    accepted_as: Mapped[UUID | None]
    remembered: Mapped[bool] = mapped_column(default=False, server_default="false")

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("analysis_id", "analyses"),
            reference("accepted_as", "requirements"),
            reference("requirement_id", "analysis_items"),
            reference("document_id", "documents"),
            reference("resolved_by", "users"),
            UniqueConstraint("tenant_id", "analysis_id", "position"),
        )


class Dismissal(Entity, Base):
    """That people do not want to hear of something again, in the analyses of one source: a document, a session, or all
    texts that were sent as such. `fingerprint` is the SHA-256 of what it says."""

    __tablename__ = "dismissals"

    kind: Mapped[ItemKind] = mapped_column(choice(ItemKind))
    document_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str | None]
    user_id: Mapped[UUID | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("document_id", "documents"),
            reference("session_id", "conversation_sessions"),
            reference("user_id", "users"),
            Index(
                "uq_dismissals_source",
                *("tenant_id", "fingerprint", "document_id", "session_id"),
                unique=True,
                postgresql_nulls_not_distinct=True,
            ),
        )


class RuleSetting(TenantOwned, Timestamped, Revised, Base):
    """What a tenant says of a quality rule; without a row, the rule is as it comes. No severity: the rule's own."""

    __tablename__ = "rule_settings"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "rule_id"), ForeignKeyConstraint(["tenant_id"], ["tenants.id"]))

    rule_id: Mapped[str]
    enabled: Mapped[bool]
    severity: Mapped[Severity | None] = mapped_column(choice(Severity))

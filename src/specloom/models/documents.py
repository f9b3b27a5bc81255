"""Documents with their immutable versions, the templates that say how to summarise, and the summaries."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, Revised, SoftDeleted, TenantOwned, choice, reference
from specloom.core.tenancy import GLOBAL_TENANT_ID
from specloom.vocabulary.documents import DocumentStatus, SourceType, SummaryFormat, SummaryStatus


class Document(SoftDeleted, Revised, Entity, Base):
    """A document; its text is in its versions, of which `current_version` is the latest number."""

    __tablename__ = "documents"

    user_id: Mapped[UUID | None]
    title: Mapped[str]
    source_type: Mapped[SourceType] = mapped_column(choice(SourceType), default=SourceType.UPLOAD)
    source_url: Mapped[str | None]
    external_id: Mapped[str | None]
    external_last_updated: Mapped[datetime | None]
    status: Mapped[DocumentStatus] = mapped_column(choice(DocumentStatus), default=DocumentStatus.ACTIVE)
    current_version: Mapped[int] = mapped_column(default=1, server_default="1")
    media_type: Mapped[str]
    size: Mapped[int]
    title_search: Mapped[Any] = mapped_column(
        TSVECTOR, Computed("to_tsvector('english', title)", persisted=True), deferred=True
    )

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("user_id", "users"),
            Index("ix_documents_tenant_id_created_at", "tenant_id", "created_at"),
            Index("ix_documents_title_search", "title_search", postgresql_using="gin"),
            Index(
                "uq_documents_external",
                "tenant_id",
                "source_type",
                "external_id",
                unique=True,
                postgresql_where="external_id IS NOT NULL AND deleted_at IS NULL",
            ),
        )


class DocumentVersion(Entity, Base):
    """The text of a document as it once was; never changed. `size` is in bytes of the file, or of the text in UTF-8."""

    __tablename__ = "document_versions"

    document_id: Mapped[UUID]
    number: Mapped[int]
    user_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(deferred=True)
    sections: Mapped[list[Any]] = mapped_column(deferred=True)
    sha256: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    characters: Mapped[int]
    file_name: Mapped[str | None]
    file_key: Mapped[str | None]
    properties: Mapped[dict[str, Any]]
    fetched_at: Mapped[datetime] = mapped_column(server_default=func.now())

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("document_id", "documents"),
            reference("user_id", "users"),
            UniqueConstraint("tenant_id", "document_id", "number"),
        )


class DocumentPassage(TenantOwned, Base):
    """A stretch of a document's current version, as full-text search sees it."""

    __tablename__ = "document_passages"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "version_id", "position"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("version_id", "document_versions", ondelete="CASCADE"),
        Index("ix_document_passages_search", "search", postgresql_using="gin"),
        CheckConstraint('start >= 0 AND "end" > start', name="range"),
    )

    version_id: Mapped[UUID]
    position: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    search: Mapped[Any] = mapped_column(TSVECTOR, deferred=True)


class Template(SoftDeleted, Revised, Entity, Base):
    """How to summarise; the wording is in its versions. Those of the global tenant are there for everyone."""

    __tablename__ = "templates"

    created_by: Mapped[UUID | None]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="", server_default="")
    template_type: Mapped[str] = mapped_column(default="summary", server_default="summary")
    is_default: Mapped[bool] = mapped_column(default=False, server_default="false")
    current_version: Mapped[int] = mapped_column(default=1, server_default="1")

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("created_by", "users"),
            Index(
                "uq_templates_tenant_id_name", "tenant_id", "name", unique=True, postgresql_where="deleted_at IS NULL"
            ),
            Index(
                "uq_templates_default",
                "tenant_id",
                "template_type",
                unique=True,
                postgresql_where="is_default AND deleted_at IS NULL",
            ),
        )


class TemplateVersion(Entity, Base):
    """The wording of a template as it once was; never changed."""

    __tablename__ = "template_versions"

    template_id: Mapped[UUID]
    number: Mapped[int]
    created_by: Mapped[UUID | None]
    prompt_template: Mapped[str]
    format: Mapped[SummaryFormat] = mapped_column(choice(SummaryFormat))

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("template_id", "templates"),
            reference("created_by", "users"),
            UniqueConstraint("tenant_id", "template_id", "number"),
        )


class Summary(SoftDeleted, Entity, Base):
    """A summary of one document version by one template version.

    `sentences` holds {start, end, sources: [{start, end, quote, label, line}]} for each sentence of `summary_text`;
    `omitted` the sections {label, start, end} that none of them stands on. The template is the tenant's own or a global
    one.
    """

    __tablename__ = "summaries"

    document_id: Mapped[UUID]
    version_id: Mapped[UUID]
    created_by: Mapped[UUID | None]
    template_tenant_id: Mapped[UUID]
    template_version_id: Mapped[UUID]
    job_id: Mapped[UUID | None]
    format: Mapped[SummaryFormat] = mapped_column(choice(SummaryFormat))
    status: Mapped[SummaryStatus] = mapped_column(choice(SummaryStatus), default=SummaryStatus.PENDING)
    summary_text: Mapped[str | None]
    sentences: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    omitted: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    tokens_used: Mapped[int | None]
    model_used: Mapped[str | None]
    error_message: Mapped[str | None]
    completed_at: Mapped[datetime | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("document_id", "documents"),
            reference("version_id", "document_versions"),
            reference("created_by", "users"),
            reference("template_version_id", "template_versions", tenant="template_tenant_id"),
            reference("job_id", "jobs"),
            CheckConstraint(
                f"template_tenant_id IN (tenant_id, '{GLOBAL_TENANT_ID}'::uuid)", name="template_tenant_id"
            ),
            Index("ix_summaries_tenant_id_document_id", "tenant_id", "document_id"),
            Index("ix_summaries_tenant_id_created_at", "tenant_id", "created_at"),
        )

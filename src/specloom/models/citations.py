"""What requirements cite, and the marks of those that became suspect because what they stand on changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, func
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, SoftDeleted, choice, reference
from specloom.vocabulary.requirements import CitationStatus, SuspectReason


class Citation(SoftDeleted, Entity, Base):
    """That a requirement stands on a passage: of a document version, or of a message.

    `start` and `end` are offsets in that version's text, or in the message; `quote` is what stands there, word for
    word; `label` and `line` say where that is. A citation moves along to each new version of its document in which the
    quote still stands; `trail` holds {version_id, number, start, end} of where it stood before, oldest first. One whose
    quote does not stand any more stays where it last stood, and is broken.
    """

    __tablename__ = "citations"

    requirement_id: Mapped[UUID]
    document_id: Mapped[UUID | None]
    version_id: Mapped[UUID | None]
    message_id: Mapped[UUID | None]
    analysis_item_id: Mapped[UUID | None]
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str]
    label: Mapped[str | None]
    line: Mapped[int | None]
    status: Mapped[CitationStatus] = mapped_column(choice(CitationStatus), default=CitationStatus.CURRENT)
    trail: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    created_by: Mapped[UUID | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("requirement_id", "requirements"),
            reference("document_id", "documents"),
            reference("version_id", "document_versions"),
            reference("message_id", "messages"),
            reference("analysis_item_id", "analysis_items"),
            reference("created_by", "users"),
            CheckConstraint(
                "(document_id IS NULL) = (version_id IS NULL) AND (document_id IS NOT NULL OR message_id IS NOT NULL)",
                name="source",
            ),
            CheckConstraint('start >= 0 AND "end" > start', name="range"),
            Index("ix_citations_tenant_id_requirement_id", "tenant_id", "requirement_id"),
            Index("ix_citations_tenant_id_document_id", "tenant_id", "document_id"),
        )


class SuspectMark(Entity, Base):
    """That a requirement may not hold any more, and why; open until somebody clears it with a reason.

    `details` holds what there is to show of it: {quote, nearest: {start, end, quote} | null, from_version, to_version}
    of a changed source, {key, name, from_version, to_version} of a changed parent.
    """

    __tablename__ = "suspect_marks"

    requirement_id: Mapped[UUID]
    reason: Mapped[SuspectReason] = mapped_column(choice(SuspectReason))
    citation_id: Mapped[UUID | None]
    parent_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]]
    marked_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[UUID | None]
    comment: Mapped[str | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("requirement_id", "requirements"),
            reference("citation_id", "citations"),
            reference("parent_id", "requirements"),
            reference("cleared_by", "users"),
            Index(
                "ix_suspect_marks_open",
                "tenant_id",
                "requirement_id",
                postgresql_where="cleared_at IS NULL",
            ),
        )

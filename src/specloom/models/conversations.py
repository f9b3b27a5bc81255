"""Conversation sessions, who takes part, and what was said."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from specloom.core.database import Base, Entity, Revised, TenantOwned, choice, reference
from specloom.vocabulary.conversations import MessageType, SessionStatus, SessionType


class ConversationSession(Revised, Entity, Base):
    """A conversation about a product; a vision may be defined before there is one.

    `summary` tells what was said in the messages up to the number `summarised_to`, for engines that cannot read them
    all. `expires_at` moves on with each message. It stays with the version of the industry template it began with.
    """

    __tablename__ = "conversation_sessions"

    product_id: Mapped[UUID | None]
    created_by: Mapped[UUID | None]
    session_type: Mapped[SessionType] = mapped_column(choice(SessionType))
    title: Mapped[str]
    status: Mapped[SessionStatus] = mapped_column(choice(SessionStatus), default=SessionStatus.ACTIVE)
    context_data: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    industry_template_version_id: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    summary: Mapped[str | None] = mapped_column(deferred=True)
    summarised_to: Mapped[int] = mapped_column(default=0, server_default="0")

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("product_id", "requirements"),
            reference("created_by", "users"),
            CheckConstraint("product_id IS NOT NULL OR session_type = 'vision_definition'", name="product"),
            Index("ix_conversation_sessions_tenant_id_created_at", "tenant_id", "created_at"),
            Index("ix_conversation_sessions_tenant_id_product_id", "tenant_id", "product_id"),
            Index(
                "ix_conversation_sessions_expiring",
                "expires_at",
                postgresql_where="status IN ('active', 'paused')",
            ),
        )


class SessionParticipant(TenantOwned, Base):
    """Somebody who takes part in a session."""

    __tablename__ = "session_participants"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "session_id", "user_id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("session_id", "conversation_sessions", ondelete="CASCADE"),
        reference("user_id", "users"),
    )

    session_id: Mapped[UUID]
    user_id: Mapped[UUID]


class Message(Entity, Base):
    """What was said in a session; `number` counts 1, 2, 3, … in it.

    What somebody said never changes. Each message of a person has one reply at most (`reply_to`): of type ai, or system
    when it was cancelled, or error when it failed, which a retry of the job replaces. `job_id` of a person's message is
    the job that replies to it.
    """

    __tablename__ = "messages"

    session_id: Mapped[UUID]
    number: Mapped[int]
    message_type: Mapped[MessageType] = mapped_column(choice(MessageType))
    author_id: Mapped[UUID | None]
    content: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column("metadata", default=dict, server_default="{}")
    references_message_id: Mapped[UUID | None]
    reply_to: Mapped[UUID | None]
    job_id: Mapped[UUID | None]

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        return (
            reference("session_id", "conversation_sessions"),
            reference("author_id", "users"),
            reference("references_message_id", "messages"),
            reference("reply_to", "messages"),
            reference("job_id", "jobs"),
            UniqueConstraint("tenant_id", "session_id", "number"),
            UniqueConstraint("tenant_id", "session_id", "reply_to"),
        )

"""Conversation sessions and their messages, what events are about, and analyses of sessions.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.core.row_security import open_door, protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "status IN ('active', 'paused')"


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _moments() -> tuple[sa.Column[object], sa.Column[object]]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )


def _link(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def _owner(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id"))


def _json(name: str, **kwargs: object) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), nullable=False, **kwargs)


def upgrade() -> None:
    op.create_table(
        "conversation_sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column(
            "session_type",
            _choice(
                "sessiontype",
                *("vision_definition", "epic_discovery", "feature_detailing", "user_story_creation"),
                *("requirement_refinement", "domain_modeling"),
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", _choice("sessionstatus", "active", "paused", "completed", "expired"), nullable=False),
        _json("context_data", server_default="{}"),
        sa.Column("industry_template_version_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("summarised_to", sa.BigInteger(), server_default="0", nullable=False),
        *_moments(),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "product_id IS NOT NULL OR session_type = 'vision_definition'",
            name=op.f("ck_conversation_sessions_product"),
        ),
        _link("conversation_sessions", "created_by", "users"),
        _link("conversation_sessions", "product_id", "requirements"),
        _owner("conversation_sessions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_conversation_sessions")),
    )
    for name in ("created_at", "product_id"):
        op.create_index(
            f"ix_conversation_sessions_tenant_id_{name}", "conversation_sessions", ["tenant_id", name], unique=False
        )
    op.create_index(
        "ix_conversation_sessions_expiring",
        "conversation_sessions",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text(OPEN),
    )
    op.create_table(
        "session_participants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        _link("session_participants", "session_id", "conversation_sessions", "CASCADE"),
        _link("session_participants", "user_id", "users"),
        _owner("session_participants"),
        sa.PrimaryKeyConstraint("tenant_id", "session_id", "user_id", name=op.f("pk_session_participants")),
    )
    op.create_table(
        "messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("message_type", _choice("messagetype", "user", "ai", "system", "error"), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        _json("metadata", server_default="{}"),
        sa.Column("references_message_id", sa.Uuid(), nullable=True),
        sa.Column("reply_to", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        *_moments(),
        _link("messages", "session_id", "conversation_sessions"),
        _link("messages", "author_id", "users"),
        _link("messages", "references_message_id", "messages"),
        _link("messages", "reply_to", "messages"),
        _link("messages", "job_id", "jobs"),
        _owner("messages"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_messages")),
        sa.UniqueConstraint("tenant_id", "session_id", "number", name=op.f("uq_messages_tenant_id_session_id_number")),
        sa.UniqueConstraint(
            "tenant_id", "session_id", "reply_to", name=op.f("uq_messages_tenant_id_session_id_reply_to")
        ),
    )
    protect("conversation_sessions", doors=("tenant_id", "id", "status", "expires_at"))
    protect("session_participants")
    protect("messages")
    open_door(
        "expired_sessions(most integer)",
        "TABLE (tenant_id uuid, session_id uuid)",
        f"SELECT tenant_id, id FROM conversation_sessions WHERE {OPEN} AND expires_at <= now() "
        "ORDER BY expires_at LIMIT most",
    )

    op.add_column("events", sa.Column("subject_id", sa.Uuid(), nullable=True))
    op.create_index(
        "ix_events_tenant_id_subject_id_sequence",
        "events",
        ["tenant_id", "subject_id", "sequence"],
        unique=False,
        postgresql_where=sa.text("subject_id IS NOT NULL"),
    )

    op.add_column("analyses", sa.Column("session_id", sa.Uuid(), nullable=True))
    op.add_column("analyses", _json("parts", server_default="[]"))
    op.create_foreign_key(
        op.f("fk_analyses_tenant_id_session_id"),
        "analyses",
        "conversation_sessions",
        ["tenant_id", "session_id"],
        ["tenant_id", "id"],
    )
    op.create_index("ix_analyses_tenant_id_session_id", "analyses", ["tenant_id", "session_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_analyses_tenant_id_session_id", "analyses")
    op.drop_constraint(op.f("fk_analyses_tenant_id_session_id"), "analyses", type_="foreignkey")
    op.drop_column("analyses", "parts")
    op.drop_column("analyses", "session_id")
    op.drop_index("ix_events_tenant_id_subject_id_sequence", "events")
    op.drop_column("events", "subject_id")
    op.execute("DROP FUNCTION expired_sessions(integer)")
    op.drop_table("messages")
    op.drop_table("session_participants")
    op.drop_table("conversation_sessions")

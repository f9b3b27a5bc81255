"""Conversation sessions and their messages, what events are about, and analyses of sessions.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

from specloom.core.migrating import choice, jsonb, link, moments, owner
from specloom.core.row_security import open_door, protect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = "status IN ('active', 'paused')"


def upgrade() -> None:
    op.create_table(
        "conversation_sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column(
            "session_type",
            choice(
                "sessiontype",
                *("vision_definition", "epic_discovery", "feature_detailing", "user_story_creation"),
                *("requirement_refinement", "domain_modeling"),
            ),
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", choice("sessionstatus", "active", "paused", "completed", "expired"), nullable=False),
        jsonb("context_data", default="{}"),
        sa.Column("industry_template_version_id", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary", sa.Text(), nullable=True),
        sa.Column("summarised_to", sa.BigInteger(), server_default="0", nullable=False),
        *moments(),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "product_id IS NOT NULL OR session_type = 'vision_definition'",
            name=op.f("ck_conversation_sessions_product"),
        ),
        link("conversation_sessions", "created_by", "users"),
        link("conversation_sessions", "product_id", "requirements"),
        owner("conversation_sessions"),
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
        link("session_participants", "session_id", "conversation_sessions", "CASCADE"),
        link("session_participants", "user_id", "users"),
        owner("session_participants"),
        sa.PrimaryKeyConstraint("tenant_id", "session_id", "user_id", name=op.f("pk_session_participants")),
    )
    op.create_table(
        "messages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("message_type", choice("messagetype", "user", "ai", "system", "error"), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        jsonb("metadata", default="{}"),
        sa.Column("references_message_id", sa.Uuid(), nullable=True),
        sa.Column("reply_to", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        *moments(),
        link("messages", "session_id", "conversation_sessions"),
        link("messages", "author_id", "users"),
        link("messages", "references_message_id", "messages"),
        link("messages", "reply_to", "messages"),
        link("messages", "job_id", "jobs"),
        owner("messages"),
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
    op.add_column("analyses", jsonb("parts", default="[]"))
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

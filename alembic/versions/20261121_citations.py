"""Citations of requirements, and the marks of what became suspect.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.core.migrating import choice, keys, moments
from specloom.core.row_security import protect

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "citations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("analysis_item_id", sa.Uuid(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=True),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("status", choice("citationstatus", "current", "broken"), nullable=False),
        sa.Column("trail", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        *moments(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(document_id IS NULL) = (version_id IS NULL) AND (document_id IS NOT NULL OR message_id IS NOT NULL)",
            name=op.f("ck_citations_source"),
        ),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_citations_range")),
        *keys(
            "citations",
            requirement_id="requirements",
            document_id="documents",
            version_id="document_versions",
            message_id="messages",
            analysis_item_id="analysis_items",
            created_by="users",
        ),
    )
    op.create_index("ix_citations_tenant_id_requirement_id", "citations", ["tenant_id", "requirement_id"])
    op.create_index("ix_citations_tenant_id_document_id", "citations", ["tenant_id", "document_id"])
    op.create_table(
        "suspect_marks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason", choice("suspectreason", "source_changed", "source_deleted", "parent_changed"), nullable=False
        ),
        sa.Column("citation_id", sa.Uuid(), nullable=True),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.Uuid(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        *moments(),
        *keys(
            "suspect_marks",
            requirement_id="requirements",
            citation_id="citations",
            parent_id="requirements",
            cleared_by="users",
        ),
    )
    op.create_index(
        "ix_suspect_marks_open",
        "suspect_marks",
        ["tenant_id", "requirement_id"],
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    for table in ("citations", "suspect_marks"):
        protect(table)


def downgrade() -> None:
    op.drop_table("suspect_marks")
    op.drop_table("citations")

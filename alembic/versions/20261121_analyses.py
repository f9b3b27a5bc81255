"""Analyses, what they found, and what tenants say of the quality rules.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import in_every_tenant, protect

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# Who may read the rules. Admins may do everything as it is.
READERS = ("member", "viewer")


def _severity() -> sa.Enum:
    return choice("severity", "info", "minor", "major", "critical")


def upgrade() -> None:
    op.create_table(
        "analyses",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("version_id", sa.Uuid(), nullable=True),
        sa.Column("requirements_text", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "analysis_type",
            choice("analysistype", "requirements", "quality", "consistency", "comprehensive"),
            nullable=False,
        ),
        sa.Column("include_research", sa.Boolean(), nullable=False),
        sa.Column("focus_areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("question_depth", choice("questiondepth", "basic", "detailed", "comprehensive"), nullable=False),
        sa.Column("status", choice("analysisstatus", "processing", "completed", "failed"), nullable=False),
        sa.Column("overview", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("confidence_scores", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("tokens_used", sa.BigInteger(), nullable=True),
        sa.Column("model_used", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        *moments(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(document_id IS NULL) = (version_id IS NULL) AND (document_id IS NULL) = (requirements_text IS NOT NULL)",
            name=op.f("ck_analyses_source"),
        ),
        link("analyses", "created_by", "users"),
        link("analyses", "document_id", "documents"),
        link("analyses", "job_id", "jobs"),
        link("analyses", "version_id", "document_versions"),
        owner("analyses"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_analyses")),
    )
    op.create_index("ix_analyses_tenant_id_created_at", "analyses", ["tenant_id", "created_at"], unique=False)
    op.create_index("ix_analyses_tenant_id_document_id", "analyses", ["tenant_id", "document_id"], unique=False)
    op.create_table(
        "analysis_items",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("analysis_id", sa.Uuid(), nullable=False),
        sa.Column("requirement_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column(
            "kind",
            choice(
                "itemkind",
                *("requirement", "finding", "duplicate", "conflict", "term", "gap", "question", "research"),
            ),
            nullable=False,
        ),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("status", choice("itemstatus", "open", "accepted", "dismissed"), nullable=False),
        sa.Column(
            "requirement_type",
            choice("requirementtype", "functional", "non_functional", "compliance", "business_rule"),
            nullable=True,
        ),
        sa.Column("priority", choice("priority", "critical", "high", "medium", "low"), nullable=True),
        sa.Column("severity", _severity(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("data", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        *moments(),
        link("analysis_items", "analysis_id", "analyses"),
        link("analysis_items", "document_id", "documents"),
        link("analysis_items", "requirement_id", "analysis_items"),
        link("analysis_items", "resolved_by", "users"),
        owner("analysis_items"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_analysis_items")),
        sa.UniqueConstraint(
            "tenant_id", "analysis_id", "position", name=op.f("uq_analysis_items_tenant_id_analysis_id_position")
        ),
    )
    op.create_table(
        "rule_settings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("severity", _severity(), nullable=True),
        *moments(),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        owner("rule_settings"),
        sa.PrimaryKeyConstraint("tenant_id", "rule_id", name=op.f("pk_rule_settings")),
    )
    for table in ("analyses", "analysis_items", "rule_settings"):
        protect(table)
    in_every_tenant(
        "INSERT INTO permissions (tenant_id, id, role_id, resource, action) "
        "SELECT tenant_id, gen_random_uuid(), id, 'analysis_rules', 'read' FROM roles "
        f"WHERE is_system AND name IN {READERS} ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    in_every_tenant("DELETE FROM permissions WHERE resource = 'analysis_rules'")
    op.drop_table("rule_settings")
    op.drop_table("analysis_items")
    op.drop_table("analyses")

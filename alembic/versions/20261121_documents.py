"""Documents with their versions and passages, templates, and summaries.

Revision ID: 0004
Revises: 0003
"""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import protect
from specloom.core.tenancy import GLOBAL_TENANT_ID

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# (id, name, description, format, prompt). The ids are fixed, so that they can be named in documentation and tests.
TEMPLATES = (
    (
        "00000000-0000-7000-8000-000000000001",
        "Executive summary",
        "What a decision maker has to know, in a few paragraphs.",
        "paragraphs",
        "Write an executive summary of this document: its purpose, the most important facts and figures, decisions and "
        "consequences. Keep the order of the document. About 150 words for a short text, up to 400 for a long one.",
    ),
    (
        "00000000-0000-7000-8000-000000000002",
        "Key points",
        "The points that matter, one a line, from every part of the document.",
        "bullets",
        "List the key points of this document. Cover every main section, most important points first within each; "
        "one point a bullet, at most 12 bullets.",
    ),
    (
        "00000000-0000-7000-8000-000000000003",
        "Action items",
        "Who has to do what by when.",
        "bullets",
        "List the action items in this document: who has to do what, and by when. Include open tasks, commitments and "
        "deadlines. Leave out what is already done. If there are none, say so.",
    ),
    (
        "00000000-0000-7000-8000-000000000004",
        "Requirements brief",
        "What the system must do and how well, grouped by section.",
        "outline",
        "Summarise the requirements in this document, grouped by section: what the system must or should do, the rules "
        "and constraints it must follow, and the measures it must meet. Keep numbers and units exactly.",
    ),
)


def seed() -> None:
    """The templates that everyone has."""
    for id_, name, description, format_, prompt in TEMPLATES:
        op.execute(
            sa.text(
                "INSERT INTO templates (tenant_id, id, name, description, is_default) "
                "VALUES (:tenant, :id, :name, :description, :is_default)"
            ).bindparams(
                tenant=GLOBAL_TENANT_ID,
                id=UUID(id_),
                name=name,
                description=description,
                is_default=name == "Executive summary",
            )
        )
        op.execute(
            sa.text(
                "INSERT INTO template_versions (tenant_id, id, template_id, number, prompt_template, format) "
                "VALUES (:tenant, :id, :id, 1, :prompt, :format)"
            ).bindparams(tenant=GLOBAL_TENANT_ID, id=UUID(id_), prompt=prompt, format=format_)
        )


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "source_type",
            choice("sourcetype", "upload", "notion", "guru", "confluence"),
            nullable=False,
        ),
        sa.Column("source_url", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("external_last_updated", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "status",
            choice("documentstatus", "active", "updating", "error"),
            nullable=False,
        ),
        sa.Column("current_version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column(
            "title_search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('english', title)", persisted=True),
            nullable=False,
        ),
        *moments(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        link("documents", "user_id", "users"),
        owner("documents"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_documents")),
    )
    op.create_index("ix_documents_tenant_id_created_at", "documents", ["tenant_id", "created_at"], unique=False)
    op.create_index("ix_documents_title_search", "documents", ["title_search"], unique=False, postgresql_using="gin")
    op.create_index(
        "uq_documents_external",
        "documents",
        ["tenant_id", "source_type", "external_id"],
        unique=True,
        postgresql_where="external_id IS NOT NULL AND deleted_at IS NULL",
    )
    op.create_table(
        "document_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sections", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("characters", sa.BigInteger(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("properties", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *moments(),
        link("document_versions", "document_id", "documents"),
        link("document_versions", "user_id", "users"),
        owner("document_versions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_document_versions")),
        sa.UniqueConstraint(
            "tenant_id", "document_id", "number", name=op.f("uq_document_versions_tenant_id_document_id_number")
        ),
    )
    op.create_table(
        "document_passages",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("search", postgresql.TSVECTOR(), nullable=False),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_document_passages_range")),
        link("document_passages", "version_id", "document_versions", "CASCADE"),
        owner("document_passages"),
        sa.PrimaryKeyConstraint("tenant_id", "version_id", "position", name=op.f("pk_document_passages")),
    )
    op.create_index(
        "ix_document_passages_search", "document_passages", ["search"], unique=False, postgresql_using="gin"
    )
    op.create_table(
        "templates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("template_type", sa.Text(), server_default="summary", nullable=False),
        sa.Column("is_default", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("current_version", sa.BigInteger(), server_default="1", nullable=False),
        *moments(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        link("templates", "created_by", "users"),
        owner("templates"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_templates")),
    )
    op.create_index(
        "uq_templates_default",
        "templates",
        ["tenant_id", "template_type"],
        unique=True,
        postgresql_where="is_default AND deleted_at IS NULL",
    )
    op.create_index(
        "uq_templates_tenant_id_name",
        "templates",
        ["tenant_id", "name"],
        unique=True,
        postgresql_where="deleted_at IS NULL",
    )
    op.create_table(
        "template_versions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("prompt_template", sa.Text(), nullable=False),
        sa.Column(
            "format",
            choice("summaryformat", "paragraphs", "bullets", "outline"),
            nullable=False,
        ),
        *moments(),
        link("template_versions", "created_by", "users"),
        link("template_versions", "template_id", "templates"),
        owner("template_versions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_template_versions")),
        sa.UniqueConstraint(
            "tenant_id", "template_id", "number", name=op.f("uq_template_versions_tenant_id_template_id_number")
        ),
    )
    op.create_table(
        "summaries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("template_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("template_version_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column(
            "format",
            choice("summaryformat", "paragraphs", "bullets", "outline"),
            nullable=False,
        ),
        sa.Column(
            "status",
            choice("summarystatus", "pending", "complete", "failed"),
            nullable=False,
        ),
        sa.Column("summary_text", sa.Text(), nullable=True),
        sa.Column("sentences", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("omitted", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("tokens_used", sa.BigInteger(), nullable=True),
        sa.Column("model_used", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        *moments(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "template_tenant_id IN (tenant_id, '00000000-0000-0000-0000-000000000000'::uuid)",
            name=op.f("ck_summaries_template_tenant_id"),
        ),
        sa.ForeignKeyConstraint(
            ["template_tenant_id", "template_version_id"],
            ["template_versions.tenant_id", "template_versions.id"],
            name=op.f("fk_summaries_template_tenant_id_template_version_id"),
        ),
        link("summaries", "created_by", "users"),
        link("summaries", "document_id", "documents"),
        link("summaries", "job_id", "jobs"),
        link("summaries", "version_id", "document_versions"),
        owner("summaries"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_summaries")),
    )
    op.create_index("ix_summaries_tenant_id_created_at", "summaries", ["tenant_id", "created_at"], unique=False)
    op.create_index("ix_summaries_tenant_id_document_id", "summaries", ["tenant_id", "document_id"], unique=False)
    seed()
    for table in ("documents", "document_versions", "document_passages", "summaries"):
        protect(table)
    protect("templates", shared=True)
    protect("template_versions", shared=True)


def downgrade() -> None:
    op.drop_table("summaries")
    op.drop_table("template_versions")
    op.drop_table("templates")
    op.drop_table("document_passages")
    op.drop_table("document_versions")
    op.drop_table("documents")

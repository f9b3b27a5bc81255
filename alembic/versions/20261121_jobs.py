"""Jobs with their kept steps, and what model calls took.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import open_door, protect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "jobs",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("job_type", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("related_id", sa.Uuid(), nullable=True),
        sa.Column("retry_of", sa.Uuid(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "status",
            choice("jobstatus", "pending", "in_progress", "completed", "failed", "cancelled"),
            nullable=False,
        ),
        sa.Column("progress", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("step", sa.Text(), server_default="queued", nullable=False),
        sa.Column("message", sa.Text(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.Column("error_message", sa.Text(), nullable=True),
        sa.Column("attempts", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("fence", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("lease_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("run_after", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sequence", sa.BigInteger(), server_default="0", nullable=False),
        *moments(),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_jobs_progress")),
        link("jobs", "retry_of", "jobs"),
        link("jobs", "user_id", "users"),
        owner("jobs"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_jobs")),
    )
    op.create_index("ix_jobs_due", "jobs", ["run_after"], unique=False, postgresql_where="status = 'pending'")
    op.create_index(
        "ix_jobs_leases", "jobs", ["lease_expires_at"], unique=False, postgresql_where="status = 'in_progress'"
    )
    op.create_index("ix_jobs_tenant_id_created_at", "jobs", ["tenant_id", "created_at"], unique=False)
    op.create_index("ix_jobs_tenant_id_related_id", "jobs", ["tenant_id", "related_id"], unique=False)
    op.create_index("ix_jobs_tenant_id_status", "jobs", ["tenant_id", "status"], unique=False)
    op.create_table(
        "job_steps",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("value", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        link("job_steps", "job_id", "jobs", "CASCADE"),
        owner("job_steps"),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", "step", name=op.f("pk_job_steps")),
    )
    op.create_table(
        "usage_entries",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=8), nullable=True),
        *moments(),
        owner("usage_entries"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_usage_entries")),
        sa.UniqueConstraint("tenant_id", "job_id", "step", name=op.f("uq_usage_entries_tenant_id_job_id_step")),
    )
    op.create_index("ix_usage_entries_tenant_id_created_at", "usage_entries", ["tenant_id", "created_at"], unique=False)
    protect(
        "jobs", doors=("tenant_id", "id", "queue", "status", "run_after", "lease_expires_at", "cancel_requested_at")
    )
    protect("job_steps")
    protect("usage_entries")
    open_door(
        "due_jobs(most integer)",
        "TABLE (tenant_id uuid, job_id uuid, queue text)",
        "SELECT tenant_id, id, queue FROM jobs WHERE status = 'pending' "
        "AND run_after < now() - interval '500 milliseconds' ORDER BY run_after LIMIT most",
    )
    open_door(
        "unwanted_jobs(most integer)",
        "TABLE (tenant_id uuid, job_id uuid)",
        "SELECT tenant_id, id FROM jobs WHERE status = 'pending' AND cancel_requested_at IS NOT NULL LIMIT most",
    )
    open_door(
        "abandoned_jobs(most integer)",
        "TABLE (tenant_id uuid, job_id uuid)",
        "SELECT tenant_id, id FROM jobs WHERE status = 'in_progress' AND lease_expires_at < now() "
        "ORDER BY lease_expires_at LIMIT most",
    )


def downgrade() -> None:
    op.execute("DROP FUNCTION abandoned_jobs(integer)")
    op.execute("DROP FUNCTION unwanted_jobs(integer)")
    op.execute("DROP FUNCTION due_jobs(integer)")
    op.drop_table("usage_entries")
    op.drop_table("job_steps")
    op.drop_table("jobs")

"""Budgets, what months have taken of them, reservations against them, and jobs that wait for them.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import in_every_tenant, protect

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Who may see the budget. Admins may do everything as it is.
READERS = ("member", "viewer")


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("tokens", sa.BigInteger(), nullable=True),
        sa.Column("cost", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("user_tokens", sa.BigInteger(), nullable=True),
        sa.Column("user_cost", sa.Numeric(precision=15, scale=2), nullable=True),
        sa.Column("threshold_percent", sa.BigInteger(), server_default="80", nullable=False),
        sa.Column("ceiling_tokens", sa.BigInteger(), nullable=True),
        sa.Column("ceiling_cost", sa.Numeric(precision=15, scale=2), nullable=True),
        *moments(),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.CheckConstraint("threshold_percent BETWEEN 1 AND 100", name=op.f("ck_budgets_threshold_percent")),
        owner("budgets"),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_budgets")),
    )
    op.create_table(
        "usage_periods",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("tokens", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.Numeric(precision=18, scale=8), server_default="0", nullable=False),
        sa.Column("threshold_reached_at", sa.DateTime(timezone=True), nullable=True),
        *moments(),
        owner("usage_periods"),
        link("usage_periods", "user_id", "users"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_usage_periods")),
        sa.UniqueConstraint(
            "tenant_id",
            "period",
            "user_id",
            name=op.f("uq_usage_periods_tenant_id_period_user_id"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "usage_reservations",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("tokens", sa.BigInteger(), nullable=False),
        sa.Column("cost", sa.Numeric(precision=14, scale=8), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        link("usage_reservations", "job_id", "jobs", "CASCADE"),
        owner("usage_reservations"),
        link("usage_reservations", "user_id", "users"),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", "step", name=op.f("pk_usage_reservations")),
    )
    _sum_up()
    for table in ("budgets", "usage_periods", "usage_reservations"):
        protect(table)
    op.add_column(
        "jobs",
        sa.Column(
            "paused_reason",
            choice("pausereason", "budget_exhausted", "user_budget_exhausted", "tenant_suspended"),
            nullable=True,
        ),
    )
    op.create_index(
        "ix_jobs_paused", "jobs", ["tenant_id", "queued_at"], unique=False, postgresql_where="paused_reason IS NOT NULL"
    )

    in_every_tenant(
        "INSERT INTO permissions (tenant_id, id, role_id, resource, action) "
        "SELECT tenant_id, gen_random_uuid(), id, 'budgets', 'read' FROM roles "
        f"WHERE is_system AND name IN {READERS} ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    in_every_tenant("DELETE FROM permissions WHERE resource = 'budgets'")
    op.drop_index("ix_jobs_paused", table_name="jobs")
    op.drop_column("jobs", "paused_reason")
    op.drop_table("usage_reservations")
    op.drop_table("usage_periods")
    op.drop_table("budgets")


def _sum_up() -> None:
    """What was taken before counts, too."""
    in_every_tenant(
        "INSERT INTO usage_periods (tenant_id, id, period, user_id, tokens, cost) "
        "SELECT tenant_id, gen_random_uuid(), date_trunc('month', created_at, 'UTC') AS month, user_id, "
        "sum(prompt_tokens + completion_tokens), coalesce(sum(cost), 0) FROM usage_entries "
        "GROUP BY GROUPING SETS ((tenant_id, date_trunc('month', created_at, 'UTC')), "
        "(tenant_id, date_trunc('month', created_at, 'UTC'), user_id)) "
        "HAVING grouping(user_id) = 1 OR user_id IS NOT NULL",
        ["usage_entries"],
    )

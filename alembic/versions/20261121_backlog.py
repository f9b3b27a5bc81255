"""What became of the items of analyses: requirements of the backlog, or dismissals that later runs remember.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

from specloom.core.migrating import link, moments, owner
from specloom.core.row_security import protect

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = ("requirement", "finding", "duplicate", "conflict", "term", "gap", "question", "research")


def upgrade() -> None:
    for table, column, target in (
        ("analyses", "rerun_of", "analyses"),
        ("analysis_items", "accepted_as", "requirements"),
    ):
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_{table}_tenant_id_{column}"), table, target, ["tenant_id", column], ["tenant_id", "id"]
        )
    op.add_column("analysis_items", sa.Column("remembered", sa.Boolean(), server_default="false", nullable=False))
    op.create_table(
        "dismissals",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="itemkind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        *moments(),
        link("dismissals", "document_id", "documents"),
        link("dismissals", "session_id", "conversation_sessions"),
        link("dismissals", "user_id", "users"),
        owner("dismissals"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_dismissals")),
    )
    op.create_index(
        "uq_dismissals_source",
        "dismissals",
        ["tenant_id", "fingerprint", "document_id", "session_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    protect("dismissals")


def downgrade() -> None:
    op.drop_table("dismissals")
    op.drop_column("analysis_items", "remembered")
    for table, column in (("analysis_items", "accepted_as"), ("analyses", "rerun_of")):
        op.drop_constraint(op.f(f"fk_{table}_tenant_id_{column}"), table, type_="foreignkey")
        op.drop_column(table, column)

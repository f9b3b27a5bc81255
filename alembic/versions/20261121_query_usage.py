"""What questions take that are embedded for a search, which no job does, is entered, too.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

from specloom.core.row_security import in_every_tenant

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("usage_entries", "job_id", nullable=True)


def downgrade() -> None:
    in_every_tenant("DELETE FROM usage_entries WHERE job_id IS NULL", ["usage_entries"])
    op.alter_column("usage_entries", "job_id", nullable=False)

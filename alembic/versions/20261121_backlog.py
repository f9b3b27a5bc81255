"""Items of analyses that became requirements.

Revision ID: 0013
Revises: 0012
"""

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the column that it belongs to."""


def downgrade() -> None:
    """Filled in with the column that it belongs to."""

"""Citations of requirements and the marks of what became suspect.

Revision ID: 0009
Revises: 0008
"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the column that it belongs to."""


def downgrade() -> None:
    """Filled in with the column that it belongs to."""

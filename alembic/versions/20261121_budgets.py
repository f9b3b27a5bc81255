"""Budgets, and reservations against them.

Revision ID: 0012
Revises: 0011
"""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the column that it belongs to."""


def downgrade() -> None:
    """Filled in with the column that it belongs to."""

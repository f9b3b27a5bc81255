"""What search ranks: chunks with their term weights and embeddings.

Revision ID: 0011
Revises: 0010
"""

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled in with the column that it belongs to."""


def downgrade() -> None:
    """Filled in with the column that it belongs to."""

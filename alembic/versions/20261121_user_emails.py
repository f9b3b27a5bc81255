"""The e-mail address of a deleted person may be used again.

Revision ID: 0005
Revises: 0004
"""

from alembic import op

from specloom.core.row_security import in_every_tenant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("uq_users_tenant_id_email", "users")
    op.create_index(
        "uq_users_tenant_id_email",
        "users",
        ["tenant_id", "email"],
        unique=True,
        postgresql_where="deleted_at IS NULL",
    )


def downgrade() -> None:
    # Where an address was used again, those who had it before keep it under their id.
    in_every_tenant(
        "UPDATE users u SET email = u.id || '.' || u.email WHERE u.deleted_at IS NOT NULL AND EXISTS "
        "(SELECT FROM users o WHERE o.tenant_id = u.tenant_id AND o.email = u.email AND o.id <> u.id)",
        ["users"],
    )
    op.drop_index("uq_users_tenant_id_email", "users")
    op.create_unique_constraint("uq_users_tenant_id_email", "users", ["tenant_id", "email"])

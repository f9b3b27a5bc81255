"""Products, epics, features and user stories with their versions, transitions and custom fields.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

from specloom.core.migrating import choice, jsonb, keys, moments
from specloom.core.row_security import in_every_tenant, protect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# Who may read the custom fields. Admins may do everything as it is.
READERS = ("member", "viewer")


def _kind() -> sa.Enum:
    return choice("requirementkind", "product", "epic", "feature", "user_story")


def _status(name: str = "requirementstatus") -> sa.Enum:
    return choice(name, "draft", "review", "approved", "implemented", "archived")


def _priority() -> sa.Enum:
    return choice("priority", "critical", "high", "medium", "low")


def _entity() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    )


def _deleted_and_revision() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "requirements",
        *_entity(),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", _status(), nullable=False),
        sa.Column("priority", _priority(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default="0", nullable=False),
        jsonb("fields"),
        jsonb("custom_fields", default="{}"),
        sa.Column("version", sa.BigInteger(), server_default="1", nullable=False),
        sa.Column("approved_version", sa.BigInteger(), nullable=True),
        sa.Column("industry_template_version_id", sa.Uuid(), nullable=True),
        jsonb("key_counts", default="{}"),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        *moments(),
        *_deleted_and_revision(),
        sa.CheckConstraint(
            "(kind = 'product') = (product_id = id) AND (kind = 'product' OR parent_id IS NOT NULL)",
            name=op.f("ck_requirements_place"),
        ),
        *keys("requirements", created_by="users", parent_id="requirements", product_id="requirements"),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_requirements_tenant_id_key")),
    )
    for columns in (("parent_id", "position"), ("product_id",), ("kind", "created_at")):
        op.create_index(f"ix_requirements_tenant_id_{'_'.join(columns)}", "requirements", ["tenant_id", *columns])
    op.create_index(
        "uq_requirements_tenant_id_product_id_external_id",
        "requirements",
        ["tenant_id", "product_id", "external_id"],
        unique=True,
        postgresql_where="deleted_at IS NULL",
    )
    op.create_table(
        "requirement_versions",
        *_entity(),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("priority", _priority(), nullable=True),
        jsonb("fields"),
        jsonb("custom_fields"),
        jsonb("changed"),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        *moments(),
        *keys("requirement_versions", created_by="users", parent_id="requirements", requirement_id="requirements"),
        sa.UniqueConstraint(
            *("tenant_id", "requirement_id", "number"),
            name=op.f("uq_requirement_versions_tenant_id_requirement_id_number"),
        ),
    )
    op.create_table(
        "requirement_transitions",
        *_entity(),
        sa.Column("requirement_id", sa.Uuid(), nullable=False),
        sa.Column("from_status", _status("from_status"), nullable=False),
        sa.Column("to_status", _status("to_status"), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("automatic", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        *moments(),
        *keys("requirement_transitions", requirement_id="requirements", user_id="users"),
    )
    op.create_index(
        "ix_requirement_transitions_tenant_id_requirement_id",
        "requirement_transitions",
        ["tenant_id", "requirement_id"],
    )
    op.create_table(
        "custom_fields",
        *_entity(),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column(
            "type",
            choice("fieldtype", *("text", "number", "boolean", "date", "choice", "multi_choice", "user", "url")),
            nullable=False,
        ),
        sa.Column("required", sa.Boolean(), server_default="false", nullable=False),
        jsonb("choices", default="[]"),
        jsonb("default", nullable=True),
        *moments(),
        *_deleted_and_revision(),
        *keys("custom_fields"),
    )
    op.create_index(
        "uq_custom_fields_tenant_id_kind_name",
        "custom_fields",
        ["tenant_id", "kind", "name"],
        unique=True,
        postgresql_where="deleted_at IS NULL",
    )
    for table in ("requirements", "requirement_versions", "requirement_transitions", "custom_fields"):
        protect(table)
    in_every_tenant(
        "INSERT INTO permissions (tenant_id, id, role_id, resource, action) "
        "SELECT tenant_id, gen_random_uuid(), id, 'custom_fields', 'read' FROM roles "
        f"WHERE is_system AND name IN {READERS} ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    in_every_tenant("DELETE FROM permissions WHERE resource = 'custom_fields'")
    op.drop_table("custom_fields")
    op.drop_table("requirement_transitions")
    op.drop_table("requirement_versions")
    op.drop_table("requirements")

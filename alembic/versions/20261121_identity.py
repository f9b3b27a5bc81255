"""Tenants, people, roles, sign-in sessions, signing keys, and the event log.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import create_roles, drop_roles, open_door, protect, protect_global
from specloom.core.tenancy import GLOBAL_TENANT_ID

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ENTER_TENANT = """
CREATE FUNCTION enter_tenant(tenant uuid, session uuid, stamp bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('app.current_tenant_id', tenant::text, true);
    IF NOT EXISTS (
        SELECT FROM auth_sessions s JOIN tenants t ON t.id = s.tenant_id
        WHERE s.tenant_id = tenant AND s.id = session AND s.revoked_at IS NULL AND s.expires_at > now()
          AND t.access_stamp = stamp
    ) THEN
        RAISE EXCEPTION 'the session ended or rights changed' USING ERRCODE = 'SL001';
    END IF;
END $$
"""

TOUCH_ACCESS = """
CREATE FUNCTION touch_access() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed record := CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    UPDATE tenants SET access_stamp = access_stamp + 1 WHERE id = changed.tenant_id;
    RETURN NULL;
END $$
"""

TOUCH_OWN_ACCESS = """
CREATE FUNCTION touch_own_access() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.access_stamp := OLD.access_stamp + 1;
    RETURN NEW;
END $$
"""

TRIGGERS = (
    "CREATE TRIGGER touch_access AFTER UPDATE OF is_active, deleted_at ON users "
    "FOR EACH ROW EXECUTE FUNCTION touch_access()",
    "CREATE TRIGGER touch_access AFTER INSERT OR UPDATE OR DELETE ON permissions "
    "FOR EACH ROW EXECUTE FUNCTION touch_access()",
    "CREATE TRIGGER touch_access AFTER INSERT OR UPDATE OR DELETE ON user_roles "
    "FOR EACH ROW EXECUTE FUNCTION touch_access()",
    "CREATE TRIGGER touch_own_access BEFORE UPDATE OF status ON tenants "
    "FOR EACH ROW EXECUTE FUNCTION touch_own_access()",
)


def upgrade() -> None:
    create_roles()
    op.create_table(
        "tenants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subdomain", sa.Text(), nullable=False),
        sa.Column(
            "plan_type",
            choice("plantype", "free", "enterprise"),
            nullable=False,
        ),
        sa.Column(
            "status",
            choice("tenantstatus", "active", "suspended", "trial", "cancelled"),
            nullable=False,
        ),
        sa.Column("business_context", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("settings", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False),
        sa.Column("industry_template_id", sa.Uuid(), nullable=True),
        sa.Column("subscription_expires", sa.DateTime(timezone=True), nullable=True),
        sa.Column("access_stamp", sa.BigInteger(), server_default="1", nullable=False),
        *moments(),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenants")),
        sa.UniqueConstraint("subdomain", name=op.f("uq_tenants_subdomain")),
    )
    op.create_table(
        "event_counters",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("last_sequence", sa.BigInteger(), server_default="0", nullable=False),
        owner("event_counters"),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_event_counters")),
    )
    op.create_table(
        "events",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("event_type", sa.Text(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("job_id", sa.Uuid(), nullable=True),
        sa.Column("job_sequence", sa.BigInteger(), nullable=True),
        owner("events"),
        sa.PrimaryKeyConstraint("tenant_id", "sequence", name=op.f("pk_events")),
    )
    op.create_index(
        "ix_events_tenant_id_job_id_job_sequence", "events", ["tenant_id", "job_id", "job_sequence"], unique=True
    )
    op.create_index("ix_events_tenant_id_timestamp", "events", ["tenant_id", "timestamp"], unique=False)
    op.create_table(
        "users",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "auth_provider",
            choice("authprovider", "local", "google", "azure_ad"),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("last_login_at", sa.DateTime(timezone=True), nullable=True),
        *moments(),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        owner("users"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_users")),
        sa.UniqueConstraint("tenant_id", "email", name=op.f("uq_users_tenant_id_email")),
    )
    op.create_index("ix_users_email", "users", ["email"], unique=False)
    op.create_table(
        "roles",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("is_system", sa.Boolean(), server_default="false", nullable=False),
        *moments(),
        sa.Column("revision", sa.BigInteger(), server_default="1", nullable=False),
        owner("roles"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_roles")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_roles_tenant_id_name")),
    )
    op.create_table(
        "permissions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column(
            "action",
            choice("action", "create", "read", "update", "delete"),
            nullable=False,
        ),
        *moments(),
        link("permissions", "role_id", "roles", "CASCADE"),
        owner("permissions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_permissions")),
        sa.UniqueConstraint(
            "tenant_id", "role_id", "resource", "action", name=op.f("uq_permissions_tenant_id_role_id_resource_action")
        ),
    )
    op.create_table(
        "user_roles",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role_id", sa.Uuid(), nullable=False),
        link("user_roles", "role_id", "roles"),
        link("user_roles", "user_id", "users", "CASCADE"),
        owner("user_roles"),
        sa.PrimaryKeyConstraint("tenant_id", "user_id", "role_id", name=op.f("pk_user_roles")),
    )
    op.create_index("ix_user_roles_tenant_id_role_id", "user_roles", ["tenant_id", "role_id"], unique=False)
    op.create_table(
        "auth_sessions",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("current_token_id", sa.Uuid(), nullable=False),
        sa.Column("current_issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_token_id", sa.Uuid(), nullable=True),
        sa.Column("rotated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_reason", sa.Text(), nullable=True),
        sa.Column("user_agent", sa.Text(), nullable=True),
        sa.Column("ip_address", sa.Text(), nullable=True),
        *moments(),
        link("auth_sessions", "user_id", "users", "CASCADE"),
        owner("auth_sessions"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_auth_sessions")),
    )
    op.create_index("ix_auth_sessions_tenant_id_user_id", "auth_sessions", ["tenant_id", "user_id"], unique=False)
    op.create_table(
        "signing_keys",
        sa.Column("kid", sa.Text(), nullable=False),
        sa.Column("sealed_private_key", sa.LargeBinary(), nullable=False),
        sa.Column("active_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_signing_keys")),
    )
    op.execute(
        "INSERT INTO tenants (id, name, subdomain, plan_type, status) "
        f"VALUES ('{GLOBAL_TENANT_ID}', 'Specloom', 'specloom', 'enterprise', 'active')"
    )
    protect("tenants", column="id", doors=("id", "subdomain", "status"))
    protect("event_counters")
    protect("events")
    protect("users", doors=("tenant_id", "id", "email", "is_active", "deleted_at"))
    for table in ("roles", "permissions", "user_roles", "auth_sessions"):
        protect(table)
    protect_global("signing_keys")
    op.execute(ENTER_TENANT)
    op.execute(TOUCH_ACCESS)
    op.execute(TOUCH_OWN_ACCESS)
    for trigger in TRIGGERS:
        op.execute(trigger)
    open_door(
        "accounts_by_email(wanted text)",
        "TABLE (tenant_id uuid, user_id uuid, subdomain text)",
        "SELECT u.tenant_id, u.id, t.subdomain FROM users u JOIN tenants t ON t.id = u.tenant_id "
        "WHERE u.email = wanted AND u.is_active AND u.deleted_at IS NULL",
    )
    open_door("tenant_ids()", "TABLE (tenant_id uuid)", "SELECT id FROM tenants")


def downgrade() -> None:
    op.execute("DROP FUNCTION tenant_ids()")
    op.execute("DROP FUNCTION accounts_by_email(text)")
    op.execute("DROP FUNCTION enter_tenant(uuid, uuid, bigint)")
    op.drop_table("signing_keys")
    op.drop_table("auth_sessions")
    op.drop_table("user_roles")
    op.drop_table("permissions")
    op.drop_table("roles")
    op.drop_table("users")
    op.drop_table("events")
    op.drop_table("event_counters")
    op.drop_table("tenants")
    op.execute("DROP FUNCTION touch_access()")
    op.execute("DROP FUNCTION touch_own_access()")
    drop_roles()

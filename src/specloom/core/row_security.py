"""Row-level security for migrations: roles, policies, grants, and the few doors through which one looks across tenants.

Only migrations import this. What it writes is checked against the catalogue by the tests.
"""

from collections.abc import Sequence

from alembic import op

from specloom.core.tenancy import GLOBAL_TENANT_ID, TENANT_SETTING

CURRENT_TENANT = f"nullif(current_setting('{TENANT_SETTING}', true), '')::uuid"
APP_ROLE = "specloom_app"
DOOR_ROLE = "specloom_door"
"""Owns the few functions that look across tenants (sign-in, sweeper). It cannot log in and reads only what they need.
"""


def create_roles() -> None:
    """Makes the roles that own nothing, unless the operator has made them (with passwords, say) before.

    Roles belong to the whole server: another database of Specloom on it shares them.
    """
    for role in (APP_ROLE, DOOR_ROLE):
        op.execute(
            f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN "
            f"CREATE ROLE {role} NOLOGIN; END IF; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        )
    # The owner hands functions to the door role; and where one login serves migrations and requests, it acts as the
    # application's role for the latter. Where the operator made the roles, they have seen to that, and we may not.
    for role in (APP_ROLE, DOOR_ROLE):
        op.execute(f"DO $$ BEGIN GRANT {role} TO CURRENT_USER; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$")
    for role in (APP_ROLE, DOOR_ROLE):
        op.execute(f"GRANT USAGE ON SCHEMA public TO {role}")


def drop_roles() -> None:
    """Takes the roles' rights in this database back. The roles stay: other databases may use them."""
    for role in (APP_ROLE, DOOR_ROLE):
        op.execute(f"REVOKE ALL ON SCHEMA public FROM {role}")


def protect(table: str, *, column: str = "tenant_id", shared: bool = False, doors: Sequence[str] = ()) -> None:
    """Puts a table under row-level security and lets the application's role work on it.

    `shared` also lets every tenant read the rows of the global tenant. `doors` names the columns that functions of the
    door role may read across tenants.
    """
    own = f"{column} = {CURRENT_TENANT}"
    visible = f"({own} OR ({column} = '{GLOBAL_TENANT_ID}' AND {CURRENT_TENANT} IS NOT NULL))" if shared else own
    statements = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_access ON {table} FOR ALL TO {APP_ROLE} USING (true) WITH CHECK (true)",
        f"CREATE POLICY {table}_tenant ON {table} AS RESTRICTIVE FOR ALL TO {APP_ROLE} "
        f"USING ({visible}) WITH CHECK ({own})",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}",
    ]
    if shared:
        statements += [
            f"CREATE POLICY {table}_own_{command.lower()} ON {table} AS RESTRICTIVE FOR {command} TO {APP_ROLE} "
            f"USING ({own})"
            for command in ("UPDATE", "DELETE")
        ]
    if doors:
        statements += [
            f"CREATE POLICY {table}_door ON {table} FOR SELECT TO {DOOR_ROLE} USING (true)",
            f"GRANT SELECT ({', '.join(doors)}) ON {table} TO {DOOR_ROLE}",
        ]
    for statement in statements:
        op.execute(statement)


def protect_global(table: str) -> None:
    """For the few tables that belong to no tenant: only the application's role sees them."""
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_access ON {table} FOR ALL TO {APP_ROLE} USING (true) WITH CHECK (true)",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}",
    ):
        op.execute(statement)


def open_door(signature: str, returns: str, body: str) -> None:
    """Creates a function that looks across tenants as the door role. Each is named and reviewed."""
    name = signature.partition("(")[0]
    op.execute(
        f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $door$ {body} $door$"
    )
    arguments = signature[len(name) :]
    op.execute(f"GRANT CREATE ON SCHEMA public TO {DOOR_ROLE}")
    op.execute(f"ALTER FUNCTION {name}{arguments} OWNER TO {DOOR_ROLE}")
    op.execute(f"REVOKE CREATE ON SCHEMA public FROM {DOOR_ROLE}")
    op.execute(f"REVOKE ALL ON FUNCTION {name}{arguments} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {name}{arguments} TO {APP_ROLE}")


def in_every_tenant(statement: str, tables: Sequence[str] = ("roles", "permissions", "tenants")) -> None:
    """Executes a statement that reads or writes rows of all tenants in `tables`: their owner sees them only while
    row-level security is not forced. A trigger of `permissions` writes to `tenants`."""
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(statement)
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")

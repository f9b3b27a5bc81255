"""Tenants apart: the explicit tenant context, its binding to each transaction, and the policies PostgreSQL enforces.

Row-level security is the second lock: every query filters by tenant as well. The tenant is set for one transaction
only; where none is set, no row is seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from alembic import op
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only

GLOBAL_TENANT_ID = UUID(int=0)
"""Owns what every tenant may read and none may change, such as the templates that Specloom brings along."""

TENANT_SETTING = "app.current_tenant_id"
CURRENT_TENANT = f"nullif(current_setting('{TENANT_SETTING}', true), '')::uuid"
APP_ROLE = "specloom_app"
DOOR_ROLE = "specloom_door"
"""Owns the few functions that look across tenants (sign-in, sweeper). It cannot log in and reads only what they need.
"""


@dataclass(frozen=True, slots=True)
class TenantContext:
    """Who a unit of work is for. Passed by hand, never through a context variable.

    With `session_id` and `access_stamp`, the database checks in the very statement that opens the transaction that the
    sign-in session still stands and that nobody's rights changed in this tenant since they were read.
    """

    tenant_id: UUID
    user_id: UUID | None = None
    session_id: UUID | None = None
    access_stamp: int | None = None

    def entry_sql(self) -> str:
        """The statement that enters the tenant; UUIDs and integers only, so there is nothing to escape."""
        if self.session_id is not None and self.access_stamp is not None:
            return f"SELECT enter_tenant('{self.tenant_id}', '{self.session_id}', {self.access_stamp:d})"
        return f"SELECT set_config('{TENANT_SETTING}', '{self.tenant_id}', true)"


@event.listens_for(Session, "after_begin")
def _enter_tenant(session: Session, _: SessionTransaction, connection: Connection) -> None:
    """Binds each transaction of a session to the tenant in its `info`.

    The statement travels with BEGIN in one round trip; inside a transaction that has already begun (a savepoint, a
    test's outer transaction) it is sent by itself.
    """
    context: TenantContext | None = session.info.get("tenant")
    if context is None:
        return
    driver: Any = connection.connection.driver_connection
    if driver.is_in_transaction():
        connection.exec_driver_sql(context.entry_sql())
    else:
        driver.enter_with(context.entry_sql())
        # The adapter would send BEGIN with the first statement only; the check that travels with it must come first.
        adapter: Any = connection.connection.dbapi_connection
        await_only(adapter._start_transaction())  # noqa: SLF001 - there is no public way to begin at once


# For migrations -------------------------------------------------------------------------------------------------------


def create_roles() -> None:
    """Makes the roles that own nothing, unless the operator has made them (with passwords, say) before.

    Roles belong to the whole server: another database of Specloom on it shares them.
    """
    for role in (APP_ROLE, DOOR_ROLE):
        op.execute(
            f"DO $$ BEGIN CREATE ROLE {role} NOLOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; "
            "END $$"
        )
    # The owner hands functions to the door role.
    op.execute(f"GRANT {DOOR_ROLE} TO CURRENT_USER")
    # One login may serve both migrations and requests: it then acts as the application's role for the latter. Where the
    # operator has made a login of its own for that role, the owner may not grant it, and need not.
    op.execute(f"DO $$ BEGIN GRANT {APP_ROLE} TO CURRENT_USER; EXCEPTION WHEN insufficient_privilege THEN NULL; END $$")
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

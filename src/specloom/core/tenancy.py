"""Tenants apart: the explicit tenant context, its binding to each transaction, and the policies PostgreSQL enforces.

Row-level security is the second lock: every query filters by tenant as well. The tenant is set for one transaction
only; where none is set, no row is seen.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.util import await_only

GLOBAL_TENANT_ID = UUID(int=0)
"""Owns what every tenant may read and none may change, such as the templates that Specloom brings along."""

TENANT_SETTING = "app.current_tenant_id"


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

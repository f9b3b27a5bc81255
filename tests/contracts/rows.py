"""A row for every table, made from the metadata alone: so a new table is under the contracts without being named."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from pgvector import SparseVector
from sqlalchemy import Column, Enum, ForeignKeyConstraint, Table
from uuid_utils.compat import uuid7

from specloom.core.database import Base
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.models.search import TERM_DIMENSIONS

Row = dict[str, Any]

UNTENANTED = ("signing_keys",)

_numbers = count(1)

TENANTED: tuple[Table, ...] = tuple(table for table in Base.metadata.sorted_tables if table.name not in UNTENANTED)


def tenant_column(table: Table) -> str:
    return "id" if table.name == "tenants" else "tenant_id"


def links(table: Table) -> list[ForeignKeyConstraint]:
    """Foreign keys to rows of tenants, the tenants themselves left out."""
    return sorted(
        (each for each in table.foreign_key_constraints if each.referred_table.name != "tenants"),
        key=lambda each: str(each.name),
    )


def values(table: Table, tenant_id: UUID, others: Mapping[str, Row]) -> Row:
    """A new row of a tenant. `others` holds a row of each table that comes before, for it to refer to."""
    row: Row = {}
    for column in table.columns:
        if column.computed is None and (column.primary_key or not (column.nullable or column.server_default)):
            row[column.name] = _value(column)
    row[tenant_column(table)] = tenant_id
    if table.name == "event_counters":
        # What is told of this tenant afterwards gets places that no event made here has.
        row["last_sequence"] = 1_000_000
    for link in links(table):
        target = row if link.referred_table is table else others[link.referred_table.name]
        for element in link.elements:
            row[element.parent.name] = target[element.column.name]
    return row


async def furnish(runtime: Runtime) -> tuple[TenantContext, dict[str, Row]]:
    """A new tenant with a row in every table, written as the application; the rows by the names of their tables."""
    context = TenantContext(uuid7())
    rows: dict[str, Row] = {}
    async with runtime.uow(context) as uow:
        for table in TENANTED:
            rows[table.name] = values(table, context.tenant_id, rows)
            await uow.session.execute(table.insert().values(rows[table.name]))
    return context, rows


_MAKERS: dict[str, Callable[[], Any]] = {
    "Uuid": uuid7,
    "Text": lambda: f"x-{uuid4().hex}",
    "Boolean": lambda: False,
    "BigInteger": lambda: next(_numbers),
    "DateTime": lambda: datetime.now(UTC),
    "LargeBinary": lambda: uuid4().bytes,
    "Integer": lambda: next(_numbers),
    "ARRAY": list,
    "SPARSEVEC": lambda: SparseVector({0: 1.0}, TERM_DIMENSIONS),
    "HALFVEC": lambda: [1.0],
    "Numeric": lambda: Decimal(1),
    "JSONB": dict,
    "TSVECTOR": str,
}


def _value(column: Column[Any]) -> Any:
    if isinstance(column.type, Enum):
        return column.type.python_type(column.type.enums[0])
    return _MAKERS[type(column.type).__name__]()

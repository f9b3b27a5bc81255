"""Columns and keys as all tables have them, for migrations: they are written in one way, so that they are read at once.

Only migrations import this. What it writes is compared with the models by the tests.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def choice(name: str, *values: str) -> sa.Enum:
    """One of a few words, checked by the constraint of this name."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def jsonb(name: str, *, nullable: bool = False, default: str | None = None) -> sa.Column[object]:
    """A column of JSON; `default` is SQL."""
    return sa.Column(name, postgresql.JSONB(astext_type=sa.Text()), server_default=default, nullable=nullable)


def moments() -> tuple[sa.Column[object], sa.Column[object]]:
    """When a row was made, and changed last."""
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    )


def owner(table: str) -> sa.ForeignKeyConstraint:
    """Whose rows they are."""
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f(f"fk_{table}_tenant_id"))


def link(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """To a row of the same tenant."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def keys(table: str, **links: str) -> tuple[sa.Constraint, ...]:
    """The primary key, the tenant, and links {column: table} to other rows of the tenant."""
    return (
        *(link(table, column, target) for column, target in links.items()),
        owner(table),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )

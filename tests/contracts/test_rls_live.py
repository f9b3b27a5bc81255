"""Tenants apart in every table, tried as the application itself with SQL that forgets to filter."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import ForeignKeyConstraint, Table, text
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7

from specloom.core.row_security import DOOR_ROLE
from specloom.core.runtime import Runtime
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from tests.contracts.rows import TENANTED, Row, furnish, links, tenant_column, values

FORBIDDEN = "42501"
BROKEN_REFERENCE = "23503"
BROKEN_CHECK = "23514"

Furnished = tuple[TenantContext, dict[str, Row]]
BY_NAME = {table.name: table for table in TENANTED}
LINKS = {f"{table.name}.{link.name}": (table, link) for table in TENANTED for link in links(table)}

each_table = pytest.mark.parametrize("table", BY_NAME.values(), ids=BY_NAME)
EVERYONES = {"templates", "template_versions", "industry_templates", "industry_template_versions"}
"""Tables that hold what everybody may read."""
CHECKED = {"requirements.fk_requirements_tenant_id_product_id"}
"""Where a check refuses the row before its reference is looked at: a product is in no other product."""


@pytest.fixture(scope="module")
async def one(runtime: Runtime) -> Furnished:
    return await furnish(runtime)


@pytest.fixture(scope="module")
async def other(runtime: Runtime) -> Furnished:
    return await furnish(runtime)


@asynccontextmanager
async def refused(code: str) -> AsyncIterator[None]:
    with pytest.raises(DBAPIError) as caught:
        yield
    assert getattr(caught.value.orig, "sqlstate", None) == code, str(caught.value.orig)


async def count(runtime: Runtime, context: TenantContext, table: Table) -> dict[UUID, int]:
    """Rows by tenant, as seen by a query that forgot to filter."""
    column = tenant_column(table)
    async with runtime.uow(context) as uow:
        rows = await uow.session.execute(text(f"SELECT {column}, count(*) FROM {table.name} GROUP BY {column}"))
        return {row[0]: row[1] for row in rows}


async def test_every_table_of_the_database_is_tried(database_urls: tuple[str, str]) -> None:
    connection = await asyncpg.connect(database_urls[1].replace("+asyncpg", ""))
    try:
        found = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    assert {row[0] for row in found} == {*BY_NAME, "signing_keys", "alembic_version"}


@each_table
async def test_without_a_tenant_there_are_no_rows(
    runtime: Runtime, one: Furnished, other: Furnished, table: Table
) -> None:
    async with runtime.sessions() as session:
        assert await session.scalar(text(f"SELECT count(*) FROM {table.name}")) == 0
    # Also on a connection that served a tenant before, where the setting is an empty text and not missing.
    async with runtime.engine.connect() as connection:
        for _ in range(2):
            async with connection.begin():
                await connection.execute(text(one[0].entry_sql()))
                assert (await connection.execute(text(f"SELECT count(*) FROM {table.name}"))).scalar_one() > 0
            async with connection.begin():
                assert (await connection.execute(text(f"SELECT count(*) FROM {table.name}"))).scalar_one() == 0


@each_table
async def test_a_tenant_sees_its_own_rows_and_those_of_everyone(
    runtime: Runtime, one: Furnished, other: Furnished, table: Table
) -> None:
    for context, _ in (one, other):
        seen = await count(runtime, context, table)
        assert seen.pop(context.tenant_id) >= 1
        assert set(seen) <= ({GLOBAL_TENANT_ID} if table.name in EVERYONES else set())


@each_table
async def test_a_row_of_another_tenant_cannot_be_written(
    runtime: Runtime, one: Furnished, other: Furnished, table: Table
) -> None:
    for victim in (other[0].tenant_id, GLOBAL_TENANT_ID):
        row = {**values(table, other[0].tenant_id, other[1]), tenant_column(table): victim}
        async with refused(FORBIDDEN), runtime.uow(one[0]) as uow:
            await uow.session.execute(table.insert().values(row))


@each_table
async def test_a_row_cannot_be_moved_to_another_tenant(
    runtime: Runtime, one: Furnished, other: Furnished, table: Table
) -> None:
    column = tenant_column(table)
    for victim in (other[0].tenant_id, GLOBAL_TENANT_ID, uuid7()):
        async with refused(FORBIDDEN), runtime.uow(one[0]) as uow:
            await uow.session.execute(
                text(f"UPDATE {table.name} SET {column} = :victim WHERE {column} = :own"),
                {"victim": victim, "own": one[0].tenant_id},
            )


@each_table
@pytest.mark.parametrize("command", ["UPDATE", "DELETE", "LOCK"])
async def test_rows_of_others_are_out_of_reach(
    runtime: Runtime, one: Furnished, other: Furnished, table: Table, command: str
) -> None:
    """Those that everyone has as well: they can be read, never changed, deleted or locked."""
    column = tenant_column(table)
    statement = {
        "UPDATE": f"UPDATE {table.name} SET {column} = {column} WHERE {column} <> :own RETURNING 1",
        "DELETE": f"DELETE FROM {table.name} WHERE {column} <> :own RETURNING 1",
        "LOCK": f"SELECT 1 FROM {table.name} WHERE {column} <> :own FOR UPDATE",
    }[command]
    async with runtime.uow(one[0]) as uow:
        assert (await uow.session.execute(text(statement), {"own": one[0].tenant_id})).all() == []
    assert (await count(runtime, other[0], table))[other[0].tenant_id] >= 1


@each_table
async def test_a_table_cannot_be_emptied(runtime: Runtime, one: Furnished, table: Table) -> None:
    """TRUNCATE does not look at policies."""
    async with refused(FORBIDDEN), runtime.uow(one[0]) as uow:
        await uow.session.execute(text(f"TRUNCATE {table.name} CASCADE"))


@pytest.mark.parametrize("name", LINKS)
async def test_a_row_of_another_tenant_cannot_be_referred_to(
    runtime: Runtime, one: Furnished, other: Furnished, name: str
) -> None:
    """Foreign keys do not look at policies. With the tenant's own things, `furnish` wrote a row like this."""
    table, link = LINKS[name]
    row = values(table, one[0].tenant_id, one[1])
    code = BROKEN_CHECK if name in CHECKED else BROKEN_REFERENCE
    async with refused(code), runtime.uow(one[0]) as uow:
        await uow.session.execute(table.insert().values({**row, **_pointing(link, other[1])}))


async def test_the_tenant_of_a_template_is_ones_own_or_everyones(
    runtime: Runtime, one: Furnished, other: Furnished
) -> None:
    table = BY_NAME["summaries"]
    row = values(table, one[0].tenant_id, one[1])
    theirs = other[1]["template_versions"]
    foreign = {"template_tenant_id": theirs["tenant_id"], "template_version_id": theirs["id"]}
    async with refused(BROKEN_CHECK), runtime.uow(one[0]) as uow:
        await uow.session.execute(table.insert().values({**row, **foreign}))
    async with runtime.uow(one[0]) as uow:
        query = text("SELECT id FROM template_versions WHERE tenant_id = :everyone LIMIT 1")
        shared = await uow.session.scalar(query, {"everyone": GLOBAL_TENANT_ID})
        everyones = {"template_tenant_id": GLOBAL_TENANT_ID, "template_version_id": shared}
        await uow.session.execute(table.insert().values({**row, **everyones}))


async def test_what_the_application_may_do_to_tables_of_no_tenant(runtime: Runtime) -> None:
    async with runtime.sessions() as session:
        await session.execute(text("SELECT kid FROM signing_keys"))
    async with refused(FORBIDDEN), runtime.sessions() as session:
        await session.execute(text("SELECT * FROM alembic_version"))


async def test_doors_tell_what_they_are_for_and_nothing_more(
    runtime: Runtime, one: Furnished, database_urls: tuple[str, str]
) -> None:
    async with runtime.sessions() as session:
        known = {row[0] for row in await session.execute(text("SELECT tenant_id FROM tenant_ids()"))}
        assert one[0].tenant_id in known
        found = await session.execute(
            text("SELECT * FROM accounts_by_email(:email)"), {"email": one[1]["users"]["email"]}
        )
        assert {key: len(found.all()) for key in [tuple(found.keys())]} == {("tenant_id", "user_id", "subdomain"): 1}
        for statement in (f"SET LOCAL ROLE {DOOR_ROLE}", "SET LOCAL row_security = off"):
            await _cannot_see_more(runtime, statement)
    connection = await asyncpg.connect(database_urls[1].replace("+asyncpg", ""))
    try:
        await connection.execute(f"SET ROLE {DOOR_ROLE}")
        assert await connection.fetchval("SELECT count(email) FROM users") >= 1
        for statement in (
            "SELECT password_hash FROM users",
            "SELECT * FROM users",
            "SELECT 1 FROM documents",
            "SELECT payload FROM jobs",
            "UPDATE users SET email = 'x'",
            "INSERT INTO tenants (id) VALUES (gen_random_uuid())",
            "DELETE FROM jobs",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def _cannot_see_more(runtime: Runtime, statement: str) -> None:
    async with refused(FORBIDDEN), runtime.sessions() as session:
        await session.execute(text(statement))
        await session.execute(text("SELECT count(*) FROM users"))


def _pointing(link: ForeignKeyConstraint, rows: dict[str, Row]) -> Row:
    """The link's columns filled with another tenant's row; the tenant's own column stays."""
    target = rows[link.referred_table.name]
    return {
        element.parent.name: target[element.column.name]
        for element in link.elements
        if element.column.name != "tenant_id"
    }

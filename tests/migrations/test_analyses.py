"""Tenants that were there before the analyses have the rights that come with them."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest
from alembic import command

from tests.migrations.scratch import Scratch, scratch_database


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    with scratch_database() as database:
        yield database


async def _rights(scratch: Scratch) -> list[tuple[str, str]]:
    async with scratch.connected() as connection:
        await connection.execute("BEGIN")
        for table in ("roles", "permissions"):
            await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        rows = await connection.fetch(
            "SELECT name, action FROM roles r JOIN permissions p ON (p.tenant_id, p.role_id) = (r.tenant_id, r.id) "
            "WHERE resource = 'analysis_rules' ORDER BY name"
        )
        await connection.execute("ROLLBACK")
    return [tuple(row) for row in rows]


async def _stamp(scratch: Scratch, tenant: str) -> int:
    async with scratch.connected() as connection:
        await connection.execute("BEGIN; ALTER TABLE tenants NO FORCE ROW LEVEL SECURITY")
        stamp: int = await connection.fetchval("SELECT access_stamp FROM tenants WHERE id = $1::uuid", tenant)
        await connection.execute("ROLLBACK")
    return stamp


async def test_members_and_viewers_may_read_the_rules(scratch: Scratch) -> None:
    tenant = str(uuid4())
    await _run(scratch, "0005")
    async with scratch.connected() as connection:
        for table in ("tenants", "roles"):
            await connection.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        await connection.execute(
            "INSERT INTO tenants (id, name, subdomain, plan_type, status) "
            f"VALUES ('{tenant}', 'Old', 'old', 'free', 'active')"
        )
        for name, is_system in (
            ("admin", True),
            ("member", True),
            ("viewer", True),
            ("accountant", True),
            ("x", False),
        ):
            await connection.execute(
                "INSERT INTO roles (tenant_id, id, name, is_system) "
                f"VALUES ('{tenant}', '{uuid4()}', '{name}', {is_system})"
            )
        for table in ("tenants", "roles"):
            await connection.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    before = await _stamp(scratch, tenant)
    await _run(scratch, "0006")
    assert await _rights(scratch) == [("member", "read"), ("viewer", "read")]
    assert await _stamp(scratch, tenant) > before, "who is signed in has the new right from the next request on"
    await asyncio.to_thread(command.downgrade, scratch.config, "0005")
    assert await _rights(scratch) == []
    await _run(scratch, "0006")
    assert await _rights(scratch) == [("member", "read"), ("viewer", "read")]


async def _run(scratch: Scratch, revision: str) -> None:
    await asyncio.to_thread(command.upgrade, scratch.config, revision)

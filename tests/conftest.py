"""Real servers for all tests: those named by DATABASE_URL and REDIS_URL, otherwise the embedded ones.

Every pytest process has a database of its own, built by the migrations, and a Redis database of its own. Tests make
tenants of their own, so nothing has to be cleaned up between them.
"""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx2
import hypothesis
import pytest
import uvicorn
from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from pydantic import SecretStr

from specloom.cli.embedded import EmbeddedServers
from specloom.core.config import (
    ApiSettings,
    AppSettings,
    BudgetSettings,
    ConversationSettings,
    DatabaseSettings,
    DocumentSettings,
    JobSettings,
    LlmSettings,
    RedisSettings,
    Settings,
    StorageSettings,
    TelemetrySettings,
    TokenSettings,
)
from specloom.core.runtime import Runtime, open_runtime
from specloom.main import create_app
from specloom.workers.subscriptions import REACTIONS
from specloom.workers.tools import Tools, open_tools
from tests.fakes.openai_server import FakeOpenAI

# The same examples in every run: what continuous integration finds, everybody finds.
hypothesis.settings.register_profile("specloom", derandomize=True, deadline=None)
hypothesis.settings.load_profile("specloom")

ROOT = Path(__file__).parent.parent
_servers: EmbeddedServers | None = None


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the servers; xdist's workers inherit their addresses."""
    global _servers  # noqa: PLW0603
    os.environ["SPECLOOM_ENV_FILE"] = "/nonexistent"
    if "DATABASE_URL" in os.environ and "REDIS_URL" in os.environ:
        return
    _servers = EmbeddedServers(
        Path(tempfile.mkdtemp(prefix="specloom-tests-")),
        postgres_settings={"fsync": "off", "synchronous_commit": "off"},
    )
    urls = _servers.start()
    os.environ.setdefault("SPECLOOM_TEST_ADMIN_URL", urls.admin_database_url)
    os.environ.setdefault("DATABASE_URL", urls.database_url)
    os.environ.setdefault("MIGRATION_DATABASE_URL", urls.migration_database_url)
    os.environ.setdefault("REDIS_URL", urls.redis_url)


def pytest_unconfigure() -> None:
    if _servers is not None:
        _servers.stop()


def _asyncpg(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://").replace("postgres://", "postgresql://")


def _with_database(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _redis_url(worker: int) -> str:
    """Redis databases 1 to 15 are the tests'; 0 is left alone."""
    url = os.environ["REDIS_URL"]
    number = 1 + worker % 15
    if url.startswith("unix://"):
        return f"{url.partition('?')[0]}?db={number}"
    return urlunsplit(urlsplit(url)._replace(path=f"/{number}"))


@pytest.fixture(scope="session")
def worker_number() -> int:
    name = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    return int(name.removeprefix("gw"))


@pytest.fixture(scope="session")
def database_urls(worker_number: int) -> Iterator[tuple[str, str]]:
    """(of the application, of the owner) of a fresh database with all migrations."""
    owner = os.environ.get("MIGRATION_DATABASE_URL") or os.environ["DATABASE_URL"]
    admin = os.environ.get("SPECLOOM_TEST_ADMIN_URL") or owner
    name = f"specloom_test_{os.getpid()}_{worker_number}"
    login = urlsplit(_asyncpg(owner)).username

    async def run(*statements: str, database: str | None = None) -> None:
        connection = await asyncpg.connect(_asyncpg(_with_database(admin, database) if database else admin))
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    asyncio.run(run(f'CREATE DATABASE {name} OWNER "{login}"'))
    asyncio.run(run("CREATE EXTENSION IF NOT EXISTS vector", database=name))
    urls = _with_database(os.environ["DATABASE_URL"], name), _with_database(owner, name)
    try:
        config = Config(ROOT / "alembic.ini")
        config.attributes["url"] = _asyncpg(urls[1]).replace("postgresql://", "postgresql+asyncpg://")
        # Roles belong to the whole server: one process makes them at a time.
        with (Path(tempfile.gettempdir()) / f"specloom-tests-{os.getuid()}.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            command.upgrade(config, "head")
        yield urls
    finally:
        asyncio.run(run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def make_settings(database_urls: tuple[str, str], worker_number: int, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Settings for the test servers, with single values changed: `make_settings(jobs={"lease_seconds": 1})`."""
    files = tmp_path_factory.mktemp("files")

    def make(**groups: dict[str, Any]) -> Settings:
        def group(kind: type[Any], name: str, **values: Any) -> Any:
            return kind(_env_file=None, **{**values, **groups.get(name, {})})

        return Settings(
            app=group(AppSettings, "app", log_level="WARNING"),
            api=group(ApiSettings, "api"),
            database=group(
                DatabaseSettings,
                "database",
                url=SecretStr(database_urls[0]),
                migration_url=SecretStr(database_urls[1]),
                pool_size=10,
            ),
            redis=group(RedisSettings, "redis", url=SecretStr(_redis_url(worker_number)), timeout_seconds=2),
            tokens=group(TokenSettings, "tokens"),
            jobs=group(JobSettings, "jobs", sweep_seconds=0.2, backoff_seconds=0.2),
            storage=group(StorageSettings, "storage", url=f"file://{files}"),
            documents=group(DocumentSettings, "documents"),
            llm=group(LlmSettings, "llm", engine="embedded"),
            budgets=group(BudgetSettings, "budgets"),
            conversations=group(ConversationSettings, "conversations"),
            telemetry=group(TelemetrySettings, "telemetry"),
        )

    return make


@pytest.fixture(scope="session")
def settings(make_settings: Any) -> Settings:
    return make_settings()  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(settings, reactions=REACTIONS) as runtime:
        await runtime.redis.flushdb()
        yield runtime


@pytest.fixture(scope="session")
async def tools(settings: Settings) -> AsyncIterator[Tools]:
    """What a worker works with: the embedded engines."""
    async with open_tools(settings) as tools:
        yield tools


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    """A provider of language models. A module that wants another one overrides it."""
    with FakeOpenAI() as fake:
        yield fake


@pytest.fixture
def fake(server: FakeOpenAI) -> FakeOpenAI:
    """The same, knowing nothing of other tests."""
    server.reset()
    return server


@asynccontextmanager
async def serve(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of the application in this process, its lifespan running."""
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=app, raise_app_exceptions=False), base_url="http://test"
        ) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def app(settings: Settings, runtime: Runtime) -> FastAPI:
    return create_app(settings)


@pytest.fixture(scope="session")
async def client(app: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with serve(app) as client:
        yield client


@asynccontextmanager
async def listening(app: FastAPI) -> AsyncIterator[str]:
    """The application behind a real socket, in this process; for streams. Yields its address."""
    config = uvicorn.Config(app, port=0, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    try:
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


@pytest.fixture(scope="session")
async def nodes(settings: Settings, runtime: Runtime) -> AsyncIterator[tuple[str, str]]:
    """Two API nodes over the same PostgreSQL and Redis, each with an event hub of its own."""
    async with listening(create_app(settings)) as first, listening(create_app(settings)) as second:
        yield first, second

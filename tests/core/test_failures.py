"""A database that is busy, gone or restarting is a 503 that says when to come back: soon, and no mistake of ours."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from errno import EDQUOT, ENOENT, ENOSPC
from typing import Any

import asyncpg
import httpx2
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from specloom.core.database import pool_use
from specloom.core.errors import Unavailable
from specloom.core.failures import is_database_away, is_disk_full
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.main import create_app
from tests.conftest import serve
from tests.factories.identity import Member, sign_up
from tests.factories.tenants import make_tenant

POOL_SECONDS = 0.5
DOCUMENTS = "/api/v1/documents"


@dataclass(frozen=True)
class Node:
    app: FastAPI
    client: httpx2.AsyncClient
    member: Member

    @property
    def runtime(self) -> Runtime:
        runtime: Runtime = self.app.state.api.runtime
        return runtime

    async def ask(self) -> httpx2.Response:
        return await self.client.get(DOCUMENTS, headers=self.member.headers)

    @asynccontextmanager
    async def hold(self, connections: int, statement: str = "SELECT pg_sleep(30)") -> AsyncIterator[None]:
        """So many connections of the pool are busy."""
        context = TenantContext(self.member.tenant_id)

        async def work() -> None:
            async with self.runtime.uow(context) as uow:
                await uow.session.execute(text(statement))

        before = pool_use(self.runtime.engine)["checked_out"]
        holders = [asyncio.create_task(work()) for _ in range(connections)]
        while pool_use(self.runtime.engine)["checked_out"] < before + connections:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        try:
            yield
        finally:
            for holder in holders:
                holder.cancel()
            await asyncio.gather(*holders, return_exceptions=True)


@asynccontextmanager
async def running(make_settings: Any, **database: Any) -> AsyncIterator[Node]:
    """A node with two connections, which its sweeper seldom wants."""
    database |= {"pool_size": 2, "max_overflow": 0, "statement_timeout_ms": 2000}
    app = create_app(make_settings(database=database, jobs={"sweep_seconds": 3600}))
    async with serve(app) as client:
        yield Node(app, client, await sign_up(client))


@pytest.fixture
async def node(make_settings: Any) -> AsyncIterator[Node]:
    async with running(make_settings, pool_timeout_seconds=POOL_SECONDS) as node:
        yield node


@pytest.fixture
async def patient(make_settings: Any) -> AsyncIterator[Node]:
    """One whose requests wait for a connection as long as a busy machine needs to serve them all."""
    async with running(make_settings, pool_timeout_seconds=60) as node:
        yield node


def check_refusal(response: httpx2.Response) -> None:
    assert response.status_code == 503, response.text
    assert int(response.headers["Retry-After"]) >= 1
    error = response.json()["error"]
    assert error["code"] == "unavailable"
    assert error["request_id"] == response.headers["X-Request-ID"]


async def test_a_pool_with_nothing_free_refuses_in_time(node: Node) -> None:
    async with node.hold(2):
        started = time.monotonic()
        answers = await asyncio.gather(*(node.ask() for _ in range(10)))
        taken = time.monotonic() - started
        for answer in answers:
            check_refusal(answer)
        assert POOL_SECONDS * 0.9 <= taken < POOL_SECONDS + 20
        live = await node.client.get("/health/live")
        assert live.status_code == 200, "it is alive all the same"
    assert [(await node.ask()).status_code for _ in range(5)] == [200] * 5
    assert pool_use(node.runtime.engine)["checked_out"] == 0


async def test_one_free_connection_serves_all_in_turn(patient: Node) -> None:
    async with patient.hold(1):
        answers = await asyncio.gather(*(patient.ask() for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}


async def test_those_who_gave_up_waiting_leave_no_gap(patient: Node) -> None:
    async with patient.hold(2):
        waiting = [asyncio.create_task(patient.ask()) for _ in range(10)]
        await asyncio.sleep(POOL_SECONDS / 2)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    answers = await asyncio.gather(*(patient.ask() for _ in range(10)))
    assert {answer.status_code for answer in answers} == {200}


async def test_a_statement_that_takes_too_long_is_broken_off(node: Node) -> None:
    async def slow(uow: UnitOfWork) -> None:
        await uow.session.execute(text("SELECT pg_sleep(30)"))

    started = time.monotonic()
    with pytest.raises(DBAPIError) as caught:
        async with node.runtime.uow(TenantContext(node.member.tenant_id)) as uow:
            await slow(uow)
    assert is_database_away(caught.value)
    assert time.monotonic() - started < 20
    assert (await node.ask()).status_code == 200


async def terminate(runtime: Runtime, *, all_of_them: bool = True) -> int:
    """Ends connections of this application in this database, from another one; how many."""
    url = runtime.settings.database.url.get_secret_value().replace("+asyncpg", "")
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND application_name = 'specloom' LIMIT $1",
            1000 if all_of_them else 1,
        )
    finally:
        await connection.close()
    return len(rows)


async def test_connections_that_the_server_ended_are_replaced(node: Node) -> None:
    await asyncio.gather(*(node.ask() for _ in range(4)))
    for _ in range(5):
        assert await terminate(node.runtime) >= 1
        await asyncio.sleep(0.05)
        answers = await asyncio.gather(*(node.ask() for _ in range(6)))
        for answer in answers:
            if answer.status_code != 200:
                check_refusal(answer)
        assert (await node.ask()).status_code == 200


async def test_a_statement_whose_backend_is_ended_is_refused(node: Node) -> None:
    async def work() -> None:
        async with node.runtime.uow(TenantContext(node.member.tenant_id)) as uow:
            await uow.session.execute(text("SELECT pg_sleep(1.5)"))

    task = asyncio.create_task(work())
    await asyncio.sleep(0.2)
    await terminate(node.runtime)
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever it is, it must be told from a mistake
        await task
    assert is_database_away(caught.value), repr(caught.value)
    assert (await node.ask()).status_code == 200


async def test_under_load_backends_die_and_answers_are_good_or_503(node: Node) -> None:
    """What was acknowledged is there afterwards; nothing is there twice."""
    titles: set[str] = set()
    statuses: dict[int, int] = {}
    done = asyncio.Event()

    async def write(number: int) -> None:
        turn = 0
        while not done.is_set():
            turn += 1
            title = f"{number}-{turn}"
            body = {"title": title, "content": "It must work."}
            answer = await node.client.post(DOCUMENTS, json=body, headers=node.member.headers)
            statuses[answer.status_code] = statuses.get(answer.status_code, 0) + 1
            if answer.status_code == 201:
                titles.add(title)
            else:
                check_refusal(answer)
                await asyncio.sleep(0.02)

    writers = [asyncio.create_task(write(number)) for number in range(8)]
    for _ in range(12):
        await asyncio.sleep(0.12)
        await terminate(node.runtime, all_of_them=False)
    done.set()
    await asyncio.gather(*writers)
    assert statuses[201] > 10
    async with node.runtime.uow(TenantContext(node.member.tenant_id)) as uow:
        kept = (await uow.session.scalars(text("SELECT title FROM documents"))).all()
    assert len(kept) == len(set(kept))
    assert titles <= set(kept)
    assert pool_use(node.runtime.engine)["checked_out"] == 0


async def test_while_the_database_is_away_requests_are_refused_at_once(make_settings: Any, runtime: Runtime) -> None:
    """A proxy stands for the server: it drops everybody, refuses for a while, and comes back."""
    proxy = Proxy(runtime)
    async with proxy.running():
        settings = make_settings(database={"url": proxy.url, "pool_size": 3}, jobs={"sweep_seconds": 3600})
        async with serve(create_app(settings)) as client:
            member = await sign_up(client)
            await proxy.stop()
            started = time.monotonic()
            for answer in await asyncio.gather(
                *(client.get(DOCUMENTS, headers=member.headers) for _ in range(10)),
                client.post("/api/v1/auth/login", json={"email": member.email, "password": member.password}),
            ):
                check_refusal(answer)
            assert time.monotonic() - started < 20
            health = await client.get("/health")
            assert (health.status_code, health.json()["database"]) == (503, "unavailable")
            assert (await client.get("/health/live")).status_code == 200
            await proxy.start()
            async with asyncio.timeout(30):
                while (await client.get(DOCUMENTS, headers=member.headers)).status_code != 200:
                    await asyncio.sleep(0.05)


class Proxy:
    """Passes bytes between clients and PostgreSQL, until it is stopped."""

    def __init__(self, runtime: Runtime) -> None:
        self._target = runtime.engine.url
        self._server: asyncio.Server | None = None
        self._port = 0
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        changed = self._target.set(host="127.0.0.1", port=self._port, query={})
        return changed.render_as_string(hide_password=False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await self._connect()
        self._writers |= {writer, there_writer}
        await asyncio.gather(self._pass_on(reader, there_writer), self._pass_on(there_reader, writer))

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host = self._target.query.get("host") or self._target.host
        if str(host).startswith("/"):
            return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{self._target.query.get('port') or 5432}")
        return await asyncio.open_connection(str(host), self._target.port or 5432)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()
            self._writers.discard(writer)


# Telling one from the other -----------------------------------------------------------------------------------------


def wrapped(cause: BaseException, *, invalidated: bool = False) -> DBAPIError:
    error = OperationalError("SELECT 1", {}, cause, connection_invalidated=invalidated)
    error.__cause__ = cause
    return error


AWAY: list[BaseException] = [
    ConnectionRefusedError(),
    ConnectionResetError(),
    BrokenPipeError(),
    FileNotFoundError(ENOENT, "the socket of a server that restarts"),
    asyncpg.CannotConnectNowError("the database system is starting up"),
    asyncpg.AdminShutdownError("terminating connection"),
    asyncpg.CrashShutdownError("crash of another server process"),
    asyncpg.TooManyConnectionsError("too many clients"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.ConnectionFailureError("connection failure"),
    asyncpg.DeadlockDetectedError("deadlock"),
    asyncpg.SerializationError("could not serialize"),
    asyncpg.QueryCanceledError("statement timeout"),
    asyncpg.InternalClientError("cannot switch to state 15; another operation (2) is in progress"),
    asyncpg.LockNotAvailableError("lock timeout"),
]
MISTAKES: list[BaseException] = [
    asyncpg.UniqueViolationError("duplicate"),
    asyncpg.ForeignKeyViolationError("no such row"),
    asyncpg.InsufficientPrivilegeError("row-level security"),
    asyncpg.UndefinedTableError("no such table"),
    asyncpg.PostgresSyntaxError("syntax"),
    asyncpg.DivisionByZeroError("zero"),
    asyncpg.InterfaceError("another operation is in progress"),
    ValueError("a mistake"),
    KeyError("a mistake"),
    Unavailable(),
]


@pytest.mark.parametrize("error", AWAY, ids=lambda error: type(error).__name__)
def test_what_passes_is_told(error: BaseException) -> None:
    assert is_database_away(error)
    assert is_database_away(wrapped(error))
    assert not is_disk_full(error)


def test_a_pool_with_nothing_free_is_told() -> None:
    assert is_database_away(PoolTimeout())


@pytest.mark.parametrize("error", MISTAKES, ids=lambda error: type(error).__name__)
def test_what_is_a_mistake_is_not_excused(error: BaseException) -> None:
    assert not is_database_away(error)
    assert not is_database_away(wrapped(error))
    assert is_database_away(wrapped(error, invalidated=True)), "but a lost connection is none"


@pytest.mark.parametrize(
    "error", [asyncpg.DiskFullError("full"), OSError(ENOSPC, "full"), OSError(EDQUOT, "over quota")], ids=repr
)
def test_a_full_disk_is_told(error: BaseException) -> None:
    assert is_disk_full(error)
    assert is_disk_full(wrapped(error))
    assert not is_disk_full(OSError(ENOENT, "not there"))


async def test_a_runtime_opens_while_the_database_is_away(make_settings: Any) -> None:
    settings = make_settings(database={"url": "postgresql://specloom_app@127.0.0.1:1/nothing"})
    async with open_runtime(settings) as runtime:
        with pytest.raises(OSError, match="Connect") as caught:
            await make_tenant(runtime)
        assert is_database_away(caught.value)

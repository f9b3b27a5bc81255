"""Pooled connections and tenants: whatever happens to one unit of work, the next one sees its own tenant only.

`EnteringConnection` sends the tenant along with BEGIN; these tests try to leave it half way.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from asyncpg.transaction import Transaction
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from uuid_utils.compat import uuid7

from specloom.core.database import pool_use
from specloom.core.events import Event
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import AccessChanged
from tests.factories.tenants import make_tenant

CLIENTS, CONNECTIONS, SECONDS = 50, 5, 4.0

IDLE = """
SELECT pid, xact_start FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""


@pytest.fixture
async def small(make_settings: Any) -> AsyncIterator[Runtime]:
    settings = make_settings(database={"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout_seconds": 60})
    async with open_runtime(settings) as runtime:
        yield runtime


@pytest.fixture
async def single(make_settings: Any) -> AsyncIterator[Runtime]:
    """One connection, so that whatever is left on it meets whoever is next."""
    settings = make_settings(database={"pool_size": 1, "max_overflow": 0, "pool_timeout_seconds": 60})
    async with open_runtime(settings) as runtime:
        yield runtime


async def seen(runtime: Runtime, context: TenantContext) -> list[UUID]:
    """The tenants whose rows a unit of work sees that forgets to filter."""
    async with runtime.uow(context) as uow:
        return list(await uow.session.scalars(text("SELECT id FROM tenants")))


async def check_health(runtime: Runtime, contexts: list[TenantContext]) -> None:
    """Nothing is checked out, nothing is left open, every connection works, and none remembers a tenant."""
    async with asyncio.timeout(60):
        while pool_use(runtime.engine)["checked_out"]:
            await asyncio.sleep(0.01)
    size = runtime.engine.pool.size()  # type: ignore[attr-defined]
    held = [await asyncio.wait_for(runtime.engine.connect().start(), 60) for _ in range(size)]
    try:
        for connection in held:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            assert not driver.is_in_transaction()
            assert driver._entry is None
            assert (await connection.execute(text("SELECT count(*) FROM tenants"))).scalar_one() == 0
            setting = await connection.execute(text("SELECT current_setting('app.current_tenant_id', true)"))
            assert not setting.scalar_one()
    finally:
        for connection in held:
            await connection.close()
    own = await asyncio.gather(*(seen(runtime, context) for context in contexts * 3))
    assert own == [[context.tenant_id] for context in contexts * 3], "and all turns have been given back"
    # Others work on this database too, for a moment each; what was left behind would stay.
    async with asyncio.timeout(60), runtime.engine.connect() as connection:
        left = {tuple(row) for row in await connection.execute(text(IDLE))}
        while left:
            await connection.rollback()  # within one transaction, PostgreSQL tells the same again
            left &= {tuple(row) for row in await connection.execute(text(IDLE))}
            await asyncio.sleep(0.01)


class Client:
    """Comes again and again, each time as another tenant and with another end."""

    def __init__(self, runtime: Runtime, contexts: list[TenantContext], number: int) -> None:
        self.runtime, self.contexts = runtime, contexts
        self.draw = random.Random(number)
        self.visits = self.wrong = 0
        self.ends: dict[str, int] = {}

    async def run(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() < until:
            end = self.draw.choice(
                ("commit", "commit", "rollback", "error", "cancel", "cancel", "refused", "savepoint")
            )
            context = self.draw.choice(self.contexts)
            if end == "cancel":
                task = asyncio.create_task(self.visit(context, "sleep"))
                await asyncio.sleep(self.draw.random() ** 3 * 0.05)
                for _ in range(self.draw.choice((1, 1, 2, 3))):
                    task.cancel()
                    await asyncio.sleep(0)
                await asyncio.gather(task, return_exceptions=True)
            else:
                await self.visit(context, end)
            self.ends[end] = self.ends.get(end, 0) + 1

    async def visit(self, context: TenantContext, end: str) -> None:
        if end == "refused":
            context = TenantContext(context.tenant_id, uuid7(), uuid7(), 1)
        try:
            async with self.runtime.uow(context) as uow:
                await self.look(uow.session, context)
                if end == "savepoint":
                    async with uow.session.begin_nested():
                        await self.look(uow.session, context)
                if end == "commit":
                    uow.publish(Event("thing.happened", "things", {}))
                if end == "rollback":
                    await uow.session.rollback()
                    await self.look(uow.session, context)
                if end == "error":
                    await uow.session.execute(text("SELECT 1 / 0"))
                if end == "sleep":
                    await uow.session.execute(text("SELECT pg_sleep(0.02)"))
                    await self.look(uow.session, context)
        except AccessChanged:
            assert end == "refused"
        except DBAPIError:
            assert end == "error"

    async def look(self, session: Any, context: TenantContext) -> None:
        found = list(await session.scalars(text("SELECT id FROM tenants")))
        self.visits += 1
        self.wrong += found != [context.tenant_id]


async def test_fifty_clients_on_five_connections_never_see_each_other(small: Runtime) -> None:
    contexts = [await make_tenant(small) for _ in range(7)]
    clients = [Client(small, contexts, number) for number in range(CLIENTS)]
    until = asyncio.get_running_loop().time() + SECONDS
    await asyncio.gather(*(client.run(until) for client in clients))
    assert sum(client.wrong for client in clients) == 0
    assert sum(client.visits for client in clients) > 500
    ends = {end for client in clients for end in client.ends}
    assert ends == {"commit", "rollback", "error", "cancel", "refused", "savepoint"}
    await check_health(small, contexts)


@pytest.mark.parametrize("cancels", [1, 2, 3])
async def test_a_cancellation_at_any_step_leaves_nothing_behind(single: Runtime, cancels: int) -> None:
    """BEGIN with the tenant is in flight, or its answer is, or the clean-up after it: each step of the loop once."""
    one, other = await make_tenant(single), await make_tenant(single)
    reached = set()
    for steps in range(60):
        stage = ["before"]

        async def work(stage: list[str] = stage) -> None:
            async with single.uow(one) as uow:
                stage.append("inside")
                await uow.session.execute(text("SELECT 1"))
                stage.append("answered")
            stage.append("after")

        task = asyncio.create_task(work())
        for _ in range(steps):
            await asyncio.sleep(0)
        for _ in range(cancels):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(task, return_exceptions=True)
        reached.add(stage[-1])
        assert await seen(single, other) == [other.tenant_id], steps
        async with single.sessions() as session:
            assert await session.scalar(text("SELECT count(*) FROM tenants")) == 0, steps
    assert {"before", "inside"} <= reached
    await check_health(single, [one, other])


@pytest.mark.parametrize("milliseconds", range(0, 12, 2))
async def test_a_cancellation_while_the_server_works_on_the_entry(
    single: Runtime, milliseconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tenant's entry takes its time on the server, so that BEGIN is surely in flight."""
    one, other = await make_tenant(single), await make_tenant(single)
    entry = TenantContext.entry_sql
    with monkeypatch.context() as patch:
        patch.setattr(TenantContext, "entry_sql", lambda self: f"SELECT pg_sleep(0.01); {entry(self)}")
        task = asyncio.create_task(seen(single, one))
        await asyncio.sleep(milliseconds / 1000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await seen(single, other) == [other.tenant_id]
    await check_health(single, [one, other])


async def test_an_entry_that_was_never_sent_does_not_go_with_somebody_else(
    single: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = await make_tenant(single)

    async def fail(_: Transaction) -> None:
        raise asyncpg.InterfaceError("before anything was sent")

    with monkeypatch.context() as patch:
        patch.setattr(Transaction, "start", fail)
        with pytest.raises(Exception, match="before anything"):
            await seen(single, one)
    async with single.sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM tenants")) == 0
    await check_health(single, [one])


@pytest.mark.parametrize("fault", ["SELECT 1/0", "SELECT nonsense", "SELECT pg_terminate_backend(pg_backend_pid())"])
async def test_an_entry_that_fails_leaves_a_connection_that_works(
    single: Runtime, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    one = await make_tenant(single)
    for _ in range(3):
        with monkeypatch.context() as patch:
            patch.setattr(TenantContext, "entry_sql", lambda _: fault)
            with pytest.raises(Exception, match=r"division|nonsense|terminat|closed|reset"):
                await seen(single, one)
        assert await seen(single, one) == [one.tenant_id]
    await check_health(single, [one])


async def test_a_tenant_is_bound_again_after_each_commit_and_rollback_of_one_session(single: Runtime) -> None:
    one = await make_tenant(single)
    async with single.uow(one) as uow:
        for end in (uow.session.commit, uow.session.rollback, uow.session.commit):
            assert list(await uow.session.scalars(text("SELECT id FROM tenants"))) == [one.tenant_id]
            await end()
        assert list(await uow.session.scalars(text("SELECT id FROM tenants"))) == [one.tenant_id]
    await check_health(single, [one])

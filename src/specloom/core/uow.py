"""The unit of work: one transaction of one tenant. It holds the only `commit()`; jobs and events leave after it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from specloom.core import event_log
from specloom.core.errors import PreconditionFailed
from specloom.core.events import Event, LoggedEvent
from specloom.core.queue import JobTicket
from specloom.core.security import Principal
from specloom.core.tenancy import TenantContext

ACCESS_CHANGED = "SL001"
"""SQLSTATE by which `enter_tenant` says that the session ended or that rights changed since they were read."""


class AccessChanged(Exception):
    """The sign-in session ended, or somebody's rights in this tenant changed: read them again."""


class Turns:
    """A queue in front of the connection pool: first come, first served, and never longer than it is told to wait.

    SQLAlchemy's pool serves those who wait in any order: with 32 requests at once over 20 connections, the slowest
    twentieth waited twice as long as behind this queue.
    """

    def __init__(self, connections: int, timeout_seconds: float) -> None:
        self._free = asyncio.Semaphore(connections)
        self._timeout = timeout_seconds

    async def take(self) -> None:
        """Waits for a connection to be free; raises `TimeoutError` of SQLAlchemy's pool when that takes too long."""
        if not self._free.locked():
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(self._timeout):
                await self._free.acquire()
        except TimeoutError as error:
            raise PoolTimeout(f"no connection was free for {self._timeout} s") from error

    def give_back(self) -> None:
        self._free.release()


class Outlet(Protocol):
    """Takes what a committed unit of work leaves behind."""

    async def send(self, jobs: Sequence[JobTicket], events: Sequence[LoggedEvent]) -> None:
        """Must not raise: what it cannot deliver now is delivered by the sweeper or read from the log."""


Reaction = Callable[["UnitOfWork", Sequence[Event]], Awaitable[None]]
"""What must happen because something did, such as opening a job: part of the transaction that the events are logged in,
and told of all of them at once."""


class UnitOfWork:
    """`async with UnitOfWork(...) as uow:` commits at the end and rolls back on any error.

    Nothing may wait on a network while it is open. Entering it raises `AccessChanged` when the context names a session
    that no longer stands.
    """

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        tenant: TenantContext,
        outlet: Outlet,
        turns: Turns,
        principal: Principal | None = None,
        *,
        reactions: Mapping[str, Sequence[Reaction]] | None = None,
    ) -> None:
        self.tenant = tenant
        self.principal = principal
        self.idempotency: tuple[str, bytes] | None = None
        """The caller's idempotency key and the fingerprint of their request."""
        self.session = sessions(info={"tenant": tenant})
        self._outlet = outlet
        self._turns = turns
        self._reactions = reactions or {}
        self._jobs: list[JobTicket] = []
        self._events: list[Event] = []

    @property
    def tenant_id(self) -> UUID:
        return self.tenant.tenant_id

    @property
    def user_id(self) -> UUID | None:
        """Whoever asked for this work; None when nobody in particular did."""
        return self.tenant.user_id

    def may(self, resource: str, action: str) -> bool:
        """Whether whoever is behind this work has a permission; the system itself has all."""
        return self.principal is None or self.principal.may(resource, action)

    def hand_over(self, ticket: JobTicket) -> None:
        """Queues a job once its row is committed."""
        self._jobs.append(ticket)

    def publish(self, event: Event) -> None:
        """Logs an event with the commit and sends it afterwards."""
        self._events.append(event)

    async def begin(self) -> None:
        """Opens the transaction; `async with` does it by itself when it was not done before."""
        await self._turns.take()
        try:
            await self._begin()
        except BaseException:
            self._turns.give_back()
            raise

    async def _begin(self) -> None:
        try:
            await self.session.connection()
        except Exception as error:
            if getattr(error, "sqlstate", None) == ACCESS_CHANGED:
                await self.session.close()
                raise AccessChanged from error
            await self.session.invalidate()
            raise
        except asyncio.CancelledError:
            # Nobody knows how far BEGIN came. The task is being cancelled and may not wait; another one does it.
            await asyncio.shield(self.session.invalidate())
            raise

    async def __aenter__(self) -> Self:
        if not self.session.in_transaction():
            await self.begin()
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            logged = await self._end(exc)
        finally:
            self._turns.give_back()
        if self._jobs or logged:
            await self._outlet.send(self._jobs, logged)

    async def _end(self, error: BaseException | None) -> list[LoggedEvent]:
        """Commits, or rolls back after an error; returns what there is to send."""
        logged: list[LoggedEvent] = []
        async with self.session:
            if error is not None:
                await self.session.rollback()
                if isinstance(error, StaleDataError):  # a flush before the last one found a newer revision
                    raise PreconditionFailed from error
                return []
            try:
                await self._react()
                await self.session.flush()
                if self._events:
                    logged = await event_log.append(self.session, self.tenant_id, self._events)
                await self.session.commit()
            except StaleDataError as stale:
                raise PreconditionFailed from stale
        return logged

    async def _react(self) -> None:
        """Calls who has subscribed to what was published here, until reactions publish nothing more."""
        done = 0
        while news := self._events[done:]:
            done += len(news)
            told: dict[Reaction, list[Event]] = {}
            for event in news:
                for react in self._reactions.get(event.event_type, ()):
                    told.setdefault(react, []).append(event)
            for react, events in told.items():
                await react(self, events)

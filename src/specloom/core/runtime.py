"""What a process of Specloom works with: engine, Redis, queue. Opened once at the edge and closed with it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from specloom.core.config import Settings
from specloom.core.crypto import SecretBox
from specloom.core.database import create_engine, create_sessions
from specloom.core.outlet import RedisOutlet
from specloom.core.queue import JobQueue
from specloom.core.redis import create_redis, create_sync_redis
from specloom.core.security import Principal
from specloom.core.tenancy import TenantContext
from specloom.core.uow import Outlet, Reaction, Turns, UnitOfWork


@dataclass(frozen=True, slots=True)
class Runtime:
    """Belongs to one event loop. `sessions()` without a tenant sees nothing but what the doors show."""

    settings: Settings
    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    redis: Redis
    queue: JobQueue
    outlet: Outlet
    secrets: SecretBox
    turns: Turns
    reactions: Mapping[str, Sequence[Reaction]]

    def uow(self, tenant: TenantContext, principal: Principal | None = None) -> UnitOfWork:
        return UnitOfWork(self.sessions, tenant, self.outlet, self.turns, principal, reactions=self.reactions)


@asynccontextmanager
async def open_runtime(
    settings: Settings, *, pool_size: int | None = None, reactions: Mapping[str, Sequence[Reaction]] | None = None
) -> AsyncIterator[Runtime]:
    """Connects lazily: it opens also while PostgreSQL or Redis is down.

    `reactions` tells, by event type, what else happens in the transaction in which an event is logged.
    """
    database = settings.database
    engine = create_engine(database, pool_size=pool_size)
    redis = create_redis(settings.redis)
    queue = JobQueue(
        create_sync_redis(settings.redis, timeout=settings.redis.timeout_seconds),
        timeout_seconds=settings.jobs.timeout_seconds,
    )
    try:
        yield Runtime(
            settings=settings,
            engine=engine,
            sessions=create_sessions(engine),
            redis=redis,
            queue=queue,
            outlet=RedisOutlet(redis, queue),
            secrets=SecretBox(settings.app.secret_keys),
            turns=Turns((pool_size or database.pool_size) + database.max_overflow, database.pool_timeout_seconds),
            reactions=reactions or {},
        )
    finally:
        queue.close()
        await redis.aclose()
        await engine.dispose()

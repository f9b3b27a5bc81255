"""Redis clients: a quick one for requests, which would rather go on without, and patient ones to listen and for RQ."""

from redis import Redis as SyncRedis
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.retry import Retry as SyncRetry

from specloom.core.config import RedisSettings


def create_redis(settings: RedisSettings) -> Redis:
    """For requests: answers within the timeout or fails, and never tries twice."""
    return Redis.from_url(
        settings.url.get_secret_value(),
        socket_timeout=settings.timeout_seconds,
        socket_connect_timeout=settings.timeout_seconds,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        decode_responses=True,
    )


def create_listening_redis(settings: RedisSettings) -> Redis:
    """For subscriptions: waits for ever for the next message, but finds out when the connection is gone."""
    url = settings.url.get_secret_value()
    # Connections over a Unix socket know no keep-alive, and need none.
    keepalive = {} if url.startswith("unix://") else {"socket_keepalive": True}
    return Redis.from_url(
        url,
        socket_timeout=None,
        socket_connect_timeout=2,
        health_check_interval=5,
        retry=Retry(NoBackoff(), 0),
        protocol=2,
        decode_responses=True,
        **keepalive,
    )


def create_sync_redis(settings: RedisSettings, *, timeout: float | None = None) -> SyncRedis:
    """For RQ, which is synchronous. `timeout` bounds each command; a worker that waits for work leaves it out."""
    return SyncRedis.from_url(
        settings.url.get_secret_value(),
        socket_timeout=timeout,
        socket_connect_timeout=timeout or 2,
        retry=SyncRetry(NoBackoff(), 0),
        protocol=2,
    )

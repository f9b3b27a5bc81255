"""The way out of a unit of work: jobs to RQ, events to Redis, after the commit and never in its way."""

from collections.abc import Sequence

from redis.asyncio import Redis
from redis.exceptions import RedisError

from specloom.core.events import LoggedEvent, publish
from specloom.core.logging import get_logger
from specloom.core.queue import JobQueue, JobTicket

log = get_logger(__name__)


class RedisOutlet:
    """Sends what it can. A job that could not be handed over is found by the sweeper, an event in the log."""

    def __init__(self, redis: Redis, queue: JobQueue) -> None:
        self._redis = redis
        self._queue = queue

    async def send(self, jobs: Sequence[JobTicket], events: Sequence[LoggedEvent]) -> None:
        try:
            if events:
                await publish(self._redis, events)
            if jobs:
                await self._queue.hand_over(jobs)
        except (TimeoutError, RedisError, OSError) as error:
            log.warning("outlet_failed", jobs=len(jobs), events=len(events), error=type(error).__name__)

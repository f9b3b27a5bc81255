"""The carrier of jobs: RQ with JSON only and one function that may be called. It carries references to rows."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from redis import Redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from specloom.core.logging import get_logger

log = get_logger(__name__)

QUEUES = ("llm", "integrations", "default")
JOB_FUNCTION = "specloom.workers.runner.run_job"


@dataclass(frozen=True, slots=True)
class JobTicket:
    """Where a job row is to be found, and the queue that carries it to a worker."""

    tenant_id: UUID
    job_id: UUID
    queue: str


class ForbiddenFunction(Exception):
    """A message asked the worker to call something that is not a job of Specloom."""


class CarriedJob(Job):
    """An RQ job that can only ever call `run_job`: RQ itself would import and call any name it is sent."""

    @property
    def func(self) -> Callable[..., Any]:
        if self.func_name != JOB_FUNCTION or self.instance:
            raise ForbiddenFunction(f"refused to call {str(self.func_name)[:100]!r}")
        function: Callable[..., Any] = super().func
        return function


class JobQueue:
    """Hands jobs to RQ. Synchronous Redis underneath, hence threads."""

    def __init__(self, redis: Redis, *, timeout_seconds: int) -> None:
        self._timeout = timeout_seconds
        self._redis = redis
        self._queues = {
            name: Queue(name, connection=redis, serializer=JSONSerializer, job_class=CarriedJob) for name in QUEUES
        }

    async def hand_over(self, tickets: Iterable[JobTicket]) -> None:
        """Puts the jobs on their queues; raises redis errors."""
        await asyncio.to_thread(self._hand_over, tuple(tickets))

    def _hand_over(self, tickets: tuple[JobTicket, ...]) -> None:
        for ticket in tickets:
            queue = self._queues.get(ticket.queue)
            if queue is None:
                # A newer version may have opened it; the other jobs must not wait for that.
                log.error("unknown_queue", queue=ticket.queue, job_id=str(ticket.job_id))
                continue
            queue.enqueue_call(
                JOB_FUNCTION,
                args=(str(ticket.tenant_id), str(ticket.job_id)),
                job_id=str(ticket.job_id),
                timeout=self._timeout,
                result_ttl=0,
                # The row tells what went wrong; an exception text in Redis could hold what belongs to a tenant.
                failure_ttl=60,
            )

    async def waiting(self) -> set[UUID]:
        """The jobs that RQ has on its queues now; raises redis errors."""
        return await asyncio.to_thread(self._waiting)

    def _waiting(self) -> set[UUID]:
        return {UUID(job_id) for queue in self._queues.values() for job_id in queue.job_ids}

    async def depths(self) -> dict[str, int]:
        """How many jobs wait on each queue; raises redis errors."""
        return await asyncio.to_thread(lambda: {name: queue.count for name, queue in self._queues.items()})

    def close(self) -> None:
        self._redis.close()

"""The RQ worker of Specloom: one queue, JSON only, one allowed function, and the job's row for the truth.

`specloom worker` runs it; so does `rq worker -w specloom.workers.process.Worker llm`.
"""

from types import FrameType
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer
from rq.timeouts import BaseDeathPenalty

from specloom.core.queue import CarriedJob
from specloom.workers.runner import WorkerProcess


class NoDeathPenalty(BaseDeathPenalty):
    """RQ would raise its time-out in the middle of the event loop; the runner has its own."""

    def setup_death_penalty(self) -> None:
        pass

    def cancel_death_penalty(self) -> None:
        pass


class Worker(SimpleWorker):
    """Runs jobs in this process, one after another, on one event loop.

    What RQ does by forking and by its registries, the lease of the row does: a job whose worker dies is taken over
    within seconds.
    """

    death_penalty_class = NoDeathPenalty

    def __init__(self, queues: Any, name: str | None = None, *, connection: Redis | None = None, **kwargs: Any) -> None:
        names = [queue.name if isinstance(queue, Queue) else str(queue) for queue in queues]
        if len(names) != 1:
            # RQ moves a job from several queues by a pop that a crash can interrupt: the job would be nowhere.
            raise ValueError("a worker of Specloom serves one queue; start one for each")
        connection = connection or getattr(queues[0], "connection", None)
        kwargs.update(job_class=CarriedJob, serializer=JSONSerializer)
        queue = Queue(names[0], connection=connection, job_class=CarriedJob, serializer=JSONSerializer)
        super().__init__([queue], name=name, connection=connection, **kwargs)

    def work(self, *args: Any, **kwargs: Any) -> bool:
        """Works until it is told to stop (or, in burst mode, until the queue is empty)."""
        try:
            return bool(super().work(*args, **kwargs))
        finally:
            WorkerProcess.close_current()

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Lets the running job end if it can in the time there is, and otherwise hands it back."""
        WorkerProcess.current().stop_soon()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

"""The carrier of jobs, with a real worker: whatever Redis holds, it runs jobs of Specloom and nothing else."""

import asyncio
import os
import pickle
import sys
import zlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from redis import Redis
from rq import Queue
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer

from specloom.core.config import Settings
from specloom.core.queue import JOB_FUNCTION, QUEUES, CarriedJob, ForbiddenFunction, JobTicket
from specloom.core.redis import create_sync_redis
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.schemas.documents import SummariseDocument
from specloom.services import jobs
from specloom.workers.process import Worker
from tests.factories.documents import ask, write
from tests.factories.identity import Member, sign_up

QUEUE = "integrations"
"""Nobody else's tests put anything on it."""
RQ = Path(sys.executable).with_name("rq")


class Exploding:
    """Runs a command as soon as it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


@pytest.fixture
def redis(settings: Settings) -> Any:
    connection = create_sync_redis(settings.redis)
    connection.delete(f"rq:queue:{QUEUE}")
    yield connection
    connection.close()


async def run_worker(settings: Settings, *options: str) -> str:
    """A worker as operators start it, until the queue is empty; what it logged."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database.url.get_secret_value(),
        "REDIS_URL": settings.redis.url.get_secret_value(),
        "STORAGE_URL": settings.storage.url,
        "AI_ENGINE": "embedded",
        "SPECLOOM_ENV_FILE": "/nonexistent",
    }
    arguments = (*options, "--burst", "--url", settings.redis.url.get_secret_value(), QUEUE)
    process = await asyncio.create_subprocess_exec(
        str(RQ), "worker", *arguments, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), 300)
    return output.decode()


def enqueue(redis: Redis, function: str, *args: Any, **kwargs: Any) -> Job:
    queue = Queue(QUEUE, connection=redis, serializer=JSONSerializer)
    return queue.enqueue_call(function, args=args, kwargs=kwargs)


def enqueue_pickled(redis: Redis, command: str) -> str:
    """What somebody with access to Redis would write to take over a worker that unpickles."""
    job = Job.create("os.getpid", connection=redis, id=uuid4().hex)
    job.save()
    payload = zlib.compress(pickle.dumps(("os.getpid", None, (Exploding(command),), {})))
    redis.hset(f"rq:job:{job.id}", "data", payload)
    redis.rpush(f"rq:queue:{QUEUE}", job.id)
    return str(job.id)


async def waiting_summary(client: httpx2.AsyncClient, runtime: Runtime, member: Member) -> tuple[str, UUID]:
    """(summary id, job id) of a summary that is waiting, its job taken off its queue."""
    asked = await ask(client, member, (await write(client, member))["id"])
    job_id = UUID(asked["job"]["id"])
    await runtime.redis.lrem("rq:queue:llm", 0, str(job_id))
    return asked["summary"]["id"], job_id


async def read(client: httpx2.AsyncClient, member: Member, path: str) -> dict[str, Any]:
    response = await client.get(f"/api/v1/{path}", headers=member.headers)
    assert response.status_code == 200, response.text
    return response.json()  # type: ignore[no-any-return]


async def test_a_worker_runs_what_is_a_job_and_nothing_else(
    client: httpx2.AsyncClient, runtime: Runtime, settings: Settings, redis: Redis, tmp_path: Path
) -> None:
    """One worker, one queue: all that is refused, and behind it a job, which is done."""
    member, other = await sign_up(client), await sign_up(client)
    marker = tmp_path / "pwned"
    refused = [
        enqueue(redis, "os.system", f"touch {marker}").id,
        enqueue(redis, "subprocess.call", ["touch", str(marker)]).id,
        enqueue(redis, "builtins.exec", f"open({str(marker)!r}, 'w')").id,
        enqueue(redis, "pathlib.Path", str(marker)).id,
        enqueue(redis, "specloom.workers.runner.WorkerProcess.close_current").id,
        enqueue(redis, f"{JOB_FUNCTION}.__globals__.clear").id,
        enqueue_pickled(redis, f"touch {marker}"),
        enqueue(redis, JOB_FUNCTION, "not", "ids").id,
        enqueue(redis, JOB_FUNCTION, str(uuid4())).id,
    ]
    summary_id, job_id = await waiting_summary(client, runtime, member)
    their_summary, their_job = await waiting_summary(client, runtime, other)
    async with runtime.uow(TenantContext(member.tenant_id, member.user_id)) as uow:
        across = (await jobs.open(uow, SummariseDocument(summary_id=UUID(their_summary)))).id
    await runtime.redis.lrem("rq:queue:llm", 0, str(across))
    await runtime.queue.hand_over(
        [
            JobTicket(member.tenant_id, uuid4(), QUEUE),
            JobTicket(member.tenant_id, their_job, QUEUE),
            JobTicket(member.tenant_id, across, QUEUE),
            JobTicket(member.tenant_id, job_id, QUEUE),
        ]
    )

    log = await run_worker(settings, "-w", "specloom.workers.process.Worker")

    assert not marker.exists(), log
    assert redis.llen(f"rq:queue:{QUEUE}") == 0, log
    for id_ in refused:
        if redis.exists(f"rq:job:{id_}"):
            assert redis.hget(f"rq:job:{id_}", "status") != b"finished", (id_, log)
    assert (await read(client, member, f"jobs/{job_id}"))["status"] == "completed", log
    assert (await read(client, member, f"summaries/{summary_id}"))["status"] == "complete"
    # Another tenant's job under one's own name is not to be had, and its things are not there.
    assert (await read(client, other, f"jobs/{their_job}"))["status"] == "pending"
    assert (await read(client, other, f"summaries/{their_summary}"))["status"] == "pending"
    assert (await read(client, member, f"jobs/{across}"))["status"] == "failed"
    assert not any(str(marker).encode() in (redis.hget(key, "exc_info") or b"") for key in redis.keys("rq:job:*"))


async def test_the_worker_of_the_library_would_have_run_it(settings: Settings, redis: Redis, tmp_path: Path) -> None:
    """The control of the test above: the messages are what they are taken for."""
    by_name, by_pickle = tmp_path / "by-name", tmp_path / "by-pickle"
    enqueue(redis, "os.system", f"touch {by_name}")
    await run_worker(settings, "-w", "rq.SimpleWorker", "--serializer", "rq.serializers.JSONSerializer")
    assert by_name.exists()
    enqueue_pickled(redis, f"touch {by_pickle}")
    await run_worker(settings, "-w", "rq.SimpleWorker")
    assert by_pickle.exists()


@pytest.mark.parametrize("function", ["os.system", "builtins.eval", f"{JOB_FUNCTION}x", f"x{JOB_FUNCTION}", "", "."])
def test_a_carried_job_calls_one_function(redis: Redis, function: str) -> None:
    def carried(name: str) -> Job:
        job = CarriedJob.create(JOB_FUNCTION, connection=redis, serializer=JSONSerializer)
        job._func_name = name
        return job

    assert carried(JOB_FUNCTION).func.__name__ == "run_job"
    with pytest.raises(ForbiddenFunction):
        _ = carried(function).func


def test_a_worker_serves_one_queue(redis: Redis) -> None:
    with pytest.raises(ValueError, match="one queue"):
        Worker(list(QUEUES), connection=redis)
    with pytest.raises(ValueError, match="one queue"):
        Worker([], connection=redis)
    assert [queue.name for queue in Worker([QUEUE], connection=redis).queues] == [QUEUE]


def test_a_worker_cannot_be_talked_into_pickles(redis: Redis) -> None:
    worker = Worker([QUEUE], connection=redis, serializer=pickle, job_class=Job)
    assert worker.serializer is JSONSerializer
    assert worker.job_class is CarriedJob
    assert all(queue.serializer is JSONSerializer and queue.job_class is CarriedJob for queue in worker.queues)


async def test_redis_holds_ids_only_and_not_for_ever(runtime: Runtime, redis: Redis) -> None:
    ticket = JobTicket(uuid4(), uuid4(), QUEUE)
    await runtime.queue.hand_over([ticket])
    assert ticket.job_id in await runtime.queue.waiting()
    assert (await runtime.queue.depths())[QUEUE] == 1
    job = CarriedJob.fetch(str(ticket.job_id), connection=redis, serializer=JSONSerializer)
    assert (job.func_name, job.args, job.kwargs) == (JOB_FUNCTION, [str(ticket.tenant_id), str(ticket.job_id)], {})
    assert job.get_status() is JobStatus.QUEUED
    assert (job.result_ttl, job.failure_ttl) == (0, 60)
    assert job.meta == {}

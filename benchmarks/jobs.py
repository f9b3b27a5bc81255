"""Jobs a second through one worker: small summaries, each with claim, events, result and commit.

`python -m benchmarks.jobs`: the bare reference is RQ's own SimpleWorker with jobs that do nothing, over the same Redis.
"""

import time

from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from benchmarks.deployment import Deployment, deployed

COUNT = 200


def nothing() -> None:
    """What the bare reference does."""


def bare(deployment: Deployment) -> float:
    connection = Redis.from_url(deployment.urls.redis_url)
    queue = Queue("bare", connection=connection, serializer=JSONSerializer)
    for _ in range(COUNT):
        queue.enqueue_call(nothing)
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
    started = time.perf_counter()
    worker.work(burst=True, logging_level="ERROR")
    return COUNT / (time.perf_counter() - started)


def ours(deployment: Deployment) -> float:
    """The jobs wait already when the worker is let at them; its start-up does not count."""
    with deployment.client() as client:
        ids = [
            client.post(
                "/documents", json={"title": f"Note {number}", "content": f"The lift {number} is repaired."}
            ).json()["id"]
            for number in range(COUNT)
        ]
        for first in range(0, COUNT, 100):
            client.post("/documents/bulk/summaries", json={"document_ids": ids[first : first + 100]}).raise_for_status()
        deployment.start_worker("llm")

        def done() -> int:
            answer = client.get("/jobs", params={"status": "completed", "limit": "200"}).json()
            return len(answer["items"])

        while (first_seen := done()) == 0:
            time.sleep(0.01)
        started = time.perf_counter()
        while done() < COUNT:
            time.sleep(0.05)
        return (COUNT - first_seen) / (time.perf_counter() - started)


def main() -> None:
    with deployed() as deployment:
        rate = ours(deployment)
        reference = bare(deployment)
    print(f"specloom {rate:6.0f} jobs/s through one worker (small summaries)")
    print(f"bare     {reference:6.0f} jobs/s (RQ SimpleWorker, jobs that do nothing)")
    print(f"ratio    {rate / reference:.2f}")


if __name__ == "__main__":
    main()

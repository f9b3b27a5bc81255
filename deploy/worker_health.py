# ruff: noqa: INP001 - a script of the image, no package
"""Whether the worker of this container works: `python worker_health.py QUEUE` ends with 0 when it does, else with 1.

A worker that works is registered in Redis under the name of its host, for its queue, and listens there. RQ lets the
entry of one that has gone silent expire.
"""

import os
import socket
import sys

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.command import PUBSUB_CHANNEL_TEMPLATE


def is_served(queue: Queue, hostname: str) -> bool:
    """Whether a worker of this host serves the queue; raises redis errors."""
    names = [worker.name for worker in Worker.all(queue=queue) if worker.hostname == hostname]
    channels = queue.connection.pubsub_numsub(*(PUBSUB_CHANNEL_TEMPLATE % name for name in names)) if names else []
    return any(listeners for _, listeners in channels)


def main() -> None:
    redis = Redis.from_url(os.environ["REDIS_URL"], socket_timeout=2, socket_connect_timeout=2)
    try:
        served = is_served(Queue(sys.argv[1], connection=redis), socket.gethostname())
    except RedisError as error:
        sys.exit(f"Redis does not answer: {error}")
    if not served:
        sys.exit(f"no worker of this host serves the queue {sys.argv[1]}")


if __name__ == "__main__":
    main()

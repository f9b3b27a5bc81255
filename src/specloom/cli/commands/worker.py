"""`specloom worker`: background jobs, one process a queue."""

import sys
from typing import Annotated

import typer

from specloom.cli import terminal
from specloom.cli.supervisor import Child, Supervisor, follow_supervisor
from specloom.core.logging import configure_logging
from specloom.core.queue import QUEUES
from specloom.core.redis import create_sync_redis
from specloom.workers.process import Worker


def worker(
    queue: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(QUEUES)}. Left out: a process for each of them.")
    ] = None,
    burst: Annotated[bool, typer.Option("--burst", help="Stop when the queue is empty.")] = False,
) -> None:
    """Run background jobs."""
    settings = terminal.settings()
    configure_logging(settings.app)
    if queue is None:
        argv = [sys.executable, "-m", "specloom", "worker", *(["--burst"] if burst else [])]
        children = [
            Child(f"worker-{name}", [*argv, "--queue", name], grace_seconds=15, restart=not burst) for name in QUEUES
        ]
        terminal.run(Supervisor(children).run_until_signal())
        return
    if queue not in QUEUES:
        terminal.fail(f"There is no queue {queue!r}. There are: {', '.join(QUEUES)}.")
    follow_supervisor()
    Worker([queue], connection=create_sync_redis(settings.redis)).work(
        burst=burst, logging_level=settings.app.log_level
    )


app = terminal.command(worker)

"""A running product as other commands find it: by what it leaves in its data directory, or by starting one."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from specloom.cli.client import is_serving
from specloom.cli.supervisor import Child, Supervisor


@dataclass(frozen=True, slots=True)
class DemoLogin:
    tenant: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a product is to be found, and the login of its demo tenant."""

    url: str
    demo: DemoLogin | None


def read_deployment(data_dir: Path) -> Deployment | None:
    """What `specloom up` left in the data directory; whether it still runs is another question."""
    try:
        url = json.loads((data_dir / "deployment.json").read_text())["url"]
    except (OSError, ValueError, KeyError):
        return None
    return Deployment(url, read_demo_login(data_dir))


def read_demo_login(data_dir: Path) -> DemoLogin | None:
    try:
        return DemoLogin(**json.loads((data_dir / "demo.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None


@asynccontextmanager
async def started(data_dir: Path) -> AsyncIterator[Deployment]:
    """A `specloom up` for the time of one task, its logs in the data directory; stopped cleanly at the end.

    Raises `ChildFailed` with its last words when it does not come up.
    """
    found: asyncio.Future[Deployment] = asyncio.get_running_loop().create_future()

    async def is_ready() -> bool:
        deployment = read_deployment(data_dir)
        if deployment is None or not await is_serving(deployment.url):
            return False
        if not found.done():
            found.set_result(deployment)
        return True

    argv = [sys.executable, "-m", "specloom", "up", "--port", "0", "--data-dir", str(data_dir)]
    child = Child("up", argv, grace_seconds=30, restart=False, is_ready=is_ready)
    supervisor = Supervisor([child], log_dir=data_dir / "logs")
    running = asyncio.create_task(supervisor.run_until_signal())
    try:
        waited: tuple[asyncio.Future[Any], ...] = (found, running)
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            running.result()
            raise asyncio.CancelledError
        # When it is stopped from outside (Ctrl+C reaches it, too), there is nothing left to work with.
        task = asyncio.current_task()
        running.add_done_callback(interrupt := lambda _: task is not None and task.cancel())
        yield found.result()
        running.remove_done_callback(interrupt)
    finally:
        found.cancel()
        supervisor.stop()
        await running

"""What the tests of the embedded servers share: clients, owners with a process of their own, and who runs where."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

SERVE = """
import sys, time
from pathlib import Path
from specloom.cli.embedded import EmbeddedServers
servers = EmbeddedServers(Path(sys.argv[1]))
print("starting", flush=True)
servers.start()
print("ready", flush=True)
time.sleep(60)
"""


async def connect(url: str, database: str | None = None) -> asyncpg.Connection:
    parts = make_url(url)
    return await asyncpg.connect(
        host=parts.query["host"],
        port=int(str(parts.query["port"])),
        user=parts.username,
        database=database or parts.database,
    )


async def fetch(url: str, query: str, database: str | None = None) -> object:
    connection = await connect(url, database)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def processes_in(directory: Path) -> set[int]:
    """The processes that work in the directory, as every program of the servers does."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "cwd").readlink().is_relative_to(directory):
                found.add(int(process.name))
    return found


def start_owner(data_dir: Path, *, wait_for: str = "ready") -> subprocess.Popen[str]:
    """A process of its own that has the servers running, or is just about to start them."""
    owner = subprocess.Popen([sys.executable, "-c", SERVE, str(data_dir)], stdout=subprocess.PIPE, text=True)
    output = owner.stdout
    assert output is not None
    assert wait_for in iter(lambda: output.readline().strip(), "")
    return owner


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def wait_until_empty(directory: Path) -> None:
    wait_until(lambda: not processes_in(directory))

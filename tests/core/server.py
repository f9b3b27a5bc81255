"""The API in a process of its own, as operators start it: to see its memory and its log."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from specloom.core.config import Settings


@dataclass(frozen=True)
class Server:
    url: str
    pid: int
    log: Path

    @property
    def peak_memory(self) -> int:
        """The most memory it has had, in bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("Linux tells the peak of resident memory")


def environment(settings: Settings, **changes: str) -> dict[str, str]:
    """The variables of a process that works on the test servers."""
    return {
        **os.environ,
        "DATABASE_URL": settings.database.url.get_secret_value(),
        "REDIS_URL": settings.redis.url.get_secret_value(),
        "STORAGE_URL": settings.storage.url,
        "AI_ENGINE": "embedded",
        "SPECLOOM_ENV_FILE": "/nonexistent",
        **changes,
    }


@asynccontextmanager
async def running_server(settings: Settings, log: Path, **changes: str) -> AsyncIterator[Server]:
    """Serves until the block is left; what it says goes to `log`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = environment(settings, API_HOST="127.0.0.1", API_PORT=str(port), **changes)
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "specloom", "api", env=variables, stdout=output, stderr=output
        )
        try:
            url = f"http://127.0.0.1:{port}"
            await _wait_until_ready(process, url, log)
            yield Server(url, process.pid, log)
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(process.wait(), 60)


async def _wait_until_ready(process: asyncio.subprocess.Process, url: str, log: Path) -> None:
    async with asyncio.timeout(120), httpx2.AsyncClient(base_url=url) as client:
        while True:
            assert process.returncode is None, log.read_text()
            try:
                if (await client.get("/health")).status_code == 200:
                    return
            except httpx2.TransportError:
                await asyncio.sleep(0.05)

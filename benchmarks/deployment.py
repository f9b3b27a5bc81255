"""A Specloom to measure: embedded servers, migrations, API processes and workers in a directory of its own."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from specloom.cli.embedded import EmbeddedServers, EmbeddedUrls
from specloom.cli.migrations import migrate


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def peak_memory(pid: int) -> float:
    """MiB that a process has had in memory at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@dataclass
class Deployment:
    """`headers` are those of an admin of a fresh tenant."""

    directory: Path
    urls: EmbeddedUrls
    environment: dict[str, str]
    ports: list[int] = field(default_factory=list)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        log = (self.directory / f"process-{len(self.processes)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, *arguments], env={**self.environment, **environment}, stdout=log, stderr=log
        )
        self.processes.append(process)
        return process

    def start_api(self) -> int:
        port = free_port()
        self.start("-m", "specloom", "api", API_PORT=str(port))
        self.ports.append(port)
        wait_for(f"http://127.0.0.1:{port}/health/ready")
        return port

    def start_worker(self, queue: str) -> subprocess.Popen[bytes]:
        return self.start("-m", "specloom", "worker", "--queue", queue)

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=f"http://127.0.0.1:{self.ports[0]}/api/v1", headers=self.headers, timeout=120)

    def sign_up(self) -> None:
        with self.client() as client:
            name = f"bench-{secrets.token_hex(4)}"
            answer = client.post(
                "/auth/register",
                json={
                    "tenant": {"name": name, "subdomain": name},
                    "name": "Bench",
                    "email": "bench@example.com",
                    "password": secrets.token_urlsafe(12),
                },
            )
            answer.raise_for_status()
            self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}


def wait_for(url: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if httpx2.get(url, timeout=2).status_code == httpx2.codes.OK:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"nothing answers at {url}")


@contextmanager
def deployed(*, apis: int = 1, queues: tuple[str, ...] = (), **environment: str) -> Iterator[Deployment]:
    """Runs it for the time of a measurement; ends only what it started."""
    with ExitStack() as undo:
        directory = Path(undo.enter_context(tempfile.TemporaryDirectory(prefix="specloom-bench-")))
        urls = undo.enter_context(EmbeddedServers(directory)).urls
        migrate(urls.migration_database_url, application_url=urls.database_url)
        deployment = Deployment(
            directory,
            urls,
            {
                **os.environ,
                "DATABASE_URL": urls.database_url,
                "REDIS_URL": urls.redis_url,
                "STORAGE_URL": f"file://{directory / 'files'}",
                "SECRET_KEYS": "benchmark",
                "AI_ENGINE": "embedded",
                **environment,
            },
        )
        try:
            for _ in range(apis):
                deployment.start_api()
            for queue in queues:
                deployment.start_worker(queue)
            deployment.sign_up()
            yield deployment
        finally:
            for process in deployment.processes:
                process.terminate()
            for process in deployment.processes:
                process.wait(30)

"""Real processes over embedded servers of their own: what a user starts, and what an operator would kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

SPECLOOM = [sys.executable, "-m", "specloom"]


def bare_environment(**more: str) -> dict[str, str]:
    """Without the servers of the test run: `specloom` has to bring its own."""
    hidden = ("DATABASE_URL", "MIGRATION_DATABASE_URL", "REDIS_URL", "OPENAI_API_KEY", "SPECLOOM_TEST_ADMIN_URL")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**environment, "SPECLOOM_ENV_FILE": "/nonexistent", "COLUMNS": "160", "NO_COLOR": "1", **more}


def running_processes() -> dict[int, str]:
    """Process ids with their command lines."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
    return found


@dataclass
class Up:
    """A running `specloom up`."""

    process: subprocess.Popen[str]
    data_dir: Path
    url: str
    demo: dict[str, str]
    client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx2.Client(base_url=f"{self.url}/api/v1", timeout=60)
        answer = self.client.post("/auth/login", json=self.demo)
        answer.raise_for_status()
        self.client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def pids(self, *words: str) -> list[int]:
        """The descendants of this process whose command line holds all the words."""
        return [
            pid
            for pid, command in running_processes().items()
            if all(word in command for word in words) and self._is_mine(pid)
        ]

    def _is_mine(self, pid: int) -> bool:
        while pid > 1:
            if pid == self.process.pid:
                return True
            try:
                pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                return False
        return False

    def worker(self, queue: str = "llm") -> int:
        """The process that runs the jobs of a queue."""
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if pids := self.pids("-m specloom worker", f"--queue {queue}"):
                return pids[-1]
            time.sleep(0.05)
        raise AssertionError("there is no worker")

    def upload(self, name: str, content: bytes) -> dict[str, Any]:
        answer = self.client.post("/documents/upload", files={"file": (name, content)})
        assert answer.status_code == 201, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def summarise(self, document_id: str) -> dict[str, Any]:
        answer = self.client.post(f"/documents/{document_id}/summaries", json={})
        assert answer.status_code == 202, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.client.get(f"/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def wait_for_job(self, job_id: str, done: Callable[[dict[str, Any]], bool], seconds: float = 120) -> dict[str, Any]:
        until = time.monotonic() + seconds
        job: dict[str, Any] = {}
        while time.monotonic() < until:
            job = self.job(job_id)
            if done(job):
                return job
            time.sleep(0.05)
        raise AssertionError(f"the job stays {job}")

    def start_worker(self, queue: str = "llm") -> subprocess.Popen[bytes]:
        """One more worker, beside those that `up` keeps running."""
        environment = bare_environment(
            **{
                name: value
                for name, _, value in (
                    line.partition("=") for line in Path(f"/proc/{self.worker(queue)}/environ").read_text().split("\0")
                )
                if name in ("DATABASE_URL", "REDIS_URL", "STORAGE_URL", "SECRET_KEYS")
            }
        )
        return subprocess.Popen([*SPECLOOM, "worker", "--queue", queue], env=environment)

    def stop(self) -> None:
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(40)


def start_up(data_dir: Path, *arguments: str, **environment: str) -> Up:
    """Starts `specloom up` on a free port and waits until it says that it is ready."""
    log = data_dir.parent / f"{data_dir.name}.log"
    with log.open("a") as output:
        process = subprocess.Popen(
            [*SPECLOOM, "up", "--port", "0", "--data-dir", str(data_dir), *arguments],
            env=bare_environment(**environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    until = time.monotonic() + 90
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        try:
            url = json.loads((data_dir / "deployment.json").read_text())["url"]
            demo = json.loads((data_dir / "demo.json").read_text())
            if httpx2.get(f"{url}/health", timeout=2).status_code == 200:
                return Up(process, data_dir, url, demo)
        except (OSError, ValueError, httpx2.HTTPError):
            pass
        time.sleep(0.1)
    raise AssertionError(f"`specloom up` did not become ready:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    running = start_up(tmp_path_factory.mktemp("up") / "data")
    yield running
    running.stop()

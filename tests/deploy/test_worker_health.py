"""The health check of the worker containers, asked about a real worker: idle, without Redis, and killed."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from specloom.cli.embedded import EmbeddedServers
from tests.deploy.reading import ROOT


@pytest.fixture(scope="module")
def environment(servers: EmbeddedServers) -> dict[str, str]:
    urls = servers.urls
    return {**os.environ, "DATABASE_URL": urls.database_url, "REDIS_URL": urls.redis_url, "LOG_LEVEL": "WARNING"}


@pytest.fixture
def worker(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "specloom", "worker", "--queue", "llm"], env=environment)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def health(queue: str, environment: dict[str, str]) -> int:
    script = [sys.executable, ROOT / "deploy/worker_health.py", queue]
    return subprocess.run(script, env=environment, check=False, stderr=subprocess.DEVNULL, timeout=60).returncode


def becomes(expected: int, environment: dict[str, str], seconds: float = 90) -> bool:
    """Whether the check of the queue `llm` gives this result in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if health("llm", environment) == expected:
            return True
        time.sleep(0.2)
    return False


def test_a_worker_is_healthy_for_its_own_queue_while_redis_is_there_until_it_is_killed(
    servers: EmbeddedServers, worker: subprocess.Popen[bytes], environment: dict[str, str]
) -> None:
    assert becomes(0, environment)
    assert health("default", environment) == 1
    servers.redis.stop()
    try:
        assert health("llm", environment) == 1
    finally:
        servers.redis.start()
    assert becomes(0, environment)
    worker.kill()
    worker.wait()
    assert becomes(1, environment, seconds=5)

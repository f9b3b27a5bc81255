"""The whole product in one go: embedded servers where none are named, migrations, API, workers, and a demo tenant."""

import asyncio
import json
import os
import secrets
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from specloom.cli.embedded import EmbeddedServers
from specloom.cli.migrations import migrate
from specloom.cli.supervisor import Child, Supervisor
from specloom.core.queue import QUEUES

DEMO_TENANT = "demo"
DEMO_EMAIL = "demo@specloom.example"


class PortTaken(RuntimeError):
    """Something else listens where the API should."""


@dataclass(frozen=True, slots=True)
class DemoLogin:
    tenant: str
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where a running product is to be found; kept in its data directory for `specloom analyse`."""

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


class Stack:
    """Everything that `specloom up` runs. `await run(...)` returns when it is told to stop."""

    def __init__(self, data_dir: Path, *, host: str, port: int, workers: int, demo: bool, quiet: bool = False) -> None:
        self._data_dir = data_dir.expanduser().resolve()
        self._host, self._port, self._workers, self._demo = host, port, workers, demo
        self.log_dir = self._data_dir / "logs" if quiet else None
        self._supervisor: Supervisor | None = None
        self._stopped = False

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104
        return f"http://{host}:{self._port}"

    async def run(self, on_ready: Callable[[Deployment], Awaitable[None]]) -> None:
        """Starts everything, awaits `on_ready` once it serves, and keeps it running until a signal or `stop`."""
        self._port = _free_port(self._host, self._port)
        self._data_dir.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            environment = await asyncio.to_thread(self._environment, undo)
            await asyncio.to_thread(migrate, environment.get("MIGRATION_DATABASE_URL"))

            async def announce() -> None:
                demo = await self._seed_demo() if self._demo else None
                deployment = Deployment(self.url, demo)
                _write_private(self._data_dir / "deployment.json", json.dumps({"url": self.url}))
                await on_ready(deployment)

            if self._stopped:
                return
            self._supervisor = Supervisor(self._children(environment), log_dir=self.log_dir, on_ready=announce)
            try:
                await self._supervisor.run_until_signal()
            finally:
                (self._data_dir / "deployment.json").unlink(missing_ok=True)

    def stop(self) -> None:
        """Ends it all, also while it is still starting."""
        self._stopped = True
        if self._supervisor is not None:
            self._supervisor.stop()

    def _environment(self, undo: ExitStack) -> dict[str, str]:
        """What the children need to know; set here as well, for the migrations."""
        environment = {
            "API_HOST": self._host,
            "API_PORT": str(self._port),
            "SECRET_KEYS": os.environ.get("SECRET_KEYS") or _secret_key(self._data_dir),
            "STORAGE_URL": os.environ.get("STORAGE_URL") or f"file://{self._data_dir / 'files'}",
            "PROMETHEUS_MULTIPROC_DIR": str(_empty_directory(self._data_dir / "metrics")),
        }
        if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
            urls = undo.enter_context(EmbeddedServers(self._data_dir)).urls
            environment["REDIS_URL"] = os.environ.get("REDIS_URL") or urls.redis_url
            if "DATABASE_URL" not in os.environ:
                environment["DATABASE_URL"] = urls.database_url
                environment["MIGRATION_DATABASE_URL"] = urls.migration_database_url
        os.environ.update(environment)
        return environment

    def _children(self, environment: dict[str, str]) -> list[Child]:
        def child(name: str, *arguments: str, is_ready: Callable[[], Awaitable[bool]] | None = None) -> Child:
            argv = [sys.executable, "-m", "specloom", *arguments]
            return Child(name, argv, environment, grace_seconds=15, is_ready=is_ready)

        return [
            child("api", "api", is_ready=self._serves),
            *(
                child(f"worker-{queue}-{number}", "worker", "--queue", queue)
                for queue in QUEUES
                for number in range(1, self._workers + 1)
            ),
        ]

    async def _serves(self) -> bool:
        try:
            async with httpx2.AsyncClient(timeout=2) as client:
                return (await client.get(f"{self.url}/health/ready")).status_code == httpx2.codes.OK
        except httpx2.HTTPError:
            return False

    async def _seed_demo(self) -> DemoLogin:
        """The demo tenant and its login, the same on every start."""
        path = self._data_dir / "demo.json"
        login = read_demo_login(self._data_dir) or DemoLogin(DEMO_TENANT, DEMO_EMAIL, secrets.token_urlsafe(12))
        await seed_demo(self.url, login)
        _write_private(path, json.dumps({"tenant": login.tenant, "email": login.email, "password": login.password}))
        return login


async def seed_demo(url: str, login: DemoLogin) -> bool:
    """Makes the demo tenant with its one admin. Returns False when there is one already."""
    async with httpx2.AsyncClient(base_url=url, timeout=30) as client:
        answer = await client.post(
            "/api/v1/auth/register",
            json={
                "tenant": {"name": "Demo", "subdomain": login.tenant},
                "name": "Demo User",
                "email": login.email,
                "password": login.password,
            },
        )
    if answer.status_code == httpx2.codes.CONFLICT:
        return False
    answer.raise_for_status()
    return True


@asynccontextmanager
async def running_stack(data_dir: Path, *, port: int = 0) -> AsyncIterator[Deployment]:
    """A product for the time of one task, its logs in the data directory; stopped cleanly at the end."""
    stack = Stack(data_dir, host="127.0.0.1", port=port, workers=1, demo=True, quiet=True)
    found: list[Deployment] = []
    ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def announce(deployment: Deployment) -> None:
        found.append(deployment)
        ready.set_result(None)

    running: asyncio.Future[None] = asyncio.create_task(stack.run(announce))
    try:
        await asyncio.wait((ready, running), return_when=asyncio.FIRST_COMPLETED)
        if not ready.done():
            await running
            raise asyncio.CancelledError
        yield found[0]
    finally:
        stack.stop()
        await running


def _free_port(host: str, port: int) -> int:
    """The port itself when nobody listens there, a free one when it is 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(
                f"Nothing can listen on {host}:{port} ({error.strerror}). Choose another port with --port."
            ) from error
        return int(probe.getsockname()[1])


def _secret_key(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    if not path.exists():
        _write_private(path, secrets.token_urlsafe(32))
    return path.read_text().strip()


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and for the owner's eyes only."""
    draft = path.with_suffix(".tmp")
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(path)


def _empty_directory(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for file in path.glob("*.db"):
        file.unlink()
    return path

"""The whole product in one go: embedded servers where none are named, migrations, API, workers, and a demo tenant."""

import asyncio
import json
import os
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2

from specloom.cli.deployment import DemoLogin, Deployment, read_demo_login
from specloom.cli.embedded import EmbeddedServers
from specloom.cli.errors import Explained
from specloom.cli.migrations import migrate
from specloom.cli.supervisor import Child, Supervisor
from specloom.core.config import Settings
from specloom.core.queue import QUEUES

DEMO_TENANT = "demo"
DEMO_EMAIL = "demo@specloom.example"


class PortTaken(Explained):
    """Something else listens where the API should."""


class Stack:
    """Everything that `specloom up` runs. `await run(...)` returns when it is told to stop."""

    def __init__(
        self,
        data_dir: Path,
        settings: Settings,
        *,
        host: str,
        port: int,
        workers: int,
        demo: bool,
        quiet: bool,
    ) -> None:
        self._settings = settings
        self._data_dir = data_dir.expanduser().resolve()
        self._host, self._port, self._workers, self._demo = host, port, workers, demo
        self.log_dir = self._data_dir / "logs" if quiet else None

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self._host, self._host)  # noqa: S104
        return f"http://{host}:{self._port}"

    async def run(self, on_ready: Callable[[Deployment], Awaitable[None]]) -> None:
        """Starts everything, awaits `on_ready` once it serves, and keeps it running until a signal."""
        self._port = _free_port(self._host, self._port)
        self._data_dir.mkdir(parents=True, exist_ok=True)
        with ExitStack() as undo:
            environment = await asyncio.to_thread(self._environment, undo)
            urls = environment.get("MIGRATION_DATABASE_URL"), environment.get("DATABASE_URL")
            await asyncio.to_thread(migrate, urls[0], application_url=urls[1])

            async def announce() -> None:
                demo = await self._seed_demo() if self._demo else None
                deployment = Deployment(self.url, demo)
                _write_private(self._data_dir / "deployment.json", json.dumps({"url": self.url}))
                await on_ready(deployment)

            supervisor = Supervisor(self._children(environment), log_dir=self.log_dir, on_ready=announce)
            try:
                await supervisor.run_until_signal()
            finally:
                (self._data_dir / "deployment.json").unlink(missing_ok=True)

    def _environment(self, undo: ExitStack) -> dict[str, str]:
        """What the children need to know; set here as well, for the migrations."""
        app, database, redis = self._settings.app, self._settings.database, self._settings.redis
        environment = {
            "API_HOST": self._host,
            "API_PORT": str(self._port),
            "PROMETHEUS_MULTIPROC_DIR": str(_empty_directory(self._data_dir / "metrics")),
        }
        if "secret_keys" not in app.model_fields_set:
            environment["SECRET_KEYS"] = _secret_key(self._data_dir)
        if "url" not in self._settings.storage.model_fields_set:
            environment["STORAGE_URL"] = f"file://{self._data_dir / 'files'}"
        if "url" not in database.model_fields_set or "url" not in redis.model_fields_set:
            urls = undo.enter_context(EmbeddedServers(self._data_dir)).urls
            if "url" not in redis.model_fields_set:
                environment["REDIS_URL"] = urls.redis_url
            if "url" not in database.model_fields_set:
                environment["DATABASE_URL"] = urls.database_url
                environment["MIGRATION_DATABASE_URL"] = urls.migration_database_url
        os.environ.update(environment)
        return environment

    def _children(self, environment: dict[str, str]) -> list[Child]:
        def child(name: str, *arguments: str, **options: Any) -> Child:
            argv = [sys.executable, "-m", "specloom", *arguments]
            return Child(name, argv, environment, grace_seconds=15, **options)

        return [
            child("api", "api", is_ready=self._serves),
            *(
                child(f"worker-{queue}-{number}", "worker", "--queue", queue, starts_last=True)
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

    async def _seed_demo(self) -> DemoLogin | None:
        """The demo tenant and its login, the same on every start. None where the tenant is there already, made from
        another data directory: then nobody here knows its password."""
        known = read_demo_login(self._data_dir)
        login = known or DemoLogin(DEMO_TENANT, DEMO_EMAIL, secrets.token_urlsafe(12))
        path = self._data_dir / "demo.json"  # written first: whoever is killed in between still has the password
        _write_private(path, json.dumps({"tenant": login.tenant, "email": login.email, "password": login.password}))
        if not await seed_demo(self.url, login) and known is None:
            path.unlink()
            return None
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

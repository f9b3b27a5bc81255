"""Canaries: what is secret is found in no log, no Redis and no table, wherever it was typed and however it failed."""

import asyncio
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from alembic import command

from specloom.core.config import INSECURE_SECRET, Settings
from specloom.core.runtime import Runtime
from tests.contracts.routes import API
from tests.contracts.rows import TENANTED
from tests.core.server import environment, running_server
from tests.factories.documents import ask, write
from tests.factories.identity import Member, sign_in, sign_up
from tests.migrations.scratch import Scratch, scratch_database

REDIS_KEYS = re.compile(r"(tenant:[0-9a-f-]{36}:|denied:[0-9a-f-]{36}:|rq:|specloom:)")


@dataclass
class Found:
    """Where to look, and what must not be there."""

    secrets: dict[str, str]
    marks: dict[str, str]
    log: str = ""
    redis: str = ""
    tables: str = ""
    messages: str = ""
    answers: list[str] = field(default_factory=list)

    def leaks(self, place: str) -> list[str]:
        return [name for name, secret in self.secrets.items() if secret in place]


def canary(name: str) -> str:
    return f"canary-{name}-{uuid4().hex}"


class Visitor:
    """Somebody who types secrets everywhere, right and wrong."""

    def __init__(self, client: httpx2.AsyncClient, found: Found) -> None:
        self.client, self.found = client, found

    async def send(self, path: str, body: Any, member: Member | None = None, method: str = "POST") -> httpx2.Response:
        headers = member.headers if member else {}
        response = await self.client.request(method, f"{API}{path}", json=body, headers=headers)
        self.found.answers.append(response.text)
        return response

    async def visit(self, marks: dict[str, str], secrets: dict[str, str]) -> None:
        member = await sign_up(self.client, password=secrets["password"])
        await self.send("/auth/login", {"email": member.email, "password": secrets["wrong password"]})
        await self.send("/auth/login", {"email": secrets["wrong password"], "password": secrets["wrong password"]})
        await self.send("/auth/login", {"email": member.email, "password": secrets["wrong password"] * 10})
        await self.send("/auth/register", {"password": secrets["password"], "name": {"a": secrets["password"]}})
        await self.send("/auth/refresh", {"refresh_token": secrets["wrong password"], "x": 1})
        form = {"username": member.email, "password": secrets["password"], "client_secret": secrets["client secret"]}
        await self.client.post(f"{API}/auth/token", data=form)
        await self.client.post(f"{API}/auth/token", data={**form, "grant_type": "x", "y": secrets["client secret"]})
        user = {"email": f"{uuid4().hex}@example.com", "name": "Bob", "password": secrets["user password"]}
        made = (await self.send("/users", user, member)).json()
        await self.send("/users", {**user, "nonsense": 1}, member)
        await self.send(f"/users/{made['id']}", {"password": secrets["new password"]}, member, "PATCH")
        colleague = await sign_in(
            self.client, user["email"], subdomain=member.subdomain, password=secrets["new password"]
        )
        change = {"current_password": secrets["password"], "new_password": secrets["changed password"]}
        await self.send("/auth/password/change", change, member)
        await self.send("/auth/password/change", change, member)
        again = await sign_in(self.client, member.email, password=secrets["changed password"])
        secrets |= {
            f"{name} of {who}": token
            for who, each in {"first": member, "colleague": colleague, "again": again}.items()
            for name, token in (("access token", each.access_token), ("refresh token", each.refresh_token))
        }
        refreshed = (await self.client.post(f"{API}/auth/refresh", json={"refresh_token": again.refresh_token})).json()
        secrets["next refresh token"], secrets["next access token"] = (
            refreshed["refresh_token"],
            refreshed["access_token"],
        )
        ticket = (await self.client.post(f"{API}/stream-tickets", headers=again.headers)).json()["ticket"]
        secrets["stream ticket"] = ticket
        document = await write(self.client, again, title=marks["title"])
        asked = await ask(self.client, again, document["id"])
        async with self.client.stream("GET", f"{API}/jobs/{asked['job']['id']}/events", params={"ticket": ticket}) as _:
            pass
        await self.client.get(f"{API}/jobs/{asked['job']['id']}/events", params={"ticket": ticket})
        bent = f"{again.access_token[:-6]}AAAAAA"
        for headers in ({"Authorization": f"Bearer {bent}"}, {"Authorization": f"Basic {again.access_token}"}):
            await self.client.get(f"{API}/auth/me", headers={**headers, "X-Request-ID": marks["request"]})
        await self.client.get(f"{API}/documents", params={"q": secrets["password"]}, headers=again.headers)
        await self.send("/auth/logout", None, colleague)


async def tables(url: str) -> str:
    """Every row of every table, as text. Its owner sees rows only while row-level security is not forced."""
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    transaction = connection.transaction()
    await transaction.start()
    rows: list[Any] = []
    try:
        for name in (*(table.name for table in TENANTED), "signing_keys"):
            await connection.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
            rows += await connection.fetch(f"SELECT * FROM {name}")
    finally:
        await transaction.rollback()
        await connection.close()
    return "\n".join(
        value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for row in rows for value in row
    )


async def redis_content(runtime: Runtime) -> tuple[list[str], str]:
    """(keys, everything there is as text) of this test's Redis database."""
    redis: Any = runtime.redis
    readers = {
        "string": redis.get,
        "hash": redis.hgetall,
        "list": lambda key: redis.lrange(key, 0, -1),
        "set": redis.smembers,
        "zset": lambda key: redis.zrange(key, 0, -1),
        "stream": redis.xrange,
    }
    keys, texts = [], []
    async for key in redis.scan_iter(count=1000):
        kind = await redis.type(key)
        if kind == "none":  # it has expired just now
            continue
        keys.append(key)
        try:
            texts.append(str(await readers[kind](key)))
        except UnicodeDecodeError:
            texts.append((await redis.execute_command("DUMP", key, NEVER_DECODE=[])).decode("latin-1"))
    return keys, "\n".join([*keys, *texts])


def with_password(url: str, password: str) -> str:
    """The database trusts whoever comes over this way, so that any password will do."""
    parts = urlsplit(url.replace("+asyncpg", ""))
    host = f"{parts.username}:{password}@{parts.netloc.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=host))


async def work(settings: Settings, log: Path, **changes: str) -> None:
    """A worker that asks a language model which is not there."""
    variables = environment(settings, AI_ENGINE="openai", OPENAI_BASE_URL="http://127.0.0.1:1/v1", **changes)
    program = str(Path(sys.executable).with_name("rq"))
    arguments = ("worker", "-w", "specloom.workers.process.Worker", "--burst", "--url", variables["REDIS_URL"], "llm")
    with log.open("ab") as output:
        process = await asyncio.create_subprocess_exec(program, *arguments, env=variables, stdout=output, stderr=output)
        assert await asyncio.wait_for(process.wait(), 300) == 0


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    """A database without the jobs that other tests have left waiting: the worker would try them all."""
    with scratch_database() as scratch:
        command.upgrade(scratch.config, "head")
        yield scratch


@pytest.fixture(scope="module")
async def found(
    runtime: Runtime, settings: Settings, scratch: Scratch, tmp_path_factory: pytest.TempPathFactory
) -> Found:
    names = ("password", "wrong password", "user password", "new password", "changed password", "client secret")
    secrets = {name: canary(name.replace(" ", "-")) for name in names}
    found = Found(secrets, {"title": canary("title"), "request": f"request-{uuid4().hex[:8]}"})
    servers = {name: canary(name) for name in ("api-key", "secret-key", "database-password")}
    log = tmp_path_factory.mktemp("secrets") / "log"
    variables = {
        "LOG_LEVEL": "DEBUG",
        "OPENAI_API_KEY": servers["api-key"],
        "SECRET_KEYS": f"{servers['secret-key']},{INSECURE_SECRET}",
        "DATABASE_URL": with_password(scratch.app_url, servers["database-password"]),
        "JOB_MAX_ATTEMPTS": "1",
    }
    await runtime.redis.flushdb()
    async with runtime.redis.pubsub() as pubsub:
        await pubsub.psubscribe("*")
        async with (
            running_server(settings, log, **variables) as server,
            httpx2.AsyncClient(base_url=server.url, timeout=30) as remote,
        ):
            await Visitor(remote, found).visit(found.marks, secrets)
            await work(settings, log, **variables)
            found.answers += [(await remote.get(path)).text for path in ("/metrics", "/health", "/openapi.json")]
        heard = []
        while message := await pubsub.get_message(timeout=0.2):
            heard.append(str(message["data"]))
    secrets |= servers | {
        f"signature of {name}": token.rpartition(".")[2] for name, token in secrets.items() if "token" in name
    }
    found.log = log.read_text()
    found.redis = (await redis_content(runtime))[1]
    found.tables = await tables(scratch.owner_url)
    found.messages = "\n".join(heard)
    return found


def test_what_is_no_secret_is_found(found: Found) -> None:
    """The control: all the places are looked at, and what was done there was done."""
    assert found.marks["title"] in found.tables
    assert found.marks["title"] in found.messages
    assert found.marks["request"] in found.log
    assert "denied:" in found.redis
    assert "rq:queues" in found.redis
    assert "$argon2id$" in found.tables
    assert '"event": "request"' in found.log
    assert "llm_" in found.tables or "engine_" in found.tables, "the worker has tried"
    assert len(found.secrets) > 20


@pytest.mark.parametrize("place", ["log", "redis", "tables", "messages"])
def test_no_secret_is_kept(found: Found, place: str) -> None:
    assert found.leaks(getattr(found, place)) == []


def test_no_secret_is_sent_back(found: Found) -> None:
    """But the tokens to whom they are for."""
    passwords = {name: each for name, each in found.secrets.items() if "token" not in name and "ticket" not in name}
    assert len(passwords) >= 9
    for answer in found.answers:
        assert not [name for name, each in passwords.items() if each in answer]


def test_private_keys_are_sealed(found: Found) -> None:
    assert "PRIVATE KEY" not in found.tables
    assert "PRIVATE KEY" not in found.redis
    assert "PRIVATE KEY" not in found.log


async def test_every_key_in_redis_belongs_to_a_tenant_or_to_the_machinery(runtime: Runtime, found: Found) -> None:
    keys, _ = await redis_content(runtime)
    assert keys
    assert [key for key in keys if not REDIS_KEYS.match(key)] == []

"""Signing keys: one for all processes, changed without a single failure, and safe at rest."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import event, select, update

from specloom.core.config import Settings
from specloom.core.crypto import UnreadableSecret
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.security import InvalidToken, SigningKey, TokenType
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.models.identity import SigningKeyRecord
from specloom.services.identity import keys as module
from specloom.services.identity.keys import OperatorTokenTooLong, SigningKeys, issue_operator_token


def sign(keys: SigningKeys, type_: TokenType = TokenType.ACCESS) -> str:
    return keys.sign(type_, {"sub": "s"}, token_id=uuid4(), issued_at=int(time.time()), seconds=60)


@pytest.fixture(scope="module")
def lone_database() -> Iterator[tuple[str, str]]:
    """A database without any signing key: (of the application, of the owner)."""
    owner = (os.environ.get("MIGRATION_DATABASE_URL") or os.environ["DATABASE_URL"]).replace("+asyncpg", "")
    admin = os.environ.get("SPECLOOM_TEST_ADMIN_URL", owner).replace("+asyncpg", "")
    name = f"specloom_test_keys_{os.getpid()}"

    async def run(statement: str, address: str = admin) -> None:
        connection = await asyncpg.connect(address)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def there(url: str) -> str:
        return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))

    asyncio.run(run(f'CREATE DATABASE {name} OWNER "{urlsplit(owner).username}"'))
    asyncio.run(run("CREATE EXTENSION IF NOT EXISTS vector", there(admin)))
    try:
        config = Config(Path(__file__).parents[2] / "alembic.ini")
        config.attributes["url"] = there(owner).replace("postgresql://", "postgresql+asyncpg://")
        command.upgrade(config, "head")
        yield there(os.environ["DATABASE_URL"]), there(owner)
    finally:
        asyncio.run(run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture
async def lone_settings(make_settings: Any, lone_database: tuple[str, str]) -> Settings:
    connection = await asyncpg.connect(lone_database[1])
    try:
        await connection.execute("TRUNCATE signing_keys")
    finally:
        await connection.close()
    settings: Settings = make_settings(
        database={"url": SecretStr(lone_database[0]), "pool_size": 2}, tokens={"key_activation_seconds": 1}
    )
    return settings


@pytest.fixture
async def node(lone_settings: Settings) -> AsyncIterator[Runtime]:
    async with open_runtime(lone_settings) as runtime:
        yield runtime


async def stored(runtime: Runtime) -> list[SigningKeyRecord]:
    async with runtime.sessions() as session:
        return list(await session.scalars(select(SigningKeyRecord).order_by(SigningKeyRecord.active_from)))


async def test_processes_that_start_at_once_agree_on_one_first_key(lone_settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(open_runtime(lone_settings)) for _ in range(6)]
        rings = [SigningKeys(runtime) for runtime in nodes]
        await asyncio.gather(*(keys.load() for keys in rings))
        assert len(await stored(nodes[0])) == 1
        for signer in rings:
            token = sign(signer)
            for verifier in rings:
                assert (await verifier.verify(token, TokenType.ACCESS)).subject == "s"


async def test_a_rotation_fails_no_valid_token_on_any_node(lone_settings: Settings) -> None:
    slowly = lone_settings.tokens.model_copy(update={"key_activation_seconds": 3})
    settings = lone_settings.model_copy(update={"tokens": slowly})
    async with open_runtime(settings) as one, open_runtime(settings) as two:
        here, there = SigningKeys(one), SigningKeys(two)
        await here.load()
        await there.load()
        before = sign(here)
        checked, kids = 0, set()
        done = asyncio.Event()

        async def traffic(signer: SigningKeys, verifier: SigningKeys) -> None:
            nonlocal checked
            while not done.is_set():
                token = sign(signer)
                kids.add(token.partition(".")[0])
                await verifier.verify(token, TokenType.ACCESS)
                await verifier.verify(before, TokenType.ACCESS)
                checked += 1
                await asyncio.sleep(0.002)

        load = [asyncio.create_task(traffic(here, there)), asyncio.create_task(traffic(there, here))]
        await asyncio.sleep(0.1)
        new = await here.rotate()
        await there.load()  # as `run` does, before the new key signs
        assert {each["kid"] for each in here.ring.jwks()["keys"]} == {record.kid for record in await stored(one)}
        assert len(here.ring.jwks()["keys"]) == 2
        assert len(kids) == 1
        await asyncio.sleep((await stored(one))[-1].active_from.timestamp() - time.time() + 0.5)
        done.set()
        await asyncio.gather(*load)
        assert checked > 100
        assert len(kids) == 2
        assert (await stored(one))[-1].kid == new
        assert (await stored(one))[0].retired_at == (await stored(one))[-1].active_from


async def test_an_unknown_key_is_looked_for_at_most_once_in_a_while(
    node: Runtime, lone_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_runtime(lone_settings) as other:
        here, there = SigningKeys(node), SigningKeys(other)
        await here.load()
        await there.load()
        await there.rotate()
        await asyncio.sleep(1.1)
        token, reads = sign(there), []
        event.listen(node.engine.sync_engine, "checkout", lambda *_: reads.append(1))

        with pytest.raises(InvalidToken):
            await here.verify(token, TokenType.ACCESS)
        assert not reads, "it has just looked"

        monkeypatch.setattr(here, "_looked_at", time.monotonic() - module.RELOAD_SECONDS)
        found = await asyncio.gather(*(here.verify(token, TokenType.ACCESS) for _ in range(50)))
        assert len(found) == 50
        assert len(reads) == 1

        stranger = SigningKeys(node)
        stranger.ring.replace([SigningKey.generate(0) for _ in range(3)])
        for _ in range(50):
            with pytest.raises(InvalidToken):
                await here.verify(sign(stranger), TokenType.ACCESS)
        assert len(reads) == 1


async def test_a_retired_key_stands_until_its_last_token_has_expired(node: Runtime) -> None:
    keys = SigningKeys(node)
    await keys.load()
    old = sign(keys)
    await keys.rotate()
    first = (await stored(node))[0]
    life = timedelta(days=node.settings.tokens.refresh_days)

    async def retire(at: datetime) -> None:
        async with node.uow(TenantContext(GLOBAL_TENANT_ID)) as uow:
            await uow.session.execute(
                update(SigningKeyRecord).where(SigningKeyRecord.kid == first.kid).values(retired_at=at)
            )

    await retire(datetime.now(UTC) - life + timedelta(minutes=1))
    await keys.load()
    assert await keys.verify(old, TokenType.ACCESS)
    await retire(datetime.now(UTC) - life - timedelta(seconds=1))
    await keys.load()
    with pytest.raises(InvalidToken):
        await keys.verify(old, TokenType.ACCESS)
    await keys.rotate()
    assert first.kid not in {record.kid for record in await stored(node)}


async def test_keys_are_sealed_and_bound_to_their_row(node: Runtime, make_settings: Any) -> None:
    keys = SigningKeys(node)
    await keys.load()
    await keys.rotate()
    one, two = await stored(node)
    assert b"PRIVATE KEY" not in one.sealed_private_key
    async with node.uow(TenantContext(GLOBAL_TENANT_ID)) as uow:
        for record, sealed in ((one, two.sealed_private_key), (two, one.sealed_private_key)):
            await uow.session.execute(
                update(SigningKeyRecord).where(SigningKeyRecord.kid == record.kid).values(sealed_private_key=sealed)
            )
    with pytest.raises(UnreadableSecret):
        await SigningKeys(node).load()


async def test_a_node_with_other_secrets_does_not_start(node: Runtime, lone_settings: Settings) -> None:
    await SigningKeys(node).load()
    other = lone_settings.app.model_copy(update={"secret_keys": (SecretStr("another"),)})
    async with open_runtime(lone_settings.model_copy(update={"app": other})) as runtime:
        with pytest.raises(UnreadableSecret, match="SECRET_KEYS"):
            await SigningKeys(runtime).load()
    both = lone_settings.app.model_copy(update={"secret_keys": (SecretStr("another"), *lone_settings.app.secret_keys)})
    async with open_runtime(lone_settings.model_copy(update={"app": both})) as runtime:
        await SigningKeys(runtime).load()


async def test_the_known_keys_serve_on_while_the_database_is_away(
    node: Runtime, lone_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = SigningKeys(node)
    await keys.load()
    away = lone_settings.database.model_copy(update={"url": SecretStr("postgresql+asyncpg://x@127.0.0.1:1/x")})
    tries = 0

    async with open_runtime(lone_settings.model_copy(update={"database": away})) as nowhere:
        monkeypatch.setattr(module, "RELOAD_SECONDS", 0.01)
        monkeypatch.setattr(keys, "_runtime", nowhere)
        load = keys.load

        async def counted() -> None:
            nonlocal tries
            tries += 1
            await load()

        monkeypatch.setattr(keys, "load", counted)
        running = asyncio.create_task(keys.run())
        await asyncio.sleep(0.3)
        assert tries > 1
        assert not running.done()
        assert await keys.verify(sign(keys), TokenType.ACCESS)
        monkeypatch.setattr(keys, "_runtime", node)
        await module.SigningKeys(node).rotate()
        await asyncio.sleep(0.3)
        assert len(keys.ring.jwks()["keys"]) == 2
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_operator_tokens_are_short_lived(node: Runtime) -> None:
    keys = SigningKeys(node)
    await keys.load()
    claims = await keys.verify(issue_operator_token(keys, "ops@example.com", 3600), TokenType.OPERATOR)
    assert (claims.subject, claims.tenant_id, claims.session_id) == ("ops@example.com", None, None)
    assert claims.expires_at - claims.issued_at == 3600
    for seconds in (0, -1, 24 * 3600 + 1):
        with pytest.raises(OperatorTokenTooLong):
            issue_operator_token(keys, "ops@example.com", seconds)

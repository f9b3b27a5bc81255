"""Industry templates come with the migration, and change only by new versions."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from alembic import command
from pydantic import SecretStr

from specloom.ai.industries import compose_all
from specloom.core.runtime import open_runtime
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.crud.industry import publish, template_id
from specloom.vocabulary.identity import Industry, Jurisdiction
from specloom.vocabulary.industry import IndustryContent
from tests.migrations.scratch import Scratch, scratch_database


@pytest.fixture
def scratch() -> Iterator[Scratch]:
    with scratch_database() as database:
        yield database


async def test_packs_that_change_become_new_versions(scratch: Scratch, make_settings: Any) -> None:
    await asyncio.to_thread(command.upgrade, scratch.config, "0007")
    contents = compose_all()
    settings = make_settings(database={"url": SecretStr(scratch.app_url), "pool_size": 1})

    async with open_runtime(settings) as runtime:

        async def bring_in(all_: list[IndustryContent]) -> int:
            async with runtime.uow(TenantContext(GLOBAL_TENANT_ID)) as uow:
                return await uow.session.run_sync(lambda session: publish(session.connection(), all_))

        async def stored() -> list[tuple[Any, ...]]:
            async with scratch.connected() as connection:
                await connection.execute("BEGIN; ALTER TABLE industry_template_versions NO FORCE ROW LEVEL SECURITY")
                rows = await connection.fetch("SELECT * FROM industry_template_versions ORDER BY template_id, number")
                await connection.execute("ROLLBACK")
            for row in rows:
                kept = {name: json.loads(row[name]) for name in contents[0].versioned()}
                assert row["digest"] == replace(contents[0], **kept).digest(), "what is kept is what was written"
            return [(row["template_id"], row["number"], row["digest"]) for row in rows]

        first = await stored()
        assert {number for _, number, _ in first} == {1}
        assert {digest for _, _, digest in first} == {each.digest() for each in contents}
        assert len(first) == len(Industry) * len(Jurisdiction)
        assert await bring_in(contents) == 0

        changed = [replace(contents[0], domain_objects=["Something else"]), *contents[1:]]
        assert await bring_in(changed) == 1
        banking = template_id(contents[0].industry, contents[0].jurisdiction)
        assert set(await stored()) == {*first, (banking, 2, changed[0].digest())}
    await asyncio.to_thread(command.downgrade, scratch.config, "0006")

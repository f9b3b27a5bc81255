"""The index stays true when two workers write it at once, and when what it is made of changes meanwhile."""

import asyncio
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select, text

from specloom.ai.embedded_embed import EmbeddedEmbedder
from specloom.ai.embedding import DenseVector
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.search import IndexCrud, Place, SourceCrud
from specloom.models.search import SearchChunk
from specloom.services.search import indexing
from specloom.services.search.finding import digest
from specloom.services.search.indexing import Revision
from specloom.workers.tools import Tools
from tests.factories.conversations import begin_session, say
from tests.factories.documents import ask, work, write
from tests.factories.identity import Member, sign_up
from tests.factories.search import index, search

PARTS = ["# Boats\n\nBoats leave at dawn.\n", "# Fares\n\nFares are paid at the desk.\n"]


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> Member:
    return await sign_up(client)


async def changed(client: httpx2.AsyncClient, member: Member, document: dict[str, Any], **body: Any) -> None:
    answer = await client.patch(f"/api/v1/documents/{document['id']}", json=body, headers=member.headers)
    assert answer.status_code == 200, answer.text


async def read(runtime: Runtime, member: Member) -> list[Revision]:
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        revisions = await indexing.waiting(uow)
    indexing.revise(revisions)
    return revisions


async def test_a_worker_that_comes_late_undoes_nothing(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    document = await write(client, ada, title="Book", content="\n".join(PARTS))
    await index(runtime, tools, ada)
    await changed(client, ada, document, content="\n".join(["# News\n\nNone.\n", *PARTS]))
    (late,) = await read(runtime, ada)
    assert late.move
    await index(runtime, tools, ada)
    await changed(client, ada, document, content="\n".join(["# News\n\nA storm comes up.\n", *PARTS]))
    await index(runtime, tools, ada)
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert not await indexing.finish(uow, late)
        chunks = (await uow.session.scalars(select(SearchChunk))).all()
        places = {Place(each.resource, each.source_id, each.start, each.end): each for each in chunks}
        quoted = await SourceCrud(uow).quote(list(places))
    assert len(quoted) == len(chunks) == 3
    assert all(digest(quoted[place].passage) == chunk.sha256 for place, chunk in places.items())


async def test_a_worker_that_comes_late_settles_no_later_change(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    document = await write(client, ada, title="Book", content=PARTS[0])
    (late,) = await read(runtime, ada)
    await index(runtime, tools, ada)
    await changed(client, ada, document, content=PARTS[1])
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert not await indexing.finish(uow, late)
    await index(runtime, tools, ada)
    assert [each["id"] for each in await search(client, ada, "fares")] == [document["id"]]


async def test_a_worker_that_comes_late_leaves_nothing_behind(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    document = await write(client, ada, title="Book", content=PARTS[0])
    await index(runtime, tools, ada)
    await changed(client, ada, document, content=PARTS[1])
    (late,) = await read(runtime, ada)
    await changed(client, ada, document, content=PARTS[0])
    await index(runtime, tools, ada)
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert not await indexing.write(uow, late, late.add)
        assert await uow.session.scalar(text("SELECT count(*) FROM search_chunks")) == 1


async def test_what_stands_under_a_title_is_found_by_the_new_one(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    document = await write(client, ada, title="Book", content=PARTS[0])
    asked = await ask(client, ada, document["id"])
    assert await work(runtime, tools, ada, asked["job"]["id"]) == "completed"
    session = await begin_session(client, ada, title="Book")
    await say(client, ada, session["id"], "Boats are slow.")
    await index(runtime, tools, ada)
    await changed(client, ada, document, title="Lighthouse")
    answer = await client.patch(f"/api/v1/sessions/{session['id']}", json={"title": "Lighthouse"}, headers=ada.headers)
    assert answer.status_code == 200, answer.text
    await index(runtime, tools, ada)
    found = {each["kind"]: each["heading"].partition(" ")[0] for each in await search(client, ada, "lighthouse")}
    assert found == {"documents": "Lighthouse", "summaries": "Lighthouse", "messages": "Lighthouse"}


async def test_vectors_of_what_goes_at_this_moment_are_left_out(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    await write(client, ada, title="Book", content=PARTS[0])
    await index(runtime, tools, ada)
    context = TenantContext(ada.tenant_id)

    class Reader(EmbeddedEmbedder):
        model = "reader/2"

    async def keep(ids: list[UUID]) -> None:
        async with runtime.uow(context) as uow:
            await indexing.keep(uow, Reader(), ids, [DenseVector([1.0, 0.0])] * len(ids))

    async with runtime.uow(context) as uow:
        crud = IndexCrud(uow)
        await crud.hold()
        ids = list(await uow.session.scalars(select(SearchChunk.id)))
        await crud.remove(ids)
        keeping = asyncio.create_task(keep(ids))
        await asyncio.sleep(0.3)
    await keeping
    async with runtime.uow(context) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM search_vectors")) == 0

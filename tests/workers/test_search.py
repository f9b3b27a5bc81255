"""The jobs of search: a model reads what is new and nothing twice, and one model follows another without a gap."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from math import sqrt
from typing import Any

import httpx2
import pytest
from openai import AsyncOpenAI
from pydantic import SecretStr
from sqlalchemy import delete, select, text

from specloom.ai.embedders import Embedders, chosen_model
from specloom.ai.embedding import DenseVector, Excerpt, Vector
from specloom.ai.embedding.terms import terms
from specloom.ai.openai_client import OpenAISettings
from specloom.ai.openai_embed import OpenAIEmbedder
from specloom.ai.protocols import Ledger, Run, TransientEngineError
from specloom.core.config import LlmSettings
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.jobs import JobCrud
from specloom.models.jobs import Job
from specloom.models.search import SearchChange, SearchVector
from specloom.services import search as service
from specloom.vocabulary.search import FoundBy, SearchMode
from specloom.workers import runner
from specloom.workers.sweeper import Sweeper
from specloom.workers.tools import Tools
from tests.factories.documents import write
from tests.factories.identity import Member, sign_up
from tests.factories.search import index

MEANINGS = ({"boat", "ferry", "vessel"}, {"money", "fare", "refund"}, {"storm", "weather", "wind"})


@dataclass
class Reader:
    """A model that knows three things, and what it was given to read; some words it cannot stand."""

    model: str = "reader/3"
    dimensions: int | None = 3
    cannot_stand: str = "\x00"
    read: list[str] = field(default_factory=list)

    async def embed_documents(self, excerpts: Sequence[Excerpt], run: Run | None = None) -> list[Vector]:
        if any(self.cannot_stand in each.text for each in excerpts):
            raise TransientEngineError("the model is away")
        self.read += [each.text for each in excerpts]
        return [self._vector(each.text) for each in excerpts]

    async def embed_query(self, text: str, ledger: Ledger | None = None) -> Vector:
        return self._vector(text)

    def _vector(self, text: str) -> DenseVector:
        known = [{term.dimension for word in words for term in terms(word)} for words in MEANINGS]
        said = {term.dimension for term in terms(text)}
        counts = [0.1 + len(said & words) for words in known]
        length = sqrt(sum(count * count for count in counts))
        return DenseVector([count / length for count in counts])


@pytest.fixture
async def ada(client: httpx2.AsyncClient) -> Member:
    return await sign_up(client)


async def find(runtime: Runtime, member: Member, reader: Reader, query: str, **how: Any) -> list[service.Hit]:
    meaning = await service.understand(reader, query)
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        return await service.find(uow, query, meaning=meaning, **how)


async def test_what_means_the_same_is_found(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    reader = Reader()
    tools = replace(tools, embedder=reader)
    for content in ("Every vessel has a number.", "The fare is paid at the desk.", "In a storm nobody sails."):
        await write(client, ada, title=content.split()[1], content=content)
    await index(runtime, tools, ada)
    assert sorted(reader.read) == [
        "Every vessel has a number.",
        "In a storm nobody sails.",
        "The fare is paid at the desk.",
    ]
    found = await find(runtime, ada, reader, "ferry", mode=SearchMode.SEMANTIC)
    assert found[0].passage == "Every vessel has a number."
    assert found[0].found_by == [FoundBy.MEANING]
    both = await find(runtime, ada, reader, "refund at the desk")
    assert both[0].passage == "The fare is paid at the desk."
    assert both[0].found_by == [FoundBy.WORDS, FoundBy.MEANING]
    assert await find(runtime, ada, reader, "ferry", mode=SearchMode.KEYWORD) == []
    stranger = Reader(model="other/3")
    assert await find(runtime, ada, stranger, "zeppelin", mode=SearchMode.SEMANTIC) == [], "its vectors are others"


async def test_a_model_follows_another_without_a_gap(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    old, new = Reader(), Reader(model="better/3", cannot_stand="storm")
    document = await write(client, ada, title="Ferries", content="Every vessel has a number.")
    await write(client, ada, title="Weather", content="In a storm nobody sails.")
    await index(runtime, replace(tools, embedder=old), ada)
    assert len(await find(runtime, ada, old, "ferry", mode=SearchMode.SEMANTIC)) == 2

    # The settings name another model: the sweeper notices, and the first attempt fails half-way.
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        await service.refresh(uow, new.model)
        await service.refresh(uow, new.model)
        waiting = list(
            await uow.session.scalars(select(Job.id).where(Job.job_type == "embed_chunks", Job.status == "pending"))
        )
    assert len(waiting) == 1
    tools = replace(tools, embedder=new)
    assert await runner.execute(runtime, tools, ada.tenant_id, waiting[0]) == "retried"
    assert len(await find(runtime, ada, old, "ferry", mode=SearchMode.SEMANTIC)) == 2, "the old one still answers"
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert await service.serving_model(uow) == old.model
        await JobCrud(uow).release(waiting[0])
    new.cannot_stand = "\x00"
    await index(runtime, tools, ada)
    assert len(await find(runtime, ada, new, "ferry", mode=SearchMode.SEMANTIC)) == 2
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert await service.serving_model(uow) == new.model
        assert set(await uow.session.scalars(select(SearchVector.model))) == {new.model}

    # Only what reads otherwise is read again.
    new.read.clear()
    changed = "Every vessel has a number.\n\n# Fares\n\nThe fare is paid at the desk."
    url = f"/api/v1/documents/{document['id']}"
    assert (await client.patch(url, json={"content": changed}, headers=ada.headers)).status_code == 200
    await index(runtime, tools, ada)
    assert len(new.read) == 1


async def test_nothing_noticed_is_lost(client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member) -> None:
    """A change that no job waits for any more is found by the sweeper; a text that cannot be cut stops no other."""
    await write(client, ada, title="One", content="The first ferry.")
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        await uow.session.execute(delete(Job).where(Job.job_type == "update_index"))
    assert await index(runtime, tools, ada) == []
    await Sweeper(runtime).clean()
    (done,) = await index(runtime, tools, ada)
    assert done == {"texts": 1, "chunks": 1}
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert (await uow.session.scalars(select(SearchChange))).all() == []
        # Weighed by a former version of the engine: it is found as it is, and weighed anew.
        await uow.session.execute(text("UPDATE search_chunks SET model = 'older'"))
        assert len(await service.find(uow, "ferry")) == 1
        await service.refresh(uow, None)
    (done,) = await index(runtime, tools, ada)
    assert done == {"texts": 1, "chunks": 1}


async def test_many_changes_wait_for_one_job(
    client: httpx2.AsyncClient, runtime: Runtime, tools: Tools, ada: Member
) -> None:
    for number in range(3):
        await write(client, ada, title=f"Note {number}", content=f"Boat {sha256(bytes([number])).hexdigest()} leaves.")
    (done,) = await index(runtime, tools, ada)
    assert done == {"texts": 3, "chunks": 3}
    async with runtime.uow(TenantContext(ada.tenant_id)) as uow:
        assert len(await service.find(uow, "boat leaves", limit=2)) == 2


async def test_the_provider_is_asked_by_the_name_its_vectors_carry() -> None:
    settings = LlmSettings(engine="openai", api_key="k", embedding_model="small", embedding_dimensions=256)
    opened = OpenAIEmbedder(AsyncOpenAI(api_key="k"), OpenAISettings(api_key=SecretStr("k"), model="m"), "small", 256)
    assert chosen_model(settings) == opened.model
    async with Embedders(settings) as embedders:
        other = await embedders.of("large/512")
        assert other is not None
        assert (other.model, other.dimensions) == ("large/512", 512)
        assert await embedders.of("large/512") is other
    async with Embedders(LlmSettings(engine="embedded")) as embedders:
        assert await embedders.of("large/512") is None

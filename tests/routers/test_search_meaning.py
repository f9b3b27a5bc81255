"""Searching by meaning over HTTP: each question is paid for once, and words do where no model may be asked."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from specloom.ai import openai_embed
from specloom.core.config import Settings
from specloom.core.runtime import Runtime
from specloom.main import create_app
from specloom.workers.tools import open_tools
from tests.conftest import serve
from tests.factories.documents import write
from tests.factories.identity import Member, add_member, sign_up
from tests.factories.search import index
from tests.fakes.openai_server import FakeOpenAI, Fault

API = "/api/v1"


@pytest.fixture
def asking(make_settings: Any, fake: FakeOpenAI) -> Settings:
    llm = {"engine": "openai", "api_key": "sk", "base_url": fake.base_url, "embedding_dimensions": 256}
    chosen: Settings = make_settings(llm=llm)
    return chosen


@pytest.fixture
async def api(asking: Settings, runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    async with serve(create_app(asking)) as client:
        yield client


@pytest.fixture
async def ada(api: httpx2.AsyncClient, asking: Settings, runtime: Runtime) -> Member:
    """Whose only document was embedded."""
    member = await sign_up(api)
    await write(api, member, title="Fares", content="The fare is paid at the desk.")
    async with open_tools(asking) as tools:
        await index(runtime, tools, member)
    return member


async def search(api: httpx2.AsyncClient, member: Member) -> tuple[str, list[str]]:
    """The model that was asked, and the passages."""
    answer = await api.post(f"{API}/search", json={"query": "Where is the fare paid?"}, headers=member.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["model"], [each["passage"] for each in answer.json()["items"]]


async def spent_on_searches(api: httpx2.AsyncClient, member: Member) -> dict[str, Any]:
    report = (await api.get(f"{API}/usage?group_by=job_type", headers=member.headers)).json()
    return next((group for group in report["groups"] if group["key"] == "search"), {"tokens": 0, "calls": 0})


async def test_a_question_is_entered_as_what_the_provider_counts(
    api: httpx2.AsyncClient, ada: Member, fake: FakeOpenAI
) -> None:
    before = len(fake.requests)
    model, passages = await search(api, ada)
    assert (model, passages) == ("text-embedding-3-small/256", ["The fare is paid at the desk."])
    assert len(fake.requests) == before + 1
    spent = await spent_on_searches(api, ada)
    assert spent["calls"] == 1
    assert spent["tokens"] == spent["prompt_tokens"] > 0
    budget = (await api.get(f"{API}/usage/budget", headers=ada.headers)).json()
    total = (await api.get(f"{API}/usage", headers=ada.headers)).json()["total"]
    assert budget["spent"]["tokens"] == total["tokens"] > spent["tokens"], "the document was embedded, too"


async def test_a_question_that_nobody_answered_costs_nothing(
    api: httpx2.AsyncClient, ada: Member, fake: FakeOpenAI
) -> None:
    budget = (await api.get(f"{API}/usage/budget", headers=ada.headers)).json()
    fake.script(Fault("status", status=500))
    model, passages = await search(api, ada)
    assert (model, passages) == ("embedded-bm25-1", ["The fare is paid at the desk."])
    assert (await spent_on_searches(api, ada))["calls"] == 0
    assert (await api.get(f"{API}/usage/budget", headers=ada.headers)).json()["spent"] == budget["spent"]


async def test_without_a_budget_words_have_to_do(api: httpx2.AsyncClient, ada: Member, fake: FakeOpenAI) -> None:
    limit = await api.put(f"{API}/usage/budget", json={"tokens": 0}, headers=ada.headers)
    assert limit.status_code == 200, limit.text
    before = len(fake.requests)
    model, passages = await search(api, ada)
    assert (model, passages) == ("embedded-bm25-1", ["The fare is paid at the desk."])
    assert len(fake.requests) == before


async def test_a_question_costs_nothing_also_when_rights_change_before_it_fails(
    api: httpx2.AsyncClient, ada: Member, fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    member = await add_member(api, ada)
    monkeypatch.setattr(openai_embed, "QUERY_SECONDS", 1.0)
    fake.script(Fault("silence", seconds=3))
    before = len(fake.requests)
    asked = asyncio.create_task(search(api, ada))
    while len(fake.requests) == before:
        await asyncio.sleep(0.02)
    answer = await api.put(f"{API}/users/{member.user_id}/roles", json={"role_ids": []}, headers=ada.headers)
    assert answer.status_code == 200, answer.text
    assert (await asked)[0] == "embedded-bm25-1"
    assert (await spent_on_searches(api, ada))["calls"] == 0

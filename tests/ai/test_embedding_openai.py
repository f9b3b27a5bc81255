"""Vectors of a provider: within its limits, in order, of length 1, and paid for once."""

from decimal import Decimal
from math import hypot

import pytest
from openai import AsyncOpenAI
from pydantic import SecretStr

from specloom.ai import openai_embed
from specloom.ai.embedding import DenseVector, Excerpt
from specloom.ai.openai_client import TRIES, OpenAISettings, build_client
from specloom.ai.openai_embed import OpenAIEmbedder
from specloom.ai.openai_errors import (
    AuthenticationFailed,
    BadResponse,
    ProviderFailed,
    RateLimited,
    RequestRejected,
    TimedOut,
)
from tests.ai.recorder import RecordedRun
from tests.fakes.openai_server import FakeOpenAI, Fault

MODEL = "text-embedding-3-small"
TEXTS = ["The gate opens at dawn.", "Invoices are kept for ten years.", "The gate closes at dusk."]
EXCERPTS = [Excerpt(text, "Rules") for text in TEXTS]


@pytest.fixture
def embedder(client: AsyncOpenAI, settings: OpenAISettings) -> OpenAIEmbedder:
    return OpenAIEmbedder(client, settings, MODEL, 64)


def likeness(one: object, other: object) -> float:
    assert isinstance(one, DenseVector)
    assert isinstance(other, DenseVector)
    return sum(a * b for a, b in zip(one.values, other.values, strict=True))


async def test_texts_and_queries_become_vectors_of_length_one(fake: FakeOpenAI, embedder: OpenAIEmbedder) -> None:
    run = RecordedRun()
    vectors = await embedder.embed_documents(EXCERPTS, run)
    query = await embedder.embed_query("when does the gate open")

    assert (embedder.model, embedder.dimensions) == ("text-embedding-3-small/64", 64)
    for vector in (*vectors, query):
        assert isinstance(vector, DenseVector)
        assert len(vector.values) == 64
        assert hypot(*vector.values) == pytest.approx(1)
    assert likeness(query, vectors[0]) > likeness(query, vectors[1])

    documents, asked = (seen.body for seen in fake.requests)
    assert documents["input"] == [f"Rules\n\n{text}" for text in TEXTS]
    assert (documents["model"], documents["dimensions"]) == (MODEL, 64)
    assert asked["input"] == ["when does the gate open"]
    # 2 cents for a million tokens; nobody paid for the query.
    assert run.usage.calls == 1
    assert run.usage.cost == Decimal("0.02") * run.usage.prompt_tokens / 1_000_000
    assert set(run.models.values()) == {MODEL}


async def test_a_query_is_paid_for_once_in_a_job(fake: FakeOpenAI, embedder: OpenAIEmbedder) -> None:
    run = RecordedRun()
    first = await embedder.embed_query("when does the gate open", run)
    again = await embedder.embed_query("when does the gate open", run)
    assert likeness(first, again) == pytest.approx(1)
    assert len(fake.requests) == run.usage.calls == 1


async def test_many_texts_go_in_several_calls_and_keep_their_order(
    fake: FakeOpenAI, embedder: OpenAIEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openai_embed, "MOST_TEXTS_A_CALL", 2)
    run = RecordedRun()
    several = await embedder.embed_documents(EXCERPTS, run)
    assert sorted(len(seen.body["input"]) for seen in fake.requests) == [1, 2]
    assert run.usage.calls == 2
    assert len(run.kept) == 2
    for excerpt, vector in zip(EXCERPTS, several, strict=True):
        (alone,) = await embedder.embed_documents([excerpt])
        assert likeness(alone, vector) == pytest.approx(1)


async def test_texts_that_the_provider_would_refuse_are_made_readable(
    fake: FakeOpenAI, embedder: OpenAIEmbedder
) -> None:
    texts = ["", " \n", "long " * 20_000, "支付" * 9_000, "half a \ud83d pair"]
    assert len(await embedder.embed_documents([Excerpt(text) for text in texts])) == len(texts)
    assert await embedder.embed_query("")
    assert await embedder.embed_documents([]) == []
    sent = fake.requests[0].body["input"]
    assert all(text.strip() for text in sent)
    assert len(sent[2]) > 30_000


@pytest.mark.usefixtures("hasty")
async def test_what_passes_is_tried_again_and_paid_once(fake: FakeOpenAI, embedder: OpenAIEmbedder) -> None:
    run = RecordedRun()
    fake.script(Fault("status", status=503), Fault("cut"))
    assert len(await embedder.embed_documents(EXCERPTS, run)) == 3
    assert len(fake.requests) == TRIES
    # The answer that lacked a text was paid for as well.
    assert run.usage.calls == 2


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("fault", "error", "tries"),
    [
        (Fault("status", status=503), ProviderFailed, TRIES),
        (Fault("status", status=429, code="rate_limit_exceeded", headers={"retry-after": "60"}), RateLimited, 1),
        (Fault("status", status=401, code="invalid_api_key"), AuthenticationFailed, 1),
        (Fault("cut"), BadResponse, TRIES),
        (Fault("garbage"), BadResponse, TRIES),
    ],
    ids=lambda each: each.kind if isinstance(each, Fault) else None,
)
async def test_what_goes_wrong_is_told_apart(
    fake: FakeOpenAI, embedder: OpenAIEmbedder, fault: Fault, error: type[Exception], tries: int
) -> None:
    fake.script(*[fault] * TRIES)
    with pytest.raises(error) as raised:
        await embedder.embed_documents(EXCERPTS)
    assert len(fake.requests) == tries
    assert "gate" not in str(raised.value)


async def test_a_query_waits_for_nobody(
    fake: FakeOpenAI, embedder: OpenAIEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.script(Fault("silence", seconds=0.3))
    with monkeypatch.context() as impatient:
        impatient.setattr(openai_embed, "QUERY_SECONDS", 0.05)
        with pytest.raises(TimedOut):
            await embedder.embed_query("gate")
    fake.script(Fault("status", status=503))
    with pytest.raises(ProviderFailed):
        await embedder.embed_query("gate")
    assert len(fake.requests) == 2


async def test_a_model_that_cannot_give_so_few_numbers_is_named(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.fakes.openai_embeddings._vector", lambda *_: [1.0] * 100)
    with pytest.raises(RequestRejected, match=r"local-model gives 100 .* OPENAI_EMBEDDING_DIMENSIONS"):
        await OpenAIEmbedder(client, settings, "local-model", 64).embed_query("gate")


async def test_azure_is_asked_by_deployment(fake: FakeOpenAI) -> None:
    azure = OpenAISettings(SecretStr("sk"), "chat", azure_endpoint=fake.url)
    async with build_client(azure) as client:
        await OpenAIEmbedder(client, azure, "our-embeddings", 64).embed_query("gate")
    assert fake.requests[0].path == "/openai/deployments/our-embeddings/embeddings"

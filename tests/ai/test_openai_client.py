"""How the model is reached, what is sent, and how each call comes into the ledger."""

import asyncio
import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
import stamina
import structlog
from openai import AsyncAzureOpenAI, AsyncOpenAI
from pydantic import SecretStr

from specloom.ai.openai_client import Chat, OpenAISettings, build_client, step_name
from specloom.ai.openai_errors import AuthenticationFailed
from specloom.ai.prices import Price
from specloom.ai.prompts import Points
from specloom.ai.protocols import Turn, Usage
from tests.ai.recorder import RecordedRun, Stopped
from tests.fakes.openai_server import FakeOpenAI, Fault

TURNS = [Turn("system", "Note the points."), Turn("user", "[1] It logs requests.\n[2] It keeps them.")]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(key="sk-right") as fake:
        yield fake


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    return OpenAISettings(SecretStr("sk-right"), "gpt-6-luna", base_url=fake.base_url, timeout=5.0)


async def test_a_structured_answer(fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings) -> None:
    run = RecordedRun()
    answer = await Chat(client, settings).structured(run, "read", TURNS, Points)

    assert [(point.text, point.sources) for point in answer.value.points] == [
        ("It logs requests.", [1]),
        ("It keeps them.", [2]),
    ]
    body = fake.requests[0].body
    assert body["model"] == "gpt-6-luna"
    assert body["messages"] == [{"role": turn.role, "content": turn.content} for turn in TURNS]
    assert body["max_completion_tokens"] == settings.max_output_tokens
    assert body["response_format"]["json_schema"]["strict"] is True
    assert "tools" not in body
    assert "functions" not in body


async def test_the_call_is_kept_once_with_what_the_provider_counted(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    run = RecordedRun()
    answer = await Chat(client, settings).text(run, "write", TURNS, run.delta)

    assert list(run.kept) == ["write"]
    assert run.models == {"write": "gpt-6-luna"}
    usage = run.usage
    assert usage == answer.usage
    assert usage.calls == 1
    # gpt-6-luna: 10 cents and 50 cents for a million tokens.
    assert usage.cost == (Decimal("0.10") * usage.prompt_tokens + Decimal("0.50") * usage.completion_tokens) / 1_000_000


async def test_a_kept_call_is_not_paid_again(fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings) -> None:
    chat, first = Chat(client, settings), RecordedRun()
    text = await chat.text(first, "write", TURNS, first.delta)
    points = await chat.structured(first, "read", TURNS, Points)
    fake.reset()

    # What a run keeps goes through JSON in a database.
    second = RecordedRun(kept=json.loads(json.dumps(first.kept)))
    assert await chat.text(second, "write", TURNS, second.delta) == text
    assert await chat.structured(second, "read", TURNS, Points) == points

    assert not fake.requests
    assert second.usage == Usage()
    assert second.deltas == [text.value]


async def test_azure(fake: FakeOpenAI) -> None:
    settings = OpenAISettings(
        SecretStr("sk-right"), "our-deployment", azure_endpoint=fake.url, azure_api_version="2024-10-21"
    )
    run = RecordedRun()
    async with build_client(settings) as client:
        assert isinstance(client, AsyncAzureOpenAI)
        prices = {"our-deployment": Price(Decimal(1), Decimal(1), Decimal(1))}
        answer = await Chat(client, settings, prices).text(run, "write", TURNS, run.delta)

    assert answer.value == run.text
    seen = fake.requests[0]
    assert seen.path == "/openai/deployments/our-deployment/chat/completions"
    assert seen.query == {"api-version": "2024-10-21"}
    assert seen.headers["api-key"] == "sk-right"
    assert "sk-right" not in seen.headers.get("authorization", "")
    assert answer.usage.cost == Decimal(answer.usage.tokens) / 1_000_000


async def test_a_compatible_server_that_counts_nothing() -> None:
    with FakeOpenAI(usage=False) as other, FakeOpenAI() as counting:
        usages = []
        for server in (other, counting):
            settings = OpenAISettings(SecretStr("anything"), "llama-4", base_url=server.base_url)
            run = RecordedRun()
            async with build_client(settings) as client:
                await Chat(client, settings).text(run, "write", TURNS, run.delta)
            usages.append(run.usage)
    assert usages[0] == usages[1]
    assert usages[0].tokens > 0
    assert usages[0].cost is None, "nobody knows the price of this model"


async def test_a_fenced_answer_of_a_simple_server(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    fake.script(Fault("say", text='```json\n{"points": []}\n```\n'))
    answer = await Chat(client, settings).structured(RecordedRun(), "read", TURNS, Points)
    assert answer.value.points == []


async def test_a_wrong_key(settings: OpenAISettings) -> None:
    wrong = replace(settings, api_key=SecretStr("sk-wrong"))
    async with build_client(wrong) as client:
        with pytest.raises(AuthenticationFailed) as caught:
            await Chat(client, wrong).structured(RecordedRun(), "read", TURNS, Points)
    assert "sk-wrong" not in f"{caught.value}{settings!r}{wrong!r}"


async def test_retries_are_logged_without_the_prompt(
    fake: FakeOpenAI,
    client: AsyncOpenAI,
    settings: OpenAISettings,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    fake.script(Fault("status", status=500), Fault("say", text="TURNS"))
    caplog.set_level(logging.INFO)
    stamina.instrumentation.set_on_retry_hooks(None)  # a logger that was used before is not captured
    with structlog.testing.capture_logs() as logged, stamina.set_testing(True, attempts=3):
        await Chat(client, settings).structured(RecordedRun(), "read", TURNS, Points)

    assert [entry["event"] for entry in logged] == ["stamina.retry_scheduled"] * 2
    told = f"{logged}{caplog.text}{''.join(capsys.readouterr())}"
    assert "ProviderFailed" in told
    for secret in ("sk-right", "Note the points", "It logs requests"):
        assert secret not in told


async def test_text_arrives_while_it_is_written(settings: OpenAISettings) -> None:
    with FakeOpenAI(delay=0.02) as slow:
        slow_settings = replace(settings, base_url=slow.base_url)
        pieces: list[str] = []

        async def write(text: str) -> None:
            pieces.append(text)
            raise Stopped

        async with build_client(slow_settings) as client:
            with pytest.raises(Stopped):
                await Chat(client, slow_settings).text(RecordedRun(), "write", TURNS, write)
    assert len(pieces) == 1


async def test_a_cancelled_call_ends_at_once(fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings) -> None:
    fake.script(Fault("silence", seconds=4))
    run = RecordedRun()
    task = asyncio.create_task(Chat(client, settings).structured(run, "read", TURNS, Points))
    while not fake.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 30)
    assert not run.kept


@pytest.mark.parametrize(
    "values", [{"timeout": 0.0}, {"timeout": 400.0}, {"max_output_tokens": 0}, {"context_tokens": 8_000}]
)
def test_settings_that_cannot_work(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        OpenAISettings(SecretStr("sk"), "gpt-6-luna", **values)  # type: ignore[arg-type]


def test_a_step_is_named_after_all_that_is_asked() -> None:
    assert step_name("read", "a", "b") == step_name("read", "a", "b")
    assert len({step_name("read", "a", "b"), step_name("read", "ab", ""), step_name("write", "a", "b")}) == 3

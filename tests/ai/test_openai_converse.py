"""A conversation: streamed, resumed, and cut to what the model can read."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from openai import AsyncOpenAI
from pydantic import SecretStr

from specloom.ai.openai_client import OpenAISettings
from specloom.ai.openai_converse import OpenAIConverser
from specloom.ai.openai_errors import ContextTooLong, StreamCut
from specloom.ai.protocols import Turn, Usage
from tests.ai.recorder import RecordedRun
from tests.fakes.openai_server import FakeOpenAI, Fault

TALK = [
    Turn("system", "You help to find requirements."),
    Turn("user", "We run a warehouse."),
    Turn("assistant", "What must never go wrong there?"),
    Turn("user", "A picker must never be sent to an empty shelf."),
]


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(delay=0.01) as fake:
        yield fake


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    return OpenAISettings(SecretStr("sk"), "gpt-6-luna", base_url=fake.base_url, timeout=5.0)


async def test_the_reply_is_streamed(fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings) -> None:
    run = RecordedRun()
    reply = await OpenAIConverser(client, settings).reply(TALK, run)

    assert "A picker must never be sent to an empty shelf." in reply.text
    assert reply.text == run.text
    assert reply.model == "gpt-6-luna"
    assert reply.usage == run.usage
    assert reply.usage.calls == 1
    assert 1 < len(run.deltas) < 15, "pieces are paced by time, not by token"
    assert fake.requests[0].body["messages"] == [{"role": turn.role, "content": turn.content} for turn in TALK]


async def test_a_resumed_job_does_not_ask_again(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    converser, first = OpenAIConverser(client, settings), RecordedRun()
    reply = await converser.reply(TALK, first)
    second = RecordedRun(kept=first.kept)
    assert await converser.reply(TALK, second) == reply
    assert second.text == reply.text
    assert second.usage == Usage()
    assert len(fake.requests) == 1

    await converser.reply([*TALK, Turn("assistant", reply.text), Turn("user", "In seconds.")], second)
    assert len(fake.requests) == 2, "another last turn is another question"


async def test_after_a_cut_the_next_attempt_starts_the_text_over(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    converser, first = OpenAIConverser(client, settings), RecordedRun()
    fake.script(Fault("cut", chunks=8))
    with pytest.raises(StreamCut):
        await converser.reply(TALK, first)
    assert len(fake.requests) == 1
    assert first.text

    second = RecordedRun(kept=first.kept)
    reply = await converser.reply(TALK, second)
    assert second.text == reply.text
    assert reply.text.startswith(first.text)


async def test_a_long_conversation_keeps_the_system_and_the_latest_turns(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    small = replace(settings, context_tokens=600, max_output_tokens=200)
    turns = [TALK[0], *(Turn("user", f"Fact {number}: {'shelf ' * 40}") for number in range(20)), TALK[3]]
    turns.insert(10, Turn("system", "Stay brief."))
    await OpenAIConverser(client, small).reply(turns, RecordedRun())

    sent = fake.requests[0].contents
    assert sent[:2] == [TALK[0].content, "Stay brief."]
    assert sent[-1] == TALK[3].content
    kept = len(sent) - 3
    assert sent[2:-1] == [turn.content for turn in turns[-1 - kept : -1]]
    assert 5 <= kept <= 7


async def test_a_turn_that_is_too_long_for_the_model(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    small = replace(settings, context_tokens=600, max_output_tokens=200)
    with pytest.raises(ContextTooLong):
        await OpenAIConverser(client, small).reply([*TALK, Turn("user", "shelf " * 500)], RecordedRun())
    assert not fake.requests

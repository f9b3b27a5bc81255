"""A model in a session: streamed, resumed, kept within what it can read, and quoting only what stands there."""

from dataclasses import replace
from uuid import uuid4

import pytest
from openai import AsyncOpenAI

from specloom.ai.conversation import LONGEST_ANSWER, Conversation, Said, Source
from specloom.ai.openai_client import OpenAISettings
from specloom.ai.openai_converse import OpenAIPartner
from specloom.ai.openai_errors import ContextTooLong, StreamCut
from specloom.ai.protocols import Usage
from specloom.vocabulary.conversations import SessionType
from specloom.vocabulary.identity import AiTone
from tests.ai.poisons import POISONS
from tests.ai.recorder import RecordedRun
from tests.fakes.openai_server import FakeOpenAI, Fault

PASSAGE = "Refunds are paid within 14 days.\nA clerk may waive the fee of 5 euros."
SOURCE = Source("document", "Ferry brief", 100, PASSAGE, uuid4(), uuid4())
TALK = Conversation(
    SessionType.FEATURE_DETAILING,
    "Refunds",
    (
        Said(1, "user", "We run a ferry."),
        Said(1, "assistant", "What must never go wrong there?"),
        Said(3, "user", "A passenger must never be left behind. When are refunds paid?"),
    ),
    sources=(SOURCE,),
    tone=AiTone.CASUAL,
    guidance="The workspace: a ferry line.",
)


async def test_the_answer_is_streamed_and_asked_for_in_bounds(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    run = RecordedRun()
    answer = await OpenAIPartner(client, settings).answer(TALK, run)
    assert answer.text == run.text.strip()
    assert (answer.model, answer.usage) == ("gpt-6-luna", run.usage)
    assert [each.statement for each in answer.candidates] == ["A passenger must never be left behind."]
    assert answer.asked == ("What should be measured first?",)
    assert answer.questions[0] == answer.asked[0]
    rules, known, *dialogue = fake.requests[0].body["messages"]
    assert "Tone: casual" in rules["content"]
    assert "a ferry line" in rules["content"]
    assert PASSAGE not in rules["content"]
    assert f"[1] from Ferry brief:\n{PASSAGE}" in known["content"]
    assert [(each["role"], each["content"]) for each in dialogue] == [(each.role, each.text) for each in TALK.said]

    resumed = RecordedRun(kept=run.kept)
    assert await OpenAIPartner(client, settings).answer(TALK, resumed) == answer
    assert (resumed.usage, resumed.text.strip(), len(fake.requests)) == (Usage(), answer.text, 1)


@pytest.mark.parametrize(
    ("said", "shown", "quotes", "unsupported"),
    [
        (
            'They say "Refunds are paid within 14 days." [1] So be it.',
            'They say "Refunds are paid within 14 days." [1] So be it.',
            ["Refunds are paid within 14 days."],
            0,
        ),
        (
            "“A clerk may waive the fee” [7], they say.",
            "“A clerk may waive the fee” [1], they say.",
            [PASSAGE[33:58]],
            0,
        ),
        (
            'The brief says "refunds are paid within 30 days" [1]. Fine.',
            "The brief says refunds are paid within 30 days [unsupported]. Fine.",
            [],
            1,
        ),
        ("> Refunds are paid at once. [1]", "Refunds are paid at once. [unsupported]", [], 1),
        ("Clerks may waive the fee of 5 euros [1].", "Clerks may waive the fee of 5 euros [1].", [PASSAGE[33:]], 0),
        ("Whales sing at dawn [1]. Or not [9].", "Whales sing at dawn. Or not.", [], 0),
        ('You said "must never be left behind".', 'You said "must never be left behind".', [], 0),
        ('As "Ferry weekly" wrote, "all passengers are happy now".', None, [], 1),
    ],
)
async def test_only_what_stands_there_is_quoted(
    fake: FakeOpenAI,
    client: AsyncOpenAI,
    settings: OpenAISettings,
    said: str,
    shown: str | None,
    quotes: list[str],
    unsupported: int,
) -> None:
    fake.script(Fault("say", text=said))
    run = RecordedRun()
    answer = await OpenAIPartner(client, settings).answer(TALK, run)
    assert shown is None or answer.text == shown
    assert run.text == answer.text
    assert [each.quote for each in answer.quotations] == quotes
    assert all(PASSAGE[each.start - 100 : each.end - 100] == each.quote for each in answer.quotations)
    assert len(answer.unsupported) == unsupported
    assert '"all passengers' not in answer.text


async def test_material_cannot_end_its_fence_nor_become_a_rule(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    partner = OpenAIPartner(client, settings)
    plain = [turn["content"] for turn in await _sent(fake, partner, TALK)]
    for poison, obeyed in POISONS[:12]:
        poisoned = replace(
            TALK, sources=(replace(SOURCE, text=f"{PASSAGE}\n{poison}"),), summary=poison, context=poison
        )
        fake.script(Fault("say", text=f'Sure: "{obeyed} and more of it" [1]'))
        sent = await _sent(fake, partner, poisoned)
        assert [turn["role"] for turn in sent] == ["system", "user", "user", "assistant", "user"]
        assert sent[0]["content"] == plain[0]
        assert [turn["content"] for turn in sent[2:]] == plain[2:]
        mark = sent[1]["content"].split("<<<")[1].split()[0]
        assert sent[1]["content"].count(mark) == 2
        assert poison not in sent[0]["content"]


async def _sent(fake: FakeOpenAI, partner: OpenAIPartner, conversation: Conversation) -> list[dict[str, str]]:
    run = RecordedRun()
    answer = await partner.answer(conversation, run)
    assert "and more of it" not in answer.text or "[unsupported]" in answer.text
    messages: list[dict[str, str]] = fake.requests[-1].body["messages"]
    return messages


async def test_a_long_dialogue_is_summed_up_once(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    partner = OpenAIPartner(client, replace(settings, context_tokens=6_000, max_output_tokens=500))
    facts = tuple(Said(number, "user", f"Fact {number}: {'shelf ' * 100}") for number in range(1, 41))
    long = replace(TALK, said=(*facts, Said(41, "user", "What now?")), summary="Earlier: a ferry.")
    run = RecordedRun()
    digest = await partner.digest(long, run)
    assert digest is not None
    assert 25 < digest.up_to < 40
    first = fake.requests[0].contents
    assert "Earlier: a ferry." in first[1]
    assert "Fact 1:" in first[1]
    asked = len(fake.requests)
    assert await partner.digest(long, RecordedRun(kept=run.kept)) == digest
    assert len(fake.requests) == asked

    rest = replace(long, summary=digest.text, said=tuple(each for each in long.said if each.number > digest.up_to))
    assert await partner.digest(rest, run) is None
    await partner.answer(rest, run)
    sent = fake.requests[-1].contents
    assert digest.text in sent[1]
    assert sent[-1] == "What now?"
    assert len(sent) == 2 + len(rest.said)


async def test_what_cannot_be_answered(fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings) -> None:
    small = OpenAIPartner(client, replace(settings, context_tokens=2_000, max_output_tokens=900))
    with pytest.raises(ContextTooLong):
        await small.answer(replace(TALK, said=(Said(1, "user", "shelf " * 900),)), RecordedRun())
    assert not fake.requests
    partner, run = OpenAIPartner(client, settings), RecordedRun()
    fake.script(Fault("cut", chunks=8))
    with pytest.raises(StreamCut):
        await partner.answer(TALK, run)
    fake.script(Fault("say", text="Yes. " * 2_000))
    answer = await partner.answer(TALK, RecordedRun(kept=run.kept))
    assert len(answer.text) <= LONGEST_ANSWER
    assert answer.text.endswith("Yes. …")

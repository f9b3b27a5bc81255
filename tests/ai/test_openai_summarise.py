"""Summaries by the model: traced to their sources, mapped and reduced, resumed without paying twice."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
import stamina
from openai import AsyncOpenAI
from pydantic import SecretStr

from specloom.ai.openai_calls import CONCURRENT_CALLS
from specloom.ai.openai_client import OpenAISettings, build_client
from specloom.ai.openai_errors import AuthenticationFailed, ContextTooLong, ProviderFailed, StreamCut
from specloom.ai.openai_summarise import OpenAISummariser
from specloom.ai.protocols import SummaryFormat, SummaryResult, Usage
from tests.ai.hall_book import CHAPTERS, LONG, TASK, request, sources
from tests.ai.recorder import RecordedRun, Stopped
from tests.fakes.openai_server import FakeOpenAI, Fault


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(context_tokens=1_500) as fake:
        yield fake


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    """The fake refuses what does not fit its context, as the real one does."""
    secret = SecretStr("sk")
    return OpenAISettings(secret, "gpt-6-luna", base_url=fake.base_url, context_tokens=1_500, max_output_tokens=400)


async def test_a_short_text_is_read_in_one_streamed_call(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    run, asked = RecordedRun(), request(CHAPTERS)
    result = await summariser.summarise(asked, run)

    assert len(fake.requests) == 1
    assert fake.requests[0].body["stream"] is True
    assert run.text == result.text
    assert "[" not in result.text
    assert sources(result, asked) == {said: [said] for said in sources(result, asked)}
    assert all(sentence.supported for sentence in result.sentences)
    assert result.model == summariser.model == "gpt-6-luna"
    assert result.usage == run.usage
    assert result.usage.calls == 1
    assert result.omitted == ()
    assert run.fractions == sorted(run.fractions)


@pytest.mark.parametrize("summary_format", SummaryFormat)
async def test_the_format_is_asked_for_and_kept(
    fake: FakeOpenAI, summariser: OpenAISummariser, summary_format: SummaryFormat
) -> None:
    result = await summariser.summarise(request(CHAPTERS, replace(TASK, format=summary_format)), RecordedRun())
    lines = [line for line in result.text.split("\n") if line]
    assert "Format: " in fake.requests[0].contents[1]
    starts = {line[:2] for line in lines}
    if summary_format is SummaryFormat.PARAGRAPHS:
        assert not starts & {"- ", "##"}
        assert "\n\n" in result.text
    else:
        assert starts == ({"- "} if summary_format is SummaryFormat.BULLETS else {"- ", "##"})
    statements = [result.text[sentence.start : sentence.end] for sentence in result.sentences]
    assert not any(statement.startswith(("-", "#")) for statement in statements)
    assert len(statements) == 7


async def test_sentences_without_good_marks_are_anchored_or_unsupported(
    fake: FakeOpenAI, summariser: OpenAISummariser
) -> None:
    said = (
        "Each parcel is weighed. [3] "
        "The sorter reads 1200 labels per hour. [99] "  # no such sentence, but clearly there
        "A label that cannot be read goes to a person. "  # no mark at all
        "Staff morale is excellent. "  # nowhere
        "Parcels above 35 kg go to the heavy lane. [4] "  # a number the text does not have
        "It was painted in 2021-03. [10]"  # the same month, written otherwise
    )
    fake.script(Fault("say", text=said))
    asked = request(CHAPTERS)
    result = await summariser.summarise(asked, RecordedRun())
    assert sources(result, asked) == {
        "Each parcel is weighed.": ["Each parcel is weighed."],
        "The sorter reads 1200 labels per hour.": ["The sorter reads 1,200 labels per hour."],
        "A label that cannot be read goes to a person.": ["A label that cannot be read goes to a person."],
        "Staff morale is excellent.": [],
        "Parcels above 35 kg go to the heavy lane.": [],
        "It was painted in 2021-03.": ["It was painted in March 2021."],
    }


async def test_sections_nothing_stands_on_are_named(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    fake.script(Fault("say", text="Each parcel is weighed. [3]"))
    asked = request(CHAPTERS)
    result = await summariser.summarise(asked, RecordedRun())
    assert [omission.label for omission in result.omitted] == ["Sorting", "History"]
    assert asked.text[result.omitted[0].start : result.omitted[0].end].startswith("# Sorting")


async def test_a_long_text_is_read_in_parts(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    run = RecordedRun()
    result = await summariser.summarise(LONG, run)

    kinds = Counter(step.split("-")[0] for step in run.kept)
    assert kinds["read"] > 4
    assert kinds["condense"] >= 1
    assert kinds["write"] == 1
    assert len(fake.requests) == sum(kinds.values()) == run.usage.calls, "no call failed, all fit the context"
    assert result.usage == run.usage
    assert run.text == result.text
    assert len(result.sentences) > 3
    for said, stands_on in sources(result, LONG).items():
        assert said in stands_on
    assert run.fractions == sorted(run.fractions)
    # Every sentence of the document was shown once, under one number.
    shown = [line for seen in fake.requests if "A part of" in seen.contents[2] for line in numbered(seen.contents[2])]
    assert sorted(int(line.split("]")[0][1:]) for line in shown) == list(range(1, 30 * 21 + 1))


def numbered(material: str) -> list[str]:
    return re.findall(r"^\[\d+\] .*$", material, re.MULTILINE)


async def test_no_more_than_a_few_calls_at_once(settings: OpenAISettings) -> None:
    with FakeOpenAI(delay=0.001) as fake:
        here = replace(settings, base_url=fake.base_url)
        async with build_client(here) as client:
            await OpenAISummariser(client, here).summarise(LONG, RecordedRun())
    assert fake.most_streaming == CONCURRENT_CALLS


async def whole_work(summariser: OpenAISummariser) -> tuple[SummaryResult, RecordedRun]:
    run = RecordedRun()
    return await summariser.summarise(LONG, run), run


async def test_a_crash_at_any_point_is_resumed_without_paying_twice(
    fake: FakeOpenAI, summariser: OpenAISummariser, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Random marks differ by a token or two; with a fixed one the sums must be equal to the token.
    monkeypatch.setattr("secrets.token_hex", lambda _: "0123456789abcdef")
    expected, undisturbed = await whole_work(summariser)

    for stop_after in range(1, undisturbed.calls, 23):
        crashed = RecordedRun(stop_after=stop_after)
        with pytest.raises(Stopped):
            await summariser.summarise(LONG, crashed)
        await asyncio.sleep(0.1)  # what was asked side by side and called off is still on its way
        fake.reset()

        resumed = RecordedRun(kept=json.loads(json.dumps(crashed.kept)))
        result = await summariser.summarise(LONG, resumed)

        assert len(fake.requests) == len(undisturbed.kept) - len(crashed.kept)
        assert crashed.usage + resumed.usage == undisturbed.usage
        assert result == expected, "the result tells what the whole summary cost"
        assert resumed.text == expected.text


async def test_another_template_takes_nothing_of_what_was_kept(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    _, run = await whole_work(summariser)
    fake.reset()
    other = replace(LONG, instruction=replace(TASK, prompt="List the risks."))
    again = RecordedRun(kept=dict(run.kept))
    await summariser.summarise(other, again)
    assert len(fake.requests) == again.usage.calls > 0
    assert len(again.kept) == 2 * len(run.kept)


async def test_parts_under_way_are_finished_and_kept_when_one_fails(
    fake: FakeOpenAI, summariser: OpenAISummariser
) -> None:
    fake.script(Fault("drip", seconds=0.01), Fault("drip", seconds=0.01), *[Fault("status", status=500)] * 4)
    run = RecordedRun()
    with stamina.set_testing(True, attempts=1), pytest.raises(ProviderFailed):
        await summariser.summarise(LONG, run)
    assert len(run.kept) == run.usage.calls == 2
    assert len(fake.requests) == CONCURRENT_CALLS, "no call is begun after a failure"


async def test_what_will_never_work_outweighs_what_may_pass(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    fake.script(Fault("status", status=500), Fault("status", status=401), Fault("status", status=500))
    with stamina.set_testing(True, attempts=1), pytest.raises(AuthenticationFailed):
        await summariser.summarise(LONG, RecordedRun())


async def test_points_that_name_no_shown_sentence_are_dropped(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    points = {"points": [{"text": "The moon is cheese.", "sources": []}, {"text": "So is Mars.", "sources": [0, 9999]}]}
    fake.script(Fault("say", text=json.dumps(points)))
    result = await summariser.summarise(LONG, RecordedRun())
    assert not any("moon" in content or "Mars" in content for seen in fake.requests for content in seen.contents)
    assert "cheese" not in result.text


async def test_notes_that_do_not_shrink_are_given_up(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    """A model whose notes stay as long as they were must not be asked for ever."""
    tiny = replace(settings, context_tokens=1_000)
    wordy = {"points": [{"text": "crate " * 90, "sources": list(range(1, 200))}]}
    fake.script(*[Fault("say", text=json.dumps(wordy))] * 40)
    stock = " ".join(f"Shelf {shelf} holds {shelf * 7} crates." for shelf in range(60))
    with pytest.raises(ContextTooLong):
        await OpenAISummariser(client, tiny).summarise(request({"Stock": stock}), RecordedRun())
    assert 4 < len(fake.requests) < 20


async def test_a_template_that_leaves_no_room(fake: FakeOpenAI, summariser: OpenAISummariser) -> None:
    wordy = replace(TASK, prompt="Mind the crates. " * 300)
    with pytest.raises(ContextTooLong):
        await summariser.summarise(request(CHAPTERS, wordy), RecordedRun())
    assert not fake.requests


async def test_a_sentence_longer_than_the_context_is_read_in_pieces(
    fake: FakeOpenAI, summariser: OpenAISummariser
) -> None:
    row = ", ".join(f"crate {number} on shelf {number * 7}" for number in range(600))
    asked = request({"Stock": f"We hold {row}."})
    result = await summariser.summarise(asked, RecordedRun())
    assert len(fake.requests) > 3
    assert all(sentence.supported for sentence in result.sentences)
    covered = [span for sentence in result.sentences for span in sentence.sources]
    assert max(span.end - span.start for span in covered) < len(asked.text) / 3


async def test_a_cut_stream_starts_over_and_both_calls_are_in_the_ledger(
    fake: FakeOpenAI, summariser: OpenAISummariser
) -> None:
    asked = request(CHAPTERS)
    fake.script(Fault("cut", chunks=20))
    first = RecordedRun()
    with pytest.raises(StreamCut):
        await summariser.summarise(asked, first)
    assert first.usage.calls == 1

    second = RecordedRun(kept=dict(first.kept))
    result = await summariser.summarise(asked, second)
    assert second.text == result.text
    assert result.text.startswith(first.text.rstrip())
    assert second.usage.calls == 1


async def test_watchers_get_pieces_by_time_and_never_a_part_of_a_mark(settings: OpenAISettings) -> None:
    with FakeOpenAI(delay=0.004) as slow:
        here = replace(settings, base_url=slow.base_url)
        run = RecordedRun()
        async with build_client(here) as client:
            result = await OpenAISummariser(client, here).summarise(request(CHAPTERS), run)
    assert run.text == result.text
    assert 3 < len(run.deltas) < 40
    assert not any(mark in piece for piece in run.deltas for mark in "[]")


async def test_cancelling_reaches_the_parts(settings: OpenAISettings) -> None:
    with FakeOpenAI(delay=0.05) as slow:
        here = replace(settings, base_url=slow.base_url)
        run = RecordedRun()
        async with build_client(here) as client:
            task = asyncio.create_task(OpenAISummariser(client, here).summarise(LONG, run))
            while len(slow.requests) < CONCURRENT_CALLS:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 30)
    assert run.usage == Usage()

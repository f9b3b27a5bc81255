"""Requirements by the model: each at its place or not believed, examined like all others, paid once."""

import asyncio
import json
import re
from collections import Counter
from dataclasses import replace

import pytest
from pydantic import SecretStr

from specloom.ai.analysis import Analysis, AnalysisRequest
from specloom.ai.openai_analyse import OpenAIAnalyst
from specloom.ai.openai_calls import CONCURRENT_CALLS
from specloom.ai.openai_client import OpenAISettings, build_client
from specloom.vocabulary.analyses import AnalysisType
from specloom.vocabulary.requirements import Form, Modality, Priority, Quality, RequirementType
from tests.ai.ferry_brief import (
    AVAILABLE,
    BRIEF,
    CANCEL,
    CHILDREN,
    CONFIRM,
    DELETE,
    EVERYTHING,
    LONG,
    NOTHING_MORE,
    NUMBERS,
    PRINT,
    SEAT,
    claim,
    claims,
    quote,
    quotes,
    request,
    unsupported,
)
from tests.ai.recorder import RecordedRun, Stopped
from tests.fakes.openai_server import FakeOpenAI, Fault


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    """An answer has room for some twenty requirements."""
    return OpenAISettings(SecretStr("sk"), "gpt-6-luna", base_url=fake.base_url, max_output_tokens=2_000)


async def answered(
    fake: FakeOpenAI, analyst: OpenAIAnalyst, *answers: str, asked: AnalysisRequest = BRIEF
) -> tuple[Analysis, RecordedRun]:
    """The analysis when the model gives these answers, in this order."""
    fake.script(*(Fault("say", text=answer) for answer in answers))
    run = RecordedRun()
    return await analyst.analyse(asked, run), run


async def test_what_the_model_names_is_found_at_its_place(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    analysis, run = await answered(fake, analyst, EVERYTHING, NOTHING_MORE)

    assert quotes(analysis) == list(NUMBERS)
    assert all(each.supported and each.claimed is None for each in analysis.requirements)
    assert [step.split("-")[0] for step in run.kept] == ["extract", "review"]
    assert analysis.model == analyst.model == "gpt-6-luna"
    assert analysis.usage == run.usage
    assert analysis.usage.calls == 2
    assert analysis.language == "en"
    assert analysis.sentences == 14
    assert analysis.notes == ()
    assert list(dict.fromkeys(call.step for call in run.progressed)) == [
        *("read", "extract", "classify", "check", "compare", "question"),
    ]
    assert run.fractions == sorted(run.fractions)
    assert run.fractions[-1] <= 0.9
    assert run.text == ""


async def test_the_answer_is_asked_for_as_a_strict_schema(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    await answered(fake, analyst, EVERYTHING, NOTHING_MORE)
    for seen in fake.requests:
        assert seen.body["response_format"]["json_schema"]["strict"] is True
        schema = seen.body["response_format"]["json_schema"]["schema"]
        objects = [schema, *(each for each in schema["$defs"].values() if "properties" in each)]
        assert all(each["additionalProperties"] is False for each in objects)
        assert all(set(each["required"]) == set(each["properties"]) for each in objects)
    assert fake.requests[0].contents[2].count("\n[") == 14


async def test_the_items_get_what_those_of_the_embedded_engine_get(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    analysis, _ = await answered(fake, analyst, EVERYTHING, NOTHING_MORE)
    found = {quote(each): each for each in analysis.requirements}
    text = BRIEF.text

    office = found[PRINT].statement
    assert office.form is Form.ITEM
    assert office.words(text) == "The booking office must be able to print the list of passengers"
    assert [text[span.start : span.end] for span in office.heading] == ["Booking"]
    assert found[CHILDREN].clause.modality is Modality.NONE, "the wording is English: the grammar sees for itself"
    assert [measure.value for measure in found[CONFIRM].clause.measures] == [2.0]
    assert found[DELETE].classification.framework == "GDPR"
    assert analysis.findings
    assert all(0 <= each.start < each.end <= len(text) for each in analysis.findings)


async def test_an_invented_requirement_is_never_accepted(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    invented = [
        claim("The system shall let a passenger book a seat up to 90 days ahead.", 5),
        claim("The ferry shall accept horses.", 5),
        claim("Nordsund Ferries shall run five boats.", 999, type="compliance", framework="GDPR"),
        claim("The ferry shall accept  horses.", 8),
    ]
    analysis, _ = await answered(fake, analyst, claims(*invented, *map(claim, NUMBERS)), NOTHING_MORE)

    assert quotes(analysis) == list(NUMBERS), "nothing of the text changes"
    assert sorted(map(str, unsupported(analysis))) == [
        "Nordsund Ferries shall run five boats.",
        "The ferry shall accept horses.",
        "The system shall let a passenger book a seat up to 90 days ahead.",
    ]
    for index, made_up in enumerate(analysis.requirements):
        if made_up.supported:
            continue
        assert made_up.statement.start == made_up.statement.end, "no words of the text are lent to it"
        assert made_up.statement.confidence == made_up.classification.confidence == 0
        assert made_up.classification.framework is None
        assert not any(finding.requirement == index for finding in analysis.findings)
        assert not any(index in (each.first, each.second) for each in analysis.duplicates)
        assert not any(index in (each.first, each.second) for each in analysis.conflicts)
    assert analysis.notes[0].startswith("The model named 3 requirements whose words do not stand in the text")
    assert [each.statement.span for each in analysis.requirements] == sorted(
        each.statement.span for each in analysis.requirements
    )


async def test_an_invented_requirement_meets_no_wish(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    asked = replace(BRIEF, focus=("compliance", "refunds"))
    bare, _ = await answered(fake, analyst, EVERYTHING, NOTHING_MORE, asked=asked)
    invented = claim("Refunds shall be paid as the Refund Act demands.", 5, type="compliance")
    full, _ = await answered(fake, analyst, claims(*map(claim, NUMBERS), invented), NOTHING_MORE, asked=asked)
    assert unsupported(full)
    assert {gap.reason for gap in full.gaps} == {gap.reason for gap in bare.gaps} >= {"focus_without_requirement"}
    assert not any(each.focus for each in full.requirements if not each.supported)


async def test_a_repeated_claim_is_one_requirement(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    again = [claim(SEAT, confidence=0.4), claim(SEAT), claim("book a seat up to 60 days ahead", 5), claim(CANCEL, 2)]
    analysis, _ = await answered(fake, analyst, claims(*map(claim, NUMBERS), *again), NOTHING_MORE)
    assert quotes(analysis) == list(NUMBERS)


async def test_a_quote_that_holds_several_requirements_is_taken_apart(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    whole = claim(f"{SEAT} {CONFIRM}", 5, sentences=[5, 6])
    rest = [claim(each) for each in NUMBERS if each not in (SEAT, CONFIRM)]
    analysis, _ = await answered(fake, analyst, claims(whole, *rest), NOTHING_MORE)
    assert quotes(analysis) == list(NUMBERS)


async def test_the_models_word_on_type_and_priority_wins_where_it_gave_one(
    fake: FakeOpenAI, analyst: OpenAIAnalyst
) -> None:
    said = claims(
        claim(CHILDREN, type="business_rule", priority="low"),
        claim(AVAILABLE, type="non_functional", quality="safety", priority=None),
        claim(SEAT, type=None, quality="security", priority=None),
        claim(CONFIRM, type="functional", quality="security"),
        claim(DELETE, type="compliance", framework="the Paper Clip Act"),
    )
    analysis, _ = await answered(fake, analyst, said, NOTHING_MORE)
    found = {quote(each): each.classification for each in analysis.requirements}
    assert (found[CHILDREN].type, found[CHILDREN].priority) == (RequirementType.BUSINESS_RULE, Priority.LOW)
    assert (found[AVAILABLE].type, found[AVAILABLE].quality) == (RequirementType.NON_FUNCTIONAL, Quality.SAFETY)
    assert found[AVAILABLE].aspect is None, "an aspect of another quality says nothing"
    assert found[SEAT].type is RequirementType.FUNCTIONAL
    assert found[SEAT].quality is not Quality.SECURITY
    assert found[CONFIRM].quality is not Quality.SECURITY, "a functional requirement is about no quality"
    assert found[DELETE].framework == "GDPR", "a law that the text does not name is not taken"


async def test_confidence_is_what_model_and_grammar_think_together(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    boast = claim("Nordsund Ferries runs four boats.", 2, confidence=1.0)
    said = claims(boast, *(claim(each, confidence=1.0) for each in NUMBERS))
    analysis, _ = await answered(fake, analyst, said, NOTHING_MORE)
    sure = {quote(each): each.statement.confidence for each in analysis.requirements}
    assert sure[SEAT] > 0.9
    assert 0.3 < sure["Nordsund Ferries runs four boats."] < sure[SEAT] - 0.15
    assert all(0 < each <= 0.95 for each in sure.values())


async def test_what_the_grammar_is_sure_of_does_not_vanish(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    analysis, _ = await answered(fake, analyst, claims(claim(SEAT)), NOTHING_MORE)
    sure = {quote(each): each.statement.confidence for each in analysis.requirements}
    assert {SEAT, CONFIRM, CANCEL, PRINT, DELETE, AVAILABLE} <= sure.keys()
    assert 0.5 <= sure[CONFIRM] < 0.75 < sure[SEAT], "with less confidence"
    assert "Today bookings are taken by telephone." not in sure
    assert any("The model passed over" in note for note in analysis.notes)


@pytest.mark.parametrize(
    ("kind", "calls"),
    [(AnalysisType.REQUIREMENTS, 1), (AnalysisType.QUALITY, 1), (AnalysisType.CONSISTENCY, 2)],
)
async def test_only_what_is_asked_for_is_paid(
    fake: FakeOpenAI, analyst: OpenAIAnalyst, kind: AnalysisType, calls: int
) -> None:
    asked = replace(BRIEF, type=kind)
    analysis, run = await answered(fake, analyst, EVERYTHING, NOTHING_MORE, asked=asked)
    assert len(fake.requests) == run.usage.calls == calls
    assert bool(analysis.findings) == (kind is not AnalysisType.REQUIREMENTS)


@pytest.mark.parametrize("text", ["", "   \n\n  ", "# Only a heading"])
async def test_a_text_without_sentences_asks_for_nothing_and_says_so(
    fake: FakeOpenAI, analyst: OpenAIAnalyst, text: str
) -> None:
    analysis, _ = await answered(fake, analyst, asked=AnalysisRequest("Empty", text))
    assert analysis.requirements == ()
    assert "no sentence" in analysis.notes[0]
    assert not fake.requests


async def test_a_text_without_requirements_says_so(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    asked = request({"Holiday": "We sailed to the island. The sun was low. Nobody spoke."})
    analysis, _ = await answered(fake, analyst, claims(), asked=asked)
    assert analysis.requirements == ()
    assert analysis.notes[0].startswith("No requirement was found")
    assert len(fake.requests) == 1, "there is nothing to review"


async def test_a_foreign_text_is_the_models_to_judge(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    text = "Die Fähre fährt täglich. Der Kunde bucht spätestens am Vortag seinen Platz. Das Wetter ist schön."
    asked = request({"Buchung": text})
    wanted = "Der Kunde bucht spätestens am Vortag seinen Platz."
    analysis, _ = await answered(
        fake, analyst, claims(claim(wanted, 3, modality="recommendation")), NOTHING_MORE, asked=asked
    )
    assert analysis.language == "de"
    assert quotes(analysis, asked) == [wanted]
    assert analysis.requirements[0].statement.confidence >= 0.9, "a grammar of English has no say"
    assert analysis.requirements[0].clause.modality is Modality.RECOMMENDATION
    assert analysis.notes == ()


async def test_a_long_text_is_read_in_parts_that_share_nothing(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    run = RecordedRun()
    analysis = await analyst.analyse(LONG, run)

    kinds = Counter(step.split("-")[0] for step in run.kept)
    assert kinds["extract"] > 3
    assert kinds["review"] >= 1
    assert len(fake.requests) == sum(kinds.values()) == run.usage.calls == analysis.usage.calls
    assert analysis.usage == run.usage
    assert len(set(quotes(analysis, LONG))) == len(analysis.requirements) == 72
    assert run.fractions == sorted(run.fractions)
    told = [call for call in run.progressed if call.details and call.details["done"]]
    assert [call.details and call.details["done"] for call in told] == list(range(1, kinds["extract"] + 1))
    parts = [seen.contents[2] for seen in fake.requests if "A part of" in seen.contents[2]]
    shown = Counter(int(number) for part in parts for number in re.findall(r"^\[(\d+)\]", part, re.MULTILINE))
    assert set(shown) == set(range(1, 6 * 13 + 1))
    again = {number for number, times in shown.items() if times > 1}
    assert again <= set(range(1, 6 * 13, 13)), "only the headings above a part are shown again"


async def test_a_part_begins_with_the_headings_and_the_lead_in_above_it(settings: OpenAISettings) -> None:
    items = "\n".join(f"- weigh the parcel {number} times before it is loaded on deck" for number in range(2, 90))
    asked = request({"Loading": f"The crew shall:\n\n{items}"})
    with FakeOpenAI() as fake:
        small = replace(settings, base_url=fake.base_url, context_tokens=2_500, max_output_tokens=900)
        async with build_client(small) as client:
            await OpenAIAnalyst(client, small).analyse(asked, RecordedRun())
    parts = [seen.contents[2] for seen in fake.requests if "A part of" in seen.contents[2]]
    assert len(parts) > 3
    assert all("\n[1] # Loading\n[2] The crew shall:\n[" in part for part in parts)


async def test_no_more_than_a_few_calls_at_once(settings: OpenAISettings) -> None:
    with FakeOpenAI(delay=0.0005) as fake:
        here = replace(settings, base_url=fake.base_url)
        async with build_client(here) as client:
            await OpenAIAnalyst(client, here).analyse(LONG, RecordedRun())
    assert fake.most_streaming == CONCURRENT_CALLS


async def test_a_crash_at_any_point_is_resumed_without_paying_twice(
    analyst: OpenAIAnalyst, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "0123456789abcdef")
    undisturbed = RecordedRun()
    expected = await analyst.analyse(LONG, undisturbed)

    for stop_after in range(1, undisturbed.calls, 23):
        crashed = RecordedRun(stop_after=stop_after)
        with pytest.raises(Stopped):
            await analyst.analyse(LONG, crashed)
        resumed = RecordedRun(kept=json.loads(json.dumps(crashed.kept)))
        result = await analyst.analyse(LONG, resumed)
        assert resumed.usage.calls == len(undisturbed.kept) - len(crashed.kept)
        assert crashed.usage + resumed.usage == undisturbed.usage
        assert result == expected


async def test_another_question_takes_nothing_of_what_was_kept(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    _, run = await answered(fake, analyst, EVERYTHING, NOTHING_MORE)
    fake.reset()
    again = RecordedRun(kept=dict(run.kept))
    await analyst.analyse(replace(BRIEF, frameworks=("Harbour Code",), focus=("refunds",)), again)
    assert again.usage.calls == len(fake.requests) == 2
    assert "Harbour Code" in fake.requests[0].contents[1]
    assert "refunds" in fake.requests[1].contents[1]


async def test_cancelling_reaches_the_parts(settings: OpenAISettings) -> None:
    with FakeOpenAI(delay=0.05) as slow:
        here = replace(settings, base_url=slow.base_url)
        async with build_client(here) as client:
            task = asyncio.create_task(OpenAIAnalyst(client, here).analyse(LONG, RecordedRun()))
            while len(slow.requests) < CONCURRENT_CALLS:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asyncio.wait_for(task, 2)

"""What a provider can do wrong in an analysis: told apart, kept to the part it concerns, paid into the ledger once."""

import json
import re
from dataclasses import replace

import pytest
import stamina
from openai import AsyncOpenAI
from pydantic import SecretStr

from specloom.ai.openai_analyse import OpenAIAnalyst
from specloom.ai.openai_client import TRIES, OpenAISettings, build_client
from specloom.ai.openai_errors import (
    AuthenticationFailed,
    BadResponse,
    ContentFiltered,
    ContextTooLong,
    ModelNotFound,
    ProviderFailed,
    QuotaExhausted,
    RateLimited,
    RequestRejected,
    StreamCut,
    TimedOut,
)
from specloom.ai.protocols import EngineError
from specloom.vocabulary.analyses import AnalysisType
from tests.ai.ferry_brief import BRIEF, EVERYTHING, LONG, NOTHING_MORE, NUMBERS, SEAT, claim, claims, quotes
from tests.ai.recorder import RecordedRun
from tests.fakes.openai_server import FakeOpenAI, Fault

KEY = "sk-canary-4711"


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    return OpenAISettings(
        SecretStr(KEY), "gpt-6-luna", base_url=fake.base_url, timeout=1.0, deadline=20.0, max_output_tokens=2_000
    )


# What runs here is measured by other tests; measuring it again would double the time that this takes.
pytestmark = [pytest.mark.usefixtures("hasty"), pytest.mark.no_cover]


def status(code: int, name: str | None = None, **headers: str) -> Fault:
    return Fault("status", status=code, code=name, headers=headers)


@pytest.mark.parametrize(
    ("fault", "kind", "requests", "paid"),
    [
        pytest.param(status(400), RequestRejected, 1, 0, id="400"),
        pytest.param(status(401), AuthenticationFailed, 1, 0, id="401"),
        pytest.param(status(404), ModelNotFound, 1, 0, id="404"),
        pytest.param(status(429), RateLimited, 3, 0, id="429"),
        pytest.param(status(429, **{"Retry-After": "60"}), RateLimited, 1, 0, id="429-later"),
        pytest.param(status(429, "insufficient_quota"), QuotaExhausted, 1, 0, id="quota"),
        pytest.param(status(500), ProviderFailed, 3, 0, id="500"),
        pytest.param(Fault("silence", seconds=2.0), TimedOut, 3, 0, id="timeout"),
        pytest.param(Fault("cut"), StreamCut, 3, 3, id="cut"),
        pytest.param(Fault("end"), StreamCut, 3, 3, id="unfinished"),
        pytest.param(Fault("garbage"), BadResponse, 3, 3, id="garbage"),
        pytest.param(Fault("say", text='{"requirements": [{'), BadResponse, 3, 3, id="bad-json"),
        pytest.param(Fault("say", text='{"requirements": [{"quote": "x"}]}'), BadResponse, 3, 3, id="wrong-shape"),
        pytest.param(Fault("say", text=claims(claim(SEAT, type="wish"))), BadResponse, 3, 3, id="unknown-type"),
        pytest.param(Fault("say", text=claims(claim(SEAT, tenant="b"))), BadResponse, 3, 3, id="extra-field"),
        pytest.param(Fault("say", text=claims(claim(SEAT, confidence=None))), BadResponse, 3, 3, id="no-confidence"),
        pytest.param(Fault("say", text="I cannot help with that."), BadResponse, 3, 3, id="prose"),
        # The only part: there is nothing else to show.
        pytest.param(status(400, "content_filter"), ContentFiltered, 1, 0, id="azure-filter"),
        pytest.param(Fault("finish", code="content_filter"), ContentFiltered, 1, 1, id="filter"),
        pytest.param(Fault("refuse"), ContentFiltered, 1, 1, id="refusal"),
    ],
)
async def test_a_fault_of_every_call(
    fake: FakeOpenAI,
    analyst: OpenAIAnalyst,
    *,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
    kind: type[EngineError],
    requests: int,
    paid: int,
) -> None:
    fake.script(*[fault] * TRIES)
    run = RecordedRun()
    with pytest.raises(kind) as caught:
        await analyst.analyse(BRIEF, run)
    assert len(fake.requests) == requests
    assert run.usage.calls == paid == len(run.kept)
    told = f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}{caplog.text}"
    assert KEY[:7] not in told
    assert SEAT not in told


async def test_a_fault_that_passes_is_not_noticed(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    answers = [Fault("say", text=each) for each in (EVERYTHING, NOTHING_MORE)]
    fake.script(status(500), Fault("cut"), answers[0], status(429), answers[1])
    run = RecordedRun()
    analysis = await analyst.analyse(BRIEF, run)
    assert quotes(analysis) == list(NUMBERS)
    assert analysis.usage == run.usage
    assert run.usage.calls == 3, "the answer that broke off is paid, the refused calls are not"


async def test_an_answer_that_is_too_long_is_asked_for_in_halves(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    fake.script(Fault("finish", code="length"))
    asked = replace(BRIEF, type=AnalysisType.REQUIREMENTS)
    first = RecordedRun()
    analysis = await analyst.analyse(asked, first)
    assert set(NUMBERS) <= set(quotes(analysis)), "nothing is lost where the text was cut"
    assert len(fake.requests) == first.usage.calls == 3

    fake.reset()
    again = RecordedRun(kept=json.loads(json.dumps(first.kept)))
    assert quotes(await analyst.analyse(asked, again)) == quotes(analysis)
    assert not fake.requests, "another attempt does not pay to learn again that it is too long"


async def test_a_model_that_reads_less_than_was_said_gets_smaller_parts(settings: OpenAISettings) -> None:
    with FakeOpenAI(context_tokens=3_300) as fake:
        here = replace(settings, base_url=fake.base_url, max_output_tokens=1_900)
        async with build_client(here) as client:
            asked = replace(LONG, type=AnalysisType.REQUIREMENTS)
            analysis = await OpenAIAnalyst(client, here).analyse(asked, RecordedRun())
    assert len(analysis.requirements) == 72
    assert analysis.notes == ()


async def test_an_answer_that_names_as_many_as_it_may_is_asked_for_in_halves(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    """Else those beyond the limit would be lost without a word."""
    tight = replace(settings, max_output_tokens=280, timeout=30, deadline=60)
    asked = replace(BRIEF, type=AnalysisType.REQUIREMENTS)
    fake.script(Fault("say", text=claims(*(claim(each) for each in list(NUMBERS)[:4]))))
    await OpenAIAnalyst(client, tight).analyse(asked, RecordedRun())
    assert "no more than 4" in fake.requests[0].contents[1]
    shown = fake.requests[0].contents[2].count("\n[")
    assert any(seen.contents[2].count("\n[") == (shown + 1) // 2 for seen in fake.requests[1:])


@pytest.mark.parametrize("fault", [status(400, "content_filter"), Fault("refuse")])
async def test_a_part_that_the_filter_stops_is_left_to_the_grammar(
    fake: FakeOpenAI, analyst: OpenAIAnalyst, fault: Fault
) -> None:
    fake.script(fault)
    analysis = await analyst.analyse(LONG, RecordedRun())
    assert len(analysis.requirements) == 72
    (note,) = analysis.notes
    assert "kept the model from reading" in note
    first, last = map(int, re.findall(r"\d+", note)[:2])
    unread = [each.statement for each in analysis.requirements if first <= each.statement.start < last]
    assert 0 < len(unread) < 72
    assert {each.confidence for each in unread}.isdisjoint(
        each.statement.confidence for each in analysis.requirements if each.statement not in unread
    )


@pytest.mark.parametrize("fault", [status(400, "content_filter"), Fault("refuse"), Fault("finish", code="length")])
async def test_an_analysis_without_the_models_remarks_is_an_analysis(
    fake: FakeOpenAI, analyst: OpenAIAnalyst, fault: Fault
) -> None:
    fake.script(Fault("say", text=EVERYTHING), fault)
    analysis = await analyst.analyse(BRIEF, RecordedRun())
    assert quotes(analysis) == list(NUMBERS)


async def test_parts_under_way_are_finished_and_kept_when_one_fails(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    fake.script(*[Fault("drip", seconds=0.0005)] * 3, *[status(500)] * 4)
    run = RecordedRun()
    with stamina.set_testing(True, attempts=1), pytest.raises(ProviderFailed):
        await analyst.analyse(LONG, run)
    assert len(run.kept) == run.usage.calls == 3
    assert len(fake.requests) == 4, "no call is begun after a failure"


async def test_what_will_never_work_outweighs_what_may_pass(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    fake.script(status(500), status(401), status(500), status(500))
    with stamina.set_testing(True, attempts=1), pytest.raises(AuthenticationFailed):
        await analyst.analyse(LONG, RecordedRun())


async def test_a_context_without_room_for_a_document(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    tiny = replace(settings, context_tokens=900, max_output_tokens=200)
    with pytest.raises(ContextTooLong):
        await OpenAIAnalyst(client, tiny).analyse(BRIEF, RecordedRun())
    assert not fake.requests


async def test_numbers_out_of_bounds_do_no_harm(fake: FakeOpenAI, analyst: OpenAIAnalyst) -> None:
    wild = [
        claim(each, sentences=[-1, 0, 10**9], confidence=confidence)
        for each, confidence in zip(NUMBERS, (-5, 95, 1e300, 0, 1, 0.5, 2), strict=True)
    ]
    fake.script(Fault("say", text=claims(*wild)), Fault("say", text=NOTHING_MORE))
    analysis = await analyst.analyse(BRIEF, RecordedRun())
    assert set(quotes(analysis)) == set(NUMBERS)
    assert all(0 < each.statement.confidence < 1 for each in analysis.requirements)

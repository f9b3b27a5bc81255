"""Every fault of a provider is told apart, tried as often as it deserves, and paid into the ledger once (matrix I6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx2
import pytest
import stamina
from openai import AsyncOpenAI
from pydantic import SecretStr

from specloom.ai.openai_client import TRIES, Chat, OpenAISettings, build_client
from specloom.ai.openai_errors import (
    AuthenticationFailed,
    BadResponse,
    ContentFiltered,
    ContextTooLong,
    ModelNotFound,
    OutputTooLong,
    PermissionDenied,
    ProviderFailed,
    QuotaExhausted,
    RateLimited,
    RequestRejected,
    StreamCut,
    TimedOut,
    Unreachable,
    retry_after,
)
from specloom.ai.prompts import Points
from specloom.ai.protocols import EngineError, PermanentEngineError, TransientEngineError, Turn
from tests.ai.recorder import RecordedRun
from tests.fakes.openai_server import FakeOpenAI, Fault

KEY = "sk-canary-4711"
SECRET_TEXT = "The merger with Halcyon closes in June."
TURNS = [Turn("system", "Summarise."), Turn("user", f"[1] {SECRET_TEXT}\n[2] Nobody knows yet.")]


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    return OpenAISettings(SecretStr(KEY), "gpt-6-luna", base_url=fake.base_url, timeout=1.0, deadline=20.0)


pytestmark = pytest.mark.usefixtures("hasty")


def status(code: int, name: str | None = None, **headers: str) -> Fault:
    return Fault("status", status=code, code=name, headers=headers)


# fault of every try, kind, code, requests, paid calls
TEXT_ROWS = [
    pytest.param(status(400), RequestRejected, "llm_request_rejected", 1, 0, id="400"),
    pytest.param(status(400, "context_length_exceeded"), ContextTooLong, "llm_context_too_long", 1, 0, id="context"),
    pytest.param(status(400, "content_filter"), ContentFiltered, "llm_content_filtered", 1, 0, id="azure-filter"),
    pytest.param(status(401), AuthenticationFailed, "llm_authentication_failed", 1, 0, id="401"),
    pytest.param(status(403), PermissionDenied, "llm_permission_denied", 1, 0, id="403"),
    pytest.param(status(404), ModelNotFound, "llm_model_not_found", 1, 0, id="404"),
    pytest.param(status(418), RequestRejected, "llm_request_rejected", 1, 0, id="other-4xx"),
    pytest.param(status(422), RequestRejected, "llm_request_rejected", 1, 0, id="422"),
    pytest.param(status(429, "insufficient_quota"), QuotaExhausted, "llm_quota_exhausted", 1, 0, id="quota"),
    pytest.param(status(429), RateLimited, "llm_rate_limited", 3, 0, id="429"),
    pytest.param(status(429, **{"Retry-After": "2"}), RateLimited, "llm_rate_limited", 3, 0, id="429-soon"),
    pytest.param(status(429, **{"Retry-After": "60"}), RateLimited, "llm_rate_limited", 1, 0, id="429-later"),
    pytest.param(status(408), TimedOut, "llm_timeout", 3, 0, id="408"),
    pytest.param(status(409), ProviderFailed, "llm_provider_failed", 3, 0, id="409"),
    pytest.param(status(500), ProviderFailed, "llm_provider_failed", 3, 0, id="500"),
    pytest.param(status(503), ProviderFailed, "llm_provider_failed", 3, 0, id="503"),
    pytest.param(Fault("silence", seconds=2.0), TimedOut, "llm_timeout", 3, 0, id="timeout"),
    # A part of the text was passed on, so that the call is paid and not repeated here.
    pytest.param(Fault("cut"), StreamCut, "llm_stream_cut", 1, 1, id="cut"),
    pytest.param(Fault("end"), StreamCut, "llm_stream_cut", 1, 1, id="unfinished"),
    pytest.param(Fault("drip", seconds=2.0), TimedOut, "llm_timeout", 3, 3, id="slow-drip"),
    pytest.param(Fault("garbage"), BadResponse, "llm_bad_response", 1, 1, id="no-json-in-stream"),
    pytest.param(Fault("error", code="server_error"), ProviderFailed, "llm_provider_failed", 1, 1, id="error-event"),
    pytest.param(Fault("error", code="rate_limit_exceeded"), RateLimited, "llm_rate_limited", 1, 1, id="429-event"),
    pytest.param(Fault("error", code="insufficient_quota"), QuotaExhausted, "llm_quota_exhausted", 1, 1, id="no-money"),
    pytest.param(Fault("finish", code="length"), OutputTooLong, "llm_output_too_long", 1, 1, id="length"),
    pytest.param(Fault("finish", code="content_filter"), ContentFiltered, "llm_content_filtered", 1, 1, id="filter"),
    pytest.param(Fault("refuse"), ContentFiltered, "llm_content_filtered", 1, 1, id="refusal"),
    # Nothing was passed on: paid, and tried again.
    pytest.param(Fault("cut", chunks=0), StreamCut, "llm_stream_cut", 3, 3, id="cut-before-text"),
    pytest.param(Fault("say", text=" "), BadResponse, "llm_bad_response", 1, 1, id="blank-answer"),
    pytest.param(Fault("say", text=""), BadResponse, "llm_bad_response", 3, 3, id="empty-answer"),
]


@pytest.mark.parametrize(("fault", "kind", "code", "requests", "paid"), TEXT_ROWS)
async def test_a_fault_of_a_streamed_answer(
    fake: FakeOpenAI,
    client: AsyncOpenAI,
    settings: OpenAISettings,
    *,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    fault: Fault,
    kind: type[EngineError],
    code: str,
    requests: int,
    paid: int,
) -> None:
    fake.script(*[fault] * TRIES)
    run = RecordedRun()

    with pytest.raises(EngineError) as caught:
        await Chat(client, settings).text(run, "write", TURNS, run.delta)

    assert type(caught.value) is kind
    assert caught.value.code == code
    assert len(fake.requests) == requests
    assert run.usage.calls == paid
    assert (run.usage.prompt_tokens > 0) == (paid > 0)
    assert len(run.kept) == paid
    assert "write" not in run.kept, "a call without a useful answer must not be taken for the step"
    told = f"{caught.value!s}{caught.value!r}{caught.value.__cause__!r}{caplog.text}{''.join(capsys.readouterr())}"
    assert KEY[:7] not in told
    assert SECRET_TEXT not in told


@pytest.mark.parametrize(
    ("fault", "kind", "requests", "paid"),
    [
        pytest.param(status(400), RequestRejected, 1, 0, id="400"),
        pytest.param(status(500), ProviderFailed, 3, 0, id="500"),
        pytest.param(Fault("say", text='{"points": [{"text": "x"'), BadResponse, 3, 3, id="bad-json"),
        pytest.param(Fault("say", text='{"points": [{"text": "x"}]}'), BadResponse, 3, 3, id="wrong-shape"),
        pytest.param(Fault("cut"), StreamCut, 3, 3, id="cut"),
        pytest.param(Fault("finish", code="length"), OutputTooLong, 1, 1, id="length"),
        pytest.param(Fault("finish", code="content_filter"), ContentFiltered, 1, 1, id="filter"),
        pytest.param(Fault("refuse"), ContentFiltered, 1, 1, id="refusal"),
    ],
)
async def test_a_fault_of_a_structured_answer(
    fake: FakeOpenAI,
    client: AsyncOpenAI,
    settings: OpenAISettings,
    *,
    fault: Fault,
    kind: type[EngineError],
    requests: int,
    paid: int,
) -> None:
    fake.script(*[fault] * TRIES)
    run = RecordedRun()

    with pytest.raises(kind):
        await Chat(client, settings).structured(run, "read", TURNS, Points)

    assert len(fake.requests) == requests
    assert run.usage.calls == paid == len(run.kept)


async def test_a_fault_that_passes_costs_its_tokens_and_no_more(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    fake.script(status(429), Fault("say", text="no json"))
    run = RecordedRun()

    answer = await Chat(client, settings).structured(run, "read", TURNS, Points)

    assert [point.sources for point in answer.value.points] == [[1], [2]]
    assert len(fake.requests) == 3
    assert answer.usage == run.usage
    assert run.usage.calls == 2, "the refused call is free, the useless one is not"
    assert [step.startswith("read-lost-") for step in run.kept] == [True, False]


async def test_nobody_listens(settings: OpenAISettings) -> None:
    nowhere = replace(settings, base_url="http://127.0.0.1:9/v1")
    run = RecordedRun()
    async with build_client(nowhere) as client:
        with pytest.raises(Unreachable) as caught:
            await Chat(client, nowhere).text(run, "write", TURNS, run.delta)
    assert caught.value.code == "llm_unreachable"
    assert not run.kept


async def test_a_stream_that_never_ends_meets_the_deadline(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    hurried = replace(settings, timeout=0.3, deadline=0.5)
    fake.script(Fault("drip", seconds=0.1))
    run = RecordedRun()
    with pytest.raises(TimedOut):
        await Chat(client, hurried).text(run, "write", TURNS, run.delta)
    assert len(fake.requests) == 1
    assert run.usage.completion_tokens > 0


async def test_a_timeout_of_the_run_itself_is_not_the_models(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    run = RecordedRun(stop_after=1, stop_with=TimeoutError("the database"))
    with pytest.raises(TimeoutError, match="the database"):
        await Chat(client, settings).text(run, "write", TURNS, run.delta)


@pytest.mark.parametrize("wish", ["60", "60.0", "date"])
async def test_a_long_wish_to_wait_is_left_to_the_queue(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings, wish: str
) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=61)
    fake.script(status(429, **{"Retry-After": format_datetime(soon, usegmt=True) if wish == "date" else wish}))
    with pytest.raises(TransientEngineError) as caught:
        await Chat(client, settings).structured(RecordedRun(), "read", TURNS, Points)
    assert caught.value.retry_after == pytest.approx(60, abs=2)


async def test_a_short_wish_to_wait_is_granted_in_place(
    fake: FakeOpenAI, client: AsyncOpenAI, settings: OpenAISettings
) -> None:
    fake.script(status(503, **{"Retry-After": "1"}))
    with stamina.set_testing(False):
        before = datetime.now(UTC)
        await Chat(client, settings).structured(RecordedRun(), "read", TURNS, Points)
    assert timedelta(seconds=1) <= datetime.now(UTC) - before < timedelta(seconds=3)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1e9"}, 120),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"retry-after": "Wed, 21 Oct 2099 07:28:00 GMT"}, 120),
        ({"retry-after": "Wed, 21 Oct 2099 07:28:00 -0000"}, 120),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 1.5),
        ({"retry-after-ms": "x", "retry-after": "2"}, 2),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(httpx2.Headers(headers)) == seconds


def test_every_kind_has_a_code_of_its_own() -> None:
    kinds = [kind for base in (TransientEngineError, PermanentEngineError) for kind in base.__subclasses__()]
    assert len({kind.code for kind in kinds}) == len(kinds) >= 14

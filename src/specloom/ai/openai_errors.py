"""What can go wrong with an OpenAI-compatible provider, told apart: later may help, or it never will.

No message quotes the provider's own words: they may repeat the prompt or part of the key.
"""

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx2
import openai

from specloom.ai.protocols import EngineError, PermanentEngineError, TransientEngineError

# Longer wishes of a provider are cut to this, in seconds.
LONGEST_RETRY_AFTER = 120.0


class RateLimited(TransientEngineError):
    code = "llm_rate_limited"


class TimedOut(TransientEngineError):
    code = "llm_timeout"


class Unreachable(TransientEngineError):
    code = "llm_unreachable"


class ProviderFailed(TransientEngineError):
    code = "llm_provider_failed"


class StreamCut(TransientEngineError):
    """The answer broke off after its beginning had been passed on."""

    code = "llm_stream_cut"


class BadResponse(TransientEngineError):
    code = "llm_bad_response"


class QuotaExhausted(PermanentEngineError):
    code = "llm_quota_exhausted"


class AuthenticationFailed(PermanentEngineError):
    code = "llm_authentication_failed"


class PermissionDenied(PermanentEngineError):
    code = "llm_permission_denied"


class ModelNotFound(PermanentEngineError):
    code = "llm_model_not_found"


class RequestRejected(PermanentEngineError):
    code = "llm_request_rejected"


class ContextTooLong(PermanentEngineError):
    code = "llm_context_too_long"


class ContentFiltered(PermanentEngineError):
    code = "llm_content_filtered"


class OutputTooLong(PermanentEngineError):
    code = "llm_output_too_long"


_BY_PROVIDER_CODE: dict[str, type[EngineError]] = {
    "insufficient_quota": QuotaExhausted,
    "billing_hard_limit_reached": QuotaExhausted,
    "context_length_exceeded": ContextTooLong,
    "string_above_max_length": ContextTooLong,
    "content_filter": ContentFiltered,
    "content_policy_violation": ContentFiltered,
    "rate_limit_exceeded": RateLimited,
}
_BY_STATUS: dict[int, type[EngineError]] = {
    400: RequestRejected,
    401: AuthenticationFailed,
    402: QuotaExhausted,
    403: PermissionDenied,
    404: ModelNotFound,
    408: TimedOut,
    409: ProviderFailed,
    413: ContextTooLong,
    422: RequestRejected,
    429: RateLimited,
}
_BY_CLASS: tuple[tuple[type[Exception], type[EngineError]], ...] = (  # the first that fits
    (openai.APITimeoutError, TimedOut),
    (httpx2.TimeoutException, TimedOut),
    (openai.APIConnectionError, Unreachable),
    (httpx2.HTTPError, Unreachable),
    (openai.APIResponseValidationError, BadResponse),
    (json.JSONDecodeError, BadResponse),
    (openai.LengthFinishReasonError, OutputTooLong),
    (openai.ContentFilterFinishReasonError, ContentFiltered),
    (openai.APIError, ProviderFailed),  # told inside a stream that had begun with status 200
)
_MEANING: dict[type[EngineError], str] = {
    RateLimited: "The model's provider asks for fewer requests",
    TimedOut: "The model did not answer in time",
    Unreachable: "The model's provider cannot be reached, or dropped the connection",
    ProviderFailed: "The model's provider failed",
    BadResponse: "The model's provider answered with something that is not its API's format",
    QuotaExhausted: "The account at the model's provider has no quota left",
    AuthenticationFailed: "The model's provider does not accept the API key",
    PermissionDenied: "The API key may not use this model",
    ModelNotFound: "The model's provider does not know this model or address",
    RequestRejected: "The model's provider refused the request",
    ContextTooLong: "The text is longer than the model can read at once",
    ContentFiltered: "The provider's content filter stopped the answer",
    OutputTooLong: "The answer was longer than the limit for output tokens",
}
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.-]{1,64}")


@contextmanager
def provider_errors() -> Iterator[None]:
    """Turns what the SDK raises inside the block into an `EngineError`; the original goes, with the texts it quotes."""
    try:
        yield
    except (openai.OpenAIError, httpx2.HTTPError, json.JSONDecodeError) as error:
        raise classify(error) from None


def classify(error: Exception) -> EngineError:
    """What an error of the SDK means for the job."""
    kind = _kind(error)
    message = _MEANING[kind] + _details(error)
    if issubclass(kind, TransientEngineError):
        return kind(message, retry_after(error.response.headers) if isinstance(error, openai.APIStatusError) else None)
    return kind(message)


def _kind(error: Exception) -> type[EngineError]:
    if isinstance(error, openai.APIError):
        for name in (error.code, error.type):
            if name in _BY_PROVIDER_CODE:
                return _BY_PROVIDER_CODE[name]
    if isinstance(error, openai.APIStatusError):
        rest = ProviderFailed if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else RequestRejected
        return _BY_STATUS.get(error.status_code, rest)
    return next((kind for cls, kind in _BY_CLASS if isinstance(error, cls)), RequestRejected)


def _details(error: Exception) -> str:
    """Short names by which an operator finds the call at the provider; anything longer than a name is left out."""
    named = {
        "HTTP": getattr(error, "status_code", None),
        "code": getattr(error, "code", None),
        "parameter": getattr(error, "param", None),
        "request": getattr(error, "request_id", None),
    }
    known = [f"{key} {value}" for key, value in named.items() if _IDENTIFIER.fullmatch(str(value or ""))]
    return f" ({', '.join(known)})" if known else ""


def retry_after(headers: httpx2.Headers) -> float | None:
    """The seconds a provider asks to wait, at most 120: `retry-after-ms` or `Retry-After` (seconds or HTTP date)."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            seconds = _seconds_until(value)
        if math.isfinite(seconds) and seconds >= 0:
            return min(seconds, LONGEST_RETRY_AFTER)
    return None


def _seconds_until(date: str) -> float:
    """Seconds from now to an HTTP date, 0 when it is past; not a number when it is no date."""
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return math.nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())

"""One chat model behind an OpenAI-compatible API: asked within bounds, each call kept and paid for once."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar, cast

import httpx2
import stamina
from openai import AsyncAzureOpenAI, AsyncOpenAI, AsyncStream, Omit, omit
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessageParam
from openai.types.chat.completion_create_params import ResponseFormat
from pydantic import BaseModel, SecretStr, ValidationError

from specloom.ai.openai_errors import (
    BadResponse,
    ContentFiltered,
    OutputTooLong,
    StreamCut,
    TimedOut,
    Unreachable,
    provider_errors,
)
from specloom.ai.prices import PRICES, Price, cost, find_price
from specloom.ai.protocols import EngineError, Run, TransientEngineError, Turn, Usage
from specloom.ai.tokens import count, count_messages

# One call is tried this often, and no try begins later than this many seconds after the first. A provider that asks for
# a longer wait is not waited for here: the job is queued again, and the worker is free meanwhile.
TRIES = 3
TRY_FOR = 90.0
LONGEST_WAIT = 10.0

_CONNECT_TIMEOUT = 10.0
_FILL = 0.95

Shape = TypeVar("Shape", bound=BaseModel)
Value = TypeVar("Value")
Write = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OpenAISettings:
    """Where the model is, and how much it may read, write and take.

    `base_url` names any compatible API; with `azure_endpoint` the API is Azure's and `model` is the deployment.
    `timeout` is how many seconds the provider may be silent, `deadline` how many a whole call may take.
    `context_tokens` is what the model can read and write together, `max_output_tokens` what it may write, its reasoning
    included.
    """

    api_key: SecretStr
    model: str
    base_url: str | None = None
    azure_endpoint: str | None = None
    azure_api_version: str = "2024-10-21"
    timeout: float = 60.0
    deadline: float = 300.0
    max_output_tokens: int = 8_000
    context_tokens: int = 128_000

    def __post_init__(self) -> None:
        if not 0 < self.timeout <= self.deadline:
            raise ValueError("timeout must be positive and no longer than deadline")
        if not 0 < self.max_output_tokens < self.context_tokens:
            raise ValueError("max_output_tokens must be positive and smaller than context_tokens")

    @property
    def prompt_tokens(self) -> int:
        """What a prompt may take, with room left for models that count otherwise than `tokens` does."""
        return int((self.context_tokens - self.max_output_tokens) * _FILL)


def build_client(settings: OpenAISettings) -> AsyncOpenAI:
    """A client for one event loop; its owner closes it (`async with`). It never retries: `Chat` does."""
    key = settings.api_key.get_secret_value()
    timeout = httpx2.Timeout(settings.timeout, connect=min(settings.timeout, _CONNECT_TIMEOUT))
    if settings.azure_endpoint is None:
        return AsyncOpenAI(api_key=key, base_url=settings.base_url, timeout=timeout, max_retries=0)
    return AsyncAzureOpenAI(
        api_key=key,
        azure_endpoint=settings.azure_endpoint,
        api_version=settings.azure_api_version,
        timeout=timeout,
        max_retries=0,
    )


def step_name(kind: str, *asked: str) -> str:
    """Names a step after all that is asked in it, so that a kept answer is only taken for the very same question."""
    return f"{kind}-{hashlib.sha256(chr(0).join(asked).encode()).hexdigest()[:16]}"


def retrying() -> stamina.AsyncRetryingCaller:
    """Makes one call up to `TRIES` times."""
    return stamina.AsyncRetryingCaller(
        attempts=TRIES, timeout=TRY_FOR, wait_initial=0.5, wait_max=LONGEST_WAIT, wait_jitter=0.5
    )


def worth_another(error: Exception) -> bool | float:
    """Whether to try a call again, or after how many seconds."""
    if not isinstance(error, TransientEngineError):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after <= LONGEST_WAIT else False


@dataclass(frozen=True, slots=True)
class Answer(Generic[Value]):
    """What a step brought, and what it cost together with the tries before it that were paid and brought nothing."""

    value: Value
    usage: Usage


class Chat:
    """Asks one model on behalf of a run.

    Each call is a step of the run. A step an earlier attempt has kept is not paid again. A call that was paid is kept
    once, as soon as it ends: under the step's own name when its answer is of use, else under a name nobody recalls, so
    that the ledger has it all the same. Nothing is kept of calls the provider turned away before it began to answer.

    Every answer is streamed, structured ones too, so that the timeout bounds the silence and not an answer's length.
    """

    def __init__(self, client: AsyncOpenAI, settings: OpenAISettings, prices: Mapping[str, Price] = PRICES) -> None:
        self.settings = settings
        self._client = client
        self._prices = prices

    async def structured(self, run: Run, step: str, turns: Sequence[Turn], shape: type[Shape]) -> Answer[Shape]:
        """An answer in a given shape: a model that forbids extra fields and gives none a default, for strict schemas.

        Raises `BadResponse` when the last try, too, does not fit the shape.
        """
        schema = {"name": shape.__name__, "strict": True, "schema": shape.model_json_schema()}
        response_format = cast("ResponseFormat", {"type": "json_schema", "json_schema": schema})
        return await self._step(run, step, _Question(turns, partial(_parse, shape), None, response_format))

    async def text(self, run: Run, step: str, turns: Sequence[Turn], write: Write) -> Answer[str]:
        """An answer in plain text, passed on to `write` as it comes; a kept one is passed on in one piece.

        Once a part has been passed on, a broken stream is not tried again here, for a second answer would have other
        words: the error is raised, and the job's next attempt starts the text over.
        """
        return await self._step(run, step, _Question(turns, str, write, omit))

    async def _step(self, run: Run, step: str, question: "_Question[Value]") -> Answer[Value]:
        recalled = await run.recall(step)
        if recalled is not None:
            kept = _Kept.model_validate(recalled)
            if question.write is not None:
                await question.write(kept.text)
            return Answer(question.read(kept.text), kept.usage)

        heard = _Heard()
        spent = Usage()
        asked = question.tokens(self.settings.model)

        async def once() -> Answer[Value]:
            nonlocal heard, spent
            heard = _Heard()
            await run.reserve(step, self.settings.model, asked, self.settings.max_output_tokens)
            try:
                await self._listen(question, heard)
                value = question.read(heard.complete_text())
            except EngineError as error:
                if heard.begun:
                    usage = self._usage(question, heard)
                    spent += usage
                    await run.keep(lost(step), {"error": error.code}, self.settings.model, usage, reserved=step)
                raise
            usage = self._usage(question, heard)
            spent += usage
            kept = _Kept(text=heard.text, usage=spent)
            await run.keep(step, kept.model_dump(mode="json"), self.settings.model, usage)
            return Answer(value, spent)

        def wait(error: Exception) -> bool | float:
            passed_on = question.write is not None and heard.text
            return False if passed_on else worth_another(error)

        # `once` takes no arguments, so that stamina's logs of retries cannot hold a prompt.
        return await retrying()(wait, once)

    async def _listen(self, question: "_Question[Value]", heard: "_Heard") -> None:
        """Makes one call and notes in `heard` what comes, so that what was paid is known even when the call fails."""
        try:
            async with asyncio.timeout(self.settings.deadline) as limit:
                with provider_errors():
                    stream = await self._client.chat.completions.create(
                        model=self.settings.model,
                        messages=question.messages,
                        max_completion_tokens=self.settings.max_output_tokens,
                        response_format=question.response_format,
                        stream=True,
                        stream_options={"include_usage": True},
                    )
                async with stream:
                    while (chunk := await _next(stream)) is not None:
                        text = heard.take(chunk)
                        if text and question.write is not None:
                            await question.write(text)
        except TimeoutError:
            if not limit.expired():
                raise
            raise TimedOut("The model took longer than the deadline for one call") from None
        except Unreachable:
            if not heard.begun:
                raise
            raise StreamCut("The connection broke before the model's answer was complete") from None

    def _usage(self, question: "_Question[Value]", heard: "_Heard") -> Usage:
        """What the provider says the call took; counted here when it says nothing, as after a broken stream."""
        model = self.settings.model
        cached = written = 0
        if heard.usage is None:
            prompt = question.tokens(model)
            completion = count(heard.text, model)
        else:
            prompt, completion = heard.usage.prompt_tokens, heard.usage.completion_tokens
            if (details := heard.usage.prompt_tokens_details) is not None:
                cached, written = details.cached_tokens or 0, details.cache_write_tokens or 0
        # An Azure deployment may have any name; the answer says which model stands behind it.
        price = find_price(heard.model, self._prices) or find_price(model, self._prices)
        dollars = None if price is None else cost(price, prompt, completion, cached, written)
        return Usage(prompt, completion, 1, dollars)


@dataclass(frozen=True, slots=True)
class _Question(Generic[Value]):
    """What a step asks: the turns, how to read the answer's text, and where the text goes as it comes."""

    turns: Sequence[Turn]
    read: Callable[[str], Value]
    write: Write | None
    response_format: ResponseFormat | Omit

    @property
    def messages(self) -> list[ChatCompletionMessageParam]:
        return [cast("ChatCompletionMessageParam", {"role": turn.role, "content": turn.content}) for turn in self.turns]

    def tokens(self, model: str) -> int:
        """What the prompt takes, the shape of the answer included: the model reads it, too."""
        shape = 0 if isinstance(self.response_format, Omit) else count(json.dumps(self.response_format), model)
        return count_messages([turn.content for turn in self.turns], model) + shape


class _Kept(BaseModel):
    """What a run keeps of an answered step."""

    text: str
    usage: Usage


@dataclass(slots=True)
class _Heard:
    """What has come of an answer so far."""

    begun: bool = False
    model: str = ""
    finish: str | None = None
    refused: bool = False
    usage: CompletionUsage | None = None
    _pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self._pieces)

    def take(self, chunk: ChatCompletionChunk) -> str:
        """Notes a chunk and returns the text in it."""
        self.begun = True
        self.model = chunk.model or self.model
        self.usage = chunk.usage or self.usage
        text = ""
        for choice in chunk.choices or ():  # Azure's first chunk and the one with the usage have none
            self.finish = choice.finish_reason or self.finish
            self.refused = self.refused or bool(choice.delta.refusal)
            text += choice.delta.content or ""
        self._pieces.append(text)
        return text

    def complete_text(self) -> str:
        """The whole text, when the model finished it of its own accord."""
        if self.finish == "length":
            raise OutputTooLong("The answer was longer than the limit for output tokens")
        if self.finish == "content_filter":
            raise ContentFiltered("The provider's content filter stopped the answer")
        if self.refused:
            raise ContentFiltered("The model refused to answer")
        if self.finish is None:
            raise StreamCut("The stream ended before the model's answer was complete")
        if not self.text.strip():
            raise BadResponse("The model's answer is empty")
        return self.text


async def _next(stream: AsyncStream[ChatCompletionChunk]) -> ChatCompletionChunk | None:
    with provider_errors():
        return await anext(stream, None)


def lost(step: str) -> str:
    return f"{step}-lost-{secrets.token_hex(4)}"


def _parse(shape: type[Shape], text: str) -> Shape:
    # Compatible servers without structured outputs like to wrap JSON in a Markdown fence.
    text = text.strip().removeprefix("```json").removesuffix("```")
    try:
        return shape.model_validate_json(text)
    except ValidationError:
        raise BadResponse("The model's answer does not have the form that was asked for") from None

"""Embeds texts by a model behind an OpenAI-compatible API: in batches within its limits, each call paid for once."""

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from math import isfinite, sqrt

from openai import AsyncOpenAI
from openai.types import CreateEmbeddingResponse

from specloom.ai.embedding import DenseVector, Excerpt, Vector
from specloom.ai.openai_calls import all_of
from specloom.ai.openai_client import OpenAISettings, lost, retrying, step_name, worth_another
from specloom.ai.openai_errors import BadResponse, RequestRejected, TimedOut, provider_errors
from specloom.ai.pieces import batches
from specloom.ai.prices import PRICES, Price, cost, find_price
from specloom.ai.protocols import EngineError, Ledger, Run, Usage
from specloom.ai.tokens import count, count_each

# What OpenAI takes in one text and in one call, less some room for models that count tokens otherwise than `tokens`.
MOST_TOKENS_A_TEXT = 8_000
MOST_TOKENS_A_CALL = 200_000
MOST_TEXTS_A_CALL = 500
QUERY_SECONDS = 5.0
"""Somebody waits for a query: it is tried once, and no longer than this."""


class OpenAIEmbedder:
    """An `Embedder` of dense vectors. `model` also names the dimensions, for other ones are other vectors."""

    def __init__(
        self,
        client: AsyncOpenAI,
        settings: OpenAISettings,
        model: str,
        dimensions: int,
        prices: Mapping[str, Price] = PRICES,
    ) -> None:
        """`model` is the provider's name for it (the deployment on Azure); `settings` say how long a call may take."""
        self.model = f"{model}/{dimensions}"
        self.dimensions: int | None = dimensions
        self._client = client
        self._deadline = settings.deadline
        self._asked = model
        self._length = dimensions
        self._prices = prices

    async def embed_documents(self, excerpts: Sequence[Excerpt], run: Run | None = None) -> list[Vector]:
        """A vector for each, in order; a text beyond what the model reads is cut there.

        Raises the kinds of `EngineError` in `openai_errors`. Of calls that were paid the run keeps what they cost, also
        when another one fails.
        """
        texts, sizes = self._readable([f"{each.heading}\n\n{each.text}" for each in excerpts])
        least = MOST_TOKENS_A_CALL // MOST_TEXTS_A_CALL
        runs = batches([max(size, least) for size in sizes], MOST_TOKENS_A_CALL) if texts else []
        calls = [
            partial(self._kept_call, run, texts[each.start : each.stop], sum(sizes[each.start : each.stop]))
            for each in runs
        ]
        answers = await all_of(calls, _unreported)
        return [vector for answer in answers for vector in answer]

    async def embed_query(self, text: str, ledger: Ledger | None = None) -> Vector:
        """The query's vector. It is tried once, within `QUERY_SECONDS`."""
        texts, (tokens,) = self._readable([text])
        step = step_name("query", self.model, *texts)
        kept = await ledger.recall(step) if ledger is not None else None
        if isinstance(kept, list):
            return DenseVector(kept)
        deadline = min(self._deadline, QUERY_SECONDS)
        ((vector,), usage) = await self._paid_call(ledger, step, texts, tokens, deadline)
        if ledger is not None:
            await ledger.keep(step, list(vector.values), self._asked, usage)
        return vector

    def _readable(self, texts: Sequence[str]) -> tuple[list[str], list[int]]:
        """The texts as the API takes them, none blank and none too long, and their tokens."""
        clean = [text.encode(errors="replace").decode().strip() or "." for text in texts]
        sizes = count_each(clean, self._asked)
        for place in range(len(clean)):
            while sizes[place] > MOST_TOKENS_A_TEXT:
                clean[place] = clean[place][: len(clean[place]) * MOST_TOKENS_A_TEXT // sizes[place]]
                sizes[place] = count(clean[place], self._asked)
        return clean, sizes

    async def _kept_call(self, run: Run | None, texts: Sequence[str], tokens: int) -> list[DenseVector]:
        step = step_name("embed", self.model, *texts)

        async def once() -> list[DenseVector]:
            vectors, usage = await self._paid_call(run, step, texts, tokens, self._deadline)
            if run is not None:
                await run.keep(step, {"texts": len(texts)}, self._asked, usage)
            return vectors

        return await retrying()(worth_another, once)

    async def _paid_call(
        self, ledger: Ledger | None, step: str, texts: Sequence[str], tokens: int, deadline: float
    ) -> tuple[list[DenseVector], Usage]:
        """The vectors and what they took. What an answer took that holds no vectors is entered here."""
        if ledger is not None:
            await ledger.reserve(step, self._asked, tokens, 0)
        answer = await self._call(texts, deadline)
        usage = self._usage(answer, tokens)
        try:
            return self._vectors(answer, len(texts)), usage
        except EngineError as error:
            if ledger is not None:
                await ledger.keep(lost(step), {"error": error.code}, self._asked, usage, reserved=step)
            raise

    async def _call(self, texts: Sequence[str], deadline: float) -> CreateEmbeddingResponse:
        try:
            async with asyncio.timeout(deadline) as limit:
                with provider_errors():
                    return await self._client.embeddings.create(
                        model=self._asked, input=list(texts), dimensions=self._length
                    )
        except TimeoutError:
            if not limit.expired():
                raise
            raise TimedOut("The model took longer than the deadline for one call") from None
        except (AttributeError, TypeError, ValueError):  # what the SDK raises over an answer of another shape
            raise BadResponse("The provider's answer holds no vectors") from None

    def _usage(self, answer: CreateEmbeddingResponse, tokens: int) -> Usage:
        """What the provider says the call took; what was counted here when it says nothing."""
        read = answer.usage.prompt_tokens if answer.usage else tokens
        price = find_price(answer.model or self._asked, self._prices) or find_price(self._asked, self._prices)
        return Usage(read, 0, 1, None if price is None else cost(price, read, 0))

    def _vectors(self, answer: CreateEmbeddingResponse, count: int) -> list[DenseVector]:
        found = {each.index: each.embedding for each in answer.data}
        if sorted(found) != list(range(count)):
            raise BadResponse("The provider did not embed each text once")
        return [self._vector(found[place]) for place in range(count)]

    def _vector(self, values: Sequence[float]) -> DenseVector:
        if len(values) != self._length:
            raise RequestRejected(
                f"The model {self._asked} gives {len(values)} numbers for a text. Set "
                "OPENAI_EMBEDDING_DIMENSIONS to that, or choose a model that can give fewer"
            )
        length = sqrt(sum(value * value for value in values))
        if not isfinite(length) or not length:
            raise BadResponse("The provider's vector is no direction")
        return DenseVector([value / length for value in values])


async def _unreported(_: object) -> None:
    """Nobody watches single calls: who embeds in batches knows how many are done."""

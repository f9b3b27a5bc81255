"""The embedders of all models that somebody's vectors are of: the chosen one, and those that it follows."""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from specloom.ai.embedding import Embedder
from specloom.ai.engines import open_engines
from specloom.core.config import LlmSettings


def chosen_model(settings: LlmSettings) -> str | None:
    """The `model` of the embedder that the settings choose; None for that of words."""
    return f"{settings.embedding_model}/{settings.embedding_dimensions}" if settings.uses_llm else None


class Embedders:
    """Opens each when it is first asked for, and closes all at its own end. Belongs to one event loop."""

    def __init__(self, settings: LlmSettings) -> None:
        self._settings = settings
        self._opened: dict[str, Embedder] = {}
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def of(self, model: str) -> Embedder | None:
        """The embedder whose `model` this is; None for a provider's model when there is no provider."""
        if not self._settings.uses_llm:
            return None
        async with self._opening:
            if model not in self._opened:
                name, _, dimensions = model.rpartition("/")
                chosen = {"embedding_model": name, "embedding_dimensions": int(dimensions)}
                settings = self._settings.model_copy(update=chosen)
                self._opened[model] = (await self._stack.enter_async_context(open_engines(settings))).embedder
        return self._opened[model]

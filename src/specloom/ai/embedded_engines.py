"""The engines that need no key and no network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from specloom.ai.embedded_summarise import EmbeddedSummariser
from specloom.ai.protocols import Summariser
from specloom.core.config import LlmSettings


@asynccontextmanager
async def open_summariser(_: LlmSettings) -> AsyncIterator[Summariser]:
    yield EmbeddedSummariser()

"""The engines that need no key and no network."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.ai.embedded_converse import EmbeddedPartner
from specloom.ai.embedded_embed import EmbeddedEmbedder
from specloom.ai.embedded_summarise import EmbeddedSummariser
from specloom.ai.engines import Engines
from specloom.core.config import LlmSettings


@asynccontextmanager
async def open_engines(_: LlmSettings) -> AsyncIterator[Engines]:
    yield Engines(EmbeddedSummariser(), EmbeddedAnalyst(), EmbeddedEmbedder(), EmbeddedPartner())

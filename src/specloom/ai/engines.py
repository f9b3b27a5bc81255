"""Which engines a process works with: the LLM when the settings name one, the embedded engine otherwise."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from importlib import import_module

from specloom.ai.analysis import Analyst
from specloom.ai.conversation import Partner
from specloom.ai.embedding import Embedder
from specloom.ai.protocols import Summariser
from specloom.core.config import LlmSettings


@dataclass(frozen=True, slots=True)
class Engines:
    summariser: Summariser
    analyst: Analyst
    embedder: Embedder
    partner: Partner


@asynccontextmanager
async def open_engines(settings: LlmSettings) -> AsyncIterator[Engines]:
    """Belongs to one event loop; closes the provider's connections at the end."""
    # A provider's SDK takes a second and some 40 MB to import: only those who use it pay for it.
    module = import_module("specloom.ai.openai_engines" if settings.uses_llm else "specloom.ai.embedded_engines")
    opened: AbstractAsyncContextManager[Engines] = module.open_engines(settings)
    async with opened as engines:
        yield engines

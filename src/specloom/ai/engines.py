"""Which engines a process works with: the LLM when the settings name one, the embedded engine otherwise."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from specloom.ai.embedded_summarise import EmbeddedSummariser
from specloom.ai.openai_client import OpenAISettings, build_client
from specloom.ai.openai_summarise import OpenAISummariser
from specloom.ai.protocols import Summariser
from specloom.core.config import LlmSettings


@dataclass(frozen=True, slots=True)
class Engines:
    summariser: Summariser


@asynccontextmanager
async def open_engines(settings: LlmSettings) -> AsyncIterator[Engines]:
    """Belongs to one event loop; closes the provider's connections at the end."""
    if not settings.uses_llm:
        yield Engines(EmbeddedSummariser())
        return
    key = settings.azure_api_key if settings.azure_endpoint else settings.api_key
    assert key is not None  # noqa: S101 - the settings have made sure
    openai = OpenAISettings(
        api_key=key,
        base_url=settings.base_url,
        model=settings.model,
        azure_endpoint=settings.azure_endpoint,
        azure_api_version=settings.azure_api_version,
        timeout=settings.timeout_seconds,
        deadline=settings.deadline_seconds,
        max_output_tokens=settings.max_output_tokens,
        context_tokens=settings.context_tokens,
    )
    async with build_client(openai) as client:
        yield Engines(OpenAISummariser(client, openai))

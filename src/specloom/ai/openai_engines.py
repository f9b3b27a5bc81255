"""The engines that ask OpenAI, Azure OpenAI, or whatever speaks their language."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr

from specloom.ai.engines import Engines
from specloom.ai.openai_analyse import OpenAIAnalyst
from specloom.ai.openai_client import OpenAISettings, build_client
from specloom.ai.openai_converse import OpenAIPartner
from specloom.ai.openai_embed import OpenAIEmbedder
from specloom.ai.openai_summarise import OpenAISummariser
from specloom.core.config import LlmSettings


@asynccontextmanager
async def open_engines(settings: LlmSettings) -> AsyncIterator[Engines]:
    openai = _settings(settings)
    async with build_client(openai) as client:
        yield Engines(
            OpenAISummariser(client, openai),
            OpenAIAnalyst(client, openai),
            OpenAIEmbedder(client, openai, settings.embedding_model, settings.embedding_dimensions),
            OpenAIPartner(client, openai),
        )


def _settings(settings: LlmSettings) -> OpenAISettings:
    key = settings.azure_api_key if settings.azure_endpoint else settings.api_key
    return OpenAISettings(
        api_key=key or SecretStr(""),
        base_url=settings.base_url,
        model=settings.model,
        azure_endpoint=settings.azure_endpoint,
        azure_api_version=settings.azure_api_version,
        timeout=settings.timeout_seconds,
        deadline=settings.deadline_seconds,
        max_output_tokens=settings.max_output_tokens,
        context_tokens=settings.context_tokens,
    )

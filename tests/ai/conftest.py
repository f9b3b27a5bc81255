"""The fake provider and what talks to it. A module that wants another server or other settings overrides those."""

from collections.abc import AsyncIterator, Iterator

import pytest
import stamina
from openai import AsyncOpenAI
from pydantic import SecretStr

from specloom.ai.openai_analyse import OpenAIAnalyst
from specloom.ai.openai_client import TRIES, OpenAISettings, build_client
from specloom.ai.openai_summarise import OpenAISummariser
from tests.fakes.openai_server import FakeOpenAI


@pytest.fixture
def settings(fake: FakeOpenAI) -> OpenAISettings:
    return OpenAISettings(SecretStr("sk"), "gpt-6-luna", base_url=fake.base_url)


@pytest.fixture
async def client(settings: OpenAISettings) -> AsyncIterator[AsyncOpenAI]:
    async with build_client(settings) as client:
        yield client


@pytest.fixture
def summariser(client: AsyncOpenAI, settings: OpenAISettings) -> OpenAISummariser:
    return OpenAISummariser(client, settings)


@pytest.fixture
def analyst(client: AsyncOpenAI, settings: OpenAISettings) -> OpenAIAnalyst:
    return OpenAIAnalyst(client, settings)


@pytest.fixture
def hasty() -> Iterator[None]:
    """Failed calls are tried again as often as ever, and at once."""
    with stamina.set_testing(True, attempts=TRIES, cap=True):
        yield

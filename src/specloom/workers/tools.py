"""What handlers work with besides the database: made once a worker process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from obstore.store import ObjectStore

from specloom.ai.analysis import Analyst
from specloom.ai.conversation import Partner
from specloom.ai.embedding import Embedder
from specloom.ai.engines import open_engines
from specloom.ai.protocols import Summariser
from specloom.connectors.storage import open_store
from specloom.core.config import Settings


@dataclass(frozen=True, slots=True)
class Tools:
    settings: Settings
    summariser: Summariser
    analyst: Analyst
    embedder: Embedder
    partner: Partner
    files: ObjectStore


@asynccontextmanager
async def open_tools(settings: Settings) -> AsyncIterator[Tools]:
    """The engines that the settings choose, and the file store."""
    async with open_engines(settings.llm) as engines:
        yield Tools(
            settings=settings,
            summariser=engines.summariser,
            analyst=engines.analyst,
            embedder=engines.embedder,
            partner=engines.partner,
            files=open_store(settings.storage),
        )

"""What a query means to the model that serves a tenant: asked of the provider while no transaction is open."""

from typing import Annotated

from fastapi import Depends

from specloom.ai.protocols import EngineError
from specloom.core.logging import get_logger
from specloom.core.security import Claims
from specloom.dependencies.identity import access_claims, begin, check_permission
from specloom.dependencies.state import State
from specloom.schemas.search import SearchRequest
from specloom.services import search
from specloom.services.search import Meaning
from specloom.vocabulary.search import SearchMode

log = get_logger(__name__)


async def _understand(
    data: SearchRequest, state: State, claims: Annotated[Claims, Depends(access_claims)]
) -> Meaning | None:
    if not state.settings.llm.uses_llm or data.mode is SearchMode.KEYWORD:
        return None
    async with await begin(state, claims) as uow:
        check_permission(uow, "search", "read")
        model = await search.serving_model(uow)
    embedder = await state.embedders.of(model) if model is not None else None
    if embedder is None:
        return None
    try:
        return await search.understand(embedder, data.query)
    except EngineError as error:  # a provider that is away must not keep people from what words can find
        log.warning("query_not_embedded", model=model, code=error.code)
        return None


# Goes before `require` in a route's dependencies: the provider has answered when the transaction begins.
understood = Depends(_understand)

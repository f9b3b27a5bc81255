"""What a query means to the model that serves a tenant: asked of the provider while no transaction is open."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Depends

from specloom.ai.prices import cost, find_price
from specloom.ai.protocols import JSON, EngineError, Ledger, Usage
from specloom.core.logging import get_logger
from specloom.core.metrics import LLM_TOKENS
from specloom.core.security import Claims
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.dependencies.identity import access_claims, begin, check_permission
from specloom.dependencies.state import ApiState, State
from specloom.schemas.search import SearchRequest
from specloom.services import search
from specloom.services.search import Meaning
from specloom.services.usage import charge, enter, refund
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
    account = _Account(state, uow)
    try:
        return await search.understand(embedder, data.query, account)
    except EngineError as error:  # neither a provider that is away nor a budget keeps people from what words can find
        log.warning("query_not_embedded", model=model, code=error.code)
        return None
    finally:
        await account.close()


class _Account(Ledger):
    """Pays for what somebody asks outside of any job: entered before the call is made, taken back when it is not."""

    def __init__(self, state: ApiState, asked_in: UnitOfWork) -> None:
        # What is owed is entered whatever becomes of anybody's rights while the provider is asked.
        self._open = partial(state.runtime.uow, TenantContext(asked_in.tenant_id, asked_in.user_id))
        self._plans = state.settings.budgets
        self._charged: tuple[UUID, Usage] | None = None

    async def recall(self, step: str) -> JSON:
        """Nothing is kept."""

    async def reserve(self, step: str, model: str, prompt_tokens: int, completion_tokens: int) -> None:
        price = find_price(model)
        spent = cost(price, prompt_tokens, completion_tokens) if price is not None else None
        usage = Usage(prompt_tokens, completion_tokens, 1, spent)
        async with self._open() as uow:
            entry_id = await charge(uow, self._plans, step=step, model=model, usage=usage)
        self._charged = (entry_id, usage) if entry_id is not None else None

    async def keep(
        self,
        step: str,
        value: JSON,  # noqa: ARG002
        model: str | None = None,
        usage: Usage | None = None,
        *,
        reserved: str | None = None,  # noqa: ARG002
    ) -> None:
        """The call was made. Providers may count otherwise than what was entered."""
        if self._charged is None or usage is None:
            return
        (entry_id, charged), self._charged = self._charged, None
        model = model or "unknown"
        LLM_TOKENS.labels(model, "prompt").inc(usage.prompt_tokens)
        if usage != charged:
            async with self._open() as uow:
                await refund(uow, entry_id, charged)
                await enter(uow, self._plans, job_id=None, step=step, model=model, usage=usage)

    async def close(self) -> None:
        """Takes back what was entered for a call that came to nothing."""
        if self._charged is not None:
            async with self._open() as uow:
                await refund(uow, *self._charged)


# Goes before `require` in a route's dependencies: the provider has answered when the transaction begins.
understood = Depends(_understand)

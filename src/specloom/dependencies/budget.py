"""Work that a language model would have to do is refused before it is accepted when the budget has nothing left."""

from specloom.dependencies.identity import Uow, principal_of
from specloom.dependencies.state import State
from specloom.services import identity, usage


async def must_afford(uow: Uow, state: State) -> None:
    """Raises `SubscriptionExpired` (402) once the tenant's subscription is over, and `OverBudget` (429 with
    `Retry-After`); the latter never where the embedded engine works, which costs nothing.

    For routes that open jobs of the queue `llm`: `dependencies=[…, Depends(must_afford)]`, after `require`.
    """
    identity.must_be_subscribed(principal_of(uow))
    if state.settings.llm.uses_llm:
        await usage.must_have_room(uow, state.settings.budgets)

"""Usage and budgets: what language models took, and what they may take."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from specloom.core.tenancy import TenantContext
from specloom.dependencies.identity import Uow, operator, principal_of, require
from specloom.dependencies.revision import IfMatch, tag
from specloom.dependencies.state import State
from specloom.routers.responses import errors
from specloom.schemas.usage import BudgetRead, BudgetUpdate, CeilingUpdate, Day, UsageRead
from specloom.services import usage
from specloom.vocabulary.usage import UsageGroup

router = APIRouter(tags=["usage"], responses=errors(401, 403, 422, 503))


@router.get("/usage")
async def get_usage(
    uow: Uow,
    first: Annotated[
        Day | None, Query(alias="from", description="A day in UTC; the first of the month of `to`.")
    ] = None,
    last: Annotated[Day | None, Query(alias="to", description="A day in UTC, included; today.")] = None,
    group_by: UsageGroup = UsageGroup.DAY,
) -> UsageRead:
    """Tokens and cost of language models by day, person, model, type of job or job; over 366 days at most.

    Whoever may read `usage` sees the whole tenant, everybody else what they took themselves.
    """
    principal = principal_of(uow)
    user_id = None if principal.may("usage", "read") else principal.user_id
    return await usage.report(uow, first=first, last=last, group_by=group_by, user_id=user_id)


@router.get("/usage/budget", dependencies=[Depends(require("budgets", "read"))])
async def get_budget(uow: Uow, state: State, response: Response) -> BudgetRead:
    """The tenant's budget of this month: what was set, what counts, what is spent and set aside."""
    budget = await usage.get(uow)
    tag(response, budget)
    return await usage.read(uow, budget, state.settings.budgets)


@router.put("/usage/budget", responses=errors(400, 412, 413), dependencies=[Depends(require("budgets", "update"))])
async def set_budget(
    data: BudgetUpdate, uow: Uow, state: State, precondition: IfMatch, response: Response
) -> BudgetRead:
    """Sets the budget of each month, within what the plan allows. Jobs that waited for a higher limit go on at once."""
    budget = await usage.lock(uow)
    precondition.check(budget)
    await usage.change(uow, budget, data, state.settings.budgets)
    tag(response, budget)
    return await usage.read(uow, budget, state.settings.budgets)


@router.put("/tenants/{tenant_id}/budget", dependencies=[Depends(operator)], responses=errors(400, 404, 413))
async def set_ceiling(tenant_id: UUID, data: CeilingUpdate, state: State) -> BudgetRead:
    """For operators: sets what a tenant may take at most in a month, in place of what its plan allows."""
    async with state.runtime.uow(TenantContext(tenant_id)) as uow:
        budget = await usage.agree(uow, data)
        return await usage.read(uow, budget, state.settings.budgets)

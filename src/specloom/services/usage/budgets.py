"""Budgets: shown with what is gone of them, set by the tenant within its ceiling, which operators may move."""

from decimal import Decimal

from specloom.core.config import BudgetSettings
from specloom.core.errors import Unprocessable
from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import TenantCrud, TenantNotFound
from specloom.crud.jobs import JobCrud
from specloom.crud.usage import BudgetCrud, PeriodCrud, ReservationCrud
from specloom.models.usage import Budget
from specloom.schemas.usage import AmountRead, BudgetRead, BudgetUpdate, CeilingUpdate, LimitRead
from specloom.services.usage.limits import DEFAULT_THRESHOLD, compose


class BudgetAbovePlan(Unprocessable):
    code = "budget_above_plan"
    default_message = "That is more than your plan allows. Set less, or ask the operator of this service for more."


async def get(uow: UnitOfWork) -> Budget:
    return await BudgetCrud(uow).find() or Budget(threshold_percent=DEFAULT_THRESHOLD, revision=1)


async def lock(uow: UnitOfWork) -> Budget:
    """The budget, kept from others until the transaction ends."""
    return await BudgetCrud(uow).lock()


async def change(uow: UnitOfWork, budget: Budget, data: BudgetUpdate, plans: BudgetSettings) -> Budget:
    """Sets a budget that was locked. Raises `BudgetAbovePlan`."""
    plan = (await TenantCrud(uow).get()).plan_type
    ceiling = compose(budget, plan, plans)
    if _above(data.tokens, ceiling.ceiling_tokens) or _above(data.cost, ceiling.ceiling_cost):
        most = LimitRead(tokens=ceiling.ceiling_tokens, cost=ceiling.ceiling_cost)
        raise BudgetAbovePlan(details=most.model_dump(mode="json"))
    return await _change(uow, budget, **data.model_dump())


async def agree(uow: UnitOfWork, data: CeilingUpdate) -> Budget:
    """For operators: moves the ceiling of the tenant of the unit of work. Raises `TenantNotFound`."""
    if not await TenantCrud(uow).exists():
        raise TenantNotFound
    budget = await lock(uow)
    return await _change(uow, budget, ceiling_tokens=data.tokens, ceiling_cost=data.cost)


async def read(uow: UnitOfWork, budget: Budget, plans: BudgetSettings) -> BudgetRead:
    """The budget as people see it."""
    limits = compose(budget, (await TenantCrud(uow).get()).plan_type, plans)
    period = await PeriodCrud(uow).current()
    spent, _ = await PeriodCrud(uow).spent()
    held, _ = await ReservationCrud(uow).held()
    return BudgetRead(
        tokens=budget.tokens,
        cost=budget.cost,
        user_tokens=budget.user_tokens,
        user_cost=budget.user_cost,
        threshold_percent=budget.threshold_percent,
        plan_type=limits.plan,
        ceiling=LimitRead(tokens=limits.ceiling_tokens, cost=limits.ceiling_cost),
        limit=LimitRead(tokens=limits.tokens, cost=limits.cost),
        period_start=period.start,
        period_end=period.end,
        spent=AmountRead.model_validate(spent),
        reserved=AmountRead.model_validate(held),
        paused_jobs=await JobCrud(uow).count_paused(),
    )


async def _change(uow: UnitOfWork, budget: Budget, **values: int | Decimal | None) -> Budget:
    changed = {name: value for name, value in values.items() if getattr(budget, name) != value}
    if changed:
        await BudgetCrud(uow).change(budget, **changed)
        uow.publish(Event("budget.updated", "budgets", {"changed": sorted(changed)}))
    return budget


def _above(wanted: int | Decimal | None, ceiling: int | Decimal | None) -> bool:
    return wanted is not None and ceiling is not None and wanted > ceiling

"""How much a tenant may take in a month: what it chose, within what its plan or the operator allows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from specloom.core.config import BudgetSettings
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import TenantCrud
from specloom.crud.usage import Amount, BudgetCrud
from specloom.models.usage import Budget
from specloom.vocabulary.identity import PlanType
from specloom.vocabulary.usage import BudgetLimit

Number = TypeVar("Number", int, Decimal)

DEFAULT_THRESHOLD = 80


@dataclass(frozen=True, slots=True)
class Limits:
    """Tokens and US dollars in a month; None stands for no limit. `ceiling_…` is what the tenant may choose at most."""

    plan: PlanType
    ceiling_tokens: int | None
    ceiling_cost: Decimal | None
    tokens: int | None
    cost: Decimal | None
    user_tokens: int | None
    user_cost: Decimal | None
    threshold_percent: int = DEFAULT_THRESHOLD

    @property
    def are_none(self) -> bool:
        return all(each is None for each in (self.tokens, self.cost, self.user_tokens, self.user_cost))

    def exceeded(self, tenant: Amount, person: Amount) -> BudgetLimit | None:
        """The first limit that is below what the tenant, or the person, would have taken."""
        amounts: tuple[tuple[BudgetLimit, int | Decimal, int | Decimal | None], ...] = (
            (BudgetLimit.TOKENS, tenant.tokens, self.tokens),
            (BudgetLimit.COST, tenant.cost, self.cost),
            (BudgetLimit.USER_TOKENS, person.tokens, self.user_tokens),
            (BudgetLimit.USER_COST, person.cost, self.user_cost),
        )
        return next((kind for kind, amount, limit in amounts if limit is not None and amount > limit), None)

    def is_near(self, tenant: Amount) -> bool:
        """Whether the tenant has taken its threshold's share of either limit."""
        share = Decimal(self.threshold_percent) / 100
        pairs = ((Decimal(tenant.tokens), self.tokens), (tenant.cost, self.cost))
        return any(limit is not None and amount >= limit * share for amount, limit in pairs)


async def limits_of(uow: UnitOfWork, plans: BudgetSettings) -> Limits:
    """The limits of the tenant of the unit of work."""
    tenant = await TenantCrud(uow).get()
    return compose(await BudgetCrud(uow).find(), tenant.plan_type, plans)


def compose(budget: Budget | None, plan: PlanType, plans: BudgetSettings) -> Limits:
    """The limits that follow from a budget (None: nothing was set) and a plan. Of two limits the lower one counts."""
    tokens, cost = {
        PlanType.FREE: (plans.free_tokens, plans.free_cost),
        PlanType.ENTERPRISE: (plans.enterprise_tokens, plans.enterprise_cost),
    }[plan]
    if budget is None:
        return Limits(plan, tokens, cost, tokens, cost, None, None)
    tokens = tokens if budget.ceiling_tokens is None else budget.ceiling_tokens
    cost = cost if budget.ceiling_cost is None else budget.ceiling_cost
    return Limits(
        plan=plan,
        ceiling_tokens=tokens,
        ceiling_cost=cost,
        tokens=_lower(budget.tokens, tokens),
        cost=_lower(budget.cost, cost),
        user_tokens=budget.user_tokens,
        user_cost=budget.user_cost,
        threshold_percent=budget.threshold_percent,
    )


def _lower(one: Number | None, other: Number | None) -> Number | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)

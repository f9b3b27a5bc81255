"""Spends a tenant's budget: set aside before each model call, entered after it, refused where nothing is left.

Deciding whether there is room, and setting it aside, happens under the lock of the tenant's row for the month, so that
calls that begin at the same moment see each other. What is set aside becomes free in the transaction that enters the
call, or in which its job lets go of its worker (`services.jobs`).
"""

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from specloom.ai.protocols import BudgetExhausted, Usage
from specloom.core.config import BudgetSettings
from specloom.core.errors import TooManyRequests
from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.crud.jobs import JobCrud
from specloom.crud.usage import Amount, PeriodCrud, ReservationCrud, UsageCrud
from specloom.services.usage.limits import Limits, limits_of
from specloom.vocabulary.jobs import PauseReason
from specloom.vocabulary.usage import BudgetLimit

LONGEST_RETRY_AFTER = 24 * 3600
"""A limit may be raised long before the month ends."""
_LEAST = Amount(1, Decimal("0.00000001"))


class OverBudget(TooManyRequests):
    code = "budget_exhausted"


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a job has to wait, and until when unless somebody raises the limit."""

    reason: PauseReason
    limit: BudgetLimit
    until: datetime

    @property
    def message(self) -> str:
        return f"{_words(self.reason)} It goes on when the limit is raised, or on {_day(self.until)}."


async def reserve(
    uow: UnitOfWork, plans: BudgetSettings, *, job_id: UUID, step: str, tokens: int, cost: Decimal | None
) -> None:
    """Sets aside what a call will take at most. Raises `BudgetExhausted` when that is more than there is."""
    if await _make_room(uow, plans, tokens, cost, besides=(job_id, step)):
        await ReservationCrud(uow).put(job_id, step, tokens, cost)


async def settle(
    uow: UnitOfWork,
    plans: BudgetSettings,
    *,
    job_id: UUID,
    step: str,
    model: str,
    usage: Usage,
    reserved: str | None = None,
) -> None:
    """Enters what a step took, once, and frees what was set aside for it, under its own name or another one."""
    await ReservationCrud(uow).release(job_id, reserved or step)
    await enter(uow, plans, job_id=job_id, step=step, model=model, usage=usage)


async def enter(
    uow: UnitOfWork, plans: BudgetSettings, *, job_id: UUID | None, step: str, model: str, usage: Usage
) -> UUID | None:
    """Enters what a step took, once. Returns the id of the entry; None when the step of the job had one already."""
    entry_id = await UsageCrud(uow).add(
        job_id=job_id,
        step=step,
        model=model,
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        calls=usage.calls,
        cost=usage.cost,
    )
    if entry_id is not None:
        await _spend(uow, plans, Amount(usage.tokens, usage.cost or Decimal(0)))
    return entry_id


async def charge(uow: UnitOfWork, plans: BudgetSettings, *, step: str, model: str, usage: Usage) -> UUID | None:
    """Enters a call that no job makes before it is made, for what it takes is known. Raises `BudgetExhausted` when that
    is more than there is. Returns what `refund` knows it by."""
    await _make_room(uow, plans, usage.tokens, usage.cost)
    return await enter(uow, plans, job_id=None, step=step, model=model, usage=usage)


async def refund(uow: UnitOfWork, entry_id: UUID, usage: Usage) -> None:
    """Takes back what was entered for a call that was not made after all."""
    if await UsageCrud(uow).remove(entry_id):
        await PeriodCrud(uow).spend(Amount(-usage.tokens, -(usage.cost or Decimal(0))))


async def _make_room(
    uow: UnitOfWork,
    plans: BudgetSettings,
    tokens: int,
    cost: Decimal | None,
    *,
    besides: tuple[UUID, str] | None = None,
) -> bool:
    """Lets nobody else decide about the budget until the transaction ends, unless there is no limit. Raises
    `BudgetExhausted` when there is no room."""
    limits = await limits_of(uow, plans)
    if limits.are_none:
        return False
    await PeriodCrud(uow).lock()
    limit = await _exceeded(uow, limits, Amount(tokens, cost or Decimal(0)), besides=besides)
    if limit is not None:
        raise BudgetExhausted(_words(_reason(limit)), tokens, cost)
    return True


async def _spend(uow: UnitOfWork, plans: BudgetSettings, amount: Amount) -> None:
    crud = PeriodCrud(uow)
    row = await crud.spend(amount)
    if row.threshold_reached_at is not None:
        return
    limits = await limits_of(uow, plans)
    if limits.is_near(Amount(row.tokens, row.cost)):
        await crud.note_threshold(row)
        payload = {
            "period": row.period.isoformat(),
            "threshold_percent": limits.threshold_percent,
            "tokens": row.tokens,
            "tokens_limit": limits.tokens,
            "cost": str(row.cost),
            "cost_limit": None if limits.cost is None else str(limits.cost),
        }
        uow.publish(Event("usage.threshold_reached", "budgets", payload))


async def wait_for(uow: UnitOfWork, plans: BudgetSettings, job_id: UUID, refused: BudgetExhausted) -> Wait | None:
    """How long a job has to wait for a call that was refused; None when only other calls under way are in its way."""
    await ReservationCrud(uow).release(job_id)
    limits = await limits_of(uow, plans)
    limit = await _exceeded(uow, limits, Amount(refused.tokens, refused.cost or Decimal(0)), held=False)
    if limit is None:
        return None
    return Wait(_reason(limit), limit, (await PeriodCrud(uow).current()).end)


async def must_have_room(uow: UnitOfWork, plans: BudgetSettings) -> None:
    """Raises `OverBudget` when new work would only wait: a limit is met, or jobs already wait for it to be raised."""
    limits = await limits_of(uow, plans)
    if limits.are_none:
        return
    limit = await _exceeded(uow, limits, _LEAST, held=False)
    reason = _reason(limit) if limit is not None else await JobCrud(uow).pause_in_the_way(uow.user_id)
    if reason is None:
        return
    period = await PeriodCrud(uow).current()
    seconds = math.ceil((period.end - period.now).total_seconds())
    raise OverBudget(
        f"{_words(reason)} Ask an admin to raise the limit, or come back on {_day(period.end)}.",
        retry_after=min(seconds, LONGEST_RETRY_AFTER),
        details={"reason": reason, "period_ends": period.end.isoformat()},
    )


async def has_room(
    uow: UnitOfWork, plans: BudgetSettings, *, tokens: int = _LEAST.tokens, cost: Decimal | None = _LEAST.cost
) -> bool:
    """Whether this month has as much left, calls under way left out; by default, anything at all."""
    wanted = Amount(tokens, cost or Decimal(0))
    return await _exceeded(uow, await limits_of(uow, plans), wanted, held=False) is None


async def _exceeded(
    uow: UnitOfWork,
    limits: Limits,
    wanted: Amount,
    *,
    held: bool = True,
    besides: tuple[UUID, str] | None = None,
) -> BudgetLimit | None:
    """The limit that another amount would break; with `held`, what is set aside counts as taken."""
    tenant, person = await PeriodCrud(uow).spent()
    if held:
        tenant_held, person_held = await ReservationCrud(uow).held(besides=besides)
        tenant, person = tenant + tenant_held, person + person_held
    return limits.exceeded(tenant + wanted, person + wanted if uow.user_id else person)


def _reason(limit: BudgetLimit) -> PauseReason:
    return PauseReason.USER_BUDGET_EXHAUSTED if limit.is_of_person else PauseReason.BUDGET_EXHAUSTED


def _words(reason: PauseReason) -> str:
    whose = "Your own share" if reason is PauseReason.USER_BUDGET_EXHAUSTED else "Your tenant's budget"
    return f"{whose} of this month for language models is used up."


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"

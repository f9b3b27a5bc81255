"""Budgets hold when calls begin at the same moment, and what was taken is counted once, in its month."""

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from specloom.ai.protocols import BudgetExhausted, Usage
from specloom.core.config import BudgetSettings
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.identity import UserCrud
from specloom.schemas.usage import BudgetUpdate
from specloom.services import usage
from specloom.vocabulary.identity import PlanType
from specloom.vocabulary.jobs import PauseReason
from tests.factories.tenants import make_tenant
from tests.workers.jobs import open_job


def plans(tokens: int | None = None, cost: str | None = None) -> BudgetSettings:
    return BudgetSettings(_env_file=None, free_tokens=tokens, free_cost=Decimal(cost) if cost else None)


TAKEN = Usage(prompt_tokens=300, completion_tokens=100, calls=1, cost=Decimal("0.02"))


@pytest.fixture
async def tenant(runtime: Runtime) -> TenantContext:
    return await make_tenant(runtime)


@pytest.fixture
async def job_id(runtime: Runtime, tenant: TenantContext) -> UUID:
    return await open_job(runtime, tenant)


async def take(runtime: Runtime, tenant: TenantContext, job_id: UUID, step: str, limits: BudgetSettings) -> None:
    async with runtime.uow(tenant) as uow:
        await usage.settle(uow, limits, job_id=job_id, step=step, model="m", usage=TAKEN)


async def reserve(
    runtime: Runtime, tenant: TenantContext, job_id: UUID, step: str, limits: BudgetSettings, **wanted: Any
) -> bool:
    async with runtime.uow(tenant) as uow:
        try:
            await usage.reserve(uow, limits, job_id=job_id, step=step, **{"tokens": 1_000, "cost": None, **wanted})
        except BudgetExhausted:
            return False
    return True


async def scalar(runtime: Runtime, tenant: TenantContext, query: str) -> Any:
    async with runtime.uow(tenant) as uow:
        return await uow.session.scalar(text(query))


async def test_calls_that_begin_together_never_take_more_than_there_is(
    runtime: Runtime, tenant: TenantContext, job_id: UUID
) -> None:
    limits = plans(tokens=5_999)
    calls = (reserve(runtime, tenant, job_id, f"call-{n}", limits) for n in range(20))
    granted = await asyncio.gather(*calls)
    assert granted.count(True) == 5
    first = f"call-{granted.index(True)}"
    assert await reserve(runtime, tenant, job_id, first, limits), "the same call again sets nothing more aside"
    async with runtime.uow(tenant) as uow:
        await usage.settle(uow, limits, job_id=job_id, step="lost", model="m", usage=TAKEN, reserved=first)
    assert [await reserve(runtime, tenant, job_id, f"more-{n}", limits) for n in range(2)] == [True, False]

    stranger = await make_tenant(runtime)
    assert await reserve(runtime, stranger, await open_job(runtime, stranger), "call", limits)


async def test_money_counts_as_tokens_do(runtime: Runtime, tenant: TenantContext, job_id: UUID) -> None:
    limits = plans(cost="0.05")
    assert await reserve(runtime, tenant, job_id, "one", limits, cost=Decimal("0.05"))
    assert not await reserve(runtime, tenant, job_id, "two", limits, cost=Decimal("0.01"))
    assert await reserve(runtime, tenant, job_id, "unpriced", limits), "nobody knows what it costs"
    assert await reserve(runtime, tenant, job_id, "unlimited", plans(), tokens=10**9)


async def test_a_step_is_entered_once_and_the_threshold_told_once(
    runtime: Runtime, tenant: TenantContext, job_id: UUID
) -> None:
    limits = plans(tokens=1_000)
    for step in ("one", "one", "two", "three"):
        await take(runtime, tenant, job_id, step, limits)
    assert await scalar(runtime, tenant, "SELECT tokens FROM usage_periods WHERE user_id IS NULL") == 1_200
    told = (
        "SELECT count(*) FROM events WHERE event_type = 'usage.threshold_reached' AND (payload->>'tokens')::int = 800"
    )
    assert await scalar(runtime, tenant, told) == 1
    assert await scalar(runtime, tenant, "SELECT count(*) FROM events WHERE resource = 'budgets'") == 1


async def test_a_new_month_by_the_clock_of_the_database_has_its_budget_again(
    runtime: Runtime, tenant: TenantContext, job_id: UUID
) -> None:
    limits = plans(tokens=500)
    await take(runtime, tenant, job_id, "one", limits)
    refused = BudgetExhausted("", 200, None)
    async with runtime.uow(tenant) as uow:
        wait = await usage.wait_for(uow, limits, job_id, refused)
    assert wait is not None
    assert wait.reason is PauseReason.BUDGET_EXHAUSTED
    ends = "SELECT date_trunc('month', now(), 'UTC') + interval '1 month'"
    assert wait.until == await scalar(runtime, tenant, ends)
    assert not await reserve(runtime, tenant, job_id, "two", limits, tokens=200)
    async with runtime.uow(tenant) as uow:
        await uow.session.execute(text("UPDATE usage_periods SET period = period - interval '1 month'"))
    assert await reserve(runtime, tenant, job_id, "two", limits, tokens=500)


async def test_each_person_may_have_a_share(runtime: Runtime, tenant: TenantContext, job_id: UUID) -> None:
    async with runtime.uow(tenant) as uow:
        people = [await UserCrud(uow).add(email=f"{name}@example.com", name=name) for name in ("ann", "bob")]
        await usage.change(uow, await usage.lock(uow), BudgetUpdate(user_tokens=1_500), plans())
    ann, bob = (TenantContext(tenant.tenant_id, person.id) for person in people)
    limits = plans(tokens=10_000)
    await take(runtime, ann, job_id, "one", limits)
    granted = [await reserve(runtime, who, job_id, step, limits) for who, step in ((ann, "2"), (ann, "3"), (bob, "4"))]
    assert granted == [True, False, True]
    async with runtime.uow(ann) as uow:
        assert await usage.wait_for(uow, limits, job_id, BudgetExhausted("", 1_000, None)) is None, "others will end"
        wait = await usage.wait_for(uow, limits, job_id, BudgetExhausted("", 1_200, None))
    assert wait is not None
    assert wait.reason is PauseReason.USER_BUDGET_EXHAUSTED


async def test_of_a_budget_and_what_the_plan_allows_the_lower_one_counts(
    runtime: Runtime, tenant: TenantContext
) -> None:
    allowed = plans(tokens=1_000, cost="5")
    async with runtime.uow(tenant) as uow:
        with pytest.raises(usage.BudgetAbovePlan):
            await usage.change(uow, await usage.lock(uow), BudgetUpdate(tokens=1_001), allowed)
        budget = await usage.change(uow, await usage.lock(uow), BudgetUpdate(tokens=900, cost=Decimal(5)), allowed)
        assert (await usage.limits_of(uow, allowed)).tokens == 900
        assert (await usage.limits_of(uow, plans(tokens=800))).tokens == 800
        budget.ceiling_tokens = 700
        await uow.session.flush()
        limits = await usage.limits_of(uow, allowed)
    assert (limits.plan, limits.tokens, limits.ceiling_tokens, limits.cost) == (PlanType.FREE, 700, 700, Decimal(5))

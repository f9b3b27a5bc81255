"""What model calls took, month by month and step by step; what is set aside for calls; budgets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, delete, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from specloom.core.uow import UnitOfWork
from specloom.models.identity import User
from specloom.models.jobs import Job
from specloom.models.usage import Budget, UsageEntry, UsagePeriod, UsageReservation
from specloom.vocabulary.usage import UsageGroup

QUESTIONS = "search"
"""What reports call the work that no job does: embedding questions."""
THIS_PERIOD = func.date_trunc("month", func.now(), "UTC")


@dataclass(frozen=True, slots=True)
class Amount:
    """Tokens and US dollars."""

    tokens: int = 0
    cost: Decimal = Decimal(0)

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(self.tokens + other.tokens, self.cost + other.cost)


@dataclass(frozen=True, slots=True)
class Period:
    """A month in UTC, and what time it is in it by the database's clock."""

    start: datetime
    end: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """What the steps of one group took. `key` is None for work that nobody in particular asked for.

    `cost` leaves out `unpriced_tokens`: those of models whose price is not known.
    """

    key: str | None
    name: str | None
    prompt_tokens: int
    completion_tokens: int
    calls: int
    cost: Decimal
    unpriced_tokens: int

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


class UsageCrud:
    """The entries: one for each step that was paid for."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id
        self._user_id = uow.user_id

    async def add(
        self,
        *,
        job_id: UUID | None,
        step: str,
        model: str,
        prompt_tokens: int,
        completion_tokens: int,
        calls: int,
        cost: Decimal | None,
    ) -> UUID | None:
        """Enters what a step took, once: a second entry for the same step of a job is left out. The id of a new one."""
        added = await self._session.execute(
            insert(UsageEntry)
            .values(
                tenant_id=self._tenant_id,
                id=uuid7(),
                user_id=self._user_id,
                job_id=job_id,
                step=step,
                model=model,
                prompt_tokens=prompt_tokens,
                completion_tokens=completion_tokens,
                calls=calls,
                cost=cost,
            )
            .on_conflict_do_nothing()
            .returning(UsageEntry.id)
        )
        return added.scalar_one_or_none()

    async def remove(self, entry_id: UUID) -> bool:
        """Returns whether it was there and of this month."""
        removed = await self._session.execute(
            delete(UsageEntry)
            .where(UsageEntry.tenant_id == self._tenant_id, UsageEntry.id == entry_id)
            .returning(UsageEntry.created_at >= THIS_PERIOD)
        )
        return bool(removed.scalar_one_or_none())

    async def tokens_of(self, job_id: UUID) -> int:
        """All tokens that a job took, whichever attempt took them."""
        total = await self._session.scalar(
            select(func.coalesce(func.sum(UsageEntry.prompt_tokens + UsageEntry.completion_tokens), 0)).where(
                UsageEntry.tenant_id == self._tenant_id, UsageEntry.job_id == job_id
            )
        )
        return int(total or 0)

    async def tallies(
        self, first: date, last: date, *, by: UsageGroup, user_id: UUID | None, most: int
    ) -> tuple[Tally, list[Tally]]:
        """What was taken from one day to another, both included, in UTC: all of it, and in groups.

        Days come in order, other groups with the largest first. One statement, so that the groups add up to the whole
        also while more is taken.
        """
        keys = _KEYS[by]
        tokens = UsageEntry.prompt_tokens + UsageEntry.completion_tokens
        query = (
            select(
                func.sum(UsageEntry.prompt_tokens),
                func.sum(UsageEntry.completion_tokens),
                func.sum(UsageEntry.calls),
                func.sum(UsageEntry.cost),
                func.sum(tokens).filter(UsageEntry.cost.is_(None)),
                *keys,
            )
            .where(
                UsageEntry.tenant_id == self._tenant_id,
                UsageEntry.created_at >= datetime.combine(first, time.min, UTC),
                UsageEntry.created_at <= datetime.combine(last, time.max, UTC),
            )
            .group_by(func.grouping_sets(tuple_(*keys), tuple_()))
            .order_by(
                func.grouping(keys[0]).desc(), keys[0] if by is UsageGroup.DAY else func.sum(tokens).desc(), keys[0]
            )
            .limit(1 + most)
        )
        if by is UsageGroup.USER:
            query = query.outerjoin(User, _same(User.tenant_id, User.id, UsageEntry.user_id))
        elif by in (UsageGroup.JOB, UsageGroup.JOB_TYPE):
            query = query.outerjoin(Job, _same(Job.tenant_id, Job.id, UsageEntry.job_id))
        if user_id is not None:
            query = query.where(UsageEntry.user_id == user_id)
        total, *groups = [_tally(row) for row in await self._session.execute(query)]
        return total, groups


class PeriodCrud:
    """The sums of this month."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id
        self._user_id = uow.user_id

    async def current(self) -> Period:
        start, now = (await self._session.execute(select(THIS_PERIOD, func.now()))).one()
        start = start.astimezone(UTC)
        return Period(start, (start + timedelta(days=31)).replace(day=1), now.astimezone(UTC))

    async def lock(self) -> None:
        """Lets nobody else decide about the tenant's budget until the transaction ends."""
        query = (
            select(UsagePeriod.id)
            .where(
                UsagePeriod.tenant_id == self._tenant_id,
                UsagePeriod.period == THIS_PERIOD,
                UsagePeriod.user_id.is_(None),
            )
            .with_for_update()
        )
        if (await self._session.scalars(query)).one_or_none() is None:
            row = {"tenant_id": self._tenant_id, "id": uuid7(), "period": THIS_PERIOD}
            await self._session.execute(insert(UsagePeriod).values(**row).on_conflict_do_nothing())
            await self._session.scalars(query)

    async def spent(self) -> tuple[Amount, Amount]:
        """What this month has taken: of the tenant, and of the person behind the unit of work."""
        whose = or_(UsagePeriod.user_id.is_(None), UsagePeriod.user_id == self._user_id)
        rows = await self._session.execute(
            select(UsagePeriod.user_id, UsagePeriod.tokens, UsagePeriod.cost).where(
                UsagePeriod.tenant_id == self._tenant_id, UsagePeriod.period == THIS_PERIOD, whose
            )
        )
        found = {row.user_id: Amount(row.tokens, row.cost) for row in rows}
        return found.get(None, Amount()), Amount() if self._user_id is None else found.get(self._user_id, Amount())

    async def spend(self, amount: Amount) -> UsagePeriod:
        """Adds to what the tenant, and the person, have taken; returns the tenant's row, which stays locked."""
        row = await self._add(None, amount)
        if self._user_id is not None:
            await self._add(self._user_id, amount)
        return row

    async def note_threshold(self, row: UsagePeriod) -> None:
        row.threshold_reached_at = func.now()
        await self._session.flush()

    async def _add(self, user_id: UUID | None, amount: Amount) -> UsagePeriod:
        statement = (
            insert(UsagePeriod)
            .values(
                tenant_id=self._tenant_id,
                id=uuid7(),
                period=THIS_PERIOD,
                user_id=user_id,
                tokens=amount.tokens,
                cost=amount.cost,
            )
            .on_conflict_do_update(
                index_elements=["tenant_id", "period", "user_id"],
                set_={
                    "tokens": UsagePeriod.tokens + amount.tokens,
                    "cost": UsagePeriod.cost + amount.cost,
                    "updated_at": func.now(),
                },
            )
            .returning(UsagePeriod)
        )
        return (await self._session.scalars(statement, execution_options={"populate_existing": True})).one()


class ReservationCrud:
    """What is set aside for calls that are being made: a row for each."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id
        self._user_id = uow.user_id

    async def held(self, *, besides: tuple[UUID, str] | None = None) -> tuple[Amount, Amount]:
        """What is set aside: of the tenant, and of the person behind the unit of work. `besides` leaves out the one of
        a job's step."""
        mine = UsageReservation.user_id == self._user_id
        tokens, cost = func.sum(UsageReservation.tokens), func.sum(UsageReservation.cost)
        query = select(tokens, cost, tokens.filter(mine), cost.filter(mine)).where(
            UsageReservation.tenant_id == self._tenant_id
        )
        if besides is not None:
            query = query.where(tuple_(UsageReservation.job_id, UsageReservation.step) != besides)
        row = (await self._session.execute(query)).one()
        return Amount(int(row[0] or 0), row[1] or Decimal(0)), Amount(int(row[2] or 0), row[3] or Decimal(0))

    async def put(self, job_id: UUID, step: str, tokens: int, cost: Decimal | None) -> None:
        amount = {"tokens": tokens, "cost": cost}
        await self._session.execute(
            insert(UsageReservation)
            .values(tenant_id=self._tenant_id, job_id=job_id, step=step, user_id=self._user_id, **amount)
            .on_conflict_do_update(index_elements=["tenant_id", "job_id", "step"], set_=amount)
        )

    async def release(self, job_id: UUID, step: str | None = None) -> None:
        """Frees what is set aside for a step, or for all steps of a job."""
        query = delete(UsageReservation).where(
            UsageReservation.tenant_id == self._tenant_id, UsageReservation.job_id == job_id
        )
        await self._session.execute(query if step is None else query.where(UsageReservation.step == step))


class BudgetCrud:
    def __init__(self, uow: UnitOfWork) -> None:
        self._session = uow.session
        self._tenant_id = uow.tenant_id

    async def find(self) -> Budget | None:
        """What the tenant has set; None when it has set nothing."""
        return (await self._session.scalars(self._query())).one_or_none()

    async def lock(self) -> Budget:
        """The tenant's budget, made where there is none, kept from others until the transaction ends."""
        await self._session.execute(insert(Budget).values(tenant_id=self._tenant_id).on_conflict_do_nothing())
        query = self._query().with_for_update()
        return (await self._session.scalars(query, execution_options={"populate_existing": True})).one()

    async def change(self, budget: Budget, **values: Any) -> Budget:
        for name, value in values.items():
            setattr(budget, name, value)
        await self._session.flush()
        return budget

    def _query(self) -> Select[Budget]:
        return select(Budget).where(Budget.tenant_id == self._tenant_id)


_KIND = func.coalesce(Job.job_type, literal(QUESTIONS, literal_execute=True))
_KEYS: dict[UsageGroup, Sequence[Any]] = {
    UsageGroup.DAY: (func.date(func.timezone(literal("UTC", literal_execute=True), UsageEntry.created_at)),),
    UsageGroup.USER: (UsageEntry.user_id, User.name),
    UsageGroup.MODEL: (UsageEntry.model,),
    UsageGroup.JOB_TYPE: (_KIND,),
    UsageGroup.JOB: (UsageEntry.job_id, _KIND),
}
"""What each group is known by, and its name."""


def _same(tenant_id: Any, id_: Any, other: Any) -> ColumnElement[bool]:
    return and_(tenant_id == UsageEntry.tenant_id, id_ == other)


def _tally(row: Sequence[Any]) -> Tally:
    prompt, completion, calls, cost, unpriced, *keys = row
    key, name = (*keys, None, None)[:2]
    return Tally(
        key=None if key is None else str(key),
        name=name,
        prompt_tokens=int(prompt or 0),
        completion_tokens=int(completion or 0),
        calls=int(calls or 0),
        cost=cost or Decimal(0),
        unpriced_tokens=int(unpriced or 0),
    )

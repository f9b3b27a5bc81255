"""Usage and budgets as they are asked for and shown. Costs are US dollars."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from specloom.schemas.base import Input, Output
from specloom.vocabulary.identity import PlanType
from specloom.vocabulary.usage import UsageGroup


def _whole(value: Any) -> Any:
    """JSON calls 5.0 an integer, too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Tokens = Annotated[int, Field(ge=0, le=10**15, strict=True), BeforeValidator(_whole)]
Percent = Annotated[int, Field(ge=1, le=100, strict=True), BeforeValidator(_whole)]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DOLLARS = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?")


def _as_written(value: Any) -> Any:
    """Only text: whoever writes 0.1 as a number has lost what they meant before it gets here."""
    if isinstance(value, Decimal) or (isinstance(value, str) and _DOLLARS.fullmatch(value)):
        return value
    raise ValueError('must be a text with at most two decimals, such as "12.50"')


def _plain(value: Any) -> Any:
    """Only a date: pydantic would take seconds since 1970 and moments of a day for one, too."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise ValueError("must be a date, such as 2026-11-01")


Day = Annotated[date, BeforeValidator(_plain)]
Dollars = Annotated[
    Decimal,
    BeforeValidator(_as_written),
    WithJsonSchema({"type": "string", "pattern": f"^{_DOLLARS.pattern}$", "examples": ["12.50"]}),
]


class UsageFigures(Output):
    """What model calls took. `cost` leaves out `unpriced_tokens`: those of models whose price is not known."""

    prompt_tokens: int
    completion_tokens: int
    tokens: int
    calls: int
    cost: Decimal
    unpriced_tokens: int


class UsageGroupRead(UsageFigures):
    key: str | None = Field(
        description="The day, the person's id, the model, the type or id of the job. Searches have the type `search`."
    )
    name: str | None = Field(description="Of a person; of a job, its type.")


class UsageRead(Output):
    """What was taken from one day to another, both included, in UTC."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    group_by: UsageGroup
    total: UsageFigures
    groups: list[UsageGroupRead] = Field(
        description="Days in order, other groups with the largest first; 1,000 at most."
    )


class BudgetUpdate(Input):
    """The whole budget: what is left out is as much as there is."""

    tokens: Tokens | None = Field(None, description="Of all your people together, in a calendar month (UTC).")
    cost: Dollars | None = Field(None, description="The same in US dollars, as a text.")
    user_tokens: Tokens | None = Field(None, description="Of each of your people.")
    user_cost: Dollars | None = None
    threshold_percent: Percent = Field(
        80, description="`usage.threshold_reached` is told once a month when this much is taken."
    )


class CeilingUpdate(Input):
    """What a tenant may take at most, in place of what its plan allows; left out, the plan's."""

    tokens: Tokens | None = None
    cost: Dollars | None = None


class AmountRead(Output):
    tokens: int
    cost: Decimal


class LimitRead(Output):
    """Null stands for no limit."""

    tokens: int | None
    cost: Decimal | None


class BudgetRead(Output):
    """A budget as it was set (null: as much as there is), what follows from it, and how much of it is gone."""

    tokens: int | None
    cost: Decimal | None
    user_tokens: int | None
    user_cost: Decimal | None
    threshold_percent: int
    plan_type: PlanType
    ceiling: LimitRead = Field(description="The most that may be set: what the plan or the operator allows.")
    limit: LimitRead = Field(description="What counts: the lower one of what is set and the ceiling.")
    period_start: datetime
    period_end: datetime
    spent: AmountRead
    reserved: AmountRead = Field(description="Set aside for calls that are being made.")
    paused_jobs: int = Field(description="Jobs that wait for the limit to be raised or the period to end.")

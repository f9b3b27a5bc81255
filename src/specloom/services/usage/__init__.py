"""What language models may take of a tenant's month, what they took, and what the next work will take."""

from specloom.ai.estimates import Estimate, Work, estimate
from specloom.services.usage.budgets import (
    BudgetAbovePlan,
    agree,
    change,
    get,
    lock,
    read,
)
from specloom.services.usage.limits import Limits, limits_of
from specloom.services.usage.report import InvalidPeriod, report
from specloom.services.usage.spending import (
    OverBudget,
    Wait,
    charge,
    enter,
    has_room,
    must_have_room,
    refund,
    reserve,
    settle,
    wait_for,
)

__all__ = [
    "BudgetAbovePlan",
    "Estimate",
    "InvalidPeriod",
    "Limits",
    "OverBudget",
    "Wait",
    "Work",
    "agree",
    "change",
    "charge",
    "enter",
    "estimate",
    "get",
    "has_room",
    "limits_of",
    "lock",
    "must_have_room",
    "read",
    "refund",
    "report",
    "reserve",
    "settle",
    "wait_for",
]

"""The words of usage: how it is grouped, and which limit of a budget was met."""

from enum import StrEnum


class UsageGroup(StrEnum):
    DAY = "day"
    USER = "user"
    MODEL = "model"
    JOB_TYPE = "job_type"
    JOB = "job"


class BudgetLimit(StrEnum):
    """The limits of a budget: tokens and US dollars in a month, of the whole tenant or of each of its people."""

    TOKENS = "tokens"
    COST = "cost"
    USER_TOKENS = "user_tokens"
    USER_COST = "user_cost"

    @property
    def is_of_person(self) -> bool:
        return self in (BudgetLimit.USER_TOKENS, BudgetLimit.USER_COST)

"""Reports what model calls took, by day, person, model or job."""

from datetime import date
from uuid import UUID

from specloom.core.errors import Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.usage import PeriodCrud, UsageCrud
from specloom.schemas.usage import UsageRead
from specloom.vocabulary.usage import UsageGroup

MOST_DAYS = 366
_MOST_GROUPS = 1_000


class InvalidPeriod(Unprocessable):
    code = "invalid_period"
    default_message = f"`to` must not lie before `from`, nor more than {MOST_DAYS} days after it."


async def report(
    uow: UnitOfWork, *, first: date | None, last: date | None, group_by: UsageGroup, user_id: UUID | None = None
) -> UsageRead:
    """What was taken from `first` (left out: the beginning of the month of `last`) to `last` (left out: today), in UTC.

    With a `user_id`, by that person alone. Raises `InvalidPeriod`.
    """
    last = last or (await PeriodCrud(uow).current()).now.date()
    first = first or last.replace(day=1)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise InvalidPeriod
    total, groups = await UsageCrud(uow).tallies(first, last, by=group_by, user_id=user_id, most=_MOST_GROUPS)
    return UsageRead.model_validate({"from": first, "to": last, "group_by": group_by, "total": total, "groups": groups})

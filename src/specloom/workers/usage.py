"""What follows from a changed budget or plan: jobs that wait for one go on."""

from collections.abc import Sequence

from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.services import jobs


async def resume_paused(uow: UnitOfWork, _: Sequence[Event]) -> None:
    """Part of the transaction that changes the budget. Jobs for which it is still too small pause again."""
    await jobs.resume_paused(uow)

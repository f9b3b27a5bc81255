"""Makes many model calls a few at a time, and loses none that was paid for when one of them fails."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from specloom.ai.protocols import EngineError, PermanentEngineError

CONCURRENT_CALLS = 4

Answer = TypeVar("Answer")
Call = Callable[[], Awaitable[Answer]]


async def all_of(calls: Sequence[Call[Answer]], report: Callable[[Answer], Awaitable[None]]) -> list[Answer]:
    """The answers in the order of the calls; `report` hears of each as it comes, one after the other.

    After a failure no call begins; those under way finish, so that the run keeps them. What will never work is raised
    before what may pass.
    """
    answers: dict[int, Answer] = {}
    failures: list[EngineError] = []
    slots, reports = asyncio.Semaphore(CONCURRENT_CALLS), asyncio.Lock()

    async def make(index: int, call: Call[Answer]) -> None:
        async with slots:
            if failures:
                return
            try:
                answers[index] = await call()
            except EngineError as error:
                failures.append(error)
                return
        async with reports:
            await report(answers[index])

    try:
        async with asyncio.TaskGroup() as group:
            for index, call in enumerate(calls):
                group.create_task(make(index, call))
    except ExceptionGroup as stopped:  # the run has stopped the engine; its own exception must pass
        raise stopped.exceptions[0] from None
    if failures:
        raise min(failures, key=lambda error: not isinstance(error, PermanentEngineError))
    return [answers[index] for index in sorted(answers)]

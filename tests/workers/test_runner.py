"""Attempts at jobs: what is written, what is told, who may still write after being taken for dead."""

import asyncio
from typing import Any, cast

import pytest
from sqlalchemy import text

from specloom.ai.protocols import PermanentEngineError, TransientEngineError, Usage
from specloom.core.config import Settings
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.services import jobs
from specloom.vocabulary.jobs import JobStatus
from specloom.workers.registry import HANDLERS
from specloom.workers.run import JobRun, LeaseLost
from specloom.workers.runner import execute
from specloom.workers.sweeper import Sweeper
from specloom.workers.tools import Tools
from tests.factories.tenants import make_tenant
from tests.workers.jobs import Rehearsal, Stage, Work, log_of, open_job, seen

TOOLS = cast("Tools", None)


@pytest.fixture
async def quick(make_settings: Any) -> Any:
    """A runtime whose leases are short."""
    settings: Settings = make_settings(jobs={"lease_seconds": 0.6, "backoff_seconds": 0})
    async with open_runtime(settings) as runtime:
        yield runtime


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_up(work: Work) -> Stage:
        stage = Stage(work)
        monkeypatch.setitem(HANDLERS, Rehearsal.job_type, stage.handler)
        return stage

    return set_up


async def run_once(runtime: Runtime, context: TenantContext, job_id: Any) -> str | None:
    return await execute(runtime, TOOLS, context.tenant_id, job_id)


async def test_a_job_runs_once_and_its_log_tells_all(runtime: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        await run.progress("reading", 0.2, "Reading")
        await run.progress("writing", 0.1, "Writing")
        return {"answer": 42}

    stage(work)
    context = await make_tenant(runtime)
    job_id = await open_job(runtime, context)
    outcomes = await asyncio.gather(*(run_once(runtime, context, job_id) for _ in range(5)))
    assert sorted(map(str, outcomes)) == ["None", "None", "None", "None", "completed"]
    events = await log_of(runtime, context, job_id)
    assert [event.job_sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.payload["step"] for event in events] == ["queued", "started", "reading", "writing", "completed"]
    percentages = [event.payload["progress"] for event in events]
    assert percentages == sorted(percentages)
    assert percentages[-1] == 100
    assert events[-1].payload["details"] == {"result": {"answer": 42}}
    async with seen(runtime, context, job_id) as job:
        assert (job.status, job.result, job.attempts) == (JobStatus.COMPLETED, {"answer": 42}, 1)


async def test_final_rows_and_the_end_of_the_job_become_true_together(runtime: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        async with run.finishing({}) as uow:
            await uow.session.execute(text("UPDATE tenants SET name = 'renamed'"))
            raise PermanentEngineError("no")
        return {}

    staged = stage(work)
    context = await make_tenant(runtime)
    job_id = await open_job(runtime, context)
    assert await run_once(runtime, context, job_id) == "failed"
    assert staged.abandoned == ["no"]
    async with runtime.uow(context) as uow:
        assert await uow.session.scalar(text("SELECT name FROM tenants")) == "T"
    async with seen(runtime, context, job_id) as job:
        assert (job.status, job.error_code, job.error_message) == (JobStatus.FAILED, "engine_refused", "no")
    assert (await log_of(runtime, context, job_id))[-1].event_type == "job.failed"


async def test_passing_errors_are_tried_again_three_times(quick: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        raise TransientEngineError("The model is busy.")

    staged = stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert [await run_once(quick, context, job_id) for _ in range(4)] == ["retried", "retried", "failed", None]
    assert len(staged.abandoned) == 1
    events = await log_of(quick, context, job_id)
    assert [event.event_type for event in events].count("job.failed") == 1
    assert "3 attempts" in events[-1].payload["message"]


async def test_a_wish_to_come_back_later_is_honoured(quick: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        raise TransientEngineError("Too many requests.", retry_after=60)

    stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert await run_once(quick, context, job_id) == "retried"
    assert await run_once(quick, context, job_id) is None
    async with quick.uow(context) as uow:
        seconds = await uow.session.scalar(text("SELECT extract(epoch FROM run_after - now()) FROM jobs"))
    assert 50 < seconds <= 60


async def test_a_worker_that_was_taken_for_dead_can_change_nothing(quick: Runtime, stage: Any) -> None:
    """The first worker freezes past its lease (here: it blocks the loop's heartbeat by a lapsed lease in the row)."""
    runs: list[JobRun] = []

    async def work(run: JobRun) -> dict[str, Any]:
        runs.append(run)
        if len(runs) > 1:
            return {"by": "second"}
        async with quick.uow(context) as uow:
            await uow.session.execute(text("UPDATE jobs SET lease_expires_at = now() - interval '1 second'"))
        # The sweeper of the application may be faster, and then the job waits a moment before its next attempt.
        async with asyncio.timeout(60):
            done = None
            while done != "completed":
                await Sweeper(quick).sweep()
                done = await run_once(quick, context, job_id)
        with pytest.raises(LeaseLost):
            async with run.uow() as uow:
                await uow.session.execute(text("UPDATE tenants SET name = 'ghost'"))
        with pytest.raises(LeaseLost):
            await run.keep("step", {"x": 1}, "m", Usage(1, 1, 1))
        return {"by": "first"}

    stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert await run_once(quick, context, job_id) == "lost"
    async with seen(quick, context, job_id) as job:
        assert (job.status, job.result) == (JobStatus.COMPLETED, {"by": "second"})
        assert job.attempts >= 2, "a slow machine may need a third"
    async with quick.uow(context) as uow:
        assert await uow.session.scalar(text("SELECT name FROM tenants")) == "T"
    events = await log_of(quick, context, job_id)
    assert [event.job_sequence for event in events] == list(range(1, len(events) + 1))
    assert [event.event_type for event in events].count("job.completed") == 1


async def test_a_long_end_is_an_end(quick: Runtime, stage: Any) -> None:
    """The heartbeat waits for the row that the end has locked, and then finds a job that is over: not one that is lost.

    What follows the commit, telling the watchers, is done all the same.
    """

    async def work(run: JobRun) -> dict[str, Any]:
        async with run.finishing({}) as uow:
            await uow.session.flush()
            await asyncio.sleep(0.5)
        await asyncio.sleep(0.3)
        return {}

    stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert await run_once(quick, context, job_id) == "completed"


async def test_the_lease_is_renewed_while_the_work_goes_on(quick: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        for _ in range(4):
            await asyncio.sleep(0.4)
            await Sweeper(quick).sweep()
        return {}

    stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert await run_once(quick, context, job_id) == "completed"
    async with seen(quick, context, job_id) as job:
        assert job.attempts == 1


@pytest.mark.parametrize("tells_progress", [True, False])
async def test_a_running_job_can_be_cancelled(quick: Runtime, stage: Any, tells_progress: bool) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        async with quick.uow(context) as uow:
            await jobs.request_cancel(uow, job_id)
        if tells_progress:
            await run.progress("next", 0.5, "Going on")
        await asyncio.sleep(30)
        return {}

    staged = stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    async with asyncio.timeout(60):
        assert await run_once(quick, context, job_id) == "cancelled"
    assert staged.abandoned == ["The job was cancelled."]
    assert (await log_of(quick, context, job_id))[-1].event_type == "job.cancelled"


async def test_a_waiting_job_can_be_cancelled(quick: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        pytest.fail("it was cancelled before it began")

    staged = stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    async with quick.uow(context) as uow:
        assert jobs.read(await jobs.request_cancel(uow, job_id)).state == "cancelling"
    assert await run_once(quick, context, job_id) is None
    await Sweeper(quick).sweep()
    assert staged.abandoned == ["The job was cancelled."]
    async with seen(quick, context, job_id) as job:
        assert job.status is JobStatus.CANCELLED


async def test_a_job_that_kills_its_workers_is_given_up(quick: Runtime, stage: Any) -> None:
    async def work(run: JobRun) -> dict[str, Any]:
        return {}

    staged = stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    for _ in range(3):
        async with quick.uow(context) as uow:
            await uow.session.execute(
                text(
                    "UPDATE jobs SET status = 'in_progress', attempts = attempts + 1, fence = fence + 1, "
                    "lease_expires_at = now() - interval '1 second'"
                )
            )
        async with seen(quick, context, job_id) as job:
            assert jobs.read(job).state == "stalled"
        await Sweeper(quick).sweep()
    async with seen(quick, context, job_id) as job:
        assert (job.status, job.error_code) == (JobStatus.FAILED, "worker_lost")
    assert len(staged.abandoned) == 1


async def test_kept_steps_are_recalled_by_later_attempts_and_paid_once(quick: Runtime, stage: Any) -> None:
    recalled: list[Any] = []

    async def work(run: JobRun) -> dict[str, Any]:
        recalled.append(await run.recall("piece 1"))
        await run.keep("piece 1", {"points": [1]}, "model", Usage(10, 5, 1))
        if len(recalled) == 1:
            raise TransientEngineError("again")
        return {}

    stage(work)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert [await run_once(quick, context, job_id) for _ in range(2)] == ["retried", "completed"]
    assert recalled == [None, {"points": [1]}]
    async with quick.uow(context) as uow:
        rows = (await uow.session.execute(text("SELECT prompt_tokens, completion_tokens FROM usage_entries"))).all()
    assert rows == [(10, 5)]


async def test_a_failed_job_is_started_again_as_a_job_of_its_own(quick: Runtime, stage: Any) -> None:
    async def fails(run: JobRun) -> dict[str, Any]:
        await run.keep("piece", {"kept": True})
        raise PermanentEngineError("no")

    stage(fails)
    context = await make_tenant(quick)
    job_id = await open_job(quick, context)
    assert await run_once(quick, context, job_id) == "failed"

    async def works(run: JobRun) -> dict[str, Any]:
        return {"kept": await run.recall("piece")}

    stage(works)
    async with quick.uow(context) as uow:
        again = (await jobs.retry(uow, job_id)).id
    async with quick.uow(context) as uow:
        assert (await jobs.retry(uow, job_id)).id == again
    assert await run_once(quick, context, again) == "completed"
    async with seen(quick, context, again) as job:
        assert job.result == {"kept": {"kept": True}}
        assert job.retry_of == job_id
    with pytest.raises(jobs.JobNotFinished):
        async with quick.uow(context) as uow:
            await jobs.retry(uow, again)

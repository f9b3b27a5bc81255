"""Jobs beside one another: whoever asks for one again, or looks at one, keeps no other from its turn."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from specloom.ai.protocols import PermanentEngineError
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.services import jobs
from specloom.workers import runner
from specloom.workers.registry import HANDLERS
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools
from tests.factories.tenants import make_tenant
from tests.workers.jobs import Rehearsal, Stage, open_job, seen


@pytest.fixture
async def context(runtime: Runtime) -> TenantContext:
    return await make_tenant(runtime)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Any:
    def set_up(work: Any) -> None:
        monkeypatch.setitem(HANDLERS, Rehearsal.job_type, Stage(work).handler)

    return set_up


async def test_a_job_is_released_also_while_somebody_tries_to_start_it_anew(
    runtime: Runtime, context: TenantContext
) -> None:
    async with runtime.uow(context) as uow:
        job_id = (await jobs.open(uow, Rehearsal(), held=True)).id
    async with runtime.uow(context) as asking:
        with pytest.raises(jobs.JobNotFinished):
            await jobs.retry(asking, job_id)
        async with runtime.uow(context) as uow:
            await jobs.release(uow, job_id)
    async with seen(runtime, context, job_id) as job:
        assert job.run_after <= datetime.now(UTC)


async def test_whichever_of_its_jobs_is_started_anew_work_is_done_once_and_goes_on(
    runtime: Runtime, context: TenantContext, tools: Tools, stage: Any
) -> None:
    async def fails(run: JobRun) -> dict[str, Any]:
        done = [step for step in ("one", "two") if await run.recall(step) is not None]
        await run.keep(("one", "two", "three")[len(done)], {"kept": True})
        raise PermanentEngineError("no")

    async def tells(run: JobRun) -> dict[str, Any]:
        return {step: await run.recall(step) is not None for step in ("one", "two", "three")}

    stage(fails)
    first = last = await open_job(runtime, context)
    for _ in range(2):
        assert await runner.execute(runtime, tools, context.tenant_id, last) == "failed"
        async with runtime.uow(context) as uow:
            last = (await jobs.retry(uow, last)).id
    assert await runner.execute(runtime, tools, context.tenant_id, last) == "failed"
    stage(tells)
    async with runtime.uow(context) as uow:
        again = (await jobs.retry(uow, last)).id
    async with runtime.uow(context) as uow:
        assert (await jobs.retry(uow, first)).id == again
    assert await runner.execute(runtime, tools, context.tenant_id, again) == "completed"
    async with seen(runtime, context, again) as job:
        assert job.result == {"one": True, "two": True, "three": True}
    async with runtime.uow(context) as uow:
        assert await uow.session.scalar(text("SELECT count(*) FROM jobs")) == 4

"""The job that gives a tenant its industry template, and the reaction that opens it."""

from collections.abc import Sequence
from typing import Any

from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.schemas.industry import InitialiseTenant
from specloom.services import jobs
from specloom.services.identity import industry
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools


async def initialise_on_new_context(uow: UnitOfWork, events: Sequence[Event]) -> None:
    """Opens the job for a tenant that was founded with a business context, or has got another one."""
    if any(event.payload.get("business_context") for event in events):
        await jobs.open(uow, InitialiseTenant(), related_id=uow.tenant_id)


async def initialise_tenant(run: JobRun, payload: InitialiseTenant, tools: Tools) -> dict[str, Any]:  # noqa: ARG001
    """Puts the tenant on the template of its business context. Run again, it changes nothing."""
    result: dict[str, Any] = {"tenant_id": str(run.tenant_id)}
    async with run.finishing(result) as uow:
        template_id = await industry.initialise(uow)
        result["industry_template_id"] = str(template_id) if template_id else None
    return result


async def leave_as_it_is(uow: UnitOfWork, payload: InitialiseTenant, reason: str) -> None:
    """A tenant that got no template works without one; an admin can have it put on one later."""

"""The job that writes a summary: reads in one short unit of work, thinks in none, ends in another."""

from typing import Any

from specloom.core.uow import UnitOfWork
from specloom.schemas.documents import SummariseDocument
from specloom.services.documents import summaries
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools


async def summarise_document(run: JobRun, payload: SummariseDocument, tools: Tools) -> dict[str, Any]:
    """Writes the summary that waits. Run again after a crash, it goes on from the steps that the engine has kept."""
    outcome: dict[str, Any] = {"summary_id": str(payload.summary_id)}
    async with run.uow() as uow:
        assignment = await summaries.begin(uow, payload.summary_id, run.job_id)
    if assignment is None:
        return outcome
    result = await tools.summariser.summarise(assignment.request, run)
    sentences = summaries.locate(assignment, result)
    outcome["document_id"] = str(assignment.document_id)
    async with run.finishing(outcome) as uow:
        await summaries.complete(uow, payload.summary_id, result, sentences)
    return outcome


async def abandon_summary(uow: UnitOfWork, payload: SummariseDocument, reason: str) -> None:
    """Part of the transaction in which the job ends without its summary."""
    await summaries.abandon(uow, payload.summary_id, reason)

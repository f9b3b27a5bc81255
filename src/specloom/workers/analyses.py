"""The job that makes an analysis: reads in short units of work, thinks in none, ends in one."""

import asyncio
from typing import Any

from specloom.ai.analysis import ENGINE_SHARE, Analysis
from specloom.ai.research import rank, search_terms
from specloom.core.uow import UnitOfWork
from specloom.schemas.analyses import AnalyseRequirements
from specloom.services.analyses import analyses, research
from specloom.services.analyses.analyses import Assignment
from specloom.services.analyses.outcome import compose
from specloom.services.analyses.research import Citation
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools

_KEEP = 0.97


async def analyse_requirements(run: JobRun, payload: AnalyseRequirements, tools: Tools) -> dict[str, Any]:
    """Makes the analysis that waits. Run again after a crash, it goes on from the steps that the engine has kept."""
    result: dict[str, Any] = {"event_id": str(payload.analysis_id)}
    async with run.uow() as uow:
        assignment = await analyses.begin(uow, payload.analysis_id, run.job_id)
    if assignment is None:
        return result
    analysis = await tools.analyst.analyse(assignment.request, run)
    citations = await _research(run, assignment, analysis) if assignment.researches else []
    await run.progress("keep", _KEEP, "Keeping what was found")
    outcome = await asyncio.to_thread(compose, assignment.request, analysis, citations, assignment.parts)
    result["document_id"] = str(assignment.document_id) if assignment.document_id else None
    result["counts"] = outcome.counts
    async with run.finishing(result) as uow:
        await analyses.complete(uow, payload.analysis_id, outcome)
    return result


async def abandon_analysis(uow: UnitOfWork, payload: AnalyseRequirements, reason: str) -> None:
    """Part of the transaction in which the job ends without its analysis."""
    await analyses.abandon(uow, payload.analysis_id, reason)


async def _research(run: JobRun, assignment: Assignment, analysis: Analysis) -> list[Citation]:
    request = assignment.request
    await run.progress("research", ENGINE_SHARE, "Looking through your other documents")
    words = await asyncio.to_thread(search_terms, request.text, analysis.requirements)
    async with run.uow() as uow:
        passages = await research.passages(uow, words, other_than=assignment.document_id)
    found = await asyncio.to_thread(rank, request.text, analysis.requirements, passages)
    async with run.uow() as uow:
        return await research.cite(uow, found)

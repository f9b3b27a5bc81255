"""Which handler does which job: the one list of everything that can run in the background."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from specloom.core.uow import UnitOfWork
from specloom.schemas.analyses import AnalyseRequirements
from specloom.schemas.documents import SummariseDocument
from specloom.schemas.jobs import JobPayload
from specloom.workers.analyses import abandon_analysis, analyse_requirements
from specloom.workers.documents import abandon_summary, summarise_document
from specloom.workers.run import JobRun
from specloom.workers.tools import Tools


@dataclass(frozen=True, slots=True)
class Handler:
    """`run` does the work and returns the job's result; `abandon` puts things in order when the job ends without it."""

    payload: type[JobPayload]
    run: Callable[[JobRun, Any, Tools], Coroutine[Any, Any, dict[str, Any]]]
    abandon: Callable[[UnitOfWork, Any, str], Awaitable[None]]


HANDLERS = {
    handler.payload.job_type: handler
    for handler in (
        Handler(SummariseDocument, summarise_document, abandon_summary),
        Handler(AnalyseRequirements, analyse_requirements, abandon_analysis),
    )
}

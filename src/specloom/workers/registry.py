"""Which handler does which job: the one list of everything that can run in the background."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from specloom.core.uow import UnitOfWork
from specloom.schemas.analyses import AnalyseRequirements
from specloom.schemas.conversations import ReplyToMessage
from specloom.schemas.documents import SummariseDocument
from specloom.schemas.industry import InitialiseTenant
from specloom.schemas.jobs import JobPayload
from specloom.schemas.requirements import ReanchorCitations
from specloom.schemas.search import EmbedChunks, UpdateIndex
from specloom.workers.analyses import abandon_analysis, analyse_requirements
from specloom.workers.citations import leave_citations, reanchor_citations
from specloom.workers.conversations import abandon_reply, reply_to_message
from specloom.workers.documents import abandon_summary, summarise_document
from specloom.workers.industry import initialise_tenant, leave_as_it_is
from specloom.workers.run import JobRun
from specloom.workers.search import embed_chunks, leave_index, update_index
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
        Handler(ReplyToMessage, reply_to_message, abandon_reply),
        Handler(ReanchorCitations, reanchor_citations, leave_citations),
        Handler(UpdateIndex, update_index, leave_index),
        Handler(EmbedChunks, embed_chunks, leave_index),
        Handler(InitialiseTenant, initialise_tenant, leave_as_it_is),
    )
}

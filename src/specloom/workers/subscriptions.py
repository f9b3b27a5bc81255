"""What happens because something else did: events of one domain that become jobs of another, in one transaction."""

from collections.abc import Mapping, Sequence

from specloom.core.uow import Reaction
from specloom.workers.citations import follow_citations
from specloom.workers.industry import initialise_on_new_context
from specloom.workers.search import notice_all_of_documents, notice_all_of_sessions, notice_changes
from specloom.workers.usage import resume_paused

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "budget.updated": [resume_paused],
    "document.created": [notice_changes],
    "document.deleted": [follow_citations, notice_changes, notice_all_of_documents],
    "document.updated": [follow_citations, notice_changes, notice_all_of_documents],
    "message.created": [notice_changes],
    "message.updated": [notice_changes],
    "requirement.created": [notice_changes],
    "requirement.deleted": [notice_changes],
    "requirement.moved": [notice_changes],
    "requirement.updated": [notice_changes],
    "session.updated": [notice_all_of_sessions],
    "summary.completed": [notice_changes],
    "summary.deleted": [notice_changes],
    "tenant.created": [initialise_on_new_context],
    "tenant.updated": [resume_paused, initialise_on_new_context],
}
"""By event type. A reaction notes what there is to do and opens a job; the work itself is the job's, for a reaction is
part of the transaction of the events."""

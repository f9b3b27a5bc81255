"""What happens because something else did: events of one domain that become jobs of another, in one transaction."""

from collections.abc import Mapping, Sequence

from specloom.core.uow import Reaction
from specloom.workers.citations import follow_citations
from specloom.workers.industry import initialise_on_new_context
from specloom.workers.search import (
    notice_all_of_document,
    notice_document,
    notice_message,
    notice_requirement,
    notice_summary,
)
from specloom.workers.usage import resume_paused

REACTIONS: Mapping[str, Sequence[Reaction]] = {
    "budget.updated": [resume_paused],
    "document.created": [notice_document],
    "document.deleted": [follow_citations, notice_document, notice_all_of_document],
    "document.updated": [follow_citations, notice_document],
    "message.created": [notice_message],
    "message.updated": [notice_message],
    "requirement.created": [notice_requirement],
    "requirement.deleted": [notice_requirement],
    "requirement.moved": [notice_requirement],
    "requirement.updated": [notice_requirement],
    "summary.completed": [notice_summary],
    "summary.deleted": [notice_summary],
    "tenant.created": [initialise_on_new_context],
    "tenant.updated": [resume_paused, initialise_on_new_context],
}
"""By event type. A reaction opens a job; it does no work of its own, for it runs in the transaction of the event."""

"""The tables, one module a domain. Importing this package makes all of them known to the metadata."""

from specloom.core import event_log
from specloom.models import (
    analyses,
    citations,
    conversations,
    documents,
    idempotency,
    identity,
    industry,
    jobs,
    requirements,
    search,
    usage,
)

__all__ = [
    "analyses",
    "citations",
    "conversations",
    "documents",
    "event_log",
    "idempotency",
    "identity",
    "industry",
    "jobs",
    "requirements",
    "search",
    "usage",
]

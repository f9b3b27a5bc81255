"""The tables, one module a domain. Importing this package makes all of them known to the metadata."""

from specloom.core import event_log
from specloom.models import analyses, documents, idempotency, identity, jobs, usage

__all__ = ["analyses", "documents", "event_log", "idempotency", "identity", "jobs", "usage"]

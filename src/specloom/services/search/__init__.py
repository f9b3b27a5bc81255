"""Search: what a tenant's texts say about a question, and the index that knows it.

`find(uow, query, kinds=..., limit=...)` answers. Of the index, `notice` hears of changes, and jobs bring it up to date.
"""

from specloom.ai.embedding.weighing import MODEL
from specloom.services.search.finding import Hit, Meaning, find, read, readable, serving_model, understand
from specloom.services.search.indexing import notice, notice_document, refresh

__all__ = [
    "MODEL",
    "Hit",
    "Meaning",
    "find",
    "notice",
    "notice_document",
    "read",
    "readable",
    "refresh",
    "serving_model",
    "understand",
]

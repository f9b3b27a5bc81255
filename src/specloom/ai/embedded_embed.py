"""Embeds texts as weighted terms, without a key and without a network."""

from collections.abc import Sequence

from specloom.ai.embedding import Excerpt, Vector, document_vector, query_terms
from specloom.ai.embedding.weighing import MODEL
from specloom.ai.protocols import Ledger, Run


class EmbeddedEmbedder:
    """An `Embedder` of sparse vectors."""

    model = MODEL
    dimensions: int | None = None

    async def embed_documents(self, excerpts: Sequence[Excerpt], run: Run | None = None) -> list[Vector]:  # noqa: ARG002 - costs nothing
        """A vector for each, in order. Some 1 MB of text a second."""
        return [document_vector(each) for each in excerpts]

    async def embed_query(self, text: str, ledger: Ledger | None = None) -> Vector:  # noqa: ARG002 - costs nothing
        """The query's terms; `query_vector` weighs them by the statistics of what is searched."""
        return query_terms(text)

"""Embeds texts for search: cuts them into chunks, weighs their terms, expands queries, and highlights.

The sparse vectors need no key and no network; dense ones come from `ai.openai_embed`.
"""

from specloom.ai.embedding.chunking import Chunk, chunks
from specloom.ai.embedding.highlighting import highlights
from specloom.ai.embedding.vectors import (
    DIMENSIONS,
    DenseVector,
    Embedder,
    Excerpt,
    SparseVector,
    Statistics,
    Vector,
)
from specloom.ai.embedding.weighing import document_vector, expand, query_terms, query_vector

__all__ = [
    "DIMENSIONS",
    "Chunk",
    "DenseVector",
    "Embedder",
    "Excerpt",
    "SparseVector",
    "Statistics",
    "Vector",
    "chunks",
    "document_vector",
    "expand",
    "highlights",
    "query_terms",
    "query_vector",
]

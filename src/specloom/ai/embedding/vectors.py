"""The shapes of embedding: texts in, sparse or dense vectors out, and what an embedder promises."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from specloom.ai.protocols import Ledger, Run

DIMENSIONS = 1 << 29
"""Of sparse vectors. Dimensions count from 0; among a million different terms some two in a thousand share theirs."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of text to embed, and the headings or the title it stands under."""

    text: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class SparseVector:
    """Weights by dimension (0 to `DIMENSIONS` - 1), all above 0; empty for a text without words."""

    weights: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class DenseVector:
    """As many numbers as the embedder has dimensions, of length 1: the inner product is the cosine."""

    values: Sequence[float]


Vector = SparseVector | DenseVector


@dataclass(frozen=True, slots=True)
class Statistics:
    """Of the vectors that are searched: how many there are, and how many have a weight in each dimension.

    Dimensions that none has may be left out; only those of the query are needed.
    """

    documents: int
    frequencies: Mapping[int, int]


class Embedder(Protocol):
    """Turns texts into vectors whose inner product says how much one text answers another.

    `model` changes whenever the vectors of a text would. `dimensions` is None for sparse vectors, else the length of
    dense ones.
    """

    model: str
    dimensions: int | None

    async def embed_documents(self, excerpts: Sequence[Excerpt], run: Run | None = None) -> list[Vector]:
        """A vector for each, in order; `EngineError` and its kinds tell what went wrong.

        What the calls cost is kept by the run; the vectors are not, so callers store each batch before the next.
        """

    async def embed_query(self, text: str, ledger: Ledger | None = None) -> Vector:
        """The vector to rank documents by. Of a sparse one the weights still lack what `query_vector` adds."""

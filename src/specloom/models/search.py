"""The index of search: chunks of texts with their terms, what the terms count, dense vectors, and what has changed."""

from typing import Any, Final
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Computed,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    literal_column,
)
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from specloom.core.database import Base, TenantOwned, Timestamped, choice, reference
from specloom.vocabulary.search import Searched

TERM_DIMENSIONS: Final = 1 << 29
"""Of the term vectors: the engines' `DIMENSIONS`."""
INDEXED_DIMENSIONS: Final = (256, 384, 512, 768, 1024, 1536, 3072)
"""Lengths of dense vectors that have an index; those of other lengths are all compared."""


class SearchChunk(TenantOwned, Base):
    """`text[start:end]` of what a tenant can find, by its words.

    `source_id` names the document, summary, requirement or message; `document_id` and `product_id` what one can narrow
    a search to. `sha256` is of heading and text: an offset that has moved, or a text that has changed, shows. `terms`
    is the document's half of BM25, made by `model`; `tokens` says the same coarsely, one number for each tenant,
    resource, term and tier of its weight, for an index to look up.
    """

    __tablename__ = "search_chunks"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("document_id", "documents"),
        reference("product_id", "requirements"),
        CheckConstraint('start >= 0 AND "end" > start', name="range"),
        Index("ix_search_chunks_tenant_id_source_id", "tenant_id", "source_id"),
        Index("ix_search_chunks_tenant_id_document_id", "tenant_id", "document_id"),
        Index("ix_search_chunks_tenant_id_product_id", "tenant_id", "product_id"),
        # Without a list of what waits: every search would have to read all of it.
        Index("ix_search_chunks_tokens", "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
    )

    id: Mapped[UUID] = mapped_column(default=uuid7)
    resource: Mapped[Searched] = mapped_column(choice(Searched, "resource"))
    source_id: Mapped[UUID]
    document_id: Mapped[UUID | None]
    product_id: Mapped[UUID | None]
    start: Mapped[int]
    end: Mapped[int]
    heading: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    model: Mapped[str]
    tokens: Mapped[list[int]] = mapped_column(ARRAY(Integer), deferred=True)
    terms: Mapped[Any] = mapped_column(SPARSEVEC(TERM_DIMENSIONS), deferred=True)


class SearchTerm(TenantOwned, Base):
    """How many chunks of a tenant have a token; by that of the term -1, how many there are of a resource."""

    __tablename__ = "search_terms"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "token"), ForeignKeyConstraint(["tenant_id"], ["tenants.id"]))

    token: Mapped[int] = mapped_column(Integer)
    chunks: Mapped[int] = mapped_column(Integer)


class SearchVector(TenantOwned, Base):
    """What a chunk means to a model, as a vector of length 1; while one model follows another, a chunk has two.

    `model` names the length of its vectors, too, as the models of embedders do.
    """

    __tablename__ = "search_vectors"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "chunk_id", "model"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        reference("chunk_id", "search_chunks", ondelete="CASCADE"),
        *(
            Index(
                f"ix_search_vectors_{length}",
                literal_column(f"(embedding::halfvec({length}))").label("vector"),
                postgresql_using="hnsw",
                postgresql_ops={"vector": "halfvec_ip_ops"},
                postgresql_where=f"dimensions = {length}",
            )
            for length in INDEXED_DIMENSIONS
        ),
    )

    chunk_id: Mapped[UUID]
    model: Mapped[str]
    dimensions: Mapped[int] = mapped_column(Integer, Computed("vector_dims(embedding)", persisted=True))
    resource: Mapped[Searched] = mapped_column(choice(Searched, "resource"))
    embedding: Mapped[Any] = mapped_column(HALFVEC, deferred=True)


class SearchModel(TenantOwned, Timestamped, Base):
    """The model whose dense vectors answer a tenant's searches: the last one that had embedded every chunk."""

    __tablename__ = "search_models"
    __table_args__ = (PrimaryKeyConstraint("tenant_id"), ForeignKeyConstraint(["tenant_id"], ["tenants.id"]))

    model: Mapped[str]


class SearchChange(TenantOwned, Base):
    """Something that may read otherwise than the index says. `changes` counts, so that none that comes late is lost."""

    __tablename__ = "search_changes"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "resource", "source_id"),
        ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
    )

    resource: Mapped[Searched] = mapped_column(choice(Searched, "resource"))
    source_id: Mapped[UUID]
    changes: Mapped[int] = mapped_column(default=1, server_default="1")

"""What is asked of search and what it answers; and the job that keeps its index."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from specloom.schemas.base import Input, Output
from specloom.schemas.jobs import JobPayload
from specloom.vocabulary.search import FoundBy, SearchKind, SearchMode

MOST_RESULTS = 100
LONGEST_QUERY = 2000

Query = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_QUERY)]


class SearchRequest(Input):
    """A question in one's own words, and what to look through."""

    query: Query = Field(examples=["who may approve a refund"])
    kinds: list[SearchKind] | None = Field(
        None, min_length=1, max_length=len(SearchKind), description="Left out: all that you may read."
    )
    mode: SearchMode = SearchMode.HYBRID
    limit: int = Field(10, ge=1, le=MOST_RESULTS)
    document_id: UUID | None = Field(None, description="Only what this document says, and its summaries.")
    product_id: UUID | None = Field(None, description="Only the backlog and the sessions of this product.")


class HighlightRead(Output):
    """Characters of the passage that answer the query, counted in code points from the passage's beginning."""

    start: int
    end: int


class SearchResultRead(Output):
    """A passage that answers the query: `text[start:end]` of the thing as it is now, word for word.

    Offsets count code points: of a document's current version, a summary's text, a message's content; of a requirement,
    they count in its name, its fields and its custom fields, each after a blank line.
    """

    kind: SearchKind
    resource: str = Field(description="What the thing is, as in its route.", examples=["documents", "user_stories"])
    id: UUID = Field(description="Of the document, summary, requirement or message.")
    title: str
    heading: str = Field(description="The headings around the passage, outermost first; empty where there are none.")
    document_id: UUID | None = Field(description="Of documents and their summaries.")
    version: int | None = Field(description="Of documents and requirements: the version that is quoted.")
    product_id: UUID | None = Field(description="Of requirements, and of sessions about a product.")
    session_id: UUID | None = Field(description="Of messages.")
    passage: str
    start: int
    end: int
    highlights: list[HighlightRead]
    score: float = Field(description="Comparable within one answer only.")
    found_by: list[FoundBy]


class SearchRead(Output):
    """The best results, best first."""

    items: list[SearchResultRead]
    mode: SearchMode = Field(description="What was asked for.")
    model: str = Field(description="What compared the meaning: `embedded-…`, or the provider's model.")


class UpdateIndex(JobPayload):
    """Brings a tenant's search up to date with what changed."""

    job_type: ClassVar[str] = "update_index"
    queue: ClassVar[str] = "default"
    resource: ClassVar[str] = "search"


class EmbedChunks(JobPayload):
    """Has a model read the chunks of a tenant's search that it has not read yet."""

    job_type: ClassVar[str] = "embed_chunks"
    queue: ClassVar[str] = "llm"
    resource: ClassVar[str] = "search"

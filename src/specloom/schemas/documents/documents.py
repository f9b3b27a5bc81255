"""Documents and their versions as they are sent and shown."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, get_args
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from specloom.core.text import SectionKind
from specloom.schemas.base import Input, Output
from specloom.vocabulary.documents import DocumentStatus, SourceType

TextType = Literal["text/markdown", "text/plain"]
TEXT_TYPES: tuple[TextType, ...] = get_args(TextType)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]")


def _written_out(moment: Any) -> Any:
    """Pydantic would take numbers for seconds since 1970."""
    if not isinstance(moment, str) or _DATE.match(moment) is None:
        raise ValueError("must look like 2026-11-30T12:00:00Z")
    return moment


# Any moment within reach of PostgreSQL and of every time zone; in UTC, as PostgreSQL gives it back.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written_out),
    Field(ge=datetime(1, 1, 3, tzinfo=UTC), le=datetime(9999, 12, 29, tzinfo=UTC)),
    AfterValidator(lambda moment: moment.astimezone(UTC)),
]


def _web_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must be an http or https address")
    return url


def not_blank(text: str) -> str:
    """The text; raises ValueError when it is white space only."""
    if not text.strip():
        raise ValueError("must hold some text")
    return text


Title = Annotated[str, Field(min_length=1, max_length=255, examples=["Order service: requirements"])]
WebAddress = Annotated[str, Field(max_length=2000, json_schema_extra={"format": "uri"}), AfterValidator(_web_address)]
# Kept to the code point: what is cited by place must be what was sent.
Content = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1),
    AfterValidator(not_blank),
    Field(description="The text, in any language. It is kept exactly as it is sent."),
]
ExternalId = Annotated[str, Field(min_length=1, max_length=255)]


class DocumentCreate(Input):
    """A document that is sent as text."""

    title: Title
    content: Content
    media_type: TextType = Field("text/markdown", description="Headings and tables of Markdown become sections.")
    source_type: SourceType = SourceType.UPLOAD
    source_url: WebAddress | None = None
    external_id: ExternalId | None = Field(None, description="Its id where it comes from; unique among its kind.")
    external_last_updated: Moment | None = None


class DocumentUpdate(Input):
    """Only what is sent changes. New `content` becomes a new version; the versions before it stay as they are."""

    title: Title = Field(default_factory=str)
    content: Content = Field(default_factory=str)
    media_type: TextType = Field(
        default_factory=lambda: TEXT_TYPES[0],
        description="Of new `content`. Left out: as it is now, or Markdown where it is now a file's.",
    )
    source_url: WebAddress | None = None
    status: DocumentStatus = Field(default_factory=lambda: DocumentStatus.ACTIVE)

    @model_validator(mode="after")
    def _media_type_of_content(self) -> Self:
        if "media_type" in self.model_fields_set and "content" not in self.model_fields_set:
            raise ValueError("media_type goes with content")
        return self


class DocumentRead(Output):
    """A document; its text is at `/content`, its file at `/file`."""

    id: UUID
    title: str
    source_type: SourceType
    source_url: str | None
    external_id: str | None
    external_last_updated: datetime | None
    status: DocumentStatus
    current_version: int = Field(description="The latest version's number.")
    media_type: str = Field(description="Of the current version.")
    size: int = Field(description="Bytes of the current version's file, or of its text in UTF-8.")
    user_id: UUID | None = Field(description="Who added it.")
    created_at: datetime
    updated_at: datetime


class DocumentVersionRead(Output):
    """A version of a document; it never changes."""

    id: UUID
    document_id: UUID
    number: int
    sha256: str = Field(description="Of the file, or of the text in UTF-8.")
    media_type: str
    size: int = Field(description="Bytes of the file, or of the text in UTF-8.")
    characters: int = Field(description="Code points of the text.")
    file_name: str | None = Field(description="Null for a version that was sent as text.")
    properties: dict[str, Any] = Field(description="What the file says of itself.")
    user_id: UUID | None
    fetched_at: datetime
    created_at: datetime


class SectionRead(Output):
    """A stretch of a text that carries a name; `level` is the depth of a heading, 0 for the other kinds."""

    kind: SectionKind
    label: str
    level: int
    start: int
    end: int


class DocumentContentRead(Output):
    """Text of a version from `start` to `end` and the sections that reach into it. All places count code points of the
    whole text, so `text` begins at `start`."""

    document_id: UUID
    version: int
    media_type: str
    characters: int = Field(description="Length of the whole text.")
    start: int
    end: int
    text: str
    sections: list[SectionRead]

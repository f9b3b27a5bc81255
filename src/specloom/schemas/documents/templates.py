"""Templates as they are sent and shown."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StrictBool, model_validator

from specloom.schemas.base import Input, Output
from specloom.schemas.documents.documents import Title
from specloom.vocabulary.documents import SummaryFormat

TemplateName = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=2000)]
Prompt = Annotated[
    str,
    Field(
        min_length=1,
        max_length=10_000,
        description="What the summary shall be, in any language. `{{title}}` stands for the document, `{{format}}` for "
        "the format in words.",
        examples=["Summarise {{title}} for the steering committee as {{format}}: decisions, costs and dates."],
    ),
]
TemplateType = Literal["summary"]


class TemplateCreate(Input):
    name: TemplateName
    prompt_template: Prompt
    description: Description = ""
    format: SummaryFormat = SummaryFormat.PARAGRAPHS
    template_type: TemplateType = "summary"
    is_default: StrictBool = Field(
        False, description="Used where no template is named; the default before it is one no more."
    )


class TemplateUpdate(Input):
    """Only what is sent changes. Another wording or format becomes a new version; summaries stay with theirs."""

    name: TemplateName = Field(default_factory=str)
    prompt_template: Prompt = Field(default_factory=str)
    description: Description = Field(default_factory=str)
    format: SummaryFormat = Field(default_factory=lambda: SummaryFormat.PARAGRAPHS)
    is_default: StrictBool = Field(default_factory=bool)


class TemplateRead(Output):
    """A template in its current version."""

    id: UUID
    name: str
    description: str
    template_type: str
    prompt_template: str
    format: SummaryFormat
    version: int
    is_default: bool = Field(description="Whether it is used where no template is named.")
    is_global: bool = Field(description="Whether everyone has it; it cannot be changed then.")
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime


class TemplateVersionRead(Output):
    """The wording of a template as it once was; it never changes."""

    id: UUID
    template_id: UUID
    number: int
    prompt_template: str
    format: SummaryFormat
    created_by: UUID | None
    created_at: datetime


class TemplatePreviewCreate(Input):
    """What to try the template on: a document, or a title and a text."""

    document_id: UUID | None = None
    title: Title | None = None
    text: str | None = Field(None, max_length=1_000_000)
    format: SummaryFormat | None = Field(None, description="Instead of the template's own.")

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if self.document_id is not None and (self.title is not None or self.text is not None):
            raise ValueError("send either document_id, or title and text")
        return self


class TemplatePreviewRead(Output):
    """What would be asked for, and of whom."""

    name: str
    version: int
    format: SummaryFormat
    instruction: str = Field(description="The template's wording with its placeholders filled in.")
    title: str | None = Field(description="Goes along with the text, as part of it.")
    model: str = Field(description="`embedded`, or the language model that would be asked.")
    characters: int = Field(description="Code points of the text.")
    estimated_tokens: int = Field(description="Of the text, at four code points a token.")
    estimated_words: int = Field(description="About how long the summary would be.")

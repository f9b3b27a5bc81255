"""How an analysed text stands to the laws and standards its tenant works under, check by check."""

from uuid import UUID

from pydantic import Field

from specloom.schemas.analyses.items import CitationRead
from specloom.schemas.base import Output
from specloom.vocabulary.analyses import ComplianceStatus


class FrameworkRead(Output):
    """A law or standard that the analysis knew of."""

    name: str = Field(examples=["GDPR"])
    about: str
    reference: str = Field(description="Its official name or number.")
    jurisdictions: list[str] = Field(description="Empty where it is of all.")


class ComplianceCheckRead(Output):
    """Something that a law or standard wants to be spoken of, and where the text does."""

    check_id: str = Field(examples=["gdpr.erasure"])
    framework: str
    reference: str = Field(description="The place that wants it.", examples=["GDPR Art. 17"])
    title: str
    status: ComplianceStatus = Field(
        description="`covered` says that it is spoken of, not that what is said will do; `not_applicable` that the "
        "text is about something else."
    )
    why: str
    example: str = Field(description="A requirement as one could write it.")
    requirement_ids: list[UUID] = Field(description="Requirements of this analysis that speak of it.")
    citations: list[CitationRead] = Field(description="The passages that speak of it, word for word; three at most.")


class ComplianceRead(Output):
    """The checks of the tenant's frameworks as an analysis made them."""

    event_id: UUID
    frameworks: list[FrameworkRead]
    counts: dict[ComplianceStatus, int]
    checks: list[ComplianceCheckRead]
    notes: list[str] = Field(description="What the whole analysis has to say, frameworks it does not know among it.")

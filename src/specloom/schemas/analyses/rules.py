"""The quality rules as they are shown and set by a tenant."""

from datetime import datetime

from pydantic import Field, StrictBool

from specloom.schemas.base import Input, Output
from specloom.vocabulary.analyses import Characteristic, Severity


class RuleUpdate(Input):
    """Only what is sent changes. It counts for analyses that begin from now on."""

    enabled: StrictBool = Field(default_factory=bool, description="Whether the rule speaks.")
    severity: Severity | None = Field(None, description="Of its findings; null for the rule's own.")


class RuleRead(Output):
    """A quality rule as it is in your tenant."""

    rule_id: str = Field(examples=["vague_term"])
    title: str
    characteristic: Characteristic = Field(description="What it asks for, after ISO/IEC/IEEE 29148.")
    explanation: str
    example: str = Field(description="A requirement that breaks it.")
    better: str = Field(description="The same requirement, in order.")
    suggestion: str
    enabled: bool
    severity: Severity = Field(description="Of its findings.")
    default_enabled: bool
    default_severity: Severity
    updated_at: datetime | None = Field(description="When your tenant last set it; null for never.")

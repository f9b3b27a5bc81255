"""The words of requirements: their types, how urgent they are, which quality of a product they speak of."""

from enum import StrEnum


class RequirementType(StrEnum):
    FUNCTIONAL = "functional"
    NON_FUNCTIONAL = "non_functional"
    COMPLIANCE = "compliance"
    BUSINESS_RULE = "business_rule"


class Priority(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Quality(StrEnum):
    """The product quality characteristics of ISO/IEC 25010:2023."""

    FUNCTIONAL_SUITABILITY = "functional_suitability"
    PERFORMANCE_EFFICIENCY = "performance_efficiency"
    COMPATIBILITY = "compatibility"
    INTERACTION_CAPABILITY = "interaction_capability"
    RELIABILITY = "reliability"
    SECURITY = "security"
    MAINTAINABILITY = "maintainability"
    FLEXIBILITY = "flexibility"
    SAFETY = "safety"


class Modality(StrEnum):
    """How strongly a sentence obliges. RFC 2119 words: shall, must, required; should, recommended; may, optional."""

    OBLIGATION = "obligation"
    PROHIBITION = "prohibition"
    RECOMMENDATION = "recommendation"
    PERMISSION = "permission"
    INTENTION = "intention"
    NONE = "none"


class Ears(StrEnum):
    """The patterns of the Easy Approach to Requirements Syntax."""

    UBIQUITOUS = "ubiquitous"
    EVENT_DRIVEN = "event_driven"
    STATE_DRIVEN = "state_driven"
    UNWANTED_BEHAVIOUR = "unwanted_behaviour"
    OPTIONAL_FEATURE = "optional_feature"
    COMPLEX = "complex"


class Form(StrEnum):
    """How a requirement is written."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"
    USER_STORY = "user_story"
    SCENARIO = "scenario"
    NAMED = "named"
    """A heading that states it: "Requirement: audit trail"."""


class RequirementKind(StrEnum):
    """From the top of the tree down."""

    PRODUCT = "product"
    EPIC = "epic"
    FEATURE = "feature"
    USER_STORY = "user_story"


class RequirementStatus(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    APPROVED = "approved"
    IMPLEMENTED = "implemented"
    ARCHIVED = "archived"


class FieldType(StrEnum):
    """What a custom field holds."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    USER = "user"
    URL = "url"


class CitationStatus(StrEnum):
    CURRENT = "current"
    BROKEN = "broken"
    """The quote stands no more in the source."""


class SuspectReason(StrEnum):
    """Why a requirement may not hold any more."""

    SOURCE_CHANGED = "source_changed"
    SOURCE_DELETED = "source_deleted"
    PARENT_CHANGED = "parent_changed"


class ImportFormat(StrEnum):
    CSV = "csv"
    REQIF = "reqif"


class ImportMode(StrEnum):
    """`create` leaves alone what is there, `update` changes it as well; `dry_run` tells what `update` would do."""

    CREATE = "create"
    UPDATE = "update"
    DRY_RUN = "dry_run"

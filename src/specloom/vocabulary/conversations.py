"""The words of conversations: what a session is for, where it stands, and who says a message."""

from enum import StrEnum


class SessionType(StrEnum):
    VISION_DEFINITION = "vision_definition"
    EPIC_DISCOVERY = "epic_discovery"
    FEATURE_DETAILING = "feature_detailing"
    USER_STORY_CREATION = "user_story_creation"
    REQUIREMENT_REFINEMENT = "requirement_refinement"
    DOMAIN_MODELING = "domain_modeling"


class SessionStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    EXPIRED = "expired"


ENDED = (SessionStatus.COMPLETED, SessionStatus.EXPIRED)
"""From these there is no way back."""


class SourceStatus(StrEnum):
    """What became of a source that was quoted: in a version that is `outdated` the words may not stand any more."""

    CURRENT = "current"
    OUTDATED = "outdated"
    DELETED = "deleted"


class MessageType(StrEnum):
    """`system` says that a reply was cancelled, `error` that it failed; a person's message is of type `user`."""

    USER = "user"
    AI = "ai"
    SYSTEM = "system"
    ERROR = "error"

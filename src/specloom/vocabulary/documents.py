"""The words of documents: where they come from, where they stand, how summaries look."""

from enum import StrEnum


class SourceType(StrEnum):
    UPLOAD = "upload"
    NOTION = "notion"
    GURU = "guru"
    CONFLUENCE = "confluence"


class DocumentStatus(StrEnum):
    ACTIVE = "active"
    UPDATING = "updating"
    ERROR = "error"


class SummaryStatus(StrEnum):
    PENDING = "pending"
    COMPLETE = "complete"
    FAILED = "failed"


class SummaryFormat(StrEnum):
    PARAGRAPHS = "paragraphs"
    BULLETS = "bullets"
    OUTLINE = "outline"

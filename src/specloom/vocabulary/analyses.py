"""The words of analyses: what is asked for, what is found, and what people make of it."""

from enum import StrEnum


class AnalysisType(StrEnum):
    """How far an analysis goes; each goes on where the one before it ends."""

    REQUIREMENTS = "requirements"
    QUALITY = "quality"
    CONSISTENCY = "consistency"
    COMPREHENSIVE = "comprehensive"


class AnalysisStatus(StrEnum):
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


class ItemKind(StrEnum):
    """What people accept or dismiss."""

    REQUIREMENT = "requirement"
    FINDING = "finding"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    TERM = "term"
    GAP = "gap"
    QUESTION = "question"
    RESEARCH = "research"


class ItemStatus(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


class ComplianceStatus(StrEnum):
    """Whether a text speaks of what a law or standard wants, or has nothing to do with it."""

    COVERED = "covered"
    ABSENT = "absent"
    NOT_APPLICABLE = "not_applicable"


class Severity(StrEnum):
    INFO = "info"
    MINOR = "minor"
    MAJOR = "major"
    CRITICAL = "critical"


class Characteristic(StrEnum):
    """What makes a requirement good, after ISO/IEC/IEEE 29148 and the INCOSE guide: one by one, and as a set."""

    NECESSARY = "necessary"
    APPROPRIATE = "appropriate"
    UNAMBIGUOUS = "unambiguous"
    COMPLETE = "complete"
    SINGULAR = "singular"
    FEASIBLE = "feasible"
    VERIFIABLE = "verifiable"
    CORRECT = "correct"
    CONFORMING = "conforming"
    CONSISTENT_SET = "consistent_set"
    COMPLETE_SET = "complete_set"

"""The words of identity: plans, states and actions, and what a tenant says of its business."""

from enum import StrEnum


class PlanType(StrEnum):
    FREE = "free"
    ENTERPRISE = "enterprise"


class TenantStatus(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    TRIAL = "trial"
    CANCELLED = "cancelled"


class AuthProvider(StrEnum):
    LOCAL = "local"
    GOOGLE = "google"
    AZURE_AD = "azure_ad"


class Action(StrEnum):
    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"


class Industry(StrEnum):
    BANKING = "banking"
    HEALTHCARE = "healthcare"
    INSURANCE = "insurance"
    FINTECH = "fintech"
    GOVERNMENT = "government"
    RETAIL = "retail"
    MANUFACTURING = "manufacturing"


class Jurisdiction(StrEnum):
    CANADA = "canada"
    US = "us"
    EU = "eu"
    UK = "uk"
    AUSTRALIA = "australia"


class CompanySize(StrEnum):
    STARTUP = "startup"
    SME = "sme"
    ENTERPRISE = "enterprise"


class AiTone(StrEnum):
    CASUAL = "casual"
    PROFESSIONAL = "professional"
    TECHNICAL = "technical"


class QuestionDepth(StrEnum):
    BASIC = "basic"
    DETAILED = "detailed"
    COMPREHENSIVE = "comprehensive"


class NotificationKind(StrEnum):
    """What people may wish to hear of."""

    SUMMARY_COMPLETED = "summary_completed"
    ANALYSIS_COMPLETED = "analysis_completed"
    JOB_FAILED = "job_failed"
    SESSION_MESSAGE = "session_message"
    REVIEW_REQUESTED = "review_requested"
    REQUIREMENT_APPROVED = "requirement_approved"
    REQUIREMENT_SUSPECT = "requirement_suspect"
    BUDGET_WARNING = "budget_warning"
    DIGEST = "digest"

"""The words of jobs: where one stands."""

from enum import StrEnum


class JobStatus(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PauseReason(StrEnum):
    """Why a job waits without being retried."""

    BUDGET_EXHAUSTED = "budget_exhausted"
    USER_BUDGET_EXHAUSTED = "user_budget_exhausted"
    TENANT_SUSPENDED = "tenant_suspended"


FINISHED = (JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED)

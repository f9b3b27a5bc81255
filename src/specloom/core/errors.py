"""Errors that carry their HTTP status and a stable code; whoever catches one branches on its class or code."""

from typing import Any, ClassVar


class AppError(Exception):
    """Base of every error that Specloom raises on purpose.

    `message` is for people and says what to do; `details` is for programs. `headers` go onto the HTTP answer.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    default_message: ClassVar[str] = "Something went wrong on our side. Try again; if it stays, tell us the request id."

    def __init__(
        self, message: str | None = None, *, details: Any = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message or self.default_message)
        self.message = message or self.default_message
        self.details = details
        self.headers = headers or {}


class BadRequest(AppError):
    status = 400
    code = "bad_request"
    default_message = "The request cannot be understood as it is."


class Unauthenticated(AppError):
    status = 401
    code = "unauthenticated"
    default_message = "Sign in first: send a valid access token as `Authorization: Bearer <token>`."

    def __init__(self, message: str | None = None, *, details: Any = None) -> None:
        super().__init__(message, details=details, headers={"WWW-Authenticate": "Bearer"})


class PaymentRequired(AppError):
    status = 402
    code = "payment_required"
    default_message = "This is part of a subscription that is not in force."


class Forbidden(AppError):
    status = 403
    code = "forbidden"
    default_message = "You may not do this."


class NotFound(AppError):
    status = 404
    code = "not_found"
    default_message = "There is no such thing here."


class Conflict(AppError):
    status = 409
    code = "conflict"
    default_message = "This contradicts what is already there."


class PreconditionFailed(AppError):
    status = 412
    code = "precondition_failed"
    default_message = "It was changed since you read it. Read it again and repeat your change."


class TooLarge(AppError):
    status = 413
    code = "too_large"
    default_message = "The request body is too large."


class Unprocessable(AppError):
    status = 422
    code = "unprocessable"
    default_message = "The request is well formed but cannot be carried out."


class TooManyRequests(AppError):
    """Nothing is wrong with the request but its time. Always tells when to come back."""

    status = 429
    code = "too_many_requests"
    default_message = "That is more than you may ask for just now. Come back later."

    def __init__(self, message: str | None = None, *, retry_after: int, details: Any = None) -> None:
        super().__init__(message, details=details, headers={"Retry-After": str(retry_after)})


class Unavailable(AppError):
    """Something the request needs is down for a moment. Always tells when to come back."""

    status = 503
    code = "unavailable"
    default_message = "The service is busy or restarting. Try again in a moment."

    def __init__(self, message: str | None = None, *, retry_after: int = 1, details: Any = None) -> None:
        super().__init__(message, details=details, headers={"Retry-After": str(retry_after)})


class InsufficientStorage(AppError):
    status = 507
    code = "insufficient_storage"
    default_message = "There is no room left to store this. Nothing was kept; tell your operator."

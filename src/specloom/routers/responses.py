"""The errors that routes declare in OpenAPI; all have the one form."""

from http import HTTPStatus
from typing import Any

from specloom.schemas.base import ErrorRead

_WORDS = {
    400: "The request cannot be understood.",
    401: "Not signed in, or no longer.",
    402: "The trial or subscription has expired: what is there can be read, new work of models cannot be begun.",
    403: "Not allowed.",
    404: "Not there, or another tenant's.",
    409: "Contradicts what is there.",
    412: "Changed since it was read (`If-Match`).",
    413: "Too large.",
    415: "Not a kind of file that can be read.",
    422: "Understood, but not valid.",
    429: "More than may be asked for now; `Retry-After` says when to come back.",
    503: "Busy or restarting; `Retry-After` says when to come back.",
    507: "No room left to store it.",
}


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the `responses` of a route or router."""
    return {status: {"model": ErrorRead, "description": _words(status)} for status in statuses}


def errors_of_stream(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The same for event streams: FastAPI would document a model under the media type of the stream."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{ErrorRead.__name__}"}}}
    return {status: {"content": content, "description": _words(status)} for status in statuses}


def _words(status: int) -> str:
    return _WORDS.get(status, HTTPStatus(status).phrase)

"""`ETag` and `If-Match`: nobody overwrites what they have not seen."""

from typing import Annotated

from fastapi import Depends, Header, Response

from specloom.core.database import Revised
from specloom.core.errors import BadRequest, PreconditionFailed


class InvalidIfMatch(BadRequest):
    code = "invalid_if_match"
    default_message = 'Send the ETag you were given, quotes included: `If-Match: "3"`; or `*` for any.'


class Precondition:
    """What the caller believes the row to be; without `If-Match`, anything."""

    def __init__(self, if_match: str | None) -> None:
        self._revisions: set[int] | None = None
        if if_match is None or if_match.strip() == "*":
            return
        self._revisions = set()
        for tag in if_match.split(","):
            value = tag.strip()
            if len(value) < 3 or value[0] != '"' or value[-1] != '"' or not value[1:-1].isdecimal():  # noqa: PLR2004
                raise InvalidIfMatch
            self._revisions.add(int(value[1:-1]))

    def check(self, row: Revised) -> None:
        """Raises `PreconditionFailed` when the row has another revision by now."""
        if self._revisions is not None and row.revision not in self._revisions:
            raise PreconditionFailed(details={"current": etag(row)})


def etag(row: Revised) -> str:
    return f'"{row.revision}"'


def tag(response: Response, row: Revised) -> None:
    """Sends the row's ETag along."""
    response.headers["ETag"] = etag(row)


async def if_match(
    value: Annotated[str | None, Header(alias="If-Match", max_length=500, description="The ETag you last saw.")] = None,
) -> Precondition:
    return Precondition(value)


IfMatch = Annotated[Precondition, Depends(if_match)]

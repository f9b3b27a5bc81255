"""Keyset pages: stable while rows come and go, and as fast on the thousandth page as on the first."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlakeyset import BadBookmark, InvalidPage, PageSerializationError
from sqlakeyset.asyncio import select_page
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from specloom.core.errors import BadRequest

T = TypeVar("T", bound=Any)


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`sort` is a column's name, with "-" in front for newest or largest first; None takes the list's own order."""

    limit: int = 50
    cursor: str | None = None
    sort: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    items: Sequence[T]
    next_cursor: str | None


class InvalidCursor(BadRequest):
    code = "invalid_cursor"
    default_message = "This cursor does not belong to this list and order. Start again without `cursor`."


class InvalidSort(BadRequest):
    code = "invalid_sort"


async def paginate(
    session: AsyncSession,
    query: Select[T],
    page: PageRequest,
    *,
    sortable: Mapping[str, InstrumentedAttribute[Any]],
    tie_breaker: InstrumentedAttribute[Any],
    default: str,
) -> Page[T]:
    """One page of entities, ordered by a sortable, never-null column and then by `tie_breaker`."""
    sort = page.sort or default
    column = sortable.get(sort.removeprefix("-"))
    if column is None:
        raise InvalidSort(f"Sort by one of: {', '.join(sorted(sortable))}; put - in front to turn the order round.")
    descending = sort.startswith("-")
    order = (column.desc(), tie_breaker.desc()) if descending else (column.asc(), tie_breaker.asc())
    try:
        found = await select_page(session, query.order_by(*order), per_page=page.limit, page=_decode(page.cursor, sort))
    except (BadBookmark, InvalidPage, PageSerializationError) as error:
        raise InvalidCursor from error
    bookmark = found.paging.bookmark_next if found.paging.has_next else None
    return Page([row[0] for row in found], _encode(bookmark, sort))


def _encode(bookmark: str | None, sort: str) -> str | None:
    if bookmark is None:
        return None
    return base64.urlsafe_b64encode(f"{sort}|{bookmark}".encode()).decode().rstrip("=")


def _decode(cursor: str | None, sort: str) -> str | None:
    if cursor is None:
        return None
    try:
        made_for, separator, bookmark = (
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True).decode().partition("|")
        )
    except (binascii.Error, ValueError) as error:
        raise InvalidCursor from error
    if not separator or made_for != sort or not bookmark.startswith(">"):
        raise InvalidCursor
    return bookmark

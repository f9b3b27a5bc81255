"""Keyset pages: stable while rows come and go, and as fast on the thousandth page as on the first."""

import base64
import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlakeyset import BadBookmark, unserialize_bookmark
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
    place = None if page.cursor is None else _decode(page.cursor, sort, (column, tie_breaker))
    found = await select_page(session, query.order_by(*order), per_page=page.limit, page=(place, False))
    bookmark = found.paging.bookmark_next if found.paging.has_next else None
    return Page([row[0] for row in found], _encode(bookmark, sort))


def _encode(bookmark: str | None, sort: str) -> str | None:
    if bookmark is None:
        return None
    return base64.urlsafe_b64encode(f"{sort}|{bookmark}".encode()).decode().rstrip("=")


def _decode(cursor: str, sort: str, columns: Sequence[InstrumentedAttribute[Any]]) -> tuple[Any, ...]:
    """The values to go on after. Whoever sends a cursor may have made it up: each must be one its column could hold."""
    try:
        made_for, _, bookmark = (
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars="-_", validate=True).decode().partition("|")
        )
        place, backwards = unserialize_bookmark(bookmark)
        values = place or ()
        fits = all(_could_hold(column, value) for column, value in zip(columns, values, strict=True))
    except (BadBookmark, csv.Error, StopIteration, OverflowError, TypeError, ValueError) as error:
        raise InvalidCursor from error
    if made_for != sort or backwards or not fits:
        raise InvalidCursor
    return values


def _could_hold(column: InstrumentedAttribute[Any], value: Any) -> bool:
    """PostgreSQL knows no NUL in texts, no number beyond 64 bits, and here no moment without its zone."""
    if type(value) is not column.type.python_type:
        return False
    if isinstance(value, str):
        return "\x00" not in value
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    return not isinstance(value, datetime) or value.astimezone(UTC) == value

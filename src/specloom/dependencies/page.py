"""`limit`, `cursor` and `sort` of every list."""

from typing import Annotated

from fastapi import Depends, Query

from specloom.core.pagination import PageRequest


async def page_request(
    limit: Annotated[int, Query(ge=1, le=200, description="How many at most.")] = 50,
    cursor: Annotated[
        str | None,
        Query(max_length=2000, description="`next_cursor` of the page before, for the same filters and order."),
    ] = None,
    sort: Annotated[
        str | None, Query(max_length=50, pattern=r"^-?[a-z_]+$", description="A field; `-` in front turns it round.")
    ] = None,
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor, sort=sort)


PageParams = Annotated[PageRequest, Depends(page_request)]

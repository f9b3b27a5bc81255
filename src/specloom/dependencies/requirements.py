"""The filters that all lists of requirements have, by custom fields as well: `custom.<name>=value`."""

from typing import Annotated, Any

from fastapi import Depends, Query, Request

from specloom.core.errors import Unprocessable
from specloom.schemas.base import StorableStr, storable
from specloom.vocabulary.requirements import Priority, RequirementStatus

PREFIX = "custom."
MOST_FILTERS = 20
MOST_CHARACTERS = 200


class InvalidCustomFilter(Unprocessable):
    code = "invalid_custom_filter"
    default_message = (
        f"Filter by up to {MOST_FILTERS} values of custom fields, each `{PREFIX}<name>=<value>` of up to "
        f"{MOST_CHARACTERS} characters."
    )


async def product_filters(
    request: Request,
    q: Annotated[
        StorableStr | None,
        Query(max_length=200, description="Words, each of which stands in the key, the name or one of the texts."),
    ] = None,
    status: RequirementStatus | None = None,
    suspect: Annotated[bool | None, Query(description="Whether an open mark says that it may not hold.")] = None,
) -> dict[str, Any]:
    """Arguments for `backlog.page`."""
    return {"q": q, "status": status, "suspect": suspect, "custom": _custom(request)}


async def requirement_filters(
    products: Annotated[dict[str, Any], Depends(product_filters)], priority: Priority | None = None
) -> dict[str, Any]:
    """The same for what stands under a product."""
    return {**products, "priority": priority}


def _custom(request: Request) -> dict[str, list[str]]:
    """The values that are asked for, by the names of the fields; what they mean, only the fields' types tell."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name.startswith(PREFIX)]
    found: dict[str, list[str]] = {}
    for name, value in asked:
        try:
            storable(value)
        except ValueError as error:
            raise InvalidCustomFilter from error
        if len(asked) > MOST_FILTERS or len(value) > MOST_CHARACTERS:
            raise InvalidCustomFilter
        found.setdefault(name.removeprefix(PREFIX), []).append(value)
    return found


ProductFilters = Annotated[dict[str, Any], Depends(product_filters)]
RequirementFilters = Annotated[dict[str, Any], Depends(requirement_filters)]

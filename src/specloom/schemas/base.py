"""What all schemas share: unknown fields are refused going in, and pages look alike going out."""

import math
from typing import Annotated, Any, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

T = TypeVar("T")

MOST_LEVELS = 20


def storable(value: T) -> T:
    """The value, if PostgreSQL can keep all of it; raises ValueError for NUL, lone surrogates, NaN and infinities."""
    waiting: list[Any] = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if "\x00" in each:
                raise ValueError("must not contain the NUL character")
            try:
                each.encode()
            except UnicodeEncodeError as error:
                raise ValueError("must not contain half of a surrogate pair") from error
        elif isinstance(each, float):
            if not math.isfinite(each):
                raise ValueError("must not contain NaN or infinities")
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each
    return value


def shallow(value: dict[str, Any]) -> dict[str, Any]:
    """The value; raises ValueError when it is nested deeper than it could be written out again."""
    level: list[Any] = [value]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    if any(isinstance(each, dict | list) for each in level):
        raise ValueError(f"must not be nested more than {MOST_LEVELS} levels deep")
    return value


ShallowDict = Annotated[dict[str, Any], AfterValidator(shallow)]
StorableStr = Annotated[str, AfterValidator(storable)]
"""For strings in paths and queries; those in bodies are checked by `Input`."""


class Input(BaseModel):
    """A request body. Strings lose the white space around them; fields that are not there are an error."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _storable(cls, values: Any) -> Any:
        if isinstance(values, dict):
            for name, value in values.items():
                try:
                    storable([name, value])
                except ValueError as error:
                    raise ValueError(f"{name!a} {error}") from error
        return values


class Output(BaseModel):
    """An answer, read from rows or dataclasses by attribute."""

    model_config = ConfigDict(from_attributes=True)


class PageRead(Output, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None


class ErrorBody(BaseModel):
    code: str = Field(description="Stable; branch on this.", examples=["not_found"])
    message: str = Field(description="For people: what is wrong and what to do.")
    details: Any = Field(None, description="For programs; its form depends on the code.")
    request_id: str | None = Field(None, description="Names this request in the logs.")


class ErrorRead(BaseModel):
    """The one form of every error."""

    error: ErrorBody

"""Custom fields: defined by a tenant for a kind of requirement; values are checked when they are written."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from specloom.core.errors import Conflict, Unprocessable
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import UserCrud
from specloom.crud.requirements import CustomFieldCrud
from specloom.models.requirements import CustomField, Requirement
from specloom.schemas.requirements import CustomFieldCreate, CustomFieldUpdate
from specloom.vocabulary.requirements import FieldType, RequirementKind

MOST_FIELDS = 100
MOST_CHARACTERS = 5000
MOST_DIGITS = 15
_WITH_CHOICES = (FieldType.CHOICE, FieldType.MULTI_CHOICE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(rf"-?\d{{1,{MOST_DIGITS}}}(\.\d{{1,{MOST_DIGITS}}})?")


class CustomFieldNameTaken(Conflict):
    code = "custom_field_name_taken"
    default_message = "This kind has a custom field of this name already. Choose another one."


class TooManyCustomFields(Conflict):
    code = "too_many_custom_fields"
    default_message = f"A kind can have {MOST_FIELDS} custom fields. Delete one that is not needed any more."


class InvalidCustomField(Unprocessable):
    code = "invalid_custom_field"


class InvalidCustomValues(Unprocessable):
    """`details` lists {field, message} for each value that is wrong."""

    code = "invalid_custom_values"


# Definitions ----------------------------------------------------------------------------------------------------------


async def create(uow: UnitOfWork, data: CustomFieldCreate) -> CustomField:
    crud = CustomFieldCrud(uow)
    if len(await crud.all_of(data.kind)) >= MOST_FIELDS:
        raise TooManyCustomFields
    values = data.model_dump()
    values["label"] = data.label or data.name.replace("_", " ").capitalize()
    _check_definition(data.type, data.choices, data.default)
    try:
        field = await crud.add(**values)
    except IntegrityError as error:
        raise CustomFieldNameTaken from error
    _tell(uow, "custom_field.created", field)
    return field


async def get(uow: UnitOfWork, field_id: UUID) -> CustomField:
    return await CustomFieldCrud(uow).get(field_id)


async def lock(uow: UnitOfWork, field_id: UUID) -> CustomField:
    """The field as it is now, kept from others until the transaction ends."""
    return await CustomFieldCrud(uow).lock(field_id)


async def page(uow: UnitOfWork, request: PageRequest, kind: RequirementKind | None = None) -> Page[CustomField]:
    crud = CustomFieldCrud(uow)
    return await crud.page(request, crud.by(kind))


async def change(uow: UnitOfWork, field: CustomField, data: CustomFieldUpdate) -> CustomField:
    """Changes what was sent; the values that requirements have stay as they are."""
    values = data.model_dump(exclude_unset=True)
    _check_definition(field.type, values.get("choices", field.choices), values.get("default", field.default))
    if values:
        await CustomFieldCrud(uow).change(field, **values)
        _tell(uow, "custom_field.updated", field)
    return field


async def remove(uow: UnitOfWork, field_id: UUID) -> None:
    """Takes a field away; the values that requirements have of it can still be read."""
    field = await lock(uow, field_id)
    await CustomFieldCrud(uow).remove(field)
    _tell(uow, "custom_field.deleted", field)


async def defined(uow: UnitOfWork, kind: RequirementKind) -> Sequence[CustomField]:
    """The fields of a kind, by name."""
    return await CustomFieldCrud(uow).all_of(kind)


def _check_definition(type_: FieldType, choices: Sequence[str], default: Any) -> None:
    if (type_ in _WITH_CHOICES) != bool(choices):
        raise InvalidCustomField("Fields of the types choice and multi_choice have choices, and only they do.")
    if len(set(choices)) < len(choices):
        raise InvalidCustomField("Each choice can be there once only.")
    if default is not None:
        if type_ is FieldType.USER:
            raise InvalidCustomField("Fields of the type user have no default.")
        try:
            _read(type_, choices, default)
        except ValueError as error:
            raise InvalidCustomField(f"The default {error}.") from error


def _tell(uow: UnitOfWork, event_type: str, field: CustomField) -> None:
    payload = {"custom_field_id": str(field.id), "kind": field.kind.value, "name": field.name}
    uow.publish(Event(event_type, "custom_fields", payload))


# Values ---------------------------------------------------------------------------------------------------------------


Definitions = Mapping[str, CustomField]
"""The fields of a kind by name. Who writes many requirements reads them once, and hands them in."""


async def first_values(
    uow: UnitOfWork, kind: RequirementKind, sent: Mapping[str, Any], definitions: Definitions | None = None
) -> dict[str, Any]:
    """The values of a new requirement, defaults filled in. Raises `InvalidCustomValues`."""
    if definitions is None:
        definitions = {field.name: field for field in await defined(uow, kind)}
    values = {name: field.default for name, field in definitions.items() if field.default is not None}
    return await _merged(uow, definitions, values, sent, whole=True)


async def changed_values(
    uow: UnitOfWork,
    kind: RequirementKind,
    before: Mapping[str, Any],
    sent: Mapping[str, Any],
    definitions: Definitions | None = None,
) -> dict[str, Any]:
    """The values with what was sent put in, and taken out where it is null. Raises `InvalidCustomValues`."""
    if not sent:
        return dict(before)
    if definitions is None:
        definitions = {field.name: field for field in await defined(uow, kind)}
    return await _merged(uow, definitions, before, sent, whole=False)


async def missing(uow: UnitOfWork, requirement: Requirement) -> list[str]:
    """Names of the required fields that a requirement has no value of."""
    fields = await defined(uow, requirement.kind)
    return [field.name for field in fields if field.required and field.name not in requirement.custom_fields]


async def filters(
    uow: UnitOfWork, kind: RequirementKind, wanted: Mapping[str, Sequence[str]]
) -> list[list[dict[str, Any]]]:
    """What `RequirementCrud.by` looks for, of values as they stand in a query: {name: [one of these]}.

    Raises `InvalidCustomValues`.
    """
    if not wanted:
        return []
    definitions = {field.name: field for field in await defined(uow, kind)}
    problems: list[dict[str, str]] = []
    found: list[list[dict[str, Any]]] = []
    for name, texts in wanted.items():
        try:
            found.append([{name: _of_text(_definition(definitions, name), text)} for text in texts])
        except ValueError as error:
            problems.append({"field": f"custom.{name}", "message": str(error)})
    _refuse(problems)
    return found


async def _merged(
    uow: UnitOfWork,
    definitions: Mapping[str, CustomField],
    before: Mapping[str, Any],
    sent: Mapping[str, Any],
    *,
    whole: bool,
) -> dict[str, Any]:
    values, problems, people = dict(before), list[dict[str, str]](), dict[str, UUID]()
    for name, value in sent.items():
        try:
            if value is None:
                values.pop(name, None)
                continue
            field = _definition(definitions, name)
            values[name] = _read(field.type, field.choices, value)
            if field.type is FieldType.USER:
                people[name] = UUID(values[name])
        except ValueError as error:
            problems.append({"field": name, "message": str(error)})
    there = await UserCrud(uow).ids_among(people.values()) if people else set()
    problems += [
        {"field": name, "message": "must be the id of a person of your tenant"}
        for name, user_id in people.items()
        if user_id not in there
    ]
    for name, field in definitions.items():
        if field.required and name not in values and (whole or name in sent):
            problems.append({"field": name, "message": "is required"})
    _refuse(problems)
    return values


def _definition(definitions: Mapping[str, CustomField], name: str) -> CustomField:
    if name not in definitions:
        raise ValueError(f"is no custom field of this kind; there are: {', '.join(definitions) or 'none'}")
    return definitions[name]


def _refuse(problems: list[dict[str, str]]) -> None:
    if problems:
        first = problems[0]
        raise InvalidCustomValues(f"The custom field {first['field']} {first['message']}.", details=problems)


# Types ----------------------------------------------------------------------------------------------------------------


def _read(type_: FieldType, choices: Sequence[str], value: Any) -> Any:
    """The value as it is kept; raises ValueError saying what it must be."""
    if type_ is FieldType.MULTI_CHOICE:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise ValueError("must be a list of texts")
        return [_READERS[FieldType.CHOICE](choices, each) for each in dict.fromkeys(value)]
    return _READERS[type_](choices, value)


def _of_text(field: CustomField, text: str) -> Any:
    """The value that a text in a query stands for; also one that was a choice once."""
    if field.type is FieldType.CHOICE:
        return text
    if field.type is FieldType.MULTI_CHOICE:
        return [text]
    value: Any = text
    if field.type is FieldType.BOOLEAN:
        value = {"true": True, "false": False}.get(text.lower(), text)
    elif field.type is FieldType.NUMBER and _NUMBER.fullmatch(text):
        value = float(text)
    return _read(field.type, field.choices, value)


def _text(_: Sequence[str], value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > MOST_CHARACTERS:
        raise ValueError(f"must be a text of 1 to {MOST_CHARACTERS} characters")
    return value.strip()


def _number(_: Sequence[str], value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= 10**MOST_DIGITS:
        raise ValueError(f"must be a number of up to {MOST_DIGITS} digits")
    return value


def _boolean(_: Sequence[str], value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - all of these are answered alike
    return value


def _date(_: Sequence[str], value: Any) -> str:
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value).isoformat()
    raise ValueError("must be a date like 2026-11-30")


def _choice(choices: Sequence[str], value: Any) -> str:
    if value not in choices:
        raise ValueError(f"must be one of: {', '.join(choices)}")
    return str(value)


def _user(_: Sequence[str], value: Any) -> str:
    try:
        return str(UUID(value))
    except (AttributeError, TypeError, ValueError) as error:
        raise ValueError("must be the id of a person of your tenant") from error


def _url(_: Sequence[str], value: Any) -> str:
    text = _text((), value)
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("must be an http or https address")
    return text


_READERS: Mapping[FieldType, Callable[[Sequence[str], Any], Any]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.BOOLEAN: _boolean,
    FieldType.DATE: _date,
    FieldType.CHOICE: _choice,
    FieldType.USER: _user,
    FieldType.URL: _url,
}

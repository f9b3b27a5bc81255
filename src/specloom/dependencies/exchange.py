"""Files of backlogs: written after the transaction that gathers them, and read before the one that imports them."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, File, Form, Query, UploadFile
from pydantic import Field, TypeAdapter, ValidationError

from specloom.core.security import Claims
from specloom.core.uow import UnitOfWork
from specloom.dependencies.identity import access_claims, begin, check_permission
from specloom.dependencies.state import State
from specloom.exchange.formats import FORMATS, ExportFormat
from specloom.schemas.base import StorableStr
from specloom.schemas.requirements import ImportRead
from specloom.services.requirements import exports, imported_files, imports
from specloom.services.requirements.imported_files import ImportedFile
from specloom.services.requirements.kinds import KINDS
from specloom.vocabulary.requirements import ImportFormat, ImportMode, RequirementStatus

MOST_COLUMNS = 300
_Name = Annotated[StorableStr, Field(max_length=200)]
_MAPPING = TypeAdapter(Annotated[dict[_Name, _Name | None], Field(max_length=MOST_COLUMNS)])


@dataclass(frozen=True, slots=True)
class ExportedFile:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Import:
    """A file that was read. `rehearsal` is what importing it would do, if that is all that was asked for."""

    file: ImportedFile
    mode: ImportMode
    rehearsal: ImportRead | None


class _RolledBack(Exception):
    """Ends a rehearsal."""


async def _export(
    *,
    product_id: UUID,
    state: State,
    claims: Annotated[Claims, Depends(access_claims)],
    format_: Annotated[ExportFormat, Query(alias="format")] = ExportFormat.MARKDOWN,
    status: Annotated[
        list[RequirementStatus] | None,
        Query(max_length=len(RequirementStatus), description="Only these, and what they stand under. May be repeated."),
    ] = None,
    custom_fields: Annotated[bool, Query(description="With the custom fields of your tenant.")] = True,
) -> ExportedFile:
    async with await begin(state, claims) as uow:
        _check(uow, ("read",))
        backlog = await exports.gather(uow, product_id, statuses=status or (), with_custom_fields=custom_fields)
    file = FORMATS[format_]
    content = await asyncio.to_thread(file.write, backlog)
    return ExportedFile(backlog.product.key + file.suffix, file.media_type, content)


async def _read_import(
    *,
    product_id: UUID,
    state: State,
    claims: Annotated[Claims, Depends(access_claims)],
    file: Annotated[UploadFile, File(description="CSV in any encoding and with any delimiter, `.reqif` or `.reqifz`.")],
    mode: Annotated[ImportMode, Form()] = ImportMode.CREATE,
    format_: Annotated[
        Literal["auto", "csv", "reqif"], Form(alias="format", description="`auto`: what the content shows.")
    ] = "auto",
    mapping: Annotated[
        str,
        Form(
            max_length=60_000,
            description="A JSON object: the field that a column means, by the column's name; null leaves it out. "
            "Columns that are not named are recognised by their names.",
            examples=['{"Req-Nr.": "key", "Notes": null}'],
        ),
    ] = "",
) -> Import:
    async with await begin(state, claims) as uow:
        _check(uow, ("create", "update"))
        columns = exports.columns_of(await exports.definitions(uow))
    read = await asyncio.to_thread(
        imported_files.read,
        await file.read(),
        file.filename or "",
        format_=None if format_ == "auto" else ImportFormat(format_),
        columns=columns,
        mapping=_named_columns(mapping),
    )
    rehearsal = None
    if mode is ImportMode.DRY_RUN:
        with suppress(_RolledBack):
            async with await begin(state, claims) as uow:
                rehearsal = await imports.run(uow, product_id, read, mode)
                raise _RolledBack
    return Import(read, mode, rehearsal)


def _named_columns(mapping: str) -> dict[str, str | None]:
    try:
        return _MAPPING.validate_json(mapping) if mapping.strip() else {}
    except ValidationError as error:
        message = 'The mapping is no JSON object of names, such as {"Req-Nr.": "key", "Notes": null}.'
        raise imported_files.UnknownMapping(message) from error


def _check(uow: UnitOfWork, actions: Iterable[str]) -> None:
    """What is in a file may be of any kind."""
    for traits in KINDS.values():
        for action in actions:
            check_permission(uow, traits.resource, action)


Exported = Annotated[ExportedFile, Depends(_export)]
read_import = Depends(_read_import)

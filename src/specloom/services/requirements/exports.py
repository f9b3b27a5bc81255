"""A product with all that is in it, gathered for a file."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from specloom.core.errors import TooLarge
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import CustomFieldCrud
from specloom.exchange.backlog import Backlog, CustomColumn, Entry, Quote, ValueForm
from specloom.models.requirements import CustomField, Requirement
from specloom.services.requirements import backlog, citations
from specloom.vocabulary.requirements import FieldType, RequirementKind, RequirementStatus

MOST_REQUIREMENTS = 10_000
_FORMS = {
    FieldType.NUMBER: ValueForm.NUMBER,
    FieldType.BOOLEAN: ValueForm.FLAG,
    FieldType.DATE: ValueForm.DATE,
    FieldType.CHOICE: ValueForm.CHOICE,
    FieldType.MULTI_CHOICE: ValueForm.CHOICES,
}


class BacklogTooLarge(TooLarge):
    code = "backlog_too_large"
    default_message = (
        f"The product holds more than {MOST_REQUIREMENTS:,} requirements, too many for one file. "
        "Export them by status, or read them page by page."
    )


async def gather(
    uow: UnitOfWork,
    product_id: UUID,
    *,
    statuses: Collection[RequirementStatus] = (),
    with_custom_fields: bool = True,
) -> Backlog:
    """The backlog of a product. With `statuses`, only what has one of them, and what that stands under.

    Passages are quoted for those only who may read their sources. Raises `ProductNotFound` and `BacklogTooLarge`.
    """
    tree = await backlog.tree(uow, product_id)
    if statuses:
        tree = _with_what_is_above(tree, statuses)
    if len(tree) > MOST_REQUIREMENTS:
        raise BacklogTooLarge
    quotes = await _quotes(uow, [each.id for each in tree])
    columns = columns_of(await definitions(uow)) if with_custom_fields else ()
    keys = {each.id: each.key for each in tree}
    entries = tuple(
        _entry(each, keys[each.parent_id] if each.parent_id else None, columns, quotes[each.id]) for each in tree
    )
    return Backlog(entries, columns, datetime.now(UTC))


async def definitions(uow: UnitOfWork) -> list[CustomField]:
    """The custom fields of all kinds, by name."""
    crud = CustomFieldCrud(uow)
    return [field for kind in RequirementKind for field in await crud.all_of(kind)]


def columns_of(fields: Iterable[CustomField]) -> tuple[CustomColumn, ...]:
    """Custom fields as columns; fields of several kinds that are alike make one."""
    kinds: defaultdict[tuple[Any, ...], set[RequirementKind]] = defaultdict(set)
    for field in fields:
        kinds[field.name, field.label, _FORMS.get(field.type, ValueForm.TEXT), tuple(field.choices)].add(field.kind)
    return tuple(
        CustomColumn(name, label, form, frozenset(having), options)
        for (name, label, form, options), having in sorted(kinds.items(), key=lambda each: each[0][:2])
    )


def _with_what_is_above(tree: list[Requirement], statuses: Collection[RequirementStatus]) -> list[Requirement]:
    wanted: set[UUID | None] = {tree[0].id}
    for each in reversed(tree):  # what stands under something comes after it
        if each.status in statuses or each.id in wanted:
            wanted |= {each.id, each.parent_id}
    return [each for each in tree if each.id in wanted]


async def _quotes(uow: UnitOfWork, ids: list[UUID]) -> defaultdict[UUID, tuple[Quote, ...]]:
    quotes: defaultdict[UUID, tuple[Quote, ...]] = defaultdict(tuple)
    for id_, cited in (await citations.of(uow, ids)).items():
        quotes[id_] = tuple(Quote(each.document_title or "Session", each.citation.quote) for each in cited)
    return quotes


def _entry(
    requirement: Requirement, parent: str | None, columns: Iterable[CustomColumn], quotes: tuple[Quote, ...]
) -> Entry:
    names = {column.name for column in columns if requirement.kind in column.kinds}
    return Entry(
        id=requirement.id,
        kind=requirement.kind,
        key=requirement.key,
        parent=parent,
        name=requirement.name,
        status=requirement.status,
        priority=requirement.priority,
        changed_at=requirement.updated_at,
        version=requirement.version,
        fields={name: value for name, value in requirement.fields.items() if value not in (None, [], "")},
        custom={name: value for name, value in requirement.custom_fields.items() if name in names},
        citations=quotes,
        foreign_id=requirement.external_id,
    )

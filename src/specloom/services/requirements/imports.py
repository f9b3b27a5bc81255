"""Imports the rows of a file into a product: makes what is new, changes what is there, all of it or nothing."""

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from specloom.core.errors import AppError, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import RequirementCrud
from specloom.exchange.columns import FIELDS
from specloom.exchange.completing import Completed, complete
from specloom.exchange.incoming import Problem
from specloom.exchange.lists import read_list
from specloom.exchange.placing import Known, Placed, place
from specloom.models.requirements import CustomField, Requirement
from specloom.schemas.requirements import (
    EpicCreate,
    EpicUpdate,
    FeatureCreate,
    FeatureUpdate,
    ImportAction,
    ImportItemRead,
    ImportProblemRead,
    ImportRead,
    ProductCreate,
    ProductUpdate,
    RequirementCreate,
    RequirementMove,
    RequirementUpdate,
    UserStoryCreate,
    UserStoryUpdate,
)
from specloom.services.requirements import backlog, exports, fields, history, places, workflow
from specloom.services.requirements.arrivals import Arrivals
from specloom.services.requirements.imported_files import ImportedFile
from specloom.services.requirements.kinds import KINDS
from specloom.vocabulary.requirements import FieldType, ImportMode, RequirementKind, RequirementStatus

MOST_PROBLEMS = 200
"""So many errors and notes are told of one file."""
MOST_OF_AN_ID = 500
_MOST_COMMENT = 2000
_SCHEMAS: Mapping[RequirementKind, tuple[type[RequirementCreate], type[RequirementUpdate]]] = {
    RequirementKind.PRODUCT: (ProductCreate, ProductUpdate),
    RequirementKind.EPIC: (EpicCreate, EpicUpdate),
    RequirementKind.FEATURE: (FeatureCreate, FeatureUpdate),
    RequirementKind.USER_STORY: (UserStoryCreate, UserStoryUpdate),
}
_LABELS = {"name": "Name", "title": "Name", "priority": "Priority", **{each.name: each.label for each in FIELDS}}
_FLAGS = {**dict.fromkeys(("yes", "true", "1", "x"), True), **dict.fromkeys(("no", "false", "0"), False)}


class ImportRefused(Unprocessable):
    """`details` is the answer of a dry run, with every error in it."""

    code = "import_refused"


class UnusableId(Unprocessable):
    code = "unusable_id"
    default_message = f"What the file calls it is longer than {MOST_OF_AN_ID} characters, or no text."


async def run(uow: UnitOfWork, product_id: UUID, file: ImportedFile, mode: ImportMode) -> ImportRead:
    """Does it, and tells what was done; nobody else changes the product meanwhile.

    A dry run does the same, for the caller to roll back. Raises `ProductNotFound`; in the other modes `ImportRefused`
    if anything is wrong with any row.
    """
    product = await RequirementCrud(uow).lock_one(RequirementKind.PRODUCT, product_id)
    tree = await backlog.tree(uow, product_id)
    there = {each.key: each for each in tree}
    keys = {each.id: each.key for each in tree}
    named = _named(tree, keys)
    placement = place(file.incoming.rows, named, named[product.key])
    comment = f"Imported from {file.name}"[:_MOST_COMMENT]
    work = _Work(uow, mode, comment, there, await _definitions(uow), Arrivals(uow, product))
    work.errors += [*file.incoming.errors, *placement.errors]
    work.notes += [*file.incoming.notes, *placement.notes]
    await RequirementCrud(uow).lock_all({there[key].id for key in _touched(placement.placed)})
    completed = [complete(placed) for placed in placement.placed]
    work.refused |= {problem.row for problem in work.errors}
    for each in completed:
        if each.placed.known is None:
            await work.attempt(work.create, each)
        else:
            work.meet(each)
    await work.arrivals.write()
    for each in completed:
        if each.placed.known is not None and each.placed.row.number not in work.refused:
            await work.attempt(work.change, each)
    await work.set_statuses()
    report = work.report(file)
    if work.errors and mode is not ImportMode.DRY_RUN:
        raise ImportRefused(
            f"Nothing was imported: {len(work.errors):,} problems have to be solved first. `details.errors` lists "
            f"{'them' if len(work.errors) <= MOST_PROBLEMS else f'the first {MOST_PROBLEMS}'} by row.",
            details=report.model_dump(mode="json"),
        )
    return report


def _named(tree: Iterable[Requirement], keys: Mapping[UUID, str]) -> dict[str, Known]:
    """What is there by all names a file may call it: keys count most, then what exports call it."""
    known = {
        each.key: Known(each.key, each.kind, keys.get(each.parent_id) if each.parent_id else None) for each in tree
    }
    foreign = {each.external_id: known[each.key] for each in tree if each.external_id}
    exported = {f"_{each.id}": known[each.key] for each in tree}
    return {**foreign, **exported, **known}


def _touched(placed: Iterable[Placed]) -> set[str]:
    """Keys of what is there and may change, or get something under it."""
    found = {each.known.key for each in placed if each.known}
    return found | {each.parent.key for each in placed if isinstance(each.parent, Known)}


async def _definitions(uow: UnitOfWork) -> Mapping[RequirementKind, Mapping[str, CustomField]]:
    found: defaultdict[RequirementKind, dict[str, CustomField]] = defaultdict(dict)
    for definition in await exports.definitions(uow):
        found[definition.kind][definition.name] = definition
    return found


@dataclass(frozen=True, slots=True)
class _Item:
    """What became of a row."""

    completed: Completed
    action: ImportAction
    requirement: Requirement
    changes: list[str]

    def read(self, mode: ImportMode) -> ImportItemRead:
        row = self.completed.placed.row
        is_rehearsed = self.action == "create" and mode is ImportMode.DRY_RUN
        return ImportItemRead(
            row=row.number,
            action=self.action,
            kind=self.completed.placed.kind,
            key=None if is_rehearsed else self.requirement.key,
            external_id=row.names[0] if row.names else None,
            name=self.completed.name or self.requirement.name,
            changes=self.changes,
        )


@dataclass(slots=True)
class _Work:
    """One import on its way: what was done so far, and what was wrong."""

    uow: UnitOfWork
    mode: ImportMode
    comment: str
    there: Mapping[str, Requirement]
    definitions: Mapping[RequirementKind, Mapping[str, CustomField]]
    arrivals: Arrivals
    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    refused: set[int | None] = field(default_factory=set)
    _items: list[_Item] = field(default_factory=list)
    _made: dict[int, Requirement] = field(default_factory=dict)
    _statuses: list[tuple[int, Requirement, RequirementStatus]] = field(default_factory=list)

    async def attempt(self, step: Callable[[Completed], Awaitable[None]], completed: Completed) -> None:
        """Does a step with one row, or notes what is wrong with the row."""
        self.notes += completed.notes
        self.errors += completed.errors
        if completed.errors:
            return
        number = completed.placed.row.number
        try:
            await step(completed)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False, include_input=False):
                column = _LABELS.get(str(each["loc"][0])) if each["loc"] else None
                self.errors.append(Problem(number, column, each["msg"]))
        except fields.InvalidCustomValues as error:
            for each in error.details:
                self.errors.append(Problem(number, each["field"], f"It {each['message']}."))
        except AppError as error:
            self.errors.append(Problem(number, None, error.message))

    def meet(self, completed: Completed) -> None:
        """Notes what is there already, for others to be put under it."""
        known = completed.placed.known
        if known is not None:
            self._made[id(completed.placed)] = self.there[known.key]

    async def create(self, completed: Completed) -> None:
        placed, row = completed.placed, completed.placed.row
        values = {KINDS[placed.kind].title: completed.name, **completed.fields}
        if row.priority:
            values["priority"] = row.priority
        custom = self._custom(placed)
        data = _SCHEMAS[placed.kind][0].model_validate({**values, "custom_fields": custom})
        if self.definitions[placed.kind]:
            definitions = self.definitions[placed.kind]
            custom = await fields.first_values(self.uow, placed.kind, data.custom_fields, definitions)
        external_id = row.names[0] if row.names else None
        if external_id is not None and (len(external_id) > MOST_OF_AN_ID or "\x00" in external_id):
            raise UnusableId
        parent = self._parent(placed)
        if parent is None or row.number in self.refused:
            return  # it is told already what is wrong with its place; two of one name could not even be written
        made = self.arrivals.add(placed.kind, parent, data, custom, external_id)
        self._made[id(placed)] = made
        if row.status:
            self._statuses.append((row.number, made, row.status))
        self._tell(completed, "create", made, [*values, *(f"custom_fields.{name}" for name in custom)])

    async def change(self, completed: Completed) -> None:
        placed, row = completed.placed, completed.placed.row
        requirement = self._made[id(placed)]
        if placed.holder:
            return
        if self.mode is ImportMode.CREATE:
            self._tell(completed, "skip", requirement, [])
            return
        title = KINDS[placed.kind].title
        said = {**completed.fields, title: completed.name}
        stated = {title if name == "name" else name for name in completed.stated}
        before = {**history.content(placed.kind, requirement), "priority": requirement.priority}
        values = {name: said[name] for name in stated if not _same(said[name], before.get(name))}
        if row.priority and row.priority is not requirement.priority:
            values["priority"] = row.priority
        sent = self._custom(placed)
        custom = {name: value for name, value in sent.items() if not _same(value, requirement.custom_fields.get(name))}
        changes = [*values, *(f"custom_fields.{name}" for name in custom)]
        before_status = requirement.status
        if changes:
            data = _SCHEMAS[placed.kind][1].model_validate({**values, "custom_fields": custom})
            await backlog.rewrite(self.uow, requirement, data, self.comment, self.definitions[placed.kind])
        if await self._move(placed, requirement):
            changes.append("parent")
        if row.status and row.status is not before_status:
            self._statuses.append((row.number, requirement, row.status))
            changes.append("status")
        self._tell(completed, "change" if changes else "leave", requirement, changes)

    async def _move(self, placed: Placed, requirement: Requirement) -> bool:
        parent = self._parent(placed) if placed.parent else None
        if parent is None or parent.id == requirement.parent_id:
            return False
        await places.move(self.uow, requirement, RequirementMove(parent_id=parent.id))
        return True

    def _parent(self, placed: Placed) -> Requirement | None:
        if isinstance(placed.parent, Known):
            return self.there[placed.parent.key]
        return self._made.get(id(placed.parent))

    def _custom(self, placed: Placed) -> dict[str, Any]:
        definitions = self.definitions[placed.kind]
        for name in placed.row.custom.keys() - definitions.keys():
            message = f"It is left out: {KINDS[placed.kind].resource.replace('_', ' ')} have no such custom field."
            self.notes.append(Problem(placed.row.number, name, message))
        return {
            name: _typed(definitions[name], text) for name, text in placed.row.custom.items() if name in definitions
        }

    async def set_statuses(self) -> None:
        """Takes everything to the status the file gives it, as far as rules and rights allow, once all of it is there:
        nothing can be put under what is archived."""
        for number, requirement, wanted in self._statuses:
            try:
                for step in _path(requirement.status, wanted):
                    await workflow.take(self.uow, requirement, step, self.comment)
            except AppError as error:
                message = f"It stays in the status {requirement.status.value}. {error.message}"
                self.notes.append(Problem(number, "Status", message))

    def _tell(
        self, completed: Completed, action: ImportAction, requirement: Requirement, changes: Sequence[str]
    ) -> None:
        self._items.append(_Item(completed, action, requirement, list(changes)))

    def report(self, file: ImportedFile) -> ImportRead:
        counts = Counter(item.action for item in self._items)
        self._items.sort(key=lambda item: item.completed.placed.row.number)
        self.errors.sort(key=lambda problem: problem.row or 0)
        self.notes.sort(key=lambda problem: problem.row or 0)
        return ImportRead(
            mode=self.mode,
            format=file.format,
            can_be_imported=not self.errors,
            created=counts["create"],
            changed=counts["change"],
            skipped=counts["skip"],
            left=counts["leave"],
            columns=dict(file.incoming.columns),
            items=[item.read(self.mode) for item in self._items],
            errors=[ImportProblemRead.model_validate(each) for each in self.errors[:MOST_PROBLEMS]],
            notes=[ImportProblemRead.model_validate(each) for each in self.notes[:MOST_PROBLEMS]],
        )


def _path(start: RequirementStatus, wanted: RequirementStatus) -> list[RequirementStatus]:
    """The statuses in between and the one that is wanted, by the fewest steps."""
    paths: dict[RequirementStatus, list[RequirementStatus]] = {start: []}
    waiting = [start]
    for status in waiting:  # a list that grows while it is walked through
        for following in sorted(workflow.TRANSITIONS[status], key=list(RequirementStatus).index):
            if following not in paths:
                paths[following] = [*paths[status], following]
                waiting.append(following)
    return paths[wanted]


def _same(new: Any, old: Any) -> bool:
    """Whether nothing was said that is not there: files do not keep how lines end, nor blanks around texts."""
    return bool(_plain(new) == _plain(old))


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _typed(definition: CustomField, text: str) -> Any:
    """The value of a custom field that stands in a file; what cannot be read as such stays a text, and is refused."""
    match definition.type:
        case FieldType.NUMBER:
            with suppress(ValueError):
                number = float(text)
                return int(number) if number.is_integer() else number
        case FieldType.BOOLEAN:
            return _FLAGS.get(text.strip().casefold(), text)
        case FieldType.DATE:
            return text.strip().partition("T")[0]
        case FieldType.CHOICE:
            return _choice(definition, text)
        case FieldType.MULTI_CHOICE:
            whole = _choice(definition, text)
            return [whole] if whole in definition.choices else [_choice(definition, each) for each in read_list(text)]
    return text


def _choice(definition: CustomField, text: str) -> str:
    alike = (choice for choice in definition.choices if choice.casefold() == text.strip().casefold())
    return next(alike, text.strip())

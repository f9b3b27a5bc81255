"""Makes placed rows fit for the backlog without inventing anything: what is missing says that it is missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specloom.core.text import shortened
from specloom.exchange.backlog import ValueForm
from specloom.exchange.columns import EPIC, FIELDS, PRODUCT, STORY, Column, kind_label
from specloom.exchange.incoming import Problem
from specloom.exchange.lists import written_list
from specloom.exchange.placing import Placed
from specloom.exchange.stories import read_story, written_story
from specloom.vocabulary.requirements import RequirementKind

MAX_NAME = 200
_MAX_ITEM = 1000
_MIN_NAME = {STORY: 10}
_LENGTHS = {
    "description": (10, 2000),
    "vision": (0, 5000),
    "business_value": (10, 1000),
    "as_a": (3, 100),
    "i_want": (10, 500),
    "so_that": (10, 500),
}
_REQUIRED = {
    PRODUCT: ("description",),
    EPIC: ("description", "business_value"),
    RequirementKind.FEATURE: ("description",),
    STORY: ("as_a", "i_want", "so_that"),
}
_MISSING = {
    "description": "No description in the imported file.",
    "business_value": "No business value in the imported file.",
    "as_a": "Not named in the imported file",
    "i_want": "Not stated in the imported file",
    "so_that": "Not stated in the imported file",
}
_SHORT = " (imported)"
_COLUMNS = {column.name: column for column in FIELDS}


@dataclass(frozen=True, slots=True)
class Completed:
    """A placed row with everything its kind needs. `stated` names what the file itself says of `name` and `fields`."""

    placed: Placed
    name: str
    fields: Mapping[str, Any]
    stated: frozenset[str]
    errors: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def complete(placed: Placed) -> Completed:
    """The row as a requirement of its kind.

    Names too long are cut, and stand whole in the text; texts too short, and required ones that are missing, say that
    they come so from the file; fields that the kind does not have are kept in its text. A text too long is an error:
    nothing of it may be lost.
    """
    return _Completing(placed, dict(placed.row.fields), placed.row.name).run()


@dataclass(slots=True)
class _Completing:
    placed: Placed
    fields: dict[str, Any]
    name: str | None
    defaulted: set[str] = field(default_factory=set)
    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def run(self) -> Completed:
        if self.placed.holder:
            self._hold()
        elif self.kind is STORY:
            self._tell_story()
        else:
            self._keep_in_description()
        self._name_it()
        for name in _REQUIRED[self.kind]:
            if name not in self.fields:
                self.fields[name] = _MISSING[name]
                self.defaulted.add(name)
        self._measure()
        stated = {"name", *self.fields} - self.defaulted
        return Completed(
            self.placed, self.name or "", self.fields, frozenset(stated), tuple(self.errors), tuple(self.notes)
        )

    @property
    def kind(self) -> RequirementKind:
        return self.placed.kind

    def _hold(self) -> None:
        kind = self._said.lower()
        self.name = f"Imported without {kind}"
        self.fields["description"] = f"Holds what the imported file keeps without {kind}."

    def _keep_in_description(self) -> None:
        """A field that this kind does not have becomes a paragraph of the description."""
        for column in self._foreign_fields():
            value = self.fields.pop(column.name)
            text = f":\n{written_list(value)}" if column.form is ValueForm.LIST else f": {value}"
            self._append(column.label + text)
            self._note(column.label, f"{self._said} has no such field: it stands in the description.")

    def _tell_story(self) -> None:
        text = self.fields.pop("description", "")
        wanted = ("as_a", "i_want", "so_that")
        for source in (text, self.name or ""):
            if not all(name in self.fields for name in wanted) and (story := read_story(source)):
                parts = {"as_a": story.as_a, "i_want": story.i_want, "so_that": story.so_that}
                self.fields = {**{name: part for name, part in parts.items() if part}, **self.fields}
                text = story.rest if source is text else text
        if all(name in self.fields for name in wanted) and text == written_story(self.fields):
            text = ""
        if text and "i_want" not in self.fields:
            self.fields["i_want"] = shortened(text, _LENGTHS["i_want"][1])
            text = "" if self.fields["i_want"] == text else text
        if text:
            self._add_criterion(text)
            self._note("Description", "A user story has no description: it stands first among the acceptance criteria.")
        for column in self._foreign_fields():
            value = self.fields.pop(column.name)
            for item in value if column.form is ValueForm.LIST else [value]:
                self.fields.setdefault("acceptance_criteria", []).append(f"{column.label}: {item}")
            self._note(column.label, "A user story has no such field: it stands among the acceptance criteria.")

    def _name_it(self) -> None:
        text = self.fields.get("i_want" if self.kind is STORY else "description", "")
        if not self.name:
            self.defaulted.add("name")
            if not text:
                if not self.placed.known:
                    self.errors.append(Problem(self._number, "Name", "The row has neither a name nor a text."))
                return
            self.name = shortened(text.strip().partition("\n")[0], MAX_NAME)
        whole = self.name
        self.name = shortened(whole, MAX_NAME)
        if self.kind is STORY and "i_want" not in self.fields:
            self.fields["i_want"] = shortened(whole, _LENGTHS["i_want"][1])
            self.defaulted.add("i_want")
        if self.name != whole and not self._stands_in_text(whole):
            if self.kind is STORY:
                self._add_criterion(whole)
            else:
                self.fields["description"] = "\n\n".join(filter(None, (whole, self.fields.get("description"))))
            self._note("Name", f"It is longer than {MAX_NAME} characters: cut, and kept whole in the text.")
        if len(self.name) < _MIN_NAME.get(self.kind, 3):
            self.name += _SHORT

    def _stands_in_text(self, whole: str) -> bool:
        texts = [value for value in self.fields.values() if isinstance(value, str)]
        return any(whole in text for text in (*texts, *self.fields.get("acceptance_criteria", ())))

    def _measure(self) -> None:
        for name, (shortest, longest) in _LENGTHS.items():
            text = self.fields.get(name)
            if text is None:
                continue
            if len(text) < shortest:
                self.fields[name] = text + _SHORT
            if len(text) > longest:
                message = f"It has {len(text):,} characters; at most {longest:,} are allowed. Shorten or split it."
                self.errors.append(Problem(self._number, _COLUMNS[name].label, message))

    def _foreign_fields(self) -> list[Column]:
        return [column for column in FIELDS if column.name in self.fields and self.kind not in column.kinds]

    def _append(self, text: str) -> None:
        self.fields["description"] = "\n\n".join(filter(None, (self.fields.get("description"), text)))

    def _add_criterion(self, text: str) -> None:
        items = [text] if len(text) <= _MAX_ITEM else [part for part in text.split("\n\n") if part.strip()]
        self.fields["acceptance_criteria"] = [*items, *self.fields.get("acceptance_criteria", ())]

    def _note(self, column: str, message: str) -> None:
        self.notes.append(Problem(self._number, column, message))

    @property
    def _number(self) -> int:
        return self.placed.row.number

    @property
    def _said(self) -> str:
        return f"{'An' if self.kind is EPIC else 'A'} {kind_label(self.kind).lower()}"

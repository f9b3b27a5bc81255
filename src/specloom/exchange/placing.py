"""Puts imported rows into the tree of product, epics, features and stories, whatever tree or list they come from.

The kind a row names counts; otherwise its depth decides: epics on top, features below, stories below those and deeper.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from specloom.exchange.columns import LEVELS, PRODUCT, kind_label
from specloom.exchange.incoming import Problem, Row
from specloom.vocabulary.requirements import RequirementKind


@dataclass(frozen=True, slots=True)
class Known:
    """A requirement that the product has already; `parent` is the key of the one it is below."""

    key: str
    kind: RequirementKind
    parent: str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """A row in its place. `known` is what it is matched with; `parent` is None where the file does not tell it.

    A `holder` is not in the file: it takes in those that the file keeps two levels below their parent.
    """

    row: Row
    kind: RequirementKind
    parent: "Parent | None"
    known: Known | None = None
    holder: bool = False


Parent: TypeAlias = Placed | Known


@dataclass(frozen=True, slots=True)
class Placement:
    """`placed` has parents before their children, and children in the order of the file."""

    placed: tuple[Placed, ...]
    errors: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def place(rows: Iterable[Row], known: Mapping[str, Known], product: Known) -> Placement:
    """Where each row goes. `known` has the requirements of the product by every name a file may call them."""
    return _Placing(list(rows), known, product).run()


@dataclass(slots=True)
class _Placing:
    rows: list[Row]
    known: Mapping[str, Known]
    product: Known
    errors: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    placed: list[Placed] = field(default_factory=list)
    _named: dict[str, Row] = field(default_factory=dict)
    _matched: dict[str, Row] = field(default_factory=dict)
    _holders: dict[tuple[str | int, RequirementKind], Placed] = field(default_factory=dict)

    def run(self) -> Placement:
        named = self._named = self._by_name()
        below: defaultdict[int | None, list[Row]] = defaultdict(list)
        roots: dict[int, Known | None] = {}
        for row, above in self._parents(named):
            if isinstance(above, Row):
                below[above.number].append(row)
            else:
                roots[row.number] = above
                below[None].append(row)
        waiting: list[tuple[Row, Parent | None]] = [(row, roots[row.number]) for row in reversed(below[None])]
        seen = set()
        while waiting:
            row, parent = waiting.pop()
            seen.add(row.number)
            placed = self._place(row, parent)
            self.placed.append(placed)
            waiting += [(child, placed) for child in reversed(below[row.number])]
        for row in self.rows:
            if row.number not in seen:
                self._refuse(row, "Parent", "It is below itself: the parents of the file lead round in a circle.")
        return Placement(tuple(self.placed), tuple(self.errors), tuple(self.notes))

    def _by_name(self) -> dict[str, Row]:
        named: dict[str, Row] = {}
        for row in self.rows:
            for name in row.names:
                if (first := named.setdefault(name, row)) is not row and name == row.names[0]:
                    self._refuse(row, "Key", f"Row {first.number} is called '{name}' too.")
        return named

    def _parents(self, named: Mapping[str, Row]) -> Iterator[tuple[Row, Row | Known | None]]:
        """Each row with the row or requirement it is below; None where the file does not tell."""
        by_level: list[tuple[int, Row]] = []
        last: dict[RequirementKind, Row] = {}
        level = 1
        for row in self.rows:
            if row.parent is not None:
                parent = named.get(row.parent) or self.known.get(row.parent)
                if parent is None:
                    self._refuse(row, "Parent", f"'{row.parent}' is neither in the file nor in the product.")
                yield row, parent or self.product
            elif row.level is not None or by_level:
                level = row.level or level
                while by_level and by_level[-1][0] >= level:
                    by_level.pop()
                yield row, by_level[-1][1] if by_level else self.product
                by_level.append((level, row))
            else:
                yield row, self._nearest(row, last)
            if row.kind is not None:
                last = {kind: each for kind, each in last.items() if LEVELS.index(kind) < LEVELS.index(row.kind)}
                last[row.kind] = row

    def _nearest(self, row: Row, last: Mapping[RequirementKind, Row]) -> Row | Known | None:
        """For a list without parents: the row above that is of a higher kind."""
        if self._match(row):
            return None
        if row.kind is None:
            return self.product
        above = [last[kind] for kind in LEVELS[: LEVELS.index(row.kind)] if kind in last]
        return above[-1] if above else self.product

    def _match(self, row: Row) -> Known | None:
        if row.kind is PRODUCT:
            return self.product
        return next((self.known[name] for name in row.names if name in self.known), None)

    def _place(self, row: Row, parent: Parent | None) -> Placed:
        known = self._match(row)
        if known and row.kind not in {None, known.kind}:
            message = f"It is a {_said(row.kind)} here and the {_said(known.kind)} {known.key} in the product."
            self._refuse(row, "Kind", message)
        if known and known.kind is PRODUCT:
            return self._as_product(row, known)
        if known and (first := self._matched.setdefault(known.key, row)) is not row:
            self._refuse(row, "Key", f"Row {first.number} is {known.key} too.")
        kind = known.kind if known else row.kind or _below(parent.kind if parent else PRODUCT)
        if parent is None:
            return Placed(row, kind, None, known)
        above = self._high_enough(row, kind, parent)
        if known and above.kind is not LEVELS[LEVELS.index(kind) - 1]:
            return Placed(row, kind, None, known)  # it has a holder from when it came in
        while LEVELS.index(above.kind) + 1 < LEVELS.index(kind):
            above = self._holder(row, above)
        return Placed(row, kind, above, known)

    def _as_product(self, row: Row, known: Known) -> Placed:
        if any(placed.kind is PRODUCT for placed in self.placed):
            self._refuse(row, "Kind", "The file holds more than one product. Import each into a product of its own.")
        return Placed(row, PRODUCT, None, known)

    def _high_enough(self, row: Row, kind: RequirementKind, parent: Parent) -> Parent:
        above = parent
        while LEVELS.index(above.kind) >= LEVELS.index(kind):
            above = (above.parent if isinstance(above, Placed) else self.known.get(above.parent or "")) or self.product
        if above is not parent:
            where = "beside" if parent.kind is kind else "above"
            message = f"A {_said(kind)} cannot be below a {_said(parent.kind)}: it is put {where} it."
            self.notes.append(Problem(row.number, "Parent", message))
        return above

    def _holder(self, row: Row, above: Parent) -> Parent:
        kind = _below(above.kind)
        names = above.row.names if isinstance(above, Placed) else (above.key,)
        place = (above.row.number if isinstance(above, Placed) else above.key, kind)
        if place not in self._holders:
            name = f"{names[0]}/{kind.value}" if names else None
            while name in self._named:  # a row of the file is called so itself
                name = f"{name}/"
            holder = Row(row.number, foreign_id=name, kind=kind)
            known = self._match(holder)
            self._holders[place] = Placed(holder, kind, above, known, holder=True)
            self.placed.append(self._holders[place])
            message = f"The file names no {_said(kind)} for it: one is made to hold such entries."
            self.notes.append(Problem(row.number, "Parent", message))
        return self._holders[place]

    def _refuse(self, row: Row, column: str, message: str) -> None:
        self.errors.append(Problem(row.number, column, message))


def _below(kind: RequirementKind) -> RequirementKind:
    return LEVELS[min(LEVELS.index(kind) + 1, len(LEVELS) - 1)]


def _said(kind: RequirementKind | None) -> str:
    return kind_label(kind).lower() if kind else "requirement"

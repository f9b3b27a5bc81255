"""Products, epics, features and user stories: found, placed, and read as a tree."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, Uuid, any_, cast, func, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONPATH

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.models.citations import SuspectMark
from specloom.models.requirements import Requirement
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

ROOM = 2**20
"""What lies between the positions of siblings, for others to be put there."""
MOST_WORDS = 16
_TEXTS = '$.** ? (@.type() == "string")'


class RequirementNotFound(NotFound):
    code = "requirement_not_found"
    default_message = "There is no such requirement."


class ProductNotFound(NotFound):
    code = "product_not_found"
    default_message = "There is no such product."


class EpicNotFound(NotFound):
    code = "epic_not_found"
    default_message = "There is no such epic."


class FeatureNotFound(NotFound):
    code = "feature_not_found"
    default_message = "There is no such feature."


class UserStoryNotFound(NotFound):
    code = "user_story_not_found"
    default_message = "There is no such user story."


_MISSING: Mapping[RequirementKind, type[NotFound]] = {
    RequirementKind.PRODUCT: ProductNotFound,
    RequirementKind.EPIC: EpicNotFound,
    RequirementKind.FEATURE: FeatureNotFound,
    RequirementKind.USER_STORY: UserStoryNotFound,
}


@dataclass(frozen=True, slots=True)
class Outline:
    """What a tree shows of a requirement; `effort` is in story points."""

    id: UUID
    parent_id: UUID | None
    kind: RequirementKind
    key: str
    name: str
    status: RequirementStatus
    priority: Priority | None
    version: int
    approved_version: int | None
    effort: int | None


class RequirementCrud(Crud[Requirement]):
    """Who changes what stands where in a product holds the product's row; who locks several rows, from the top down."""

    model: ClassVar[type[Requirement]] = Requirement
    missing = RequirementNotFound
    sortable: ClassVar = {"position": Requirement.position, "name": Requirement.name, "key": Requirement.key}
    order = "position"

    async def get_one(self, kind: RequirementKind, id_: UUID) -> Requirement:
        """The requirement, if it is of this kind."""
        return self.expect(kind, await self.find(id_))

    async def lock_one(self, kind: RequirementKind, id_: UUID) -> Requirement:
        """As `get_one`, as it is now, and kept from others until the transaction ends."""
        found = await self.lock_all([id_])
        return self.expect(kind, found[0] if found else None)

    def expect(self, kind: RequirementKind, row: Requirement | None) -> Requirement:
        """The row, or the kind's own NotFound."""
        if row is None or row.kind is not kind:
            raise _MISSING[kind]
        return row

    async def find_all(self, ids: Collection[UUID]) -> dict[UUID, Requirement]:
        """Those that are there."""
        return {row.id: row for row in await self.session.scalars(self.scoped().where(_is_among(ids)))}

    async def lock_all(self, ids: Iterable[UUID]) -> Sequence[Requirement]:
        """Those that are there, as they are now. Rows that refer to them can still be written meanwhile."""
        return await self._lock(_is_among(ids))

    async def lock_with_products(self, ids: Collection[UUID]) -> Sequence[Requirement]:
        """As `lock_all`, and the products that they are in: before them, so that nobody who holds a part waits for its
        product."""
        products = self.scoped().where(Requirement.id.in_(ids)).with_only_columns(Requirement.product_id)
        return await self._lock(or_(Requirement.id.in_(ids), Requirement.id.in_(products)))

    async def _lock(self, which: ColumnElement[bool]) -> Sequence[Requirement]:
        order = (Requirement.kind != RequirementKind.PRODUCT, Requirement.id)
        query = self.scoped().where(which).order_by(*order).with_for_update(key_share=True)
        return (await self.session.scalars(query, execution_options={"populate_existing": True})).all()

    async def remove_all(self, ids: Collection[UUID]) -> None:
        """Marks all of these as deleted, in one statement."""
        await self.session.execute(
            update(Requirement)
            .where(Requirement.tenant_id == self.tenant_id, _is_among(ids))
            .values(deleted_at=func.now(), revision=Requirement.revision + 1),
            execution_options={"synchronize_session": False},
        )

    def by(
        self,
        *,
        kind: RequirementKind | None = None,
        product_id: UUID | None = None,
        parent_id: UUID | None = None,
        status: RequirementStatus | None = None,
        priority: Priority | None = None,
        q: str | None = None,
        suspect: bool | None = None,
        custom: Iterable[Sequence[dict[str, Any]]] = (),
    ) -> Select[Requirement]:
        """Those for which all filters hold. `custom` has, for each custom field, the values of which one must be there.

        Each word of `q` must stand in the key, the name or one of the texts, in either case.
        """
        equal = {
            Requirement.kind: kind,
            Requirement.product_id: product_id,
            Requirement.parent_id: parent_id,
            Requirement.status: status,
            Requirement.priority: priority,
        }
        query = self.scoped().where(*(column == value for column, value in equal.items() if value is not None))
        for word in (q or "").split()[:MOST_WORDS]:
            query = query.where(_says(word))
        if suspect is not None:
            marked = select(SuspectMark.id).where(
                SuspectMark.tenant_id == Requirement.tenant_id,
                SuspectMark.requirement_id == Requirement.id,
                SuspectMark.cleared_at.is_(None),
            )
            query = query.where(marked.exists() if suspect else ~marked.exists())
        for values in custom:
            query = query.where(or_(*(Requirement.custom_fields.contains(value) for value in values)))
        return query

    async def tree(self, product_id: UUID) -> list[Requirement]:
        """A product and all that is in it, each before what stands under it."""
        rows = (await self.session.scalars(self.by(product_id=product_id))).all()
        return _in_reading_order(sorted(rows, key=lambda row: (row.position, row.id)))

    async def outline(self, product_id: UUID) -> list[Outline]:
        """The same, without the texts."""
        effort = Requirement.fields["estimated_effort"].as_integer()
        columns = (*(getattr(Requirement, name) for name in Outline.__slots__[:-1]), effort)
        query = self.by(product_id=product_id).with_only_columns(*columns)
        rows = await self.session.execute(query.order_by(Requirement.position, Requirement.id))
        return _in_reading_order([Outline(*row) for row in rows])

    async def lock_parts(self, query: Select[Requirement], limit: int) -> Sequence[Requirement]:
        """What `by` finds, products left out, the oldest first: as it is now, and kept from others. PostgreSQL asks
        again of each row that it had to wait for whether it is still to be found."""
        parts = query.where(Requirement.kind != RequirementKind.PRODUCT).order_by(Requirement.id).limit(limit)
        query = parts.with_for_update(key_share=True)
        return (await self.session.scalars(query, execution_options={"populate_existing": True})).all()

    async def children(self, parent_id: UUID) -> Sequence[Requirement]:
        """What stands directly under a requirement, in order."""
        return (await self.session.scalars(self._siblings(parent_id).order_by(Requirement.position))).all()

    async def below(self, ids: Iterable[UUID]) -> list[UUID]:
        """Ids of what stands under these, at any depth."""
        top = self._children(Requirement.parent_id.in_(ids)).cte(recursive=True)
        line = top.union_all(self._children(Requirement.parent_id == top.c.id))
        return list(await self.session.scalars(select(line.c.id)))

    def _children(self, condition: ColumnElement[bool]) -> Select[Any]:
        return self.scoped().with_only_columns(Requirement.id).where(condition)

    # Keys -------------------------------------------------------------------------------------------------------------

    async def hold_keys(self) -> None:
        """Lets nobody else in this tenant choose the key of a product before the transaction ends."""
        await self.session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"product keys {self.tenant_id}", 0)))
        )

    async def keys_like(self, prefix: str) -> set[str]:
        """Keys of products, the deleted ones as well, that begin so."""
        query = select(Requirement.key).where(
            Requirement.tenant_id == self.tenant_id,
            Requirement.kind == RequirementKind.PRODUCT,
            Requirement.key.startswith(prefix, autoescape=True),
        )
        return set(await self.session.scalars(query))

    async def count_keys(self, product_id: UUID, kind: RequirementKind, number: int = 1) -> tuple[str, int]:
        """Gives out numbers for keys, holding the product's row: (the product's key, the first of the numbers).

        That is no change of the product, so revision and time of change stay as they are.
        """
        count = Requirement.key_counts[kind.value].as_integer()
        more = func.jsonb_build_object(kind.value, func.coalesce(count, 0) + number)
        row = (
            await self.session.execute(
                update(Requirement)
                .where(
                    Requirement.tenant_id == self.tenant_id,
                    Requirement.id == product_id,
                    Requirement.deleted_at.is_(None),
                )
                .values(
                    key_counts=Requirement.key_counts.op("||")(more),
                    updated_at=Requirement.updated_at,
                )
                .returning(Requirement.key, count),
                execution_options={"synchronize_session": False},
            )
        ).one_or_none()
        if row is None:
            raise ProductNotFound
        return row[0], row[1] - number + 1

    # Places -----------------------------------------------------------------------------------------------------------

    async def last_position(self, parent_id: UUID | None) -> int:
        query = self._siblings(parent_id).with_only_columns(func.max(Requirement.position))
        return (await self.session.scalars(query)).one() or 0

    async def neighbour(self, sibling: Requirement, *, before: bool, but: UUID) -> int | None:
        """The position of what stands next to a sibling, on one side; one of them is not looked at."""
        place = tuple_(Requirement.position, Requirement.id)
        here = tuple_(literal(sibling.position), literal(sibling.id))
        query = self._siblings(sibling.parent_id).where(Requirement.id != but, place < here if before else place > here)
        query = query.order_by(place.desc() if before else place)
        return (await self.session.scalars(query.with_only_columns(Requirement.position).limit(1))).one_or_none()

    async def spread(self, parent_id: UUID | None) -> None:
        """Makes room between all children again. That is no change of theirs."""
        order = func.row_number().over(order_by=(Requirement.position, Requirement.id))
        placed = (
            self._siblings(parent_id).with_only_columns(Requirement.id, (order * ROOM).label("position")).subquery()
        )
        await self.session.execute(
            update(Requirement)
            .where(Requirement.tenant_id == self.tenant_id, Requirement.id == placed.c.id)
            .values(position=placed.c.position, updated_at=Requirement.updated_at),
            execution_options={"synchronize_session": False},
        )

    async def bring_along(self, ids: Sequence[UUID], product_id: UUID) -> None:
        """Puts these into another product; their parents stay."""
        await self.session.execute(
            update(Requirement)
            .where(Requirement.tenant_id == self.tenant_id, _is_among(ids))
            .values(product_id=product_id, revision=Requirement.revision + 1),
            execution_options={"synchronize_session": False},
        )

    def _siblings(self, parent_id: UUID | None) -> Select[Requirement]:
        return self.scoped().where(Requirement.parent_id == parent_id)


class _Placed(Protocol):
    @property
    def id(self) -> Any: ...
    @property
    def parent_id(self) -> Any: ...


P = TypeVar("P", bound=_Placed)


def _in_reading_order(rows: Iterable[P]) -> list[P]:
    """Each before what stands under it; those under the same keep the order they come in."""
    children: dict[UUID | None, list[P]] = defaultdict(list)
    for row in rows:
        children[row.parent_id].append(row)
    ordered = list[P]()
    waiting = children[None]
    while waiting:
        ordered.append(waiting.pop())
        waiting += reversed(children[ordered[-1].id])
    return ordered


def _is_among(ids: Iterable[UUID]) -> ColumnElement[bool]:
    """One parameter, however many there are: a statement can have 32,767, and a product more requirements."""
    return Requirement.id == any_(literal(list(ids), ARRAY(Uuid)))


def _says(word: str) -> ColumnElement[bool]:
    """The condition that the key, the name or one of the texts holds the word."""
    texts = cast(func.jsonb_path_query_array(Requirement.fields, cast(_TEXTS, JSONPATH)), Text)
    return or_(
        Requirement.key.icontains(word, autoescape=True),
        Requirement.name.icontains(word, autoescape=True),
        texts.icontains(json.dumps(word, ensure_ascii=False)[1:-1], autoescape=True),
    )

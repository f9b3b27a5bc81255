"""What requirements said and which status they had: versions and transitions, and both on one line."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import literal, select, union_all
from uuid_utils.compat import uuid7

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.pagination import Page, PageRequest, paginate
from specloom.core.uow import UnitOfWork
from specloom.models.requirements import RequirementVersion, Transition

M = TypeVar("M", RequirementVersion, Transition)


class RequirementVersionNotFound(NotFound):
    code = "requirement_version_not_found"
    default_message = "The requirement has no version of this number."


class _Line(Crud[M]):
    """What is written once and never changed. It is sent with the next flush: many at once in one statement."""

    def note(self, **values: Any) -> M:
        # The id is made here, not when it is sent: it says what came before what.
        row: M = self.model(tenant_id=self.tenant_id, id=uuid7(), **values)
        self.session.add(row)
        return row


class RequirementVersionCrud(_Line[RequirementVersion]):
    model: ClassVar[type[RequirementVersion]] = RequirementVersion
    missing = RequirementVersionNotFound

    async def by_number(self, requirement_id: UUID, number: int) -> RequirementVersion:
        query = self.scoped().where(
            RequirementVersion.requirement_id == requirement_id, RequirementVersion.number == number
        )
        version = (await self.session.scalars(query)).one_or_none()
        if version is None:
            raise self.missing
        return version

    async def by_numbers(self, numbers: dict[UUID, int]) -> dict[UUID, RequirementVersion]:
        """The version of each requirement that has this number, by the requirement's id."""
        query = self.scoped().where(
            RequirementVersion.requirement_id.in_(numbers), RequirementVersion.number.in_(set(numbers.values()))
        )
        return {
            version.requirement_id: version
            for version in await self.session.scalars(query)
            if version.number == numbers[version.requirement_id]
        }


class TransitionCrud(_Line[Transition]):
    model: ClassVar[type[Transition]] = Transition


class HistoryCrud:
    """Versions and transitions of a requirement together. Their ids sort by age."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    async def page(self, requirement_id: UUID, request: PageRequest) -> Page[RequirementVersion | Transition]:
        """The latest first, unless sorted by `created_at`."""
        lines = [
            select(model.id, model.created_at, literal(model.__tablename__).label("what")).where(
                model.tenant_id == self._uow.tenant_id, model.requirement_id == requirement_id
            )
            for model in (RequirementVersion, Transition)
        ]
        line: Any = union_all(*lines).subquery()
        found = await paginate(
            self._uow.session,
            select(line.c.id),
            request,
            sortable={"created_at": line.c.created_at},
            tie_breaker=line.c.id,
            default="-created_at",
        )
        entries: dict[UUID, RequirementVersion | Transition] = {
            **await self._by_ids(RequirementVersionCrud(self._uow), found.items),
            **await self._by_ids(TransitionCrud(self._uow), found.items),
        }
        return Page([entries[id_] for id_ in found.items], found.next_cursor)

    async def _by_ids(self, crud: Crud[Any], ids: Sequence[UUID]) -> dict[UUID, Any]:
        rows = await self._uow.session.scalars(crud.scoped().where(crud.model.id.in_(ids)))
        return {row.id: row for row in rows}

"""The queries every table has: each starts from `scoped()`, which filters by tenant and leaves out what is deleted."""

from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ClauseElement, Select, Uuid, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from specloom.core.database import Entity, SoftDeleted
from specloom.core.errors import NotFound
from specloom.core.pagination import Page, PageRequest, paginate
from specloom.core.uow import UnitOfWork

M = TypeVar("M", bound=Entity)


class Crud(Generic[M]):
    """Base of the repositories. They flush and never commit."""

    model: ClassVar[type[Any]]
    missing: ClassVar[type[NotFound]] = NotFound
    sortable: ClassVar[Mapping[str, InstrumentedAttribute[Any]]] = {}
    order: ClassVar[str] = "-created_at"

    def __init__(self, uow: UnitOfWork) -> None:
        self.session = uow.session
        self.tenant_id = uow.tenant_id

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[M]:
        """What of the table a tenant (an id, or a parameter for one) gets to see: its rows that are not deleted."""
        query = select(cls.model).where(cls.model.tenant_id == tenant_id)
        if issubclass(cls.model, SoftDeleted):
            query = query.where(cls.model.deleted_at.is_(None))
        return query

    def scoped(self) -> Select[M]:
        """Every query starts here."""
        return self.rows_of(self.tenant_id)

    async def find(self, id_: UUID) -> M | None:
        # Composed once a table: putting the statement together costs as much as PostgreSQL does.
        parameters = {"tenant": self.tenant_id, "id": id_}
        query = _row_by_id(type(self))  # type: ignore[arg-type] # a class is hashable, whatever mypy thinks
        return (await self.session.scalars(query, parameters)).one_or_none()

    async def get(self, id_: UUID) -> M:
        """The row, or the column's own NotFound: as well when it belongs to another tenant."""
        row = await self.find(id_)
        if row is None:
            raise self.missing
        return row

    async def lock(self, id_: UUID) -> M:
        """The row as it is now, kept from others until the transaction ends."""
        query = self.scoped().where(self.model.id == id_).with_for_update().execution_options(populate_existing=True)
        row = (await self.session.scalars(query)).one_or_none()
        if row is None:
            raise self.missing
        return row

    async def page(self, request: PageRequest, query: Select[M] | None = None) -> Page[M]:
        """A page of the rows that `query` (by default all) selects."""
        return await paginate(
            self.session,
            self.scoped() if query is None else query,
            request,
            sortable={"created_at": self.model.created_at, "updated_at": self.model.updated_at, **self.sortable},
            tie_breaker=self.model.id,
            default=self.order,
        )

    async def add(self, **values: Any) -> M:
        row: M = self.model(tenant_id=self.tenant_id, **values)
        self.session.add(row)
        await self.session.flush()
        return row

    async def change(self, row: M, **values: Any) -> M:
        for name, value in values.items():
            setattr(row, name, value)
        await self.session.flush()
        if computed := [name for name, value in values.items() if isinstance(value, ClauseElement)]:
            await self.session.refresh(row, computed)
        return row

    async def keep(self) -> None:
        """Sends what was changed of any rows, and what was noted of them."""
        await self.session.flush()

    async def remove(self, row: M) -> None:
        """Marks a row as deleted where the table keeps such rows, otherwise deletes it."""
        if isinstance(row, SoftDeleted):
            await self.change(row, deleted_at=func.now())
        else:
            await self.session.delete(row)
            await self.session.flush()


@cache
def _row_by_id(crud: type[Crud[Any]]) -> Select[Any]:
    return crud.rows_of(bindparam("tenant", type_=Uuid())).where(crud.model.id == bindparam("id", type_=Uuid()))

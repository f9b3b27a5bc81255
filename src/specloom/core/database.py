"""PostgreSQL through async SQLAlchemy: the engine, the declarative base and the columns that tables share."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import (
    BigInteger,
    DateTime,
    Enum,
    ForeignKeyConstraint,
    MetaData,
    PrimaryKeyConstraint,
    Text,
    event,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool
from uuid_utils.compat import uuid7

from specloom.core.config import DatabaseSettings


class Base(DeclarativeBase):
    """Base of all tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own form
        datetime: DateTime(timezone=True),
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        str: Text,
        int: BigInteger,
    }
    __mapper_args__ = {"eager_defaults": True}  # noqa: RUF012


class Timestamped:
    """When a row was made and last changed, by the database's clock."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now(), sort_order=91)


class TenantOwned:
    """A row of one tenant. The key carries the tenant, so that foreign keys can, too: they do not obey row policies."""

    tenant_id: Mapped[UUID] = mapped_column(sort_order=-20)


class Entity(TenantOwned, Timestamped):
    """What a tenant keeps under an id (UUIDv7: it sorts by age)."""

    id: Mapped[UUID] = mapped_column(default=uuid7, sort_order=-19)

    @declared_attr.directive
    @classmethod
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            PrimaryKeyConstraint("tenant_id", "id"),
            ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
            *cls.constraints(),
        )

    @classmethod
    def constraints(cls) -> Sequence[Any]:
        """Further constraints and indexes of the table."""
        return ()


class SoftDeleted:
    """Deleted for its people, kept for the record."""

    deleted_at: Mapped[datetime | None] = mapped_column(sort_order=92)


class Revised:
    """Counts its changes: the ETag of the row, checked again when it is written, so that no update is lost."""

    revision: Mapped[int] = mapped_column(default=1, server_default="1", sort_order=93)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.revision, "eager_defaults": True}


def reference(
    column: str, table: str, *, ondelete: str | None = None, tenant: str = "tenant_id"
) -> ForeignKeyConstraint:
    """A foreign key to another row of the same tenant."""
    return ForeignKeyConstraint([tenant, column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def choice(values: type[StrEnum], name: str | None = None) -> Enum:
    """A text column that takes the values of an enumeration only; a table with two of one kind names them."""
    return Enum(
        values,
        native_enum=False,
        length=40,
        create_constraint=True,
        name=name or values.__name__.lower(),
        values_callable=lambda enum: [member.value for member in enum],
    )


class EnteringConnection(asyncpg.Connection):  # type: ignore[misc]
    """A connection whose next BEGIN takes another statement along in the same round trip."""

    __slots__ = ("_entry",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._entry: str | None = None

    def enter_with(self, statement: str) -> None:
        """Sends `statement` with the next BEGIN. It must hold no parameters."""
        self._entry = statement

    async def execute(  # the timeout is asyncpg's own parameter
        self,
        query: str,
        *args: Any,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> str:
        if self._entry is None or not query.startswith("BEGIN"):
            status: str = await super().execute(query, *args, timeout=timeout)
            return status
        entry, self._entry = self._entry, None
        if self.is_closed():
            raise ConnectionResetError("the server closed this connection")
        try:
            status = await super().execute(f"{query.rstrip('; ')}; {entry}", timeout=timeout)
        except BaseException:
            # BEGIN itself may have gone through: leave the connection as clean as a failed BEGIN would.
            self._top_xact = None  # type: ignore[misc]
            if not self.is_closed():
                await super().execute("ROLLBACK", timeout=timeout)
            raise
        return status


def create_engine(settings: DatabaseSettings, *, pool_size: int | None = None) -> AsyncEngine:
    """The application's engine: it acts as the application's role, whoever logs in."""
    engine = create_async_engine(
        settings.url.get_secret_value(),
        pool_size=pool_size or settings.pool_size,
        max_overflow=settings.max_overflow,
        pool_timeout=settings.pool_timeout_seconds,
        pool_recycle=1800,
        connect_args={
            "connection_class": EnteringConnection,
            "timeout": 5,
            "server_settings": {
                "role": settings.app_role,
                "application_name": "specloom",
                "statement_timeout": str(settings.statement_timeout_ms),
                "idle_in_transaction_session_timeout": "30000",
                # Statements are short: compiling them, or waiting for helpers to start, takes longer than they do.
                "jit": "off",
                "max_parallel_workers_per_gather": "0",
            },
        },
    )
    event.listen(engine.sync_engine, "checkout", _replace_closed)
    return engine


def _replace_closed(_: Any, record: ConnectionPoolEntry, __: Any) -> None:
    """A restart of the server closes all connections; the pool then makes new ones instead of handing these out."""
    driver: Any = record.driver_connection
    if driver.is_closed():
        raise DisconnectionError


def create_sessions(engine: AsyncEngine) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=False, autoflush=False)


async def ping(engine: AsyncEngine) -> None:
    """Asks the database for an answer; raises what SQLAlchemy raises when there is none."""
    async with engine.connect() as connection:
        await connection.execute(select(1))


def pool_use(engine: AsyncEngine) -> dict[str, int]:
    """How many connections of the pool are in use, and how many are idle."""
    pool = cast("QueuePool", engine.pool)
    return {"checked_out": pool.checkedout(), "idle": pool.checkedin()}

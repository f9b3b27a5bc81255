"""Runs migrations as the owner of the tables: one at a time, and never waiting long for a lock that traffic needs."""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from specloom import models
from specloom.core.config import load_settings
from specloom.core.database import Base

assert models  # importing it fills the metadata

MIGRATION_LOCK = 0x5BEC1003
LOCK_TIMEOUT = "5s"


def include_object(_: object, name: str | None, type_: str, reflected: bool, compare_to: object) -> bool:
    return not (type_ == "table" and reflected and compare_to is None and name == "alembic_version")


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=include_object,
        compare_server_default=True,
        transaction_per_migration=True,
    )
    # Two nodes that start at once must not both migrate: the second waits here and then finds nothing to do.
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    with context.begin_transaction():
        context.run_migrations()


async def run() -> None:
    url = context.config.attributes.get("url") or load_settings().database.owner_url.get_secret_value()
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(migrate)
            await connection.commit()
    finally:
        await engine.dispose()


if context.is_offline_mode():
    context.configure(dialect_name="postgresql", target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    asyncio.run(run())

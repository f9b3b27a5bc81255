"""Keeps a few child processes running until a signal comes, then stops them; none of them outlives the supervisor."""

import asyncio
import logging
import os
import signal
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import BinaryIO

from specloom.cli.errors import Explained
from specloom.cli.launch import last_lines, launch_argv, open_log

logger = logging.getLogger(__name__)

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0
_STEADY_AFTER = 10.0
_FAILURES_AT_START = 3
_PROBE_INTERVAL = 0.05
_TAIL_BYTES = 8192
_STANDARD_ERROR = 2
_LIFELINE_VARIABLE = "SPECLOOM_SUPERVISOR_LIFELINE"


class ChildFailed(Explained):
    """A child that nothing works without does not run; the message ends with the last lines of its standard error."""

    def __init__(self, name: str, reason: str, errors: bytes) -> None:
        super().__init__(f"{name} {reason}\n{last_lines(errors)}".rstrip())
        self.name = name


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running.

    `env` is added to the supervisor's environment. After SIGTERM it has `grace_seconds` to finish, then it is killed.
    With `restart=False` it runs once: success is fine, failure stops everything. `is_ready` tells whether it serves
    yet; without it, running is enough. With `starts_last=True` it leaves the processor to the others until those that
    serve are ready.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    grace_seconds: float = 10.0
    restart: bool = True
    is_ready: Callable[[], Awaitable[bool]] | None = None
    starts_last: bool = False


@dataclass(slots=True)
class _Run:
    """One life of a child."""

    process: Process
    started: float
    errors: bytearray
    relay: Thread

    async def last_errors(self) -> bytes:
        await asyncio.to_thread(self.relay.join, 1.0)
        return bytes(self.errors)


class Supervisor:
    """Runs `children` side by side.

    What they write goes to the supervisor's own output, or to `<name>.log` in `log_dir`. `on_ready` is awaited once,
    when all of them are ready for the first time.
    """

    def __init__(
        self,
        children: Sequence[Child],
        *,
        log_dir: Path | None = None,
        on_ready: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._children = children
        self._log_dir = log_dir
        self._on_ready = on_ready
        self._stopping = asyncio.Event()
        self._serving = asyncio.Event()
        self._announcement: asyncio.Task[None] | None = None
        self._runs: dict[str, _Run] = {}
        self._started: set[str] = set()
        self._steady: set[str] = set()

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the children that run now, by name."""
        return {name: run.process.pid for name, run in self._runs.items()}

    async def run_until_signal(self) -> None:
        """Returns when every child has ended after SIGINT, SIGTERM, SIGHUP or `stop`, or has done its work.

        A second signal kills the children. To be called once, in the main thread. Raises `ChildFailed`, after the
        others were stopped, when a child fails three times in a row before it was ready or had run for ten seconds.
        """
        with ExitStack() as undo:
            self._listen(undo)
            lifeline = _open_lifeline(undo)
            logs = [self._log(child, undo) for child in self._children]
            keepers = [
                asyncio.create_task(self._keep(child, lifeline, log))
                for child, log in zip(self._children, logs, strict=True)
            ]
            self._announcement = asyncio.create_task(self._announce(keepers))
            tasks = [*keepers, self._announcement]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            finally:
                self.stop()
                await asyncio.wait(tasks)
        errors = [task.exception() for task in tasks if not task.cancelled()]
        for error in filter(None, errors):
            raise error

    def stop(self) -> None:
        """Asks every child to finish, once, and kills it after its grace. For the thread of the event loop."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._serving.set()  # nobody has to wait any longer
        if self._announcement is not None:
            self._announcement.cancel()
        for child in self._children:
            if child.name in self._runs:
                self._end(child)

    def _on_signal(self) -> None:
        if self._stopping.is_set():  # asked for a second time: whoever waits has lost patience
            for run in self._runs.values():
                _send(run.process, signal.SIGKILL)
        self.stop()

    def _end(self, child: Child) -> None:
        process = self._runs[child.name].process
        _send(process, signal.SIGTERM)
        asyncio.get_running_loop().call_later(child.grace_seconds, _send, process, signal.SIGKILL)

    def _listen(self, undo: ExitStack) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number == signal.SIGHUP and signal.getsignal(number) == signal.SIG_IGN:  # nohup
                continue
            loop.add_signal_handler(number, self._on_signal)
            undo.callback(loop.remove_signal_handler, number)

    def _log(self, child: Child, undo: ExitStack) -> BinaryIO | None:
        if self._log_dir is None:
            return None
        self._log_dir.mkdir(parents=True, exist_ok=True)
        return undo.enter_context(open_log(self._log_dir / f"{child.name}.log"))

    async def _keep(self, child: Child, lifeline: int, log: BinaryIO | None) -> None:
        failures = 0
        pause = _FIRST_PAUSE
        if child.starts_last:
            await self._serving.wait()
        while not self._stopping.is_set():
            run = self._runs[child.name] = await _start(child, lifeline, log)
            self._started.add(child.name)
            if self._stopping.is_set():  # while it was being started
                self._end(child)
            exit_code = await run.process.wait()
            del self._runs[child.name]
            if self._stopping.is_set() or (exit_code == 0 and not child.restart):
                return
            if time.monotonic() - run.started > _STEADY_AFTER:
                self._steady.add(child.name)
                pause = _FIRST_PAUSE
            # Below zero it was killed by a signal, which says nothing about how it starts.
            failures = failures + 1 if exit_code > 0 and child.name not in self._steady else 0
            if failures == _FAILURES_AT_START or not child.restart:
                reason = f"failed {failures} times in a row" if child.restart else "failed"
                raise ChildFailed(child.name, f"{reason} with exit code {exit_code}:", await run.last_errors())
            logger.warning("%s ended with exit code %d and is started again in %.1f s", child.name, exit_code, pause)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _announce(self, keepers: Sequence[asyncio.Task[None]]) -> None:
        for child in self._children:
            if child.is_ready is not None:
                while not await child.is_ready():
                    if all(keeper.done() for keeper in keepers):
                        return
                    await asyncio.sleep(_PROBE_INTERVAL)
                self._steady.add(child.name)
        self._serving.set()
        while not all(child.name in self._started for child in self._children):
            if all(keeper.done() for keeper in keepers):
                return
            await asyncio.sleep(_PROBE_INTERVAL)
        if self._on_ready is not None:
            await self._on_ready()


def follow_supervisor(grace_seconds: float = 10.0) -> None:
    """For a child to call at its start: when the supervisor is gone, the process ends within `grace_seconds`.

    The kernel asks it to finish first (see `launch`); this holds also for a child that does not come to an end, and for
    systems whose kernel does not ask. Does nothing in a process that no supervisor started.
    """
    lifeline = os.environ.pop(_LIFELINE_VARIABLE, None)
    if lifeline is not None:
        Thread(target=_follow, args=(int(lifeline), grace_seconds), name="follow-supervisor", daemon=True).start()


def _follow(lifeline: int, grace_seconds: float) -> None:
    os.read(lifeline, 1)  # nobody ever writes: it returns when the other end is closed
    if sys.platform != "linux":
        os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(grace_seconds)
    os._exit(1)


def _open_lifeline(undo: ExitStack) -> int:
    """A pipe that children inherit one end of; the other end is closed when the supervisor ends, however it ends."""
    inherited, held = os.pipe()
    undo.callback(os.close, inherited)
    undo.callback(os.close, held)
    return inherited


async def _start(child: Child, lifeline: int, log: BinaryIO | None) -> _Run:
    source, errors = os.pipe()
    try:
        process = await asyncio.create_subprocess_exec(
            *launch_argv(child.argv, death_signal=signal.SIGTERM),
            env={**os.environ, **child.env, _LIFELINE_VARIABLE: str(lifeline)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=errors,
            pass_fds=(lifeline,),
            start_new_session=True,  # Ctrl-C in the terminal is for the supervisor, which asks each child once
        )
    except BaseException:
        os.close(source)
        raise
    finally:
        os.close(errors)
    tail = bytearray()
    sink = os.dup(_STANDARD_ERROR if log is None else log.fileno())
    # A thread rather than a task: a terminal that does not take the output must not hold the supervisor up.
    relay = Thread(target=_relay, args=(source, sink, tail), name=f"relay-{child.name}", daemon=True)
    relay.start()
    return _Run(process, time.monotonic(), tail, relay)


def _relay(source: int, sink: int, tail: bytearray) -> None:
    while chunk := os.read(source, 65536):
        tail += chunk
        del tail[:-_TAIL_BYTES]
        with suppress(OSError):  # whoever read it is gone
            os.write(sink, chunk)
    os.close(source)
    os.close(sink)


def _send(process: Process, number: signal.Signals) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            # Not process.send_signal: it may collect the exit code before asyncio's own watcher does.
            os.kill(process.pid, number)

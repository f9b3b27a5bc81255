"""Children run, come back, are stopped gently and then roughly, and end with their supervisor however it ends."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from specloom.cli.supervisor import Child, ChildFailed, Supervisor

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="needs the kernel's parent death signal")

# Writes what it is told, and then a line for each signal, which it survives if it is stubborn.
LISTENER = """
import os, signal, sys, time
def listen(number, frame):
    print("got", signal.Signals(number).name, file=report, flush=True)
    if "stubborn" not in sys.argv:
        sys.exit(0)
report = open(sys.argv[1], "a")
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, listen)
print("pid", os.getpid(), file=report, flush=True)
while True:
    time.sleep(0.05)
"""


def python(program: str, *arguments: object) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", textwrap.dedent(program), *map(str, arguments)]


def listener(report: Path, *arguments: str, name: str = "listener", grace_seconds: float = 5.0) -> Child:
    return Child(name, python(LISTENER, report, *arguments), grace_seconds=grace_seconds)


def lines(report: Path) -> list[str]:
    return report.read_text().splitlines() if report.exists() else []


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


async def until_lines(report: Path, count: int) -> None:
    await until(lambda: len(lines(report)) >= count)


async def until_ended(report: Path) -> None:
    pid = int(lines(report)[0].removeprefix("pid "))
    await until(lambda: not runs(pid))


@asynccontextmanager
async def supervised(supervisor: Supervisor) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(supervisor.run_until_signal())
    try:
        yield task
        supervisor.stop()
        async with asyncio.timeout(60):
            await task
    finally:
        task.cancel()


async def test_children_get_their_environment_and_one_gentle_signal(tmp_path: Path) -> None:
    report = tmp_path / "report"
    told = Child("told", python(f"import os; open({str(tmp_path / 'told')!r}, 'w').write(os.environ['WORD'])"),
                 env={"WORD": "given"}, restart=False)  # fmt: skip
    supervisor = Supervisor([listener(report), told])
    async with supervised(supervisor):
        await until(lambda: bool(lines(report)) and (tmp_path / "told").exists())
        assert lines(report) == [f"pid {supervisor.pids['listener']}"]
    assert lines(report)[1:] == ["got SIGTERM"]
    assert (tmp_path / "told").read_text() == "given"
    assert supervisor.pids == {}


async def test_it_is_ready_once_when_every_child_is(tmp_path: Path) -> None:
    probes: list[float] = []
    announcements: list[int] = []

    async def is_ready() -> bool:
        probes.append(time.monotonic())
        return len(probes) > 3

    async def announce() -> None:
        announcements.append(len(probes))

    slow = Child("slow", python("import time; time.sleep(60)"), is_ready=is_ready)
    supervisor = Supervisor([listener(tmp_path / "report"), slow], on_ready=announce)
    async with supervised(supervisor):
        await until(lambda: bool(announcements))
        os.kill(supervisor.pids["slow"], signal.SIGKILL)
        await asyncio.sleep(0.5)
    assert announcements == [4]


async def test_an_error_while_announcing_stops_the_children_and_is_raised(tmp_path: Path) -> None:
    async def announce() -> None:
        await until_lines(tmp_path / "report", 1)
        raise ValueError("nobody listens")

    with pytest.raises(ValueError, match="nobody listens"):
        await Supervisor([listener(tmp_path / "report")], on_ready=announce).run_until_signal()
    assert lines(tmp_path / "report")[1:] == ["got SIGTERM"]


async def test_a_child_that_is_killed_again_and_again_comes_back(tmp_path: Path) -> None:
    report = tmp_path / "report"
    supervisor = Supervisor([listener(report)])
    async with supervised(supervisor):
        for times in range(1, 5):
            await until_lines(report, times)
            os.kill(supervisor.pids["listener"], signal.SIGKILL)
        await until_lines(report, 5)
    assert len({line for line in lines(report) if line.startswith("pid")}) == 5


async def test_a_child_that_cannot_start_stops_everything_and_its_last_words_are_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    report = tmp_path / "report"
    broken = Child(
        "api", python("import sys; print('noise ' * 9999, '\\nport 8000 is taken', file=sys.stderr); sys.exit(3)")
    )
    started = time.monotonic()
    with pytest.raises(
        ChildFailed, match=r"(?s)^api failed 3 times in a row with exit code 3:.*port 8000 is taken$"
    ) as failure:
        await Supervisor([listener(report), broken]).run_until_signal()
    assert time.monotonic() - started < 40
    assert len(str(failure.value)) < 10_000
    assert lines(report)[1:] == ["got SIGTERM"]
    assert capfd.readouterr().err.count("port 8000 is taken") == 3


async def test_a_program_that_does_not_exist_is_a_failure_too() -> None:
    with pytest.raises(ChildFailed, match=r"no-such-program: .*No such file"):
        await Supervisor([Child("worker", ["no-such-program"])]).run_until_signal()


async def test_a_child_that_was_ready_once_may_fail_as_often_as_it_likes(tmp_path: Path) -> None:
    report = tmp_path / "report"
    program = f"import sys; print('here', file=open({str(report)!r}, 'a')); sys.exit(1)"

    async def is_ready() -> bool:
        return bool(lines(report))

    async with supervised(Supervisor([Child("flaky", python(program), is_ready=is_ready)])) as task:
        await until_lines(report, 5)
        assert not task.done()


async def test_a_child_that_ignores_the_signal_is_killed_after_its_grace(tmp_path: Path) -> None:
    report = tmp_path / "report"
    supervisor = Supervisor([listener(report, "stubborn", grace_seconds=0.4)])
    async with supervised(supervisor):
        await until_lines(report, 1)
        pid = supervisor.pids["listener"]
        stopped = time.monotonic()
    assert 0.3 < time.monotonic() - stopped < 40
    assert lines(report)[1:] == ["got SIGTERM"]
    assert not runs(pid)


async def test_stop_called_again_stays_gentle(tmp_path: Path) -> None:
    report = tmp_path / "report"
    supervisor = Supervisor([listener(report, "stubborn", grace_seconds=0.6)])
    async with supervised(supervisor):
        await until_lines(report, 1)
        started = time.monotonic()
        supervisor.stop()
        await until_lines(report, 2)
    assert time.monotonic() - started > 0.5


async def test_cancelling_the_supervisor_stops_the_children(tmp_path: Path) -> None:
    report = tmp_path / "report"
    supervisor = Supervisor([listener(report)])
    task = asyncio.create_task(supervisor.run_until_signal())
    await until_lines(report, 1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert lines(report)[1:] == ["got SIGTERM"]


async def test_it_returns_when_all_children_have_done_their_work(tmp_path: Path) -> None:
    children = [Child(name, python("pass"), restart=False) for name in ("first", "second")]
    async with asyncio.timeout(60):
        await Supervisor(children).run_until_signal()


async def test_a_child_that_runs_once_and_fails_stops_everything(tmp_path: Path) -> None:
    migrate = Child("migrate", python("import sys; sys.exit('no such revision')"), restart=False)
    with pytest.raises(ChildFailed, match=r"^migrate failed with exit code 1:\nno such revision$"):
        await Supervisor([listener(tmp_path / "report"), migrate]).run_until_signal()


async def test_output_goes_to_a_log_for_each_child_and_the_log_before_is_kept(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for word in ("first", "second"):
        program = f"import sys; print('{word} out'); print('{word} error', file=sys.stderr)"
        await Supervisor([Child("talker", python(program), restart=False)], log_dir=tmp_path).run_until_signal()
        await until_lines(tmp_path / "talker.log", 2)
        assert sorted(lines(tmp_path / "talker.log")) == [f"{word} error", f"{word} out"]
    assert sorted(lines(tmp_path / "talker.log.1")) == ["first error", "first out"]
    assert capfd.readouterr() == ("", "")


STUBBORN = LISTENER.replace('"stubborn" not in sys.argv', "False")
SUPERVISE = """
import asyncio, sys
from specloom.cli.supervisor import Child, Supervisor
program, *reports = sys.argv[1:]
children = [Child(f"child-{n}", [sys.executable, "-c", program, report]) for n, report in enumerate(reports)]
asyncio.run(Supervisor(children).run_until_signal())
"""


def supervise(program: str, *reports: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-c", SUPERVISE, program, *map(str, reports)]
    return subprocess.Popen(argv, start_new_session=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_to_the_whole_terminal_reaches_children_once_as_a_request(tmp_path: Path, number: int) -> None:
    report = tmp_path / "report"
    supervisor = supervise(LISTENER, report)
    await until_lines(report, 1)
    os.killpg(supervisor.pid, number)
    assert await asyncio.to_thread(supervisor.wait, 10) == 0
    assert lines(report)[1:] == ["got SIGTERM"]


async def test_a_second_signal_kills_children_that_take_their_time(tmp_path: Path) -> None:
    report = tmp_path / "report"
    supervisor = supervise(STUBBORN, report)
    await until_lines(report, 1)
    supervisor.terminate()
    await until_lines(report, 2)
    supervisor.terminate()
    assert await asyncio.to_thread(supervisor.wait, 3) == 0


@on_linux
async def test_children_are_asked_to_finish_when_the_supervisor_is_killed(tmp_path: Path) -> None:
    reports = [tmp_path / "first", tmp_path / "second"]
    supervisor = supervise(LISTENER, *reports)
    for report in reports:
        await until_lines(report, 1)
    supervisor.kill()
    supervisor.wait()
    for report in reports:
        await until_ended(report)
        assert set(lines(report)[1:]) == {"got SIGTERM"}


async def test_a_child_that_follows_ends_even_when_it_ignores_the_request(tmp_path: Path) -> None:
    report = tmp_path / "report"
    follower = "from specloom.cli.supervisor import follow_supervisor\nfollow_supervisor(0.5)\n" + STUBBORN
    supervisor = supervise(follower, report)
    await until_lines(report, 1)
    killed = time.monotonic()
    supervisor.kill()
    supervisor.wait()
    await until_ended(report)
    assert time.monotonic() - killed > 0.4
    assert set(lines(report)[1:]) == {"got SIGTERM"}

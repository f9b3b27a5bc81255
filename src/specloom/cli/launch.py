"""Starts programs that do not outlive whoever started them, and without root's rights, even below root's directories.

The module is imported to build a command line, and run as a script by that command line: the script changes its own
process and then becomes the program, so that the process id stays the same.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

# <linux/prctl.h>, <linux/securebits.h> and <linux/capability.h>
_PR_SET_PDEATHSIG = 1
_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True, slots=True)
class Account:
    """Who a program started by root runs as.

    `ignores_permissions` leaves it root's right to pass file permissions, and no other: what a server needs when its
    files lie below a directory such as /root.
    """

    uid: int
    gid: int
    ignores_permissions: bool = False


def launch_argv(argv: Sequence[str], *, death_signal: signal.Signals, account: Account | None = None) -> list[str]:
    """The command that runs `argv` as `account`, or as the caller.

    On Linux the program receives `death_signal`, once or several times, when the thread that starts it ends, be it by
    SIGKILL: start it from a thread that lives as long as the program is wanted. Exit code 127: it could not be run.
    """
    who = account or Account(-1, -1)
    order = [os.getpid(), int(death_signal), who.uid, who.gid, int(who.ignores_permissions)]
    return [sys.executable, "-I", "-S", __file__, *map(str, order), *argv]


def open_log(path: Path) -> BinaryIO:
    """Opens the log of a new run for appending; the log of the run before is kept beside it as `<name>.1`."""
    if path.exists():
        path.replace(path.with_name(path.name + ".1"))
    return path.open("ab", buffering=0)


def last_lines(output: bytes, count: int = 15) -> str:
    """The end of a program's output, for an error message."""
    return "\n".join(output.decode(errors="replace").rstrip().splitlines()[-count:])


def _system_call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{name}: {os.strerror(code)}")


def _prctl(option: int, first: int, second: int = 0) -> None:
    _system_call("prctl", option, *(ctypes.c_ulong(value) for value in (first, second, 0, 0)))


def _become(account: Account) -> None:
    if account.ignores_permissions:
        # Leaves the capabilities alone when the account changes, and lets access(2) go by them later.
        _prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(account.gid, account.gid, account.gid)
    os.setresuid(account.uid, account.uid, account.uid)
    if account.ignores_permissions:
        kept = 1 << _CAP_DAC_OVERRIDE
        header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
        # effective, permitted and inheritable, for capabilities 0 to 31 and then for 32 to 63
        _system_call("capset", header, (ctypes.c_uint32 * 6)(kept, kept, kept))
        # An exec drops every capability of a process that is not root, except the ambient ones.
        _prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE)


def _main(parent: int, death_signal: int, account: Account, argv: list[str]) -> None:
    if account.uid >= 0:
        _become(account)
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, death_signal)  # after the change of account, which would clear it
    if os.getppid() != parent:  # it died before it could be watched
        sys.exit(127)
    os.execvp(argv[0], argv)  # noqa: S606  (there is no shell to avoid)


if __name__ == "__main__":
    parent, death_signal, uid, gid, ignores_permissions = map(int, sys.argv[1:6])
    try:
        _main(parent, death_signal, Account(uid, gid, bool(ignores_permissions)), sys.argv[6:])
    except OSError as error:
        print(f"{sys.argv[6]}: {error}", file=sys.stderr)  # noqa: T201  (for whoever started the program)
        sys.exit(127)

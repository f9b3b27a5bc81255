"""Parses untrusted files in a child process that cannot take the caller down with it, whatever the file does to it.

The child gets the open file, a few plain facts, and nothing of the environment; its memory, processor time, output
and files are limited by the kernel, its wall-clock time by the caller.
"""

import asyncio
import codecs
import json
import os
import re
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from specloom.core.text import Section, SectionKind
from specloom.parsing.document import Document, MediaType
from specloom.parsing.errors import (
    ERRORS_BY_CODE,
    EmptyFile,
    FileTooLarge,
    ParseError,
    ParseOutOfMemory,
    ParserFailed,
    ParseTimeout,
    TruncatedOrCorruptFile,
    UnsupportedMediaType,
)
from specloom.parsing.limits import DEFAULT_LIMITS, ParseLimits

# What an interpreter may need to start; anything else could be a secret.
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")
_MAX_FILENAME = 255
_MAX_NOTE_BYTES = 2000
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)


def parse_document(file_path: Path, encoding: str = "utf-8", validate: bool = True) -> Document | None:
    """Parse the file at `file_path`: PDF, DOCX, PPTX, HTML, Markdown, plain text, CSV or JSON.

    `encoding` is tried first for formats made of text; if the bytes are not in it, their encoding is found out.

    Returns None for a file whose content breaks the rules of its own format, such as JSON that is no JSON: there is
    nothing to return. A file that is well formed but no valid document (empty, encrypted, of an unsupported kind,
    over a limit, without any text) raises ParseError, a ValueError with a `code`; with `validate=False` it gives None
    as well.

    Raises FileNotFoundError if there is no such file, ParseError as above, LookupError if `encoding` is unknown.
    """
    codecs.lookup(encoding)
    try:
        with _child_for(file_path, file_path.name, None, encoding, DEFAULT_LIMITS) as child:
            try:
                ended = subprocess.run(child.command, timeout=child.limits.seconds, check=False, **child.options)  # noqa: S603
            except subprocess.TimeoutExpired:
                raise ParseTimeout.of(child.limits.seconds) from None
            return child.document(ended.returncode)
    except ParseError as error:
        if error.malformed or not validate:
            return None
        raise


async def parse_upload(
    path: Path, *, filename: str, declared_type: str | None = None, limits: ParseLimits = DEFAULT_LIMITS
) -> Document:
    """Parse the file at `path`, called `filename` by its sender and declared to be of the content type `declared_type`.

    Takes a process and up to `limits.memory_bytes` of memory while it runs: how many may run at once is for the
    caller to bound. Cancellation ends the process. Raises FileNotFoundError, ParseError.
    """
    with _child_for(path, filename, declared_type, _declared_charset(declared_type), limits) as child:
        process = await asyncio.create_subprocess_exec(*child.command, **child.options)
        try:
            async with asyncio.timeout(limits.seconds):
                returncode = await process.wait()
        except TimeoutError:
            raise ParseTimeout.of(limits.seconds) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return child.document(returncode)


@dataclass(frozen=True, slots=True)
class _Child:
    """How to start one parsing process, and how to read what became of it."""

    command: list[str]
    options: dict[str, Any]
    output: IO[bytes]
    stderr: IO[bytes]
    limits: ParseLimits

    def document(self, returncode: int) -> Document:
        """The document the ended process has written. Raises the ParseError it reports or died of."""
        if returncode:
            raise self._death(returncode)
        self.output.seek(0)
        head_line, _, text = self.output.read(self.limits.max_answer_bytes).partition(b"\n")
        try:
            head = json.loads(head_line)
            if "error" in head:
                raise _reported(**head["error"])
            return Document(
                title=head["title"],
                text=text.decode(),
                media_type=MediaType(head["media_type"]),
                sections=tuple(Section(SectionKind(kind), *place) for kind, *place in head["sections"]),
                encoding=head["encoding"],
                metadata=head["metadata"],
            )
        except ParseError:
            raise
        except (ValueError, KeyError, TypeError) as error:
            raise ParserFailed("The file could not be read because the parser gave no proper answer.") from error

    def _death(self, returncode: int) -> ParseError:
        if returncode == -signal.SIGXCPU:
            return ParseTimeout.of(self.limits.seconds)
        # Native parsers abort when memory is refused to them; a kill that is not ours is the system's, itself short
        # of it.
        if returncode in {-signal.SIGABRT, -signal.SIGKILL}:
            return ParseOutOfMemory.of(self.limits.memory_bytes)
        if returncode < 0:
            error: ParseError = TruncatedOrCorruptFile("The file is damaged in a way that made its parser crash.")
        else:
            error = ParserFailed("The file could not be read because the parser did not work.")
        error.add_note(f"exit status {returncode}: {self._last_words()}")
        return error

    def _last_words(self) -> str:
        size = self.stderr.seek(0, os.SEEK_END)
        self.stderr.seek(max(0, size - _MAX_NOTE_BYTES))
        return self.stderr.read(_MAX_NOTE_BYTES).decode(errors="replace")


@contextmanager
def _child_for(
    path: Path, filename: str, declared_type: str | None, encoding: str | None, limits: ParseLimits
) -> Iterator[_Child]:
    request = {
        "filename": PurePath(filename).name[-_MAX_FILENAME:],
        "declared_type": declared_type,
        "encoding": encoding,
        "limits": asdict(limits),
    }
    with _open_checked(path, limits) as source, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as stderr:
        yield _Child(
            # -I: neither the current folder nor the user's own packages may be imported from.
            command=[sys.executable, "-I", "-m", "specloom.parsing.child", json.dumps(request)],
            options={
                "stdin": source,
                "stdout": output,
                "stderr": stderr,
                "env": {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                "cwd": "/",
                "start_new_session": True,
            },
            output=output,
            stderr=stderr,
            limits=limits,
        )


def _open_checked(path: Path, limits: ParseLimits) -> IO[bytes]:
    """`path` opened, once it is known to be a file of an allowed size: a pipe would be waited for."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise UnsupportedMediaType("This is no file but a folder, a device or a pipe.")
    if status.st_size == 0:
        raise EmptyFile("The file is empty.")
    if status.st_size > limits.max_bytes:
        raise FileTooLarge.of_bytes(limits.max_bytes)
    return path.open("rb")


def _declared_charset(declared_type: str | None) -> str | None:
    """The character encoding a content type names, None if it names none or an unknown one."""
    named = _CHARSET.search(declared_type or "")
    try:
        return codecs.lookup(named[1]).name if named else None
    except LookupError:
        return None


def _reported(code: str, message: str, notes: list[str]) -> ParseError:
    error = ERRORS_BY_CODE[code](message)
    for note in notes:
        error.add_note(note)
    return error

"""Reads files in child processes: a few at once, a few more may wait, and the rest are asked to come back."""

import asyncio
from pathlib import Path

from specloom.core.config import DocumentSettings
from specloom.core.errors import AppError, Unavailable
from specloom.core.logging import get_logger
from specloom.parsing import Document, ParseError, ParseLimits, parse_upload
from specloom.parsing.errors import ERRORS_BY_CODE

log = get_logger(__name__)

WAITING_FOR_EACH = 4
"""So many files may wait for each one that is being read."""
RETRY_AFTER_SECONDS = 5


class ReaderBusy(Unavailable):
    code = "reader_busy"
    default_message = "Too many files are being read just now. Try again in a few seconds."


class FileRefused(AppError):
    """The file cannot become a document; its kinds have the codes, statuses and messages of the parser."""


_REFUSALS: dict[str, type[FileRefused]] = {
    code: type(error.__name__, (FileRefused,), {"code": code, "status": error.status, "__doc__": error.__doc__})
    for code, error in ERRORS_BY_CODE.items()
}


class FileReader:
    """Belongs to one process and its event loop."""

    def __init__(self, settings: DocumentSettings) -> None:
        self.settings = settings
        self._slots = asyncio.Semaphore(settings.parse_concurrency)
        self._most = settings.parse_concurrency * (1 + WAITING_FOR_EACH)
        self._present = 0
        self._limits = ParseLimits(
            max_bytes=settings.max_bytes,
            max_pages=settings.max_pages,
            max_text_chars=settings.max_characters,
            max_expansion_bytes=settings.max_expansion_bytes,
            seconds=settings.parse_seconds,
            memory_bytes=settings.parse_memory_bytes,
        )

    async def read(self, path: Path, *, filename: str, declared_type: str | None = None) -> Document:
        """The document in a file. Raises `FileRefused` and `ReaderBusy`."""
        if self._present >= self._most:
            raise ReaderBusy(retry_after=RETRY_AFTER_SECONDS)
        self._present += 1
        try:
            async with self._slots:
                return await parse_upload(path, filename=filename, declared_type=declared_type, limits=self._limits)
        except ParseError as error:
            log.info("file_refused", code=error.code, notes=getattr(error, "__notes__", []))
            raise _REFUSALS.get(error.code, FileRefused)(str(error)) from error
        finally:
            self._present -= 1

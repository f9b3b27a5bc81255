"""What an uploaded file holds, as a table: which format it is, in which encoding, and whether it is safe to open."""

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from specloom.core.errors import Unprocessable
from specloom.exchange.backlog import CustomColumn
from specloom.exchange.incoming import Incoming, Table, UnknownColumn, UnreadableFile
from specloom.exchange.interpretation import interpret
from specloom.exchange.reqif_reader import read_reqif
from specloom.exchange.tables import read_csv
from specloom.parsing.archive import open_archive
from specloom.parsing.charset import decode
from specloom.parsing.errors import ParseError
from specloom.parsing.limits import DEFAULT_LIMITS, mib
from specloom.parsing.writer import one_line
from specloom.vocabulary.requirements import ImportFormat

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_MAX_MEMBER = 64 * 1024 * 1024


class FileNotImportable(Unprocessable):
    """`details.reason` is a stable code of what is wrong with the file."""

    code = "file_not_importable"


class UnknownMapping(Unprocessable):
    code = "unknown_mapping"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What a file of this name holds."""

    name: str
    format: ImportFormat
    incoming: Incoming


def read(
    data: bytes,
    name: str,
    *,
    format_: ImportFormat | None = None,
    columns: Iterable[CustomColumn] = (),
    mapping: Mapping[str, str | None] | None = None,
) -> ImportedFile:
    """The rows of a file; its format is what its content shows if none is given. Takes seconds for a large one.

    Raises `FileNotImportable` and `UnknownMapping`.
    """
    try:
        found, table = _table(data, format_)
        return ImportedFile(one_line(name) or "a file", found, interpret(table, columns, mapping))
    except (UnreadableFile, ParseError) as error:
        raise FileNotImportable(str(error), details={"reason": error.code}) from error
    except UnknownColumn as error:
        raise UnknownMapping(str(error)) from error


def _table(data: bytes, format_: ImportFormat | None) -> tuple[ImportFormat, Table]:
    if not data.strip():
        raise UnreadableFile("The file is empty.")
    if data.startswith(_OLE):
        raise UnreadableFile("The file is an old Excel workbook. Save it as CSV and import that.")
    if data.startswith(_ZIP):
        data = _unpacked(data)
        format_ = ImportFormat.REQIF
    if format_ is None:
        format_ = ImportFormat.REQIF if _is_markup(data) else ImportFormat.CSV
    if format_ is ImportFormat.REQIF:
        return format_, read_reqif(data)
    return format_, read_csv(decode(data)[0])


def _unpacked(data: bytes) -> bytes:
    """The one ReqIF file in an archive (`.reqifz`)."""
    with open_archive(data, DEFAULT_LIMITS) as archive:
        if "xl/workbook.xml" in archive.namelist():
            raise UnreadableFile("The file is an Excel workbook. Save the sheet as CSV (UTF-8) and import that.")
        members = [member for member in archive.infolist() if member.filename.lower().endswith((".reqif", ".xml"))]
        if len(members) != 1:
            raise UnreadableFile(f"The archive holds {len(members)} ReqIF files. Import them one by one.")
        if members[0].file_size > _MAX_MEMBER:
            raise UnreadableFile(f"The ReqIF file in the archive is larger than {mib(_MAX_MEMBER)}.")
        try:
            return archive.read(members[0])
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise UnreadableFile("The archive is damaged: its ReqIF file cannot be unpacked.") from error


def _is_markup(data: bytes) -> bool:
    head = data[:200]
    for mark in _BYTE_ORDER_MARKS:
        head = head.removeprefix(mark)
    return head.replace(b"\x00", b"").lstrip().startswith(b"<")

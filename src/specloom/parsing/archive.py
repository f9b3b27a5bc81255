"""Opens the ZIP container of an Office file only after it has shown that it is neither a bomb nor a trap."""

import io
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from defusedxml import ElementTree

from specloom.parsing.document import MediaType
from specloom.parsing.errors import EncryptedFile, ExpansionTooLarge, TruncatedOrCorruptFile, UnsafeMarkup
from specloom.parsing.limits import MIB, ParseLimits, mib

CONTENT_TYPES = "[Content_Types].xml"

_MAX_MEMBERS = 20_000
# Small files of repeated XML pack very well and harm nobody.
_RATIO_MATTERS_FROM = 16 * MIB
_ENCRYPTED = 0x1
_MAIN_PARTS = (
    (b"wordprocessingml.document.main+xml", MediaType.DOCX),
    (b"ms-word.document.macroEnabled.main+xml", MediaType.DOCX),
    (b"presentationml.presentation.main+xml", MediaType.PPTX),
    (b"ms-powerpoint.presentation.macroEnabled.main+xml", MediaType.PPTX),
)
_CORE_PROPERTIES = "docProps/core.xml"
_CORE_NAMES = {
    "{http://purl.org/dc/elements/1.1/}title": "title",
    "{http://purl.org/dc/elements/1.1/}creator": "author",
    "{http://purl.org/dc/elements/1.1/}subject": "subject",
    "{http://purl.org/dc/elements/1.1/}language": "language",
    "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}keywords": "keywords",
    "{http://purl.org/dc/terms/}created": "created",
    "{http://purl.org/dc/terms/}modified": "modified",
}


def open_archive(data: bytes, limits: ParseLimits) -> zipfile.ZipFile:
    """The archive in `data`, its central directory checked against `limits`.

    Members are never unpacked past the sizes checked here, because `zipfile` stops at the declared size. Archives
    within the archive (the workbook behind a chart) count with their packed size and are not opened. Raises
    TruncatedOrCorruptFile, ExpansionTooLarge, EncryptedFile.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise TruncatedOrCorruptFile("The file is cut off or damaged: it cannot be unpacked.") from error
    members = archive.infolist()
    expanded = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS:
        raise ExpansionTooLarge(f"The file packs {len(members):,} parts; at most {_MAX_MEMBERS:,} are allowed.")
    if expanded > limits.max_expansion_bytes:
        raise ExpansionTooLarge(
            f"The file unpacks to {mib(expanded)}; at most {mib(limits.max_expansion_bytes)} are allowed."
        )
    if expanded > _RATIO_MATTERS_FROM and expanded > limits.max_expansion_ratio * len(data):
        raise ExpansionTooLarge(
            f"The file unpacks to more than {limits.max_expansion_ratio} times its size, as only bombs do."
        )
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise EncryptedFile("The file is protected by a password. Remove the protection and upload it again.")
    return archive


def office_type(archive: zipfile.ZipFile) -> MediaType | None:
    """Which Office format the archive declares to be, None if none that can be read."""
    try:
        declared = archive.read(CONTENT_TYPES)
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return None
    return next((media_type for marker, media_type in _MAIN_PARTS if marker in declared), None)


def refuse_document_types(archive: zipfile.ZipFile) -> None:
    """Raise UnsafeMarkup if any XML part declares a document type, the door to entity bombs and external entities.

    Each part is read by an XML parser up to its first element, so that neither an encoding nor a harmless file name
    hides it.
    """
    for member in archive.infolist():
        try:
            with archive.open(member) as part:
                if _declares_document_type(part):
                    raise UnsafeMarkup(
                        f"The part {member.filename!r} declares a document type, which Office files never do."
                    )
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise TruncatedOrCorruptFile(
                f"The file is damaged: its part {member.filename!r} cannot be unpacked."
            ) from error


def core_properties(archive: zipfile.ZipFile) -> dict[str, str]:
    """Title, author, subject, ... as the Office program recorded them, those that say anything."""
    if _CORE_PROPERTIES not in archive.namelist():
        return {}
    try:
        root = ElementTree.fromstring(archive.read(_CORE_PROPERTIES))
    except ElementTree.ParseError:
        return {}
    return {_CORE_NAMES[child.tag]: child.text for child in root if child.tag in _CORE_NAMES and child.text}


class _PrologRead(Exception):
    pass


def _declares_document_type(part: IO[bytes]) -> bool:
    found = False

    def on_document_type(*_: object) -> None:
        nonlocal found
        found = True
        raise _PrologRead

    def on_element(*_: object) -> None:
        raise _PrologRead

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = on_document_type
    parser.StartElementHandler = on_element
    try:
        while chunk := part.read(4096):
            parser.Parse(chunk)
    except (_PrologRead, expat.ExpatError):  # whatever is not XML is no danger here
        pass
    return found

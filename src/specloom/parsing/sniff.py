"""Decides what a file is: by its content, and where content cannot tell, by its name and declared type."""

import re
from pathlib import PurePath

from specloom.parsing.archive import office_type, open_archive
from specloom.parsing.charset import decode
from specloom.parsing.document import MediaType
from specloom.parsing.errors import EmptyFile, EncryptedFile, TypeMismatch, UndecodableText, UnsupportedMediaType
from specloom.parsing.limits import ParseLimits

SUFFIXES = {
    ".pdf": MediaType.PDF,
    ".docx": MediaType.DOCX,
    ".pptx": MediaType.PPTX,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".txt": MediaType.PLAIN,
    ".text": MediaType.PLAIN,
    ".csv": MediaType.CSV,
    ".tsv": MediaType.CSV,
    ".json": MediaType.JSON,
}
SUPPORTED = "PDF, DOCX, PPTX, HTML, Markdown, plain text, CSV and JSON"

_DECLARED: dict[str, MediaType] = {
    **{media_type.value: media_type for media_type in MediaType},
    "application/xhtml+xml": MediaType.HTML,
    "text/x-markdown": MediaType.MARKDOWN,
    "text/tab-separated-values": MediaType.CSV,
    "text/json": MediaType.JSON,
}
_BINARY = frozenset({MediaType.PDF, MediaType.DOCX, MediaType.PPTX})

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_FOREIGN = (
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x00asm", "a program"),
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BM", "a bitmap image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"RIFF", "a sound, video or WebP file"),
    (b"OggS", "a sound or video file"),
    (b"ID3", "a sound file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"SQLite format 3", "a database"),
)
_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,1000}?-->\s*)?<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_HEAD = 4096
_BLANKS = b"\xef\xbb\xbf\t\r\n "


def detect(data: bytes, filename: str, declared_type: str | None, limits: ParseLimits) -> MediaType:
    """The format of `data`.

    PDF, DOCX, PPTX and HTML that starts as such are what their content says, whatever the name. Text is what its
    suffix, or else `declared_type`, says; unnamed text is plain text. Raises EmptyFile, UnsupportedMediaType,
    TypeMismatch, EncryptedFile, and what a broken ZIP container raises.
    """
    if not data.strip(b"\x00\t\n\v\f\r "):
        raise EmptyFile("The file is empty.")
    expected = expected_type(filename, declared_type)
    if _is_pdf(data, expected):
        return MediaType.PDF
    if data.startswith(_ZIP):
        return _office_or_refuse(data, filename, expected, limits)
    if foreign := _foreign_content(data):
        raise _refusal(foreign, filename, expected)
    if expected in _BINARY:
        raise _refusal("something else", filename, expected)
    if _HTML_START.match(data[:_HEAD].replace(b"\x00", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")):
        return MediaType.HTML
    return expected or _plain_or_refuse(data, filename)


def expected_type(filename: str, declared_type: str | None) -> MediaType | None:
    """What name and declared type promise, the name first; None if neither says anything known."""
    if by_name := SUFFIXES.get(PurePath(filename).suffix.lower()):
        return by_name
    return _DECLARED.get((declared_type or "").partition(";")[0].strip().lower())


def _is_pdf(data: bytes, expected: MediaType | None) -> bool:
    # Readers accept rubbish before the header; in a text file the same letters may well be talked about.
    if expected is MediaType.PDF:
        return b"%PDF-" in data[:1024]
    return data.lstrip(_BLANKS).startswith(b"%PDF-")


def _office_or_refuse(data: bytes, filename: str, expected: MediaType | None, limits: ParseLimits) -> MediaType:
    with open_archive(data, limits) as archive:
        if media_type := office_type(archive):
            return media_type
    raise _refusal("another kind of ZIP archive", filename, expected)


def _foreign_content(data: bytes) -> str | None:
    """What an unmistakable signature says the file is, for files that cannot be read."""
    if data.startswith(_OLE):
        if _OLE_ENCRYPTED_PACKAGE in data:
            raise EncryptedFile("The file is protected by a password. Remove the protection and upload it again.")
        return "an Office file of before 2007 (.doc, .ppt, .xls)"
    if data.startswith(b"{\\rtf"):
        return "a Rich Text file"
    if b"\x00" not in data[:_HEAD] and data[:1].isalnum():  # some signatures are ordinary letters
        return None
    if data[4:8] == b"ftyp":
        return "a video or image file"
    return next((name for signature, name in _FOREIGN if data.startswith(signature)), None)


def _refusal(content: str, filename: str, expected: MediaType | None) -> UnsupportedMediaType | TypeMismatch:
    if expected is None:
        return UnsupportedMediaType(f"The file is {content}, which cannot be read. Supported are {SUPPORTED}.")
    suffix = PurePath(filename).suffix or expected.value
    return TypeMismatch(f"The file says it is {suffix}, but its content is {content}. Supported are {SUPPORTED}.")


def _plain_or_refuse(data: bytes, filename: str) -> MediaType:
    """Plain text, if the file surely is: a guessed encoding is good enough only for one that says it is text."""
    try:
        _, encoding = decode(data)
    except UndecodableText:
        encoding = ""
    if encoding.startswith("utf") and not data.lstrip(_BLANKS).startswith(b"<?xml"):
        return MediaType.PLAIN
    kind = PurePath(filename).suffix or "this one"
    raise UnsupportedMediaType(f"Files such as {kind} cannot be read. Supported are {SUPPORTED}.")

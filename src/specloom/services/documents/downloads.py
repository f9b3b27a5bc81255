"""The original of a document's version: the file as it was uploaded, or the text as it was sent."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from obstore.store import ObjectStore

from specloom.connectors import storage
from specloom.models.documents import DocumentVersion

_SUFFIXES = {"text/markdown": ".md", "text/plain": ".txt"}
# What some system does not take in a file name.
_UNUSUAL = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True)
class Download:
    """A file on its way out. `size` is in bytes."""

    name: str
    content_type: str
    size: int
    chunks: AsyncIterator[bytes]


async def open_original(files: ObjectStore, version: DocumentVersion, title: str) -> Download:
    """Needs the version's text where it has no file. Raises `FileMissing` and `StoreUnavailable`."""
    if version.file_key is not None:
        stored = await storage.read_file(files, version.file_key)
        size, chunks = stored.size, stored.chunks
    else:
        size, chunks = version.size, _text(version.text)
    return Download(
        name=version.file_name or _named(title) + _SUFFIXES[version.media_type],
        content_type=_content_type(version),
        size=size,
        chunks=chunks,
    )


async def _text(text: str) -> AsyncIterator[bytes]:
    for start in range(0, len(text), storage.CHUNK_BYTES):
        yield text[start : start + storage.CHUNK_BYTES].encode()


def _named(title: str) -> str:
    return " ".join(_UNUSUAL.sub(" ", title).split()) or "document"


def _content_type(version: DocumentVersion) -> str:
    """Names the character encoding where it is known to be the web's own."""
    encoding = "utf-8" if version.file_key is None else str(version.properties.get("encoding"))
    return f"{version.media_type}; charset=utf-8" if encoding.startswith("utf-8") else version.media_type

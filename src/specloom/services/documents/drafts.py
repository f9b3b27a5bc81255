"""What a new version of a document will hold, made ready before any transaction is open."""

import asyncio
import hashlib
import re
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from specloom.core.errors import TooLarge
from specloom.core.logging import get_logger
from specloom.core.text import Section
from specloom.crud.documents import NewPassage
from specloom.parsing.markdown import write_markdown
from specloom.parsing.writer import TextWriter, normalise
from specloom.schemas.documents import TextType
from specloom.services.documents import passages
from specloom.services.documents.reading import FileReader, FileRefused

log = get_logger(__name__)

QUICK_CHARACTERS = 64 * 1024
"""Markdown up to this long is read in this process, within milliseconds; longer, as an uploaded file is."""

# A code point becomes at most three in Unicode's composed form.
_NFC_GROWTH = 3
_LINE_END = re.compile("\r\n|[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")


class ContentTooLarge(TooLarge):
    code = "content_too_large"


@dataclass(frozen=True, slots=True)
class Draft:
    """A version that is not yet written. `title` is what its file calls itself; a text that was sent has none."""

    text: str
    sections: tuple[Section, ...]
    passages: list[NewPassage]
    media_type: str
    sha256: str
    size: int
    title: str | None = None
    file_name: str | None = None
    file_key: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    version_id: UUID = field(default_factory=uuid7)


async def of_text(text: str, media_type: TextType, reader: FileReader) -> Draft:
    """The draft of a text that was sent as such: it is kept to the code point.

    Raises `ContentTooLarge`, and `ReaderBusy` for long Markdown.
    """
    data = text.encode()
    if len(data) > reader.settings.max_bytes or len(text) > reader.settings.max_characters:
        raise ContentTooLarge(
            f"The content may have up to {reader.settings.max_characters:,} characters and, in UTF-8, "
            f"{reader.settings.max_bytes:,} bytes."
        )
    return Draft(
        text=text,
        sections=await _sections(text, reader) if media_type == "text/markdown" else (),
        passages=await asyncio.to_thread(passages.cut, text),
        media_type=media_type,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def sections_of(text: str) -> tuple[Section, ...]:
    """The sections of Markdown of up to `QUICK_CHARACTERS`, placed in the text as it was sent."""
    writer = TextWriter(_NFC_GROWTH * QUICK_CHARACTERS)
    write_markdown(writer, text)
    read, sections = writer.finish()
    return _placed(sections, read, text)


async def _sections(text: str, reader: FileReader) -> tuple[Section, ...]:
    """The sections of Markdown of any length, placed in the text as it was sent."""
    if len(text) <= QUICK_CHARACTERS:
        return await asyncio.to_thread(sections_of, text)
    with tempfile.NamedTemporaryFile(suffix=".md") as file:
        await asyncio.to_thread(Path(file.name).write_bytes, text.encode())
        try:
            document = await reader.read(Path(file.name), filename="content.md", declared_type="text/markdown")
        except FileRefused as error:
            # The text itself is in order; only its headings cannot be told.
            log.warning("sections_not_found", code=error.code)
            return ()
    return await asyncio.to_thread(_placed, document.sections, document.text, text)


def _placed(sections: Sequence[Section], read: str, sent: str) -> tuple[Section, ...]:
    """Moves sections from the text a parser gave back to the text that was sent.

    Normalising changes the length of lines, not their order, and drops blank ones at the beginning. Sections begin with
    a line and end before one or with one.
    """
    if read == sent:
        return tuple(sections)
    whole = normalise(sent)
    if whole.strip("\n") != read:
        return ()
    skipped = len(whole) - len(whole.lstrip("\n"))
    read_starts = list(accumulate((len(line) + 1 for line in read.split("\n")), initial=0))
    breaks = [found.span() for found in _LINE_END.finditer(sent)]
    starts = [0, *(end for _, end in breaks)]
    ends = [*(start for start, _ in breaks), len(sent)]

    def place(offset: int) -> int:
        line = bisect_right(read_starts, offset) - 1
        return starts[line + skipped] if offset == read_starts[line] else ends[line + skipped]

    return tuple(replace(section, start=place(section.start), end=place(section.end)) for section in sections)

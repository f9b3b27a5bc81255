"""What a file becomes: a title, normalised text, and the named places in it."""

from dataclasses import dataclass, field
from enum import StrEnum

from specloom.core.text import Section
from specloom.parsing.limits import ParseLimits


class MediaType(StrEnum):
    """The formats that can be read, by the name each has in HTTP."""

    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    HTML = "text/html"
    MARKDOWN = "text/markdown"
    PLAIN = "text/plain"
    CSV = "text/csv"
    JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file.

    `text` is NFC with "\\n" line ends and holds no NUL or other control character but tab and newline, no byte order
    mark, no soft hyphen and no lone surrogate. `sections` are ordered by start, outer before inner; their offsets are
    code points of `text`. `encoding` is the character encoding the bytes were read in, None where the format fixes it
    itself.
    """

    title: str
    text: str
    media_type: MediaType
    sections: tuple[Section, ...] = ()
    encoding: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of one file, what they were found to be, and what reading them may cost."""

    data: bytes
    media_type: MediaType
    limits: ParseLimits
    encoding: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a format's parser found; `title` is only what the file itself declares, and may be senseless."""

    text: str
    sections: tuple[Section, ...] = ()
    title: str | None = None
    encoding: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)

"""Reads bytes in this process, for tests of what the parsers make of them."""

from specloom.core.text import SectionKind
from specloom.parsing import Document, ParseLimits
from specloom.parsing.limits import DEFAULT_LIMITS
from specloom.parsing.reading import read_document


def read(
    data: bytes | str,
    filename: str,
    *,
    declared_type: str | None = None,
    encoding: str | None = None,
    limits: ParseLimits = DEFAULT_LIMITS,
) -> Document:
    content = data.encode() if isinstance(data, str) else data
    return read_document(content, filename=filename, declared_type=declared_type, encoding=encoding, limits=limits)


def outline(document: Document) -> list[tuple[int, str, str]]:
    """Level and label of each heading, and the first line that stands at its offset."""
    return [
        (section.level, section.label, document.text[section.start :].split("\n", 1)[0])
        for section in document.sections
        if section.kind is SectionKind.HEADING
    ]


def stretches(document: Document, kind: SectionKind) -> dict[str, str]:
    """The text of each section of `kind` by its label."""
    return {
        section.label: document.text[section.start : section.end]
        for section in document.sections
        if section.kind is kind
    }

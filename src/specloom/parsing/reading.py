"""Reads bytes as a document within limits, and fails with nothing but a ParseError; meant for a process of its own."""

import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module

from specloom.parsing.document import Document, Draft, MediaType, Source
from specloom.parsing.errors import (
    FileTooLarge,
    NoTextFound,
    ParseError,
    ParseOutOfMemory,
    TooDeeplyNested,
    TruncatedOrCorruptFile,
)
from specloom.parsing.limits import ParseLimits
from specloom.parsing.sniff import detect
from specloom.parsing.titles import choose_title
from specloom.parsing.writer import label, one_line

# By name, so that a process loads only the parser it needs: together they take most of a second to import.
_PARSERS = {
    MediaType.PDF: "specloom.parsing.pdf",
    MediaType.DOCX: "specloom.parsing.docx",
    MediaType.PPTX: "specloom.parsing.pptx",
    MediaType.HTML: "specloom.parsing.html",
    MediaType.MARKDOWN: "specloom.parsing.markdown",
    MediaType.PLAIN: "specloom.parsing.plain",
    MediaType.CSV: "specloom.parsing.tabular",
    MediaType.JSON: "specloom.parsing.structured",
}
_MAX_METADATA = 50
_MAX_METADATA_VALUE = 500


def read_document(
    data: bytes, *, filename: str, declared_type: str | None, encoding: str | None, limits: ParseLimits
) -> Document:
    """Parse `data`.

    `filename` and `declared_type` help where content alone does not tell the format; `encoding` is tried first for
    text. Raises ParseError.
    """
    with only_parse_errors(limits):
        if len(data) > limits.max_bytes:
            raise FileTooLarge.of_bytes(limits.max_bytes)
        media_type = detect(data, filename, declared_type, limits)
        parser = import_module(_PARSERS[media_type])
        draft: Draft = parser.parse(Source(data, media_type, limits, encoding))
        if not draft.text.strip():
            raise NoTextFound("The file holds no text.")
        return Document(
            title=choose_title(draft.title, draft.sections, filename),
            text=draft.text,
            media_type=media_type,
            sections=draft.sections,
            encoding=draft.encoding,
            metadata=_tidy(draft.metadata),
        )


@contextmanager
def only_parse_errors(limits: ParseLimits) -> Iterator[None]:
    """Turn whatever is raised inside into a ParseError: on hostile files parsers raise exceptions of every kind."""
    try:
        yield
    except ParseError:
        raise
    except MemoryError as error:
        raise ParseOutOfMemory.of(limits.memory_bytes) from error
    except RecursionError as error:
        raise TooDeeplyNested("The file is nested too deeply.") from error
    except Exception as error:
        refusal = TruncatedOrCorruptFile("The file is damaged: it does not follow its own format.")
        # For the log: where it happened, but not the message, which may quote the file.
        place = traceback.extract_tb(error.__traceback__)[-1]
        refusal.add_note(f"{type(error).__name__} at {place.filename}:{place.lineno}")
        raise refusal from error


def _tidy(metadata: Mapping[str, str]) -> dict[str, str]:
    """The first entries that say anything, each on one line."""
    first = list(metadata.items())[:_MAX_METADATA]
    tidy = {label(name): one_line(value)[:_MAX_METADATA_VALUE] for name, value in first}
    return {name: value for name, value in tidy.items() if name and value}

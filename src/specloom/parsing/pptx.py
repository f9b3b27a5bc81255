"""PPTX: slide by slide the title, text, tables and speaker's notes."""

import io
from collections.abc import Iterator
from typing import Any

import pptx

from specloom.core.text import SectionKind
from specloom.parsing.archive import core_properties, open_archive, refuse_document_types
from specloom.parsing.document import Draft, Source
from specloom.parsing.errors import TooManyPages
from specloom.parsing.writer import TextWriter

_MAX_INDENT = 8


def parse(source: Source) -> Draft:
    """Raises TruncatedOrCorruptFile, EncryptedFile, ExpansionTooLarge, UnsafeMarkup, TooManyPages, FileTooLarge."""
    with open_archive(source.data, source.limits) as archive:
        refuse_document_types(archive)
        metadata = core_properties(archive)
    slides = pptx.Presentation(io.BytesIO(source.data)).slides
    if len(slides) > source.limits.max_pages:
        raise TooManyPages(f"The file has {len(slides):,} slides; at most {source.limits.max_pages:,} are allowed.")
    writer = TextWriter(source.limits.max_text_chars)
    for number, slide in enumerate(slides, start=1):
        before = writer.length
        _write_slide(writer, slide)
        writer.mark_since(before, SectionKind.SLIDE, f"slide {number}")
    text, sections = writer.finish()
    return Draft(text, sections, metadata.pop("title", None), metadata=metadata | {"slides": str(len(slides))})


def _write_slide(writer: TextWriter, slide: Any) -> None:
    title = slide.shapes.title
    if title is not None:
        writer.heading(1, title.text_frame.text)
    for shape in _leaves(slide.shapes):
        if shape.has_text_frame and not (title is not None and shape.shape_id == title.shape_id):
            writer.block(_frame_text(shape))
        elif shape.has_table:
            writer.table([[cell.text for cell in row.cells] for row in shape.table.rows])
    if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None and notes.text.strip():
        writer.block(f"Notes: {notes.text}")


def _leaves(shapes: Any) -> Iterator[Any]:
    """The shapes of a slide in their order, groups opened."""
    waiting = list(shapes)[::-1]
    while waiting:
        shape = waiting.pop()
        if hasattr(shape, "shapes"):
            waiting.extend(list(shape.shapes)[::-1])
        else:
            yield shape


def _frame_text(shape: Any) -> str:
    """The paragraphs of a shape; those of a slide's body, which slides show as bullets, as a list."""
    paragraphs = [(paragraph.level, paragraph.text.strip()) for paragraph in shape.text_frame.paragraphs]
    paragraphs = [(level, text) for level, text in paragraphs if text]
    if shape.is_placeholder and len(paragraphs) > 1:
        return "\n".join(f"{'  ' * min(level, _MAX_INDENT)}- {text}" for level, text in paragraphs)
    return "\n".join(text for _, text in paragraphs)

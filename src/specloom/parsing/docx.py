"""DOCX: text with the headings, lists and tables its styles make; images are dropped, nothing outside is fetched."""

import io

import mammoth

from specloom.parsing.archive import core_properties, open_archive, refuse_document_types
from specloom.parsing.document import Draft, Source
from specloom.parsing.html import parse_tree
from specloom.parsing.outline import write_tree
from specloom.parsing.writer import TextWriter

# Word's style for the name of the document, an ordinary paragraph to the converter.
_STYLE_MAP = "p[style-name='Title'] => h1:fresh"
_NOTE_BACKLINK = "//a[starts-with(@href, '#footnote-ref-') or starts-with(@href, '#endnote-ref-')]"


def _drop_image(_: object) -> list[object]:
    return []


def parse(source: Source) -> Draft:
    """Raises TruncatedOrCorruptFile, EncryptedFile, ExpansionTooLarge, UnsafeMarkup, TooDeeplyNested, FileTooLarge."""
    with open_archive(source.data, source.limits) as archive:
        refuse_document_types(archive)
        metadata = core_properties(archive)
    converted = mammoth.convert_to_html(
        io.BytesIO(source.data),
        style_map=_STYLE_MAP,
        include_embedded_style_map=False,
        convert_image=_drop_image,
        external_file_access=False,
    )
    tree = parse_tree(f"<body>{converted.value}</body>")
    for link in tree.xpath(_NOTE_BACKLINK):
        link.text = ""
    writer = TextWriter(source.limits.max_text_chars)
    write_tree(tree, writer)
    text, sections = writer.finish()
    return Draft(text, sections, metadata.pop("title", None), metadata=metadata)

"""Builds Office files, PDFs and archives from a few words, whole ones and broken ones."""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence

import docx
import pptx
import pypdf
from docx.document import Document as WordDocument
from pptx.util import Inches
from reportlab.pdfgen.canvas import Canvas

CONTENT_TYPES = "[Content_Types].xml"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def pdf(
    pages: Iterable[Sequence[str]],
    *,
    title: str = "",
    author: str = "",
    outline: Mapping[int, Sequence[tuple[str, int]]] = {},
) -> bytes:
    """A PDF of lines on pages; `outline` lists (title, level from 0) by page from 1."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=1)
    canvas.setTitle(title)
    canvas.setAuthor(author)
    for number, lines in enumerate(pages, start=1):
        for index, (entry, level) in enumerate(outline.get(number, ())):
            canvas.bookmarkPage(f"{number}-{index}")
            canvas.addOutlineEntry(entry, f"{number}-{index}", level)
        for row, line in enumerate(lines):
            canvas.drawString(72, 780 - 14 * row, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def scanned_pdf() -> bytes:
    """A PDF with a drawing and no text."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.rect(72, 72, 200, 200, fill=1)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def encrypted_pdf(plain: bytes, user_password: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(plain))
    writer.encrypt(user_password, owner_password="owner", algorithm="AES-256")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def deflated(unit: bytes, times: int, *, layers: int = 1) -> bytes:
    """`unit` repeated `times` times and compressed, the result compressed again for each further layer."""
    compressor = zlib.compressobj(9)
    packed = b"".join(compressor.compress(unit) for _ in range(times)) + compressor.flush()
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    return packed


def raw_pdf(content: bytes, *, filters: int, pages: bytes = b"<</Type/Pages/Kids[3 0 R]/Count 1>>") -> bytes:
    """A PDF of one page whose content stream is `content`, to be inflated `filters` times."""
    names = b" ".join([b"/FlateDecode"] * filters)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        pages,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream" % (len(content), names, content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body = b"%PDF-1.7\n"
    offsets = []
    for number, content_of in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content_of)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return body + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(body))
    )


def rich_word_document() -> WordDocument:
    """Title, headings of two levels, both kinds of list, and a table."""
    document = docx.Document()
    document.add_heading("Payment service", 0)
    document.add_heading("Scope", 1)
    paragraph = document.add_paragraph("The system ")
    paragraph.add_run("shall").bold = True
    paragraph.add_run(" send a receipt within 5 seconds.")
    document.add_heading("Details", 2)
    document.add_paragraph("refunds", style="List Bullet")
    document.add_paragraph("chargebacks", style="List Bullet")
    document.add_paragraph("open the account", style="List Number")
    document.add_paragraph("pay", style="List Number")
    document.add_heading("Limits", 1)
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("Limit", "Value", "a | b", "5"), strict=True):
        cell.text = text
    return document


def word_bytes(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def slides(*, title: str = "Quarterly review") -> bytes:
    """Two slides: title and bullets of two levels; a group, a table and notes."""
    deck = pptx.Presentation()
    first = deck.slides.add_slide(deck.slide_layouts[1])
    first.shapes.title.text = title
    frame = first.placeholders[1].text_frame
    frame.text = "Revenue grew"
    frame.add_paragraph().text = "Costs fell"
    detail = frame.add_paragraph()
    detail.text, detail.level = "mostly travel", 1
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "Numbers"
    cells = second.shapes.add_table(2, 2, Inches(1), Inches(2), Inches(4), Inches(1)).table
    for row, texts in enumerate((("Region", "Sales"), ("North", "12"))):
        for column, text in enumerate(texts):
            cells.cell(row, column).text = text
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(4), Inches(2), Inches(1)).text_frame.text = "inside a group"
    second.notes_slide.notes_text_frame.text = "Mention the audit."
    return _deck_bytes(deck)


def slides_without_text() -> bytes:
    deck = pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[6])
    return _deck_bytes(deck)


def _deck_bytes(deck: "pptx.presentation.Presentation") -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def archive(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def members_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def with_members(packed: bytes, changed: Mapping[str, bytes]) -> bytes:
    """An Office file with some of its parts replaced or added."""
    return archive(members_of(packed) | dict(changed))


def word_xml(body: str, *, prolog: str = "") -> bytes:
    """The main part of a DOCX with `body` in place of its paragraphs."""
    return f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode()


def word_paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def with_false_size(packed: bytes, name: str, size: int) -> bytes:
    """An archive whose directory and header understate what member `name` unpacks to."""
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        true_size = opened.getinfo(name).file_size.to_bytes(4, "little")
    return packed.replace(true_size, size.to_bytes(4, "little"))

"""PDF files for tests."""

import io

from reportlab.pdfgen.canvas import Canvas


def make_pdf(pages: list[str], *, title: str = "") -> bytes:
    """A PDF with one line of text a page."""
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.setTitle(title)
    for page in pages:
        canvas.drawString(72, 720, page)
        canvas.showPage()
    canvas.save()
    return data.getvalue()

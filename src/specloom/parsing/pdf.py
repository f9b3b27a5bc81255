"""PDF: the text layer page by page, its lines kept, words broken across lines mended, its outline found in the text."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

import pypdfium2
import pypdfium2.raw as pdfium

from specloom.core.text import SectionKind, Span
from specloom.parsing.document import Draft, Source
from specloom.parsing.errors import EncryptedFile, FileTooLarge, NoTextFound, TooManyPages, TruncatedOrCorruptFile
from specloom.parsing.writer import MAX_SECTIONS, TextWriter, one_line

# PDFium leaves this mark in place of a hyphen at the end of a line and of the line break behind it.
_MARK = "\x02"
_BROKEN_WORD = re.compile(rf"([\w-]+){_MARK}(\w+)([^\s{_MARK}]*) ?(?:\r?\n)?")
_WORD = re.compile(r"\w+(?:-\w+)*")
_TRAILING_BLANKS = re.compile(r"[ \t]+(?=\r?\n)")
_TAIL = 4096
_METADATA = {"Author": "author", "Subject": "subject", "Keywords": "keywords"}
_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})")


def parse(source: Source) -> Draft:
    """Raises TruncatedOrCorruptFile, EncryptedFile, TooManyPages, NoTextFound, FileTooLarge."""
    # PDFium repairs what it can, and would pass off the first half of a file as all of it.
    if b"%%EOF" not in source.data[-_TAIL:]:
        raise TruncatedOrCorruptFile("The PDF is cut off: its end is missing.")
    with _open(source.data) as pdf:
        if len(pdf) > source.limits.max_pages:
            raise TooManyPages(f"The PDF has {len(pdf):,} pages; at most {source.limits.max_pages:,} are allowed.")
        pages = mend_hyphens(_page_texts(pdf, source.limits.max_text_chars))
        writer = TextWriter(source.limits.max_text_chars)
        spans = [writer.block(page) for page in pages]
        if not writer.length:
            raise NoTextFound(
                "The PDF has no text layer; it is probably scanned. Run text recognition (OCR) on it first."
            )
        for number, span in enumerate(spans, start=1):
            writer.mark(SectionKind.PAGE, f"page {number}", span)
        text, _ = writer.finish()
        for level, title, page in _outline(pdf):
            writer.mark_heading(level, title, find_heading(text, title, spans[page]))
        declared = pdf.get_metadata_dict(skip_empty=True)
    text, sections = writer.finish()
    metadata = {name: declared[key] for key, name in _METADATA.items() if key in declared}
    if date := _DATE.match(declared.get("CreationDate", "")):
        metadata["created"] = "-".join(date.groups())
    return Draft(text, sections, declared.get("Title"), metadata=metadata | {"pages": str(len(pages))})


def mend_hyphens(pages: Sequence[str]) -> list[str]:
    """`pages` with words that were broken at the end of a line whole again, the break behind them.

    Whether the hyphen belongs to the word is decided by how the document spells the word elsewhere; a word found
    nowhere else goes with the majority of those that are, and loses its hyphen if there are none.
    """
    everything = "\n".join(pages)
    words = {word.lower() for word in _WORD.findall(everything)}
    whole = hyphened = 0
    for left, right, _ in _BROKEN_WORD.findall(everything):
        whole += (left + right).lower() in words
        hyphened += f"{left}-{right}".lower() in words
    joins_unknown = whole >= hyphened

    def mended(broken: re.Match[str]) -> str:
        left, right, rest = broken.groups()
        if (left + right).lower() in words:
            hyphen = ""
        elif f"{left}-{right}".lower() in words:
            hyphen = "-"
        else:
            hyphen = "" if joins_unknown and left.isalpha() and right[0].islower() else "-"
        return f"{left}{hyphen}{right}{rest}\n"

    return [_TRAILING_BLANKS.sub("", _BROKEN_WORD.sub(mended, page).replace(_MARK, "-\n")) for page in pages]


def find_heading(text: str, title: str, page: Span) -> int:
    """Where on `page` of `text` the heading `title` stands, on a line of its own if possible; the top if nowhere."""
    spelling = r"\s+".join(map(re.escape, one_line(title).split()))
    for pattern in (rf"^{spelling}\s*$", rf"^{spelling}", spelling):
        if found := re.compile(pattern, re.MULTILINE).search(text, page.start, page.end):
            return found.start()
    return page.start


def _open(data: bytes) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in {pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY}:
            raise EncryptedFile(
                "The PDF is protected by a password. Remove the protection and upload it again."
            ) from error
        raise TruncatedOrCorruptFile("The PDF is damaged: its structure cannot be read.") from error


def _page_texts(pdf: pypdfium2.PdfDocument, max_chars: int) -> list[str]:
    texts: list[str] = []
    total = 0
    for number in range(len(pdf)):
        try:
            page = pdf[number]
            layer = page.get_textpage()
        except pypdfium2.PdfiumError as error:
            raise TruncatedOrCorruptFile(f"The PDF is damaged: its page {number + 1} cannot be read.") from error
        texts.append(layer.get_text_bounded().strip())
        layer.close()
        page.close()
        total += len(texts[-1])
        if total > max_chars:
            raise FileTooLarge.of_text(max_chars)
    return texts


def _outline(pdf: pypdfium2.PdfDocument) -> Iterator[tuple[int, str, int]]:
    """Level (from 1), title and page (from 0) of each entry of the outline that leads to a page of this file."""
    for entry in islice(pdf.get_toc(), MAX_SECTIONS):
        target = entry.get_dest()
        page = target.get_index() if target else None
        if page is None or not 0 <= page < len(pdf):
            continue
        try:
            title = entry.get_title()
        except UnicodeError:  # half a surrogate pair
            continue
        if title.strip():
            yield entry.level + 1, title, page

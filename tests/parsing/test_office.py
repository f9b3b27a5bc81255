"""DOCX and PPTX give their text with the structure their styles and slides make."""

import io

import docx
import pytest
from PIL import Image

from specloom.core.text import SectionKind
from specloom.parsing import MediaType, ParseError, ParseLimits
from specloom.parsing.archive import open_archive
from specloom.parsing.errors import ExpansionTooLarge

from .builders import archive, rich_word_document, slides, with_members, word_bytes, word_paragraph, word_xml
from .reading_aid import outline, read, stretches


def test_word_structure() -> None:
    document = read(word_bytes(rich_word_document()), "a.docx")
    assert document.text == (
        "# Payment service\n\n# Scope\n\nThe system shall send a receipt within 5 seconds.\n\n## Details\n\n"
        "- refunds\n- chargebacks\n\n1. open the account\n2. pay\n\n# Limits\n\n"
        "| Limit | Value |\n| --- | --- |\n| a \\| b | 5 |"
    )
    assert outline(document) == [
        (1, "Payment service", "# Payment service"),
        (1, "Scope", "# Scope"),
        (2, "Details", "## Details"),
        (1, "Limits", "# Limits"),
    ]
    assert stretches(document, SectionKind.TABLE)["table 1"].endswith("| a \\| b | 5 |")


def test_word_properties() -> None:
    word = rich_word_document()
    word.core_properties.title = "Declared title"
    word.core_properties.author = "Ann"
    document = read(word_bytes(word), "a.docx")
    assert document.title == "Declared title"
    assert document.metadata["author"] == "Ann"
    assert "title" not in document.metadata
    word.core_properties.title = "Microsoft Word - Document1"
    assert read(word_bytes(word), "a.docx").title == "Payment service"


def test_word_pictures_are_dropped() -> None:
    word = docx.Document()
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    word.add_paragraph("before")
    word.add_picture(picture)
    word.add_paragraph("after")
    assert read(word_bytes(word), "a.docx").text == "before\n\nafter"


def test_word_notes_keep_their_text_without_links_back() -> None:
    note = '<w:p><w:r><w:t>Claim</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
    footnotes = word_xml("").replace(b"w:document", b"w:footnotes").replace(b"<w:body>", b"").replace(b"</w:body>", b"")
    footnotes = footnotes.replace(
        b"></w:footnotes>", f'><w:footnote w:id="2">{word_paragraph("Proof")}</w:footnote></w:footnotes>'.encode()
    )
    packed = with_members(
        word_bytes(docx.Document()), {"word/document.xml": word_xml(note), "word/footnotes.xml": footnotes}
    )
    assert read(packed, "a.docx").text == "Claim[1]\n\n1. Proof"


def test_deleted_words_are_gone_and_inserted_ones_there() -> None:
    changed = "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
    packed = with_members(word_bytes(docx.Document()), {"word/document.xml": word_xml(changed)})
    assert read(packed, "a.docx").text == "new"


def test_slides() -> None:
    document = read(slides(), "a.pptx")
    assert document.media_type is MediaType.PPTX
    assert document.title == "Quarterly review"
    assert stretches(document, SectionKind.SLIDE) == {
        "slide 1": "# Quarterly review\n\n- Revenue grew\n- Costs fell\n  - mostly travel",
        "slide 2": (
            "# Numbers\n\n| Region | Sales |\n| --- | --- |\n| North | 12 |\n\n"
            "inside a group\n\nNotes: Mention the audit."
        ),
    }
    assert outline(document) == [(1, "Quarterly review", "# Quarterly review"), (1, "Numbers", "# Numbers")]


def test_slides_are_counted() -> None:
    with pytest.raises(ParseError, match="2 slides; at most 1"):
        read(slides(), "a.pptx", limits=ParseLimits(max_pages=1))


@pytest.mark.parametrize(
    ("limits", "members"),
    [
        (ParseLimits(max_expansion_bytes=1000), {"a": bytes(600), "b": bytes(600)}),
        (ParseLimits(max_expansion_ratio=50), {"a": bytes(17 << 20)}),
    ],
)
def test_expansion_is_bounded(limits: ParseLimits, members: dict[str, bytes]) -> None:
    with pytest.raises(ExpansionTooLarge):
        open_archive(archive(members), limits)
    with open_archive(archive(members), ParseLimits(max_expansion_ratio=2000)) as opened:
        assert set(opened.namelist()) == set(members)

"""Files of every kind a stranger may upload, good and bad, each with what must become of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from specloom.parsing.document import MediaType

from .builders import (
    CONTENT_TYPES,
    archive,
    deflated,
    encrypted_pdf,
    members_of,
    pdf,
    raw_pdf,
    rich_word_document,
    scanned_pdf,
    slides,
    slides_without_text,
    with_false_size,
    with_members,
    word_bytes,
    word_paragraph,
    word_xml,
)


@dataclass(frozen=True)
class Good:
    """A file that must be read: as which format, and which words its text must hold."""

    filename: str
    build: Callable[[], bytes]
    media_type: MediaType
    words: str
    encoding: str | None = None


@dataclass(frozen=True)
class Bad:
    """A file that must be refused, by which code."""

    filename: str
    build: Callable[[], bytes]
    code: str


SCRIPTS = {
    "english": "The system shall answer within five seconds.",
    "french": "Le système répond en cinq secondes à l’été.",
    "russian": "Система должна отвечать в течение пяти секунд.",
    "greek": "Το σύστημα πρέπει να απαντά σε πέντε δευτερόλεπτα.",
    "arabic": "يجب أن يستجيب النظام في غضون خمس ثوان.",
    "hebrew": "המערכת חייבת להגיב תוך חמש שניות.",
    "persian": "سامانه باید در پنج ثانیه پاسخ دهد.",
    "hindi": "प्रणाली को पाँच सेकंड में उत्तर देना होगा।",
    "tamil": "அமைப்பு ஐந்து வினாடிகளில் பதிலளிக்க வேண்டும்.",
    "thai": "ระบบต้องตอบสนองภายในห้าวินาที",
    "chinese": "系统必须在五秒内响应用户的请求。",
    "japanese": "システムは五秒以内に応答しなければならない。",
    "korean": "시스템은 오초 이내에 응답해야 한다.",
    "georgian": "სისტემამ უნდა უპასუხოს ხუთ წამში.",
    "amharic": "ስርዓቱ በአምስት ሰከንዶች ውስጥ መልስ መስጠት አለበት።",
    "emoji": "Status 👩🏽‍💻 done ✅ 🇮🇳 flag",
    "astral": "𝔖𝔭𝔢𝔠 𐍈 𠮷野家",
}
ENCODED = {
    "utf-8-sig": ("french", "utf-8"),
    "utf-16": ("hindi", "utf-16"),
    "utf-16-le": ("english", "utf-16-le"),
    "utf-16-be": ("english", "utf-16-be"),
    "utf-32": ("emoji", "utf-32"),
    "cp1252": ("french", "cp1252"),
    "cp1251": ("russian", "cp1251"),
    "koi8-r": ("russian", "koi8-r"),
    "cp1253": ("greek", "cp1253"),
    "cp1255": ("hebrew", "cp1255"),
    "cp1256": ("arabic", "cp1256"),
    "cp874": ("thai", "cp874"),
    "shift_jis": ("japanese", "cp932"),
    "euc_jp": ("japanese", "euc_jp"),
    "iso2022_jp": ("japanese", "iso2022_jp"),
    "gb18030": ("chinese", "gb18030"),
    "euc_kr": ("korean", "cp949"),
}


def _utf16(text: str) -> bytes:
    return text.encode("utf-16")


def _docx(**parts: bytes) -> bytes:
    return with_members(word_bytes(rich_word_document()), parts)


def _word(body: str, prolog: str = "") -> Callable[[], bytes]:
    return lambda: _docx(**{"word/document.xml": word_xml(body, prolog=prolog)})


def _laughs() -> str:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE w:document [<!ENTITY e0 "ha">{entities}]>'


def _linked_picture() -> bytes:
    """A document whose picture lies outside, on a server or in a file of the machine that reads it."""
    relationships = members_of(_docx())["word/_rels/document.xml.rels"].decode()
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="file:///etc/passwd" TargetMode="External"/>'
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="rIdX"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    return _docx(
        **{
            "word/document.xml": word_xml(drawing + word_paragraph("Text beside the picture")),
            "word/_rels/document.xml.rels": relationships.replace(
                "</Relationships>", f"{link}</Relationships>"
            ).encode(),
        }
    )


def _broken_member() -> bytes:
    """A DOCX with some bytes of its main part overwritten."""
    packed = bytearray(_docx())
    place = packed.index(b"word/document.xml") + 60
    packed[place : place + 40] = bytes(40)
    return bytes(packed)


def _old_office(content: str = "") -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + content.encode("utf-16-le") + bytes(512)


def _noise(size: int) -> bytes:
    return random.Random(5).randbytes(size)


def _text(content: str) -> Callable[[], bytes]:
    return content.encode


PLAIN, MARKDOWN, HTML, CSV, JSON = MediaType.PLAIN, MediaType.MARKDOWN, MediaType.HTML, MediaType.CSV, MediaType.JSON
PDF, DOCX, PPTX = MediaType.PDF, MediaType.DOCX, MediaType.PPTX

GOOD = [
    *(Good(f"{name}.txt", _text(text), PLAIN, text, "utf-8") for name, text in SCRIPTS.items()),
    *(
        Good(f"{codec}.txt", lambda t=SCRIPTS[script] * 3, c=codec: t.encode(c), PLAIN, SCRIPTS[script], read_as)
        for codec, (script, read_as) in ENCODED.items()
    ),
    Good("short-cp1252.txt", lambda: "Déjà vu".encode("cp1252"), PLAIN, "Déjà vu", "cp1252"),
    Good("quotes-cp1252.txt", lambda: "it’s “fine” – 5 €".encode("cp1252"), PLAIN, "it’s “fine” – 5 €", "cp1252"),
    Good("polish-cp1250.txt", lambda: "Użytkownik może się zalogować".encode("cp1250"), PLAIN, "może się zalogować"),
    Good("decomposed.txt", _text("cafe\u0301 Ha\u0300 No\u0323\u0302i"), PLAIN, "café Hà Nội"),
    Good("stacked-marks.txt", _text("z" + "\u0301\u0316" * 50 + " end"), PLAIN, "end"),
    Good("nuls.txt", _text("one\x00two three four five six seven eight"), PLAIN, "onetwo three"),
    Good("line-ends.txt", _text("one\r\ntwo\rthree\u2028four\x0cfive"), PLAIN, "one\ntwo\nthree\nfour\nfive"),
    Good("no-suffix", _text("A readme without a suffix"), PLAIN, "A readme without a suffix"),
    Good("server.log", _text("INFO started"), PLAIN, "INFO started"),
    Good("really-a-pdf.txt", lambda: pdf([["Portable text"]]), PDF, "Portable text"),
    Good("really-a-docx.pdf", _docx, DOCX, "send a receipt"),
    Good("really-a-page.txt", _text("<!DOCTYPE html><title>t</title><p>Page text"), HTML, "Page text"),
    Good("about-pdf.txt", _text("A file that starts with %PDF- is a PDF."), PLAIN, "starts with %PDF-"),
    Good("simple.pdf", lambda: pdf([["Hello PDF"], ["Second page"]]), PDF, "Hello PDF\n\nSecond page"),
    Good("rubbish-before.pdf", lambda: b"HTTP/1.1 200 OK\n\n" + pdf([["After rubbish"]]), PDF, "After rubbish"),
    Good("owner-password.pdf", lambda: encrypted_pdf(pdf([["May be read"]]), ""), PDF, "May be read"),
    Good("blank-between.pdf", lambda: pdf([["One"], [], ["Three"]]), PDF, "One\n\nThree"),
    Good(
        "many-pages.pdf",
        lambda: pdf([[f"Page number {n}", "The system shall work."] for n in range(1, 201)]),
        PDF,
        "Page number 200",
    ),
    Good("rich.docx", _docx, DOCX, "# Payment service\n\n# Scope\n\nThe system shall send a receipt"),
    Good("linked-picture.docx", _linked_picture, DOCX, "Text beside the picture"),
    Good("chart-inside.docx", lambda: _docx(**{"word/embeddings/a.xlsx": archive({"b": b"c"})}), DOCX, "receipt"),
    Good("slides.pptx", slides, PPTX, "- Revenue grew\n- Costs fell\n  - mostly travel"),
    Good("scripts.html", _text("<body><script>let x = 'no';</script><p>Yes <style>p{}</style>text"), HTML, "Yes text"),
    Good("navigation.html", _text("<nav><ul><li><a href=/>Home</a><li><a href=/a>About</a></ul></nav>"), HTML, "About"),
    Good("deep.html", _text("<div>" * 1500 + "at the bottom" + "</div>" * 1500), HTML, "at the bottom"),
    Good("fragment.html", _text("<b>Bold</b> words"), HTML, "Bold words"),
    Good("wide.html", lambda: _utf16("<!doctype html><p>Sixteen bits"), HTML, "Sixteen bits", "utf-16"),
    Good(
        "declared.html",
        lambda: '<meta charset="shift_jis"><p>仕様書</p>'.encode("shift_jis"),
        HTML,
        "仕様書",
        "shift_jis",
    ),
    Good("xhtml.html", _text('<?xml version="1.0" encoding="utf-8"?><html><p>Strict</p></html>'), HTML, "Strict"),
    Good("fences.md", _text("# Real\n\n```sh\n# comment\n```\n"), MARKDOWN, "# comment"),
    Good("matter.md", _text("---\ntitle: Named\n---\n\nBody"), MARKDOWN, "Body"),
    Good("semicolons.csv", _text("id;text\n1;one, two\n2;three, four\n"), CSV, "| 1 | one, two |"),
    Good("prose.csv", _text(f'id,text\n1,"{"long " * 30}, ""quoted""\nsecond line"\n'), CSV, "id: 1\ntext: long"),
    Good("huge-field.csv", _text("a,b\n1," + "x" * 1_000_000), CSV, "x" * 1_000_000),
    Good("unclosed.csv", _text('a,b\n1,"open\n2,3'), CSV, "open"),
    Good("nul.csv", _text("a,b\n1,t\x00wo\n3,four\n5,six\n"), CSV, "| 1 | two |"),
    Good("tabs.tsv", _text("a\tb\n1\t2\n"), CSV, "| 1 | 2 |"),
    Good("document.json", _text('{"title": "T", "content": "# H\\n\\nBody"}'), JSON, "# H\n\nBody"),
    Good(
        "values.json",
        _text('{"a": {"b": [1.10, NaN, true, null]}}'),
        JSON,
        "a:\n  b:\n    - 1.10\n    - NaN\n    - true",
    ),
    Good("digits.json", lambda: b'{"n": ' + b"9" * 10_000 + b"}", JSON, "9" * 10_000),
    Good("surrogate.json", _text(r'{"text": "a\ud800b \ud83d\ude00 c\u0000d"}'), JSON, "a\ufffdb 😀 cd"),
    Good("wide.json", lambda: _utf16('{"text": "Größe"}'), JSON, "Größe", "utf-16"),
]
_LOOPED = b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 2>>"

BAD = [
    Bad("zero.txt", bytes, "empty_file"),
    Bad("zero.pdf", bytes, "empty_file"),
    Bad("blank.md", _text(" \n\t\r\n "), "empty_file"),
    Bad("nuls-only.txt", lambda: bytes(100), "empty_file"),
    Bad("blank.json", _text("{}"), "no_text_found"),
    Bad("blank.html", _text("<html><body><script>x</script></body></html>"), "no_text_found"),
    Bad("commas.csv", _text(",,,\n,,,\n"), "no_text_found"),
    Bad("scan.pdf", scanned_pdf, "no_text_found"),
    Bad("pictures.pptx", slides_without_text, "no_text_found"),
    Bad("noise.txt", lambda: _noise(5000), "undecodable_text"),
    Bad("controls.csv", lambda: bytes(range(1, 9)) * 100, "undecodable_text"),
    Bad("noise.bin", lambda: _noise(5000), "unsupported_media_type"),
    Bad("drawing.svg", _text('<?xml version="1.0"?><svg/>'), "unsupported_media_type"),
    Bad("letter.rtf", _text(r"{\rtf1 Hello}"), "unsupported_media_type"),
    Bad("old.doc", _old_office, "unsupported_media_type"),
    Bad("book.xlsx", lambda: archive({CONTENT_TYPES: b"spreadsheetml.sheet.main+xml"}), "unsupported_media_type"),
    Bad("photo.png", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "unsupported_media_type"),
    Bad("program.pdf", lambda: b"\x7fELF\x02\x01\x01" + bytes(100), "type_mismatch"),
    Bad("windows-program.docx", lambda: b"MZ\x90\x00" + bytes(100), "type_mismatch"),
    Bad("picture.pdf", lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(50), "type_mismatch"),
    Bad("archive.pdf", lambda: archive({"a.txt": b"hello"}), "type_mismatch"),
    Bad("archive.docx", lambda: archive({"a.txt": b"hello"}), "type_mismatch"),
    Bad("letter.pdf", _text("Just some words"), "type_mismatch"),
    Bad("packed.txt", lambda: b"\x1f\x8b\x08\x00" + _noise(100), "type_mismatch"),
    Bad("encrypted.pdf", lambda: encrypted_pdf(pdf([["Secret"]]), "hush"), "encrypted_file"),
    Bad("encrypted.docx", lambda: _old_office("EncryptedPackage"), "encrypted_file"),
    Bad("cut.pdf", lambda: pdf([[f"Page {n}"] for n in range(20)])[:4000], "truncated_or_corrupt_file"),
    Bad("head-only.pdf", lambda: b"%PDF-1.7\n%%EOF", "truncated_or_corrupt_file"),
    Bad("loop.pdf", lambda: raw_pdf(deflated(b"BT ET", 1), filters=1, pages=_LOOPED), "truncated_or_corrupt_file"),
    Bad("cut.docx", lambda: _docx()[:9000], "truncated_or_corrupt_file"),
    Bad("cut.pptx", lambda: slides()[:9000], "truncated_or_corrupt_file"),
    Bad("broken-part.docx", _broken_member, "truncated_or_corrupt_file"),
    Bad("no-xml.docx", lambda: _docx(**{"word/document.xml": b"not XML"}), "truncated_or_corrupt_file"),
    Bad("half-xml.docx", lambda: _docx(**{"word/document.xml": word_xml("x")[:-20]}), "truncated_or_corrupt_file"),
    Bad(
        "no-body.docx",
        lambda: archive({CONTENT_TYPES: b"wordprocessingml.document.main+xml"}),
        "truncated_or_corrupt_file",
    ),
    Bad("broken.json", _text('{"title": "T", '), "truncated_or_corrupt_file"),
    Bad("words.json", _text("not JSON at all"), "truncated_or_corrupt_file"),
    Bad("bomb.pdf", lambda: raw_pdf(deflated(bytes(1 << 20), 700, layers=3), filters=3), "parse_out_of_memory"),
    Bad("flat-bomb.pdf", lambda: raw_pdf(deflated(b" " * (1 << 20), 700), filters=1), "parse_out_of_memory"),
    Bad("bomb.docx", lambda: _docx(**{"word/media/zero.bin": bytes(300 << 20)}), "expansion_too_large"),
    Bad("dense-bomb.pptx", lambda: with_members(slides(), {"ppt/zero.bin": bytes(40 << 20)}), "expansion_too_large"),
    Bad("many-parts.docx", lambda: _docx(**{f"x/{n}": b"" for n in range(20_001)}), "expansion_too_large"),
    Bad(
        "lying-size.docx",
        lambda: with_false_size(_docx(**{"word/document.xml": word_xml("x" * 999_983)}), "word/document.xml", 1000),
        "truncated_or_corrupt_file",
    ),
    Bad("laughs.docx", _word(word_paragraph("&e9;"), _laughs()), "unsafe_markup"),
    Bad(
        "outside.docx",
        _word(word_paragraph("&x;"), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "unsafe_markup",
    ),
    Bad(
        "wide-laughs.docx",
        lambda: _docx(**{"word/document.xml": _utf16(f"{_laughs()}<a>&e9;</a>")}),
        "unsafe_markup",
    ),
    Bad(
        "outside.pptx",
        lambda: with_members(slides(), {"ppt/presentation.xml": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:9/x.dtd"><d/>'}),
        "unsafe_markup",
    ),
    Bad("deep.docx", _word("<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000), "too_deeply_nested"),
    Bad("deep.json", _text("[" * 100_000 + "]" * 100_000), "too_deeply_nested"),
    Bad("rather-deep.json", _text("[" * 200 + "1" + "]" * 200), "too_deeply_nested"),
    Bad("very-deep.html", _text("<div>" * 100_000 + "lost"), "too_deeply_nested"),
    Bad("long.txt", lambda: b"x" * 10_000_001, "file_too_large"),
    Bad("long-row.csv", lambda: b"a,b\n1," + b"x" * 11_000_000, "file_too_large"),
    Bad("heavy.md", lambda: b"x" * ((25 << 20) + 1), "file_too_large"),
    Bad("too-many-pages.pdf", lambda: pdf([f"{n}"] for n in range(2001)), "too_many_pages"),
]

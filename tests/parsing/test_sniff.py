"""Content decides what a file is; name and declared type decide among kinds of text."""

import pytest

from specloom.parsing.document import MediaType
from specloom.parsing.errors import TypeMismatch, UnsupportedMediaType
from specloom.parsing.limits import ParseLimits
from specloom.parsing.sniff import SUPPORTED, detect, expected_type

LIMITS = ParseLimits()


@pytest.mark.parametrize(
    ("filename", "declared", "expected"),
    [
        ("a.MD", None, MediaType.MARKDOWN),
        ("a.htm", "text/plain", MediaType.HTML),
        ("a", "text/csv; charset=utf-8", MediaType.CSV),
        ("a.bin", "TEXT/X-Markdown", MediaType.MARKDOWN),
        ("a.bin", "application/octet-stream", None),
        ("", None, None),
    ],
)
def test_expected_type(filename: str, declared: str | None, expected: MediaType | None) -> None:
    assert expected_type(filename, declared) is expected


@pytest.mark.parametrize(
    "page",
    [
        b"<!doctype HTML><p>x",
        b"\xef\xbb\xbf \n<html lang=en>",
        b"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'>",
        b"<!-- saved page --><html>",
        "<html>".encode("utf-16"),
    ],
)
def test_a_page_is_known_by_its_start(page: bytes) -> None:
    assert detect(page, "notes.txt", None, LIMITS) is MediaType.HTML


def test_markup_amid_text_makes_no_page() -> None:
    assert detect(b"<div>centred</div>\n\n# Title", "a.md", None, LIMITS) is MediaType.MARKDOWN
    assert detect(b"the <html> element", "a.txt", None, LIMITS) is MediaType.PLAIN


@pytest.mark.parametrize("words", [b"MZ is a prefix", b"BM, GIF8 and RIFF", b"ID3 tags", b"PK\x03 short"])
def test_words_that_look_like_signatures_are_words(words: bytes) -> None:
    assert detect(words, "a.txt", None, LIMITS) is MediaType.PLAIN


def test_refusals_say_what_is_wrong_and_what_would_do() -> None:
    with pytest.raises(UnsupportedMediaType, match="a PNG image") as unsupported:
        detect(b"\x89PNG\r\n\x1a\n\x00", "a.png", "image/png", LIMITS)
    with pytest.raises(TypeMismatch, match=r"says it is \.pdf, but its content is a program") as mismatch:
        detect(b"MZ\x90\x00", "a.pdf", None, LIMITS)
    assert SUPPORTED in str(unsupported.value)
    assert SUPPORTED in str(mismatch.value)

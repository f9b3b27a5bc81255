"""Whatever bytes come, the answer is a well-formed document or one of the known refusals."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from specloom.parsing import ParseError
from specloom.parsing.errors import ERRORS_BY_CODE

from .builders import pdf, rich_word_document, word_bytes
from .reading_aid import read
from .test_corpus import assert_well_formed

SUFFIXES = ("txt", "md", "csv", "json", "html", "tsv", "pdf", "docx", "pptx", "")
TEXT = st.sampled_from(SUFFIXES[:6])
MARKUP = st.text(alphabet="#|-`\n\r \t<>/abphtdr=\"'[]{}:,;0\u0301\x00\ud800é😀", max_size=200)
WORD = word_bytes(rich_word_document())
PDF = pdf([["One"], ["Two"]], outline={1: [("One", 0)]})


def read_or_refuse(data: bytes, filename: str) -> None:
    try:
        document = read(data, filename)
    except ParseError as raised:
        refusal = raised
    else:
        assert_well_formed(document)
        return
    assert type(refusal) is ERRORS_BY_CODE[refusal.code]
    # A parser of our own that stumbles would be hidden behind the refusal; its note gives it away.
    assert filename.endswith(("pdf", "docx", "pptx")) or not getattr(refusal, "__notes__", [])


@given(st.binary(max_size=300), st.sampled_from(SUFFIXES))
@settings(max_examples=400, deadline=None)
def test_any_bytes(data: bytes, suffix: str) -> None:
    read_or_refuse(data, f"file.{suffix}")


@given(MARKUP, TEXT, st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-32"]))
@settings(max_examples=400, deadline=None)
def test_any_text(text: str, suffix: str, encoding: str) -> None:
    read_or_refuse(text.encode(encoding, "surrogatepass"), f"file.{suffix}")


@given(
    st.sampled_from([WORD, PDF]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=8),
    st.integers(0, 10**6),
)
@settings(max_examples=150, deadline=None)
def test_damaged_files(whole: bytes, damage: list[tuple[int, int]], length: int) -> None:
    data = bytearray(whole)
    for place, value in damage:
        data[place % len(data)] = value
    with suppress(ParseError):
        assert_well_formed(read(bytes(data[: length % len(data) + 1] if length % 3 == 0 else data), "file.docx"))

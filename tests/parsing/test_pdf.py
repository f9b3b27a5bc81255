"""PDFs give their pages with whole words, and their outline in its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specloom.core.text import SectionKind, Span
from specloom.parsing import ParseError, ParseLimits
from specloom.parsing.pdf import find_heading, mend_hyphens

from .builders import pdf
from .reading_aid import outline, read, stretches


def test_pages() -> None:
    document = read(pdf([["One", "two"], [], ["Three"]], title="Annual plan", author="Ann"), "a.pdf")
    assert document.text == "One\ntwo\n\nThree"
    assert stretches(document, SectionKind.PAGE) == {"page 1": "One\ntwo", "page 2": "", "page 3": "Three"}
    assert document.title == "Annual plan"
    assert document.metadata["author"] == "Ann"
    assert document.metadata["pages"] == "3"


def test_outline() -> None:
    data = pdf(
        [
            ["Contents", "1 Scope", "2 Terms"],
            ["as said in 1 Scope", "1 Scope", "text", "1.1 Detail of it"],
            ["nothing"],
        ],
        outline={2: [("1 Scope", 0), ("1.1  Detail", 1)], 3: [("2 Terms", 0)]},
    )
    document = read(data, "a.pdf")
    assert outline(document) == [
        (1, "1 Scope", "1 Scope"),
        (2, "1.1 Detail", "1.1 Detail of it"),
        (1, "2 Terms", "nothing"),
    ]
    scope = document.sections[2]
    assert scope.label == "1 Scope"
    assert document.text[: scope.start].endswith("as said in 1 Scope\n")
    assert document.title == "1 Scope"


def test_a_heading_is_sought_on_its_page_only() -> None:
    text = "Scope\n\nIn Scope  of\nthe\nScope of work"
    assert find_heading(text, "Scope", Span(7, len(text))) == text.rindex("Scope")
    assert find_heading(text, "Scope of the", Span(7, len(text))) == text.index("Scope  of")
    assert find_heading(text, "Elsewhere", Span(7, len(text))) == 7


def test_broken_words_are_mended() -> None:
    document = read(pdf([["Every require-", "ment of the", "interna-", "tional team."]]), "a.pdf")
    assert document.text == "Every requirement\nof the\ninternational\nteam."


@pytest.mark.parametrize(
    ("page", "mended"),
    [
        ("a re\x02quire ment", "a require\nment"),
        ("co\x02operate, or co-operate", "co-operate,\nor co-operate"),
        ("co\x02operate, or cooperate", "cooperate,\nor cooperate"),
        ("state-of-the\x02art design", "state-of-the-art\ndesign"),
        ("IBM\x02PC and 2020\x0221", "IBM-PC\nand 2020-21"),
        ("well\x02known, high\x02level; a well-known one", "well-known,\nhigh-level;\na well-known one"),
        ("(exam\x02ple).\r\nNext", "(example).\nNext"),
        ("dangling\x02 (brace", "dangling-\n (brace"),
        ("blank  \r\nend\t\nx", "blank\r\nend\nx"),
    ],
)
def test_hyphens(page: str, mended: str) -> None:
    assert mend_hyphens([page])[0].rstrip("\n") == mended


@given(st.lists(st.text(alphabet="ab-\x02 \r\n(."), max_size=4))
def test_mending_leaves_all_letters(pages: list[str]) -> None:
    mended = mend_hyphens(pages)
    for before, after in zip(pages, mended, strict=True):
        assert "\x02" not in after
        assert [c for c in before if c in "ab(."] == [c for c in after if c in "ab(."]


@pytest.mark.parametrize("limits", [ParseLimits(max_pages=2), ParseLimits(max_text_chars=8)])
def test_limits(limits: ParseLimits) -> None:
    with pytest.raises(ParseError) as refusal:
        read(pdf([["One"], ["Two"], ["Three"]]), "a.pdf", limits=limits)
    assert refusal.value.code in {"too_many_pages", "file_too_large"}

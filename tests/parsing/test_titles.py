"""A document is called what it says it is, unless that says nothing."""

import pytest

from specloom.core.text import Section, SectionKind
from specloom.parsing.titles import choose_title, readable_stem

HEADING = Section(SectionKind.HEADING, "First heading", 1, 0, 10)
PAGE = Section(SectionKind.PAGE, "page 1", 0, 0, 10)


@pytest.mark.parametrize(
    "declared", ["Annual plan", "Presentation of results", "3", "Ärger im Büro", "Report.2024 final"]
)
def test_a_sensible_title_is_taken(declared: str) -> None:
    assert choose_title(declared, [HEADING], "a.pdf") == declared


@pytest.mark.parametrize(
    "declared",
    [
        *(
            None,
            "",
            "  ",
            "---",
            "untitled",
            "Untitled-1",
            "Document1",
            "(anonymous)",
            "PowerPoint Presentation",
            "Slide 1",
        ),
        *("Microsoft Word - Document1", "report_v2.docx", "brochure.indd", "Präsentation 3"),
    ],
)
def test_a_senseless_title_gives_way_to_the_first_heading(declared: str | None) -> None:
    assert choose_title(declared, [PAGE, HEADING], "a.pdf") == "First heading"
    assert choose_title(declared, [PAGE], "q3_market-report%20final.pdf") == "q3 market report final"


def test_titles_are_one_line_of_bounded_length() -> None:
    assert choose_title(" two\n lines ", [], "a.pdf") == "two lines"
    assert len(choose_title("x" * 1000, [], "a.pdf")) == 255
    assert choose_title(None, [], "") == "Untitled"


@pytest.mark.parametrize(
    ("filename", "stem"),
    [
        (r"C:\Users\ann\Product_Brief.docx", "Product Brief"),
        ("../../etc/passwd", "passwd"),
        (".hidden", ".hidden"),
        ("仕様書.pdf", "仕様書"),
        ("a\x00b\ud800.txt", "ab\ufffd"),
    ],
)
def test_readable_stem(filename: str, stem: str) -> None:
    assert readable_stem(filename) == stem

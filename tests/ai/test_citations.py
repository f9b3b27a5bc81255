"""Citation marks leave the streamed text without a trace, however the text was cut into pieces."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specloom.ai.citations import WIDEST_RANGE, Citation, CitedText, by_sentence
from specloom.ai.protocols import SummaryFormat
from specloom.core.text import Span

PARAGRAPHS, BULLETS, OUTLINE = SummaryFormat


def read(text: str, summary_format: SummaryFormat, cuts: list[int] | None = None) -> CitedText:
    """Feeds the text in pieces that end at the cuts, and checks that what comes out adds up."""
    cited = CitedText(summary_format)
    edges = [0, *sorted(cuts or []), len(text)]
    out = [cited.feed(text[start:end]) for start, end in pairwise(edges)]
    out.append(cited.finish())
    assert "".join(out) == cited.text
    return cited


def cited(text: str, summary_format: SummaryFormat = PARAGRAPHS) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    result = read(text, summary_format)
    return result.text, [(citation.position, citation.numbers) for citation in result.citations]


@pytest.mark.parametrize(
    ("written", "text", "citations"),
    [
        ("It logs. [1] It stores [2].", "It logs. It stores.", [(8, (1,)), (18, (2,))]),
        ("It logs [1, 3-5; 7].", "It logs.", [(7, (1, 3, 4, 5, 7))]),
        ("It logs.[1][2]It stores.", "It logs. It stores.", [(8, (1,)), (8, (2,))]),
        ("记录。[1]保存。[2]", "记录。保存。", [(3, (1,)), (6, (2,))]),
        ("As said [ 12 ] , it logs.", "As said, it logs.", [(7, (12,))]),
        ("(see [4])", "(see)", [(4, (4,))]),
        (f"Too wide [1-{WIDEST_RANGE + 1}].", "Too wide.", [(8, ())]),
        (f"No number [{'9' * 5000}].", f"No number [{'9' * 5000}].", []),
        ("Backwards [9-3].", "Backwards.", [(9, ())]),
        ("[7] First. Second.", "First. Second.", [(1, (7,))]),
        ("One.\n[8]\nTwo.", "One.\n\nTwo.", [(4, (8,))]),
        ("An array[i], a [note], an open [12", "An array[i], a [note], an open [12", []),
        ("", "", []),
        ("[1]", "", [(0, (1,))]),
        (" \n\n  Late start. \n\n", "Late start.", []),
    ],
)
def test_marks_become_citations(written: str, text: str, citations: list[tuple[int, tuple[int, ...]]]) -> None:
    assert cited(written) == (text, citations)


@pytest.mark.parametrize(
    ("summary_format", "text"),
    [
        (PARAGRAPHS, "Scope\n\nIt logs requests and keeps them.\n\nStores\n\nNext."),
        (BULLETS, "- Scope\n- It logs requests\n- and keeps them.\n- Stores\n- Next."),
        (OUTLINE, "## Scope\n- It logs requests\n\n## and keeps them.\n  - Stores\n\n## Next."),
    ],
)
def test_lines_are_brought_into_the_format(summary_format: SummaryFormat, text: str) -> None:
    written = "```markdown\n### Scope\n\n* It logs requests\nand keeps them. [1]\n  2) Stores\n\n\n\nNext.\n```\n"
    assert cited(written, summary_format)[0] == text


def test_marks_before_a_point_belong_to_it() -> None:
    result = read("- [1] It logs.\n- [2] It stores.", BULLETS)
    assert result.text == "- It logs.\n- It stores."
    assert by_sentence(result.citations, [Span(2, 10), Span(13, 23)]) == [[1], [2]]


def test_sentences_get_the_numbers_that_reach_them() -> None:
    citations = [Citation(8, (1,)), Citation(12, (2,)), Citation(20, (3, 4)), Citation(20, (5,)), Citation(0, (6,))]
    assert by_sentence(citations, [Span(0, 8), Span(9, 20), Span(21, 30)]) == [[1, 6], [2, 3, 4, 5], []]
    assert by_sentence(citations, []) == []


WRITTEN = st.lists(
    st.one_of(
        st.sampled_from(
            ["[1]", "[2, 3]", "[4-6]", " [7].", "[", "]", "[8", "9]", "[a]", ",", ".", "- ", "* ", "1. ", "## "]
        ),
        st.sampled_from([" ", "  ", "\n", "\n\n", "\t", "```", "–", "Word", "word. ", "wörter", "शब्द", "語", "𝟙"]),
        st.text(max_size=4),
    ),
    max_size=40,
).map("".join)


@given(written=WRITTEN, data=st.data(), summary_format=st.sampled_from(SummaryFormat))
def test_the_pieces_do_not_matter(written: str, data: st.DataObject, summary_format: SummaryFormat) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(written)), max_size=30))
    whole, pieces = read(written, summary_format), read(written, summary_format, cuts)
    assert (pieces.text, pieces.citations) == (whole.text, whole.citations)


@given(written=WRITTEN, summary_format=st.sampled_from(SummaryFormat))
def test_nothing_but_marks_and_layout_is_lost(written: str, summary_format: SummaryFormat) -> None:
    result = read(written, summary_format)
    assert result.text == result.text.rstrip().lstrip("\n")
    assert all(0 <= citation.position <= len(result.text) + 1 for citation in result.citations)
    words = re.findall(r"[^\W\d_]{2,}", re.sub(r"\[[\d ,;–-]*\]|```\w*", " ", written))
    kept = "".join(re.findall(r"[^\W\d_]+", result.text))
    assert all(word in kept for word in words)

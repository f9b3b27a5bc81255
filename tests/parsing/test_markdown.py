"""Markdown is kept as it is; its headings, tables and front matter are found."""

import pytest

from specloom.core.text import SectionKind

from .reading_aid import outline, read, stretches


def test_the_text_stays_as_it_is() -> None:
    text = "# A\n\n*emphasis*  \nhard break\n\n    code\n\n[link](x)"
    assert read(f"\n{text}\n\n", "a.md").text == text


def test_headings_of_both_kinds() -> None:
    document = read("Title\n=====\n\n## Part **one** `x`\n\ntext\n\nSub\n---\n### Deep ###\n\n####### no\n", "a.md")
    assert outline(document) == [
        (1, "Title", "Title"),
        (2, "Part one x", "## Part **one** `x`"),
        (2, "Sub", "Sub"),
        (3, "Deep", "### Deep ###"),
    ]
    assert document.title == "Title"


@pytest.mark.parametrize(
    "text",
    [
        "```\n# no\n```",
        "~~~sh\n# no\n```\n# no\n~~~",
        "    # no",
        "<!--\n# no\n-->",
        "> # no",
        "- # no",
        "\\# no",
        "#no",
        "```\n# an open fence runs to the end",
    ],
)
def test_what_only_looks_like_a_heading(text: str) -> None:
    assert outline(read(f"{text}\n", "a.md")) == []


def test_tables_are_sections() -> None:
    document = read("one\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\ntwo\n\nc|d\n-|-\n3|4", "a.md")
    assert stretches(document, SectionKind.TABLE) == {
        "table 1": "| a | b |\n|---|---|\n| 1 | 2 |",
        "table 2": "c|d\n-|-\n3|4",
    }


def test_front_matter() -> None:
    document = read('---\ntitle: "The Plan"\nAuthor: Ann\ntags: [a, b]\n---\n\n# Heading\n', "a.md")
    assert document.title == "The Plan"
    assert document.metadata == {"author": "Ann"}
    assert outline(document) == [(1, "Heading", "# Heading")]
    assert document.text.startswith("---\ntitle:")


def test_a_rule_is_no_front_matter() -> None:
    document = read("---\n\ntext\n\n# Heading", "a.md")
    assert outline(document) == [(1, "Heading", "# Heading")]


def test_offsets_count_code_points() -> None:
    document = read("👩🏽‍💻 e\u0301\n\n# Größe 𝔖\n\ntext", "a.md")
    assert outline(document) == [(1, "Größe 𝔖", "# Größe 𝔖")]

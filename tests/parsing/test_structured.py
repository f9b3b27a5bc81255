"""JSON that is a document is read as one, any other as lines a person can read."""

import pytest

from specloom.parsing import ParseError

from .reading_aid import outline, read


def test_a_document() -> None:
    document = read(
        '{"title": "Plan", "body": "# One\\n\\ntext", "author": "Ann", "year": 2024, "items": [{"a": 1}, {"a": 2}]}',
        "a.json",
    )
    assert document.title == "Plan"
    assert document.text == "# One\n\ntext\n\nitems:\n  - a: 1\n  - a: 2"
    assert document.metadata == {"author": "Ann", "year": "2024"}
    assert outline(document) == [(1, "One", "# One")]


def test_any_value() -> None:
    document = read(
        '{"title": "T", "tags": ["a", ["b"], {"c": {"d": "x\\ny"}}], "empty": {}, "none": null, "yes": true}', "a.json"
    )
    assert document.text == "title: T\ntags:\n  - a\n  - - b\n  - c:\n      d: x\n        y\nyes: true"
    assert document.title == "T"


@pytest.mark.parametrize(
    ("text", "written"),
    [('"word"', "word"), ("1.50", "1.50"), ("[-Infinity]", "- -Infinity"), ("[[1],2]", "- - 1\n- 2")],
)
def test_values_that_are_no_object(text: str, written: str) -> None:
    assert read(text, "a.json").text == written


def test_a_mistake_is_named_with_its_place() -> None:
    with pytest.raises(ParseError, match="line 3, column 1"):
        read('{\n  "a": \n}', "a.json")


def test_line_separators_inside_strings_are_legal() -> None:
    assert read('{"text": "a\u2028b"}', "a.json").text == "a\nb"

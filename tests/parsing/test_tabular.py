"""Tables keep their cells, whatever separates and quotes them."""

import pytest

from specloom.core.text import SectionKind
from specloom.parsing.tabular import read_rows

from .reading_aid import read, stretches


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a;b\n1,5;2\n3,5;4", [["a", "b"], ["1,5", "2"], ["3,5", "4"]]),
        ("a\tb c\n1\t2, 3\n", [["a", "b c"], ["1", "2, 3"]]),
        ("a|b\n1|2\n", [["a", "b"], ["1", "2"]]),
        ('a,b\n"x, ""y""\nz",2\n', [["a", "b"], ['x, "y"\nz', "2"]]),
        ("sep=;\r\na,x;b\r\n1;2\r\n", [["a,x", "b"], ["1", "2"]]),
        ("a\rb\r", [["a"], ["b"]]),
        ("a,b\n\n,\n1,2,3\n4\n", [["a", "b"], ["1", "2", "3"], ["4"]]),
        ("", []),
    ],
)
def test_rows(text: str, rows: list[list[str]]) -> None:
    assert read_rows(text, 1000) == rows


def test_short_cells_make_a_table() -> None:
    document = read("id,name\n1,Ann\n2,Bob\n", "people.csv")
    assert document.text == "| id | name |\n| --- | --- |\n| 1 | Ann |\n| 2 | Bob |"
    assert stretches(document, SectionKind.TABLE) == {"table 1": document.text}
    assert document.metadata == {"rows": "3", "columns": "2"}
    assert document.title == "people"


def test_prose_makes_records() -> None:
    requirement = "The system shall " + "very " * 20 + "well."
    document = read(f'id,text,note\nR1,"{requirement}",\nR2,"two\nlines",x\n', "a.csv")
    assert document.text == f"id: R1\ntext: {requirement}\n\nid: R2\ntext: two\nlines\nnote: x"
    assert stretches(document, SectionKind.TABLE) == {"table 1": document.text}

"""Files that want to do harm, or are no backlogs at all, are refused with a reason."""

import time
from contextlib import suppress

import pytest

from specloom.exchange.incoming import MAX_ROWS, TooManyRows, UnreadableFile, UnsafeFile
from specloom.exchange.reqif_reader import read_reqif
from specloom.exchange.tables import read_csv
from tests.exchange.backlogs import SAMPLES

NAMESPACE = 'xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"'


def hierarchy(depth: int) -> bytes:
    inner = "<SPEC-HIERARCHY><CHILDREN>" * depth + "</CHILDREN></SPEC-HIERARCHY>" * depth
    return f"<REQ-IF {NAMESPACE}>{inner}</REQ-IF>".encode()


def markup(depth: int) -> bytes:
    value = f"<THE-VALUE>{'<b>' * depth}x{'</b>' * depth}</THE-VALUE>"
    attribute = f"<ATTRIBUTE-VALUE-XHTML>{value}</ATTRIBUTE-VALUE-XHTML>"
    return (
        f'<REQ-IF {NAMESPACE}><SPEC-OBJECT IDENTIFIER="a"><VALUES>{attribute}</VALUES></SPEC-OBJECT></REQ-IF>'.encode()
    )


LAUGHS = b'<!DOCTYPE REQ-IF [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><REQ-IF>&b;</REQ-IF>'
OUTSIDE = b'<!DOCTYPE REQ-IF SYSTEM "file:///etc/passwd"><REQ-IF/>'


@pytest.mark.parametrize(
    ("data", "error"),
    [
        pytest.param(LAUGHS, UnsafeFile, id="entities"),
        pytest.param(OUTSIDE, UnsafeFile, id="outside"),
        pytest.param(hierarchy(101), UnsafeFile, id="deep tree"),
        pytest.param(markup(100_000), UnsafeFile, id="deep markup"),
        pytest.param(b"<html/>", UnreadableFile, id="other XML"),
        pytest.param(b"<REQ-IF", UnreadableFile, id="cut off"),
        pytest.param(b"", UnreadableFile, id="empty"),
        pytest.param(b'<?xml version="1.0" encoding="utf-99"?><REQ-IF/>', UnreadableFile, id="unknown encoding"),
        pytest.param(f"<REQ-IF {NAMESPACE}><SPEC-OBJECT/></REQ-IF>".encode(), UnreadableFile, id="no identifier"),
        pytest.param(
            f"<REQ-IF {NAMESPACE}>".encode()
            + b"".join(b'<SPEC-OBJECT IDENTIFIER="o%d"/>' % number for number in range(MAX_ROWS + 1))
            + b"</REQ-IF>",
            TooManyRows,
            id="too many",
        ),
    ],
)
def test_hostile_reqif_is_refused(data: bytes, error: type[UnreadableFile]) -> None:
    started = time.monotonic()
    with pytest.raises(error) as caught:
        read_reqif(data)
    assert type(caught.value) is error
    assert time.monotonic() - started < 5


def test_damaged_reqif_is_refused_or_read_but_never_more() -> None:
    whole = (SAMPLES / "no_long_names.reqif").read_bytes()
    for cut in range(0, len(whole), 97):
        for damaged in (whole[:cut], whole[:cut] + whole[cut + 13 :], whole.replace(b"DEFINITION", b"DEF", cut % 7)):
            with suppress(UnreadableFile):
                read_reqif(damaged)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", UnreadableFile),
        ("\n\n", UnreadableFile),
        ('Name,Description\n"never closed,and on\nand on', UnreadableFile),
        ("Name\n" + "x" * 200_000, UnreadableFile),
        (",".join(map(str, range(400))), UnreadableFile),
        ("Name\n" + "x\n" * (MAX_ROWS + 1), TooManyRows),
    ],
)
def test_what_is_no_table_is_refused(text: str, error: type[UnreadableFile]) -> None:
    with pytest.raises(error) as caught:
        read_csv(text)
    assert type(caught.value) is error


def test_ragged_rows_and_declared_delimiters_are_read() -> None:
    table = read_csv("\ufeffsep=;\r\n\r\nName;Text;Text\r\nA;b;c;d\r\n;;\r\nE\r\n")
    assert table.headers == ("Name", "Text", "Text (2)")
    assert [(each.number, dict(each.cells)) for each in table.records] == [
        (3, {"Name": "A", "Text": "b", "Text (2)": "c"}),
        (5, {"Name": "E"}),
    ]
    assert [note.row for note in table.notes] == [3]
    assert read_csv("Name\tText\n'=1+1\t'quoted'").records[0].cells == {"Name": "=1+1", "Text": "'quoted'"}

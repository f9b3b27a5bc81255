"""Each format is what those who read it expect: their own parsers take it, and nothing in it does any harm."""

import csv
import io
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import reqif
import xmlschema
from markdown_it import MarkdownIt
from reqif.parser import ReqIFParser

from specloom.exchange.formats import FORMATS, ExportFormat
from tests.exchange.backlogs import BACKLOG, HARD


def written(format_: ExportFormat) -> bytes:
    return FORMATS[format_].write(BACKLOG)


@pytest.fixture
def reqif_home() -> Iterator[Path]:
    """The schema names its parts relative to the folder it is loaded from."""
    before = Path.cwd()
    os.chdir(reqif.PATH_TO_REQIF_ROOT)
    yield Path(reqif.PATH_TO_REQIF_ROOT)
    os.chdir(before)


def test_reqif_obeys_its_schema_and_other_parsers_read_it(reqif_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "backlog.reqif"
    path.write_bytes(written(ExportFormat.REQIF))
    schema = xmlschema.XMLSchema(str(reqif_home / "reqif/reqif_schema/reqif.xsd"), base_url=str(reqif_home))
    assert [error.reason for error in schema.iter_errors(str(path))] == []

    bundle = ReqIFParser.parse(str(path))

    content = bundle.core_content.req_if_content
    (specification,) = content.specifications
    walked = [(each.level, each.spec_object) for each in bundle.iterate_specification_hierarchy(specification)]
    depths = {"SHOP": 1, "SHOP-E1": 2, "SHOP-F2": 3, "SHOP-S1": 4, "SHOP-F1": 3, "SHOP-E2": 2}
    assert walked == [(depths[each.key], f"_{each.id}") for each in BACKLOG.entries]
    names = {each.identifier: each.long_name for each in content.spec_types}
    assert names["specloom.user_story"] == "User story"
    assert all(each.long_name for kind in content.spec_types[:4] for each in kind.attribute_definitions)


def test_two_exports_differ_in_their_time_only() -> None:
    later = replace(BACKLOG, written_at=BACKLOG.written_at.replace(year=2027))
    for format_, file in FORMATS.items():
        first, second = file.write(BACKLOG), file.write(later)
        if format_ is ExportFormat.XLSX:
            continue  # its container keeps the time of day
        assert first.replace(b"2026-11-21T12:00:00", b"") == second.replace(b"2027-11-21T12:00:00", b"").replace(
            b"2026-11-21T12:00:00", b""
        ), format_


def test_spreadsheets_see_texts_only() -> None:
    content = written(ExportFormat.CSV)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in content
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    dangerous = tuple("=+-@\t\r\n＝＋－＠")
    assert not [cell for row in rows for cell in row if cell.startswith(dangerous)]
    assert rows[1][7] == "'=1+1 for all"

    sheet = openpyxl.load_workbook(io.BytesIO(written(ExportFormat.XLSX))).active
    assert sheet.freeze_panes == "A2"
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}  # n: nothing in it
    assert sheet["H2"].value == "=1+1 for all"
    assert sheet["H2"].quotePrefix
    assert [cell.value for cell in sheet[1]] == rows[0]


def test_a_document_has_a_heading_for_each_requirement_and_no_other() -> None:
    tokens = MarkdownIt("commonmark").parse(written(ExportFormat.MARKDOWN).decode())
    headings = [(tokens[i].tag, tokens[i + 1].content) for i in range(len(tokens)) if tokens[i].type == "heading_open"]
    assert [tag for tag, _ in headings] == ["h1", "h2", "h3", "h4", "h3", "h2"]
    assert headings[1] == ("h2", r"Checkout \| pay")
    assert "html_block" not in {token.type for token in tokens}
    assert "html_inline" not in {child.type for token in tokens for child in token.children or ()}
    texts = [token.content for token in tokens if token.type == "inline"]
    assert "As a customer, I want to enter a voucher code, so that I pay less than others" in texts
    assert "Vouchers lower\nthe price." in texts


def test_json_has_everything() -> None:
    document = json.loads(written(ExportFormat.JSON))
    assert (document["format"], document["format_version"]) == ("specloom.backlog", 1)
    story = document["requirements"][3]
    assert story["parent"] == "SHOP-F2"
    assert story["fields"]["acceptance_criteria"] == HARD
    assert story["citations"] == [{"title": "Brief.pdf", "quote": "Vouchers lower\nthe price."}]


def test_criteria_become_steps_when_they_are_scenarios_and_say_so_when_not() -> None:
    with zipfile.ZipFile(io.BytesIO(written(ExportFormat.GHERKIN))) as archive:
        assert archive.namelist() == [
            "SHOP-E1-checkout-pay.feature",
            "SHOP-F2-vouchers.feature",
            "SHOP-F1-cards.feature",
        ]
        lines = archive.read("SHOP-F2-vouchers.feature").decode().splitlines()
    assert lines[:4] == [
        "@SHOP-F2 @draft @medium",
        "Feature: Vouchers",
        "  – @tag at the start",
        "  – Scenario: none at all",
    ]
    start = lines.index("    Scenario: I see “thanks” 😀 支払い שלום")
    assert [line.strip() for line in lines[start + 1 : start + 4]] == [
        "Given a basket with <b>2</b> & more",
        "When I pay",
        "Then I see “thanks” 😀 支払い שלום",
    ]
    dash = lines.index("    Scenario: - a dash, 'quoted'")
    assert lines[dash - 1].strip() == "@not-given-when-then"
    assert lines[dash + 2].strip() == "* - a dash, 'quoted'"


def test_jira_gets_epics_first_and_each_issue_with_its_epic() -> None:
    rows = list(csv.DictReader(io.StringIO(written(ExportFormat.JIRA).decode("utf-8-sig"), newline="")))
    assert [(row["Issue Type"], row["Summary"], row["Parent"], row["Epic Link"]) for row in rows] == [
        ("Epic", "Checkout | pay", "", ""),
        ("Epic", "Delivery", "", ""),
        ("Task", "Vouchers", "1", "Checkout | pay"),
        ("Story", "Pay with a voucher", "1", "Checkout | pay"),
        ("Task", "Cards", "1", "Checkout | pay"),
    ]
    assert {row["Issue Id"] for row in rows} >= {row["Parent"] for row in rows} - {""}
    story = rows[3]
    assert (story["Priority"], story["Story Points"], story["Labels"]) == ("Medium", "5", "SHOP-F2")
    assert rows[0]["Priority"] == "Highest"
    assert "* =HYPERLINK" in story["Description"]

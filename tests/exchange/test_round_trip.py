"""What is written comes back as it was, in order, whatever stands in it."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from specloom.exchange.backlog import Backlog
from specloom.exchange.columns import EPIC
from specloom.exchange.incoming import Table
from specloom.exchange.lists import read_list, written_list
from specloom.exchange.reqif_reader import read_reqif
from specloom.exchange.reqif_writer import write_reqif
from specloom.exchange.spreadsheet import write_csv
from specloom.exchange.tables import read_csv
from tests.exchange.backlogs import BACKLOG, HARD, again, entry, understood

# What XML can hold, with line ends as they are written everywhere.
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn"], include_characters="\n\t"), min_size=1)


def through_csv(backlog: Backlog) -> Table:
    return read_csv(write_csv(backlog).decode())


def through_reqif(backlog: Backlog) -> Table:
    return read_reqif(write_reqif(backlog))


@pytest.mark.parametrize(("through", "write"), [(through_csv, write_csv), (through_reqif, write_reqif)])
def test_a_backlog_comes_back_whole_and_is_written_the_same_again(through, write) -> None:
    incoming, placement, completed = understood(through(BACKLOG))
    assert (incoming.errors, incoming.notes, placement.errors, placement.notes) == ((), (), (), ())
    assert [(each.errors, each.notes) for each in completed] == [((), ())] * len(BACKLOG.entries)

    back = again(BACKLOG, completed)

    assert back.entries == BACKLOG.entries
    assert write(back) == write(BACKLOG)


def test_what_was_imported_keeps_the_identifier_it_came_with() -> None:
    foreign = [
        replace(each, foreign_id=name)
        for each, name in zip(BACKLOG.entries, ["_o1", "_o1", "1 2", "specloom.epic", None, "REQ-7"], strict=True)
    ]
    table = through_reqif(replace(BACKLOG, entries=tuple(foreign)))
    own = [f"_{each.id}" for each in BACKLOG.entries]
    assert [record.foreign_id for record in table.records] == ["_o1", own[1], own[2], own[3], own[4], "REQ-7"]


@settings(max_examples=60, deadline=None)
@given(st.lists(TEXTS, max_size=4))
@example(HARD)
def test_lists_come_back_to_the_character(items: list[str]) -> None:
    assert read_list(written_list(items)) == items or not items


@settings(max_examples=30, deadline=None)
@given(TEXTS.filter(str.strip), st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3))
@example("\n\n a \n\n\n b\t", ["\n", " \n- x"][1:])
def test_texts_come_back_to_the_character(text: str, items: list[str]) -> None:
    epic = entry(
        *(2, EPIC, "SHOP-E1", "SHOP", "Anything"),
        fields={"description": text, "business_value": "Of any worth.", "acceptance_criteria": items},
    )
    backlog = replace(BACKLOG, entries=(BACKLOG.product, epic), custom_columns=())
    for through in (through_csv, through_reqif):
        row = understood(through(backlog), ())[0].rows[1]
        assert (row.fields["description"], row.fields["acceptance_criteria"]) == (text, items)


def test_what_xml_cannot_hold_is_replaced() -> None:
    broken = replace(BACKLOG.product, name="Bell\x07 and \ufffe", fields={"description": "Line\r\nends\x00."})
    row = understood(through_reqif(replace(BACKLOG, entries=(broken,))))[0].rows[0]
    assert (row.name, row.fields["description"]) == ("Bell\ufffd and \ufffd", "Line\nends\ufffd.")

"""Files of other tools come in as people would have typed them, and nothing is added that they do not say."""

from specloom.exchange.columns import EPIC
from specloom.exchange.incoming import Record, Table
from specloom.exchange.interpretation import interpret
from specloom.exchange.placing import Known, place
from specloom.exchange.reqif_reader import read_reqif
from specloom.exchange.tables import read_csv
from specloom.vocabulary.requirements import Priority, RequirementStatus
from tests.exchange.backlogs import SAMPLES, SHOP, tree, understood


def test_headings_and_texts_become_a_tree_by_their_depth() -> None:
    incoming, placement, (epic, feature, door, courier) = understood(
        read_reqif((SAMPLES / "headings_and_texts.reqif").read_bytes()), ()
    )
    assert tree([epic, feature, door, courier]) == [
        (0, "epic", "Pick-up of parcels"),
        (1, "feature", "Doors"),
        (2, "user_story", "The locker shall open the door of a parcel within 2 seconds after the code was entered."),
        (2, "user_story", "open all empty doors at once"),
    ]
    assert door.fields["i_want"] == (
        "The locker shall open the door of a parcel within 2 seconds after the code was entered.\n\n"
        "• With a code of six digits.\n• With a code that was scanned:\n  QR or bar code."
    )
    assert door.fields["as_a"] == "Not named in the imported file"
    assert door.stated == {"i_want"}
    assert door.placed.row.priority is Priority.CRITICAL
    assert (courier.fields["as_a"], courier.fields["i_want"], courier.fields["so_that"]) == (
        "courier",
        "open all empty doors at once",
        "I fill a locker in one go",
    )
    assert courier.placed.row.names == ("_o4", "4")
    assert epic.fields["business_value"] == "No business value in the imported file."
    said = [note.message for note in (*incoming.notes, *placement.notes)]
    assert said == [
        "The tree shows '_gone', which is no object of the file: left out.",
        "1 links between objects are not taken over.",
        "Left out, because no field is known by that name: 'ReqIF.ForeignCreatedBy'.",
        "A user story cannot be below a user story: it is put beside it.",
    ]
    assert not incoming.errors


def test_a_file_without_long_names_is_understood() -> None:
    incoming, _, (climate, ventilation, heating) = understood(
        read_reqif((SAMPLES / "no_long_names.reqif").read_bytes()), ()
    )
    assert incoming.columns == {
        "AD_Object_Heading_1": "name",
        "AD_Object_Text_2": "description",
        "attr-status": "status",
        "x17": "name",
        "x18": "description",
        "LONG-NAME": "name",
        "DESC": "description",
    }
    assert tree([climate, ventilation, heating]) == [
        (0, "epic", "Climate"),
        (1, "feature", "Ventilation"),
        (0, "epic", "Heating"),
    ]
    assert climate.placed.row.status is RequirementStatus.APPROVED
    assert heating.placed.row.status is RequirementStatus.DRAFT  # by the default of its type
    assert ventilation.fields["description"] == "Windows open above 28 °C.\n\n28 °C | half\n32 °C | full"
    assert heating.fields["description"] == "Heaters run below 12 °C."
    assert not incoming.errors


def test_an_issue_tracker_keeps_stories_directly_below_epics() -> None:
    incoming, placement, completed = understood(read_csv((SAMPLES / "issue_tracker.csv").read_text()), ())
    assert tree(completed) == [
        (0, "epic", "Checkout"),
        (1, "feature", "Imported without a feature"),
        (2, "user_story", "Pay with a voucher at the checkout"),
        (2, "user_story", "Save the card for later purchases"),
        (2, "user_story", "Delete a saved card from the account"),
    ]
    _, holder, voucher, card, delete = completed
    assert holder.placed.row.names == ("SHOP-1/feature",)
    assert (voucher.fields["as_a"], voucher.fields["so_that"]) == ("customer", "I pay less")
    assert voucher.fields["so_that"] == "I pay less"
    assert voucher.fields["estimated_effort"] == 3
    assert voucher.fields["acceptance_criteria"] == [
        "Vouchers come from the newsletter.",
        "The price is lower, as the voucher says.",
        "A voucher that was used is refused\nwith a message.",
    ]
    assert card.fields["acceptance_criteria"] == [
        "Given a saved card\nWhen I pay\nThen I am asked for its security code only"
    ]
    assert delete.fields["i_want"] == "The account page lists saved cards and deletes them."
    assert [(note.row, note.column) for note in incoming.notes] == [(None, None), (4, "Status")]
    assert "'Labels', 'Labels (2)'" in incoming.notes[0].message
    assert placement.errors == ()


def test_a_mapping_names_what_cannot_be_recognised() -> None:
    text = (SAMPLES / "meters.csv").read_bytes().decode("cp1252")
    mapping: dict[str, str | None] = {"Nr.": "key", "Gliederung": "outline", "Titel": "name", "Priorität": None}
    incoming, _, completed = understood(read_csv(text), (), mapping)
    assert tree(completed) == [
        (0, "epic", "Zählerstände"),
        (1, "feature", "Ablesung per Gerät"),
        (2, "user_story", "Übertragung in der Nacht"),
    ]
    assert completed[1].fields["description"].endswith("höchstens 5 s – auch nachts.")
    assert incoming.errors == ()

    lost = interpret(read_csv("Nr.;Titel\n1;Etwas"), (), {})
    assert [error.message for error in lost.errors] == [
        "No column is known as name, description or key. Send a mapping that says which is which."
    ]


def test_incomplete_rows_say_that_they_are() -> None:
    long = "A name that goes on and on, " * 10
    text = f'Type,Name,Description,Criteria\nEpic,,,\nEpic,Hi,Short,\nFeature,"{long}",,"one\ntwo"\nStory,Login,,'
    _, placement, (nameless, short, feature, login) = understood(
        read_csv(text), (), {"Criteria": "acceptance_criteria"}
    )
    assert [error.message for error in nameless.errors] == ["The row has neither a name nor a text."]
    assert (short.name, short.fields["description"]) == ("Hi (imported)", "Short (imported)")
    assert len(feature.name) <= 200
    assert feature.name.endswith("…")
    assert feature.fields["description"] == f"{long}\n\nAcceptance criteria:\n• one\n• two"
    assert login.name == "Login (imported)"
    assert login.fields["i_want"] == "Login (imported)"
    assert placement.errors == ()

    _, _, (epic,) = understood(read_csv(f'Kind,Name,Description\nEpic,Long,"{"x" * 2001}"'), ())
    assert [(error.row, error.column) for error in epic.errors] == [(2, "Description")]


def test_rows_find_what_is_there_already() -> None:
    known = {"SHOP": SHOP, "SHOP-E1": Known("SHOP-E1", EPIC, "SHOP"), "_o1": Known("SHOP-E1", EPIC, "SHOP")}

    def placed(text: str):
        return place(interpret(read_csv(text)).rows, known, SHOP)

    assert [(each.known, each.parent) for each in placed("Key,Priority\nSHOP-E1,high").placed] == [
        (known["SHOP-E1"], None)
    ]
    below = placed("Key,Name,Type,Parent\n7,New one,Feature,SHOP-E1").placed[0]
    assert (below.known, below.parent) == (None, known["SHOP-E1"])

    errors = placed(
        "Key,Name,Type,Parent\nSHOP-E1,Same,Story,\n1,One,Epic,2\n2,Two,Epic,1\n3,Lost,Story,99\n3,Twice,Story,SHOP-E1"
    ).errors
    assert sorted((error.row, error.message) for error in errors) == [
        (2, "It is a user story here and the epic SHOP-E1 in the product."),
        (3, "It is below itself: the parents of the file lead round in a circle."),
        (4, "It is below itself: the parents of the file lead round in a circle."),
        (5, "'99' is neither in the file nor in the product."),
        (6, "Row 5 is called '3' too."),
    ]


def test_numbers_and_levels_that_are_none_are_told_by_row() -> None:
    text = "Name,Level,Story points\nOne,1,3.5\nTwo,two,many\nThree,3,1e400\nFour,1,0"
    assert [(error.row, error.message) for error in interpret(read_csv(text)).errors] == [
        (2, "3.5 is not a whole number."),
        (3, "'many' is not a number."),
        (3, "'two' is not a level: 1, 2, 3, ..."),
        (4, "1e400 is not a whole number."),
    ]


def test_columns_that_mean_the_same_are_taken_together() -> None:
    record = Record(2, {"Summary": "A", "Title": "B", "Text": "one", "Object Text": "two", "Details": "one"})
    incoming = interpret(Table(tuple(record.cells), (record,)))
    assert incoming.rows[0].name == "B"
    assert incoming.rows[0].fields["description"] == "one\n\ntwo"
    assert [note.message for note in incoming.notes] == ["'Summary' is left out: 'Title' gives the name already."]

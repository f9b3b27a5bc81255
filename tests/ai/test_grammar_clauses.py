"""Who does what to what, under which condition: found where it stands."""

import pytest

from specloom.ai.analysis import Clause, Statement
from specloom.ai.grammar import (
    Place,
    clause,
    ears_order,
)
from specloom.core.text import Span
from specloom.vocabulary.requirements import Ears, Form, Modality


def parse(text: str, form: Form = Form.SENTENCE) -> Clause:
    return clause(text, Statement(0, len(text), form, 1.0))


def said(text: str, span: Span | None) -> str | None:
    return None if span is None else text[span.start : span.end]


@pytest.mark.parametrize(
    ("text", "actor", "action", "object_", "condition"),
    [
        ("The mixer shall knead the dough.", "The mixer", "knead", "the dough", None),
        (
            "When the bell rings twice, the oven shall open its door.",
            "the oven",
            "open",
            "its door",
            "When the bell rings twice",
        ),
        (
            "If the baker scans a tray, a cake and a loaf, the till shall print three labels.",
            "the till",
            "print",
            "three labels",
            "If the baker scans a tray, a cake and a loaf",
        ),
        ("Bakers who have signed must wash their hands.", "Bakers", "wash", "their hands", None),
        ("The till, if fitted, shall beep.", "The till", "beep", None, "if fitted"),
        (
            "Loaves must be weighed by the apprentice before they are sold.",
            "the apprentice",
            "weighed",
            "Loaves",
            "before they are sold",
        ),
        ("Loaves must be weighed by noon.", None, "weighed", "Loaves", None),
        ("The baker shall be able to quickly cancel an order.", "The baker", "cancel", "an order", None),
        (
            "The shop shall allow the baker to bake bread and cakes.",
            "The shop",
            "allow",
            "the baker to bake bread and cakes",
            None,
        ),
        ("The shop shall ensure that each loaf is fresh.", "The shop", "ensure", "that each loaf is fresh", None),
        ("The shop must comply with the hygiene act.", "The shop", "comply with", "the hygiene act", None),
        ("The shop shall be open.", "The shop", "be open", None, None),
        ("Bakers can create and delete recipes.", "Bakers", "create", "recipes", None),
        ("Wipe the counter.", None, "Wipe", "the counter", None),
        ("There must be a sink near the oven.", None, "be", "a sink", None),
        (
            "When the baker logs in the till shall show the sales.",
            "the till",
            "show",
            "the sales",
            "When the baker logs in",
        ),
        ("In addition, bakers may taste the dough.", "bakers", "taste", "the dough", None),
        (
            "Before closing the shop, the baker shall count the cash.",
            "the baker",
            "count",
            "the cash",
            "Before closing the shop",
        ),
    ],
)
def test_clause_of_a_sentence(
    text: str, actor: str | None, action: str | None, object_: str | None, condition: str | None
) -> None:
    found = parse(text)
    assert (said(text, found.actor), said(text, found.action)) == (actor, action)
    assert (said(text, found.object), said(text, found.condition)) == (object_, condition)


def test_passive_and_negation_are_told() -> None:
    assert parse("Keys must be returned.").passive
    assert not parse("Keys must work.").passive
    assert parse("The safe shall not open.").negated
    assert parse("No key shall fit.").negated
    assert not parse("The safe shall open.").negated


def test_purpose_is_no_part_of_the_action() -> None:
    text = "The porter shall lock the gate in order to keep goats out."
    found = parse(text)
    assert said(text, found.purpose) == "in order to keep goats out"
    assert said(text, found.object) == "the gate"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("The lamp shall glow.", Ears.UBIQUITOUS),
        ("When the switch is pressed, the lamp shall glow.", Ears.EVENT_DRIVEN),
        ("While the door is open, the lamp shall glow.", Ears.STATE_DRIVEN),
        ("During storms, the lamp shall glow.", Ears.STATE_DRIVEN),
        ("If the bulb breaks, then the lamp shall beep.", Ears.UNWANTED_BEHAVIOUR),
        ("If the mains fail, the lamp shall use its battery.", Ears.UNWANTED_BEHAVIOUR),
        ("Where a dimmer is fitted, the lamp shall remember its level.", Ears.OPTIONAL_FEATURE),
        ("If the dimmer option is installed, the lamp shall remember its level.", Ears.OPTIONAL_FEATURE),
        ("While the door is open, when the switch is pressed, the lamp shall blink.", Ears.COMPLEX),
        ("The lamp shall blink when the switch is pressed.", Ears.EVENT_DRIVEN),
    ],
)
def test_ears_pattern(text: str, pattern: Ears) -> None:
    assert parse(text).ears is pattern


@pytest.mark.parametrize(
    ("text", "places", "fits"),
    [
        ("When it rains, the roof shall close.", [Place.LEADING], True),
        ("The roof shall close.", [], True),
        ("The roof shall close when it rains.", [Place.TRAILING], False),
        ("The roof shall, when it rains, close.", [Place.MEDIAL], False),
        ("While it is dark, when it rains, the roof shall close.", [Place.LEADING] * 2, True),
        ("When it rains, while it is dark, the roof shall close.", [Place.LEADING] * 2, False),
        ("When it rains, close the roof.", [Place.LEADING], False),
    ],
)
def test_order_of_clauses(text: str, places: list[Place], fits: bool) -> None:
    order = ears_order(text, Statement(0, len(text), Form.SENTENCE, 1.0))
    assert ([place for _, place in order.conditions], order.fits) == (places, fits)


def test_story_has_role_wish_and_aim() -> None:
    text = "As a night porter, I want to unlock the side gate so that late guests get in."
    found = parse(text, Form.USER_STORY)
    assert said(text, found.actor) == "a night porter"
    assert said(text, found.action) == "unlock"
    assert said(text, found.object) == "the side gate"
    assert said(text, found.purpose) == "so that late guests get in"


def test_story_may_wish_something_of_the_system() -> None:
    text = "As an owner I want the tracker to show my dog, in order to find her."
    found = parse(text, Form.USER_STORY)
    assert (said(text, found.action), said(text, found.object)) == ("show", "my dog")


def test_scenario_has_condition_and_outcome() -> None:
    text = (
        "Scenario: Lost ticket\n  Given a closed barrier\n  When the driver presses help\n"
        "  Then the guard opens the barrier\n  And a note is kept"
    )
    found = parse(text, Form.SCENARIO)
    assert said(text, found.condition) == "Given a closed barrier\n  When the driver presses help"
    assert (said(text, found.actor), said(text, found.action)) == ("the guard", "opens")
    assert said(text, found.object) == "the barrier"


def test_outcome_takes_its_condition_from_the_scenario() -> None:
    text = "- **WHEN** the driver presses help\n- **THEN** the guard SHALL open the barrier"
    context = (Span(4, 8), Span(11, text.index("\n")))
    found = clause(text, Statement(text.index("the guard"), len(text), Form.SCENARIO, 1.0, context))
    assert said(text, found.condition) == "the driver presses help"
    assert (said(text, found.action), found.ears) == ("open", Ears.EVENT_DRIVEN)


def test_item_takes_subject_and_modality_from_its_lead_in() -> None:
    text = "The barrier shall:\n- lift within 2 seconds\n- Guards may stop it."
    lead, first, second = Span(0, 18), text.index("lift"), text.index("Guards")
    found = clause(text, Statement(first, text.index("\n- G"), Form.ITEM, 1.0, (lead,)))
    assert (said(text, found.actor), said(text, found.action)) == ("The barrier", "lift")
    assert found.modality is Modality.OBLIGATION
    assert [(each.comparator, each.value, each.unit) for each in found.measures] == [("<=", 2.0, "s")]
    own = clause(text, Statement(second, len(text), Form.ITEM, 1.0, (lead,)))
    assert (said(text, own.actor), own.modality) == ("Guards", Modality.PERMISSION)

"""Who does what to what, under which condition: found where it stands."""

import pytest

from specloom.ai.analysis import Clause, Statement
from specloom.ai.grammar import (
    clause,
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
        ("At the counter the guest signs the list.", "the guest", "signs", "the list", None),
        ("In night mode the porter shall lock the gate.", "the porter", "lock", "the gate", "In night mode"),
        ("In night mode porters shall lock the gate.", "porters", "lock", "the gate", "In night mode"),
        ("During lunch the bell shall be off.", "the bell", "be off", None, "During lunch"),
        ("After breakfast the cook washes the pans.", "the cook", "washes", "the pans", "After breakfast"),
        ("When the guest rings the porter opens.", "the porter", "opens", None, "When the guest rings"),
        (
            "Once the guest has paid the bill it shall be filed.",
            None,
            "filed",
            "it",
            "Once the guest has paid the bill",
        ),
        ("Guests may leave at any time.", "Guests", "leave", None, None),
        ("The pool shall be open at any time of day.", "The pool", "be open", None, None),
        ("Any time the alarm rings, guests shall leave.", "guests", "leave", None, "Any time the alarm rings"),
        ("For each booked room the maid shall count the towels.", "the maid", "count", "the towels", None),
        ("The list shall tell since when a room has been free.", "The list", "tell", None, None),
        (
            "What has not been claimed after 30 days goes back to the finder.",
            "What has not been claimed after 30 days",
            "goes back",
            None,
            None,
        ),
        (
            "Whoever wants to swim must be able to rent a towel.",
            "Whoever wants to swim",
            "rent",
            "a towel",
            None,
        ),
        ("Whatever the guest breaks shall be billed.", None, "billed", "Whatever the guest breaks", None),
        (
            "If a towel is missing, whoever took it must return it.",
            "whoever took it",
            "return",
            "it",
            "If a towel is missing",
        ),
        (
            "The desk shall accept both upgrade and downgrade requests.",
            "The desk",
            "accept",
            "both upgrade and downgrade requests",
            None,
        ),
        ("The kitchen shall use two-step builds.", "The kitchen", "use", "two-step builds", None),
        ("Pending refunds shall be paid.", None, "paid", "Pending refunds", None),
        ("Failed deliveries must be listed.", None, "listed", "Failed deliveries", None),
        ("HTL-7 When it rains, the porter shall open the gate.", "the porter", "open", "the gate", "When it rains"),
        ("2.4 The porter shall open the gate.", "The porter", "open", "the gate", None),
        ("MP3 files shall be kept.", None, "kept", "MP3 files", None),
        ("The desk may, at any time, cancel a stay.", "The desk", "cancel", "a stay", None),
        ("The desk shall: count the keys.", "The desk", "count", "the keys", None),
        ("For safety reasons doors must be locked.", None, "locked", "doors", None),
        ("Send the guest a bill.", None, "Send", "a bill", None),
        ("Show free rooms of all floors", None, "Show", "free rooms of all floors", None),
        ("The porter shall open the gate, and", "The porter", "open", "the gate", None),
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


def test_a_free_relative_does_not_negate_what_it_is_the_subject_of() -> None:
    assert not parse("What has not been claimed goes back to the finder.").negated


def test_what_something_is_used_for_is_its_purpose() -> None:
    text = "Starch shall be used to stiffen the collars."
    found = parse(text)
    assert (said(text, found.action), said(text, found.object)) == ("used", "Starch")
    assert (said(text, found.purpose), found.passive) == ("to stiffen the collars", True)


def test_what_is_forbidden_beyond_a_limit_is_allowed_up_to_it() -> None:
    text = "A guest must not borrow a boat more than 3 times while the wind is above 20 km/h."
    assert [(each.comparator, each.value) for each in parse(text).measures] == [("<=", 3.0), (">", 20.0)]


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
        ("If the lid is opened, the lamp shall go out.", Ears.UNWANTED_BEHAVIOUR),
        ("The lamp shall go out if the lid is opened.", Ears.EVENT_DRIVEN),
        ("Where a dimmer is fitted, the lamp shall fade when the switch is pressed.", Ears.COMPLEX),
        ("The lamp may be replaced at any time.", Ears.UBIQUITOUS),
        ("For every lamp, the log shall show the hours.", Ears.UBIQUITOUS),
        ("The log shall show since when the lamp has been on.", Ears.UBIQUITOUS),
        ("Users must know when the lamp goes out.", Ears.UBIQUITOUS),
    ],
)
def test_ears_pattern(text: str, pattern: Ears) -> None:
    assert parse(text).ears is pattern


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


def test_outcome_takes_all_steps_of_the_scenario_as_its_condition() -> None:
    text = "GIVEN a closed barrier WHEN the driver presses help THEN the guard SHALL open the barrier"
    given, when, then = text.index("a closed"), text.index("WHEN"), text.index("THEN")
    context = (Span(0, 5), Span(given, when - 1), Span(when, when + 4), Span(when + 5, then - 1))
    found = clause(text, Statement(then + 5, len(text), Form.SCENARIO, 1.0, context))
    assert said(text, found.condition) == "a closed barrier WHEN the driver presses help"
    assert (said(text, found.action), found.ears) == ("open", Ears.COMPLEX)


def test_item_takes_subject_and_modality_from_its_lead_in() -> None:
    text = "The barrier shall:\n- lift within 2 seconds\n- Guards may stop it."
    lead, first, second = Span(0, 18), text.index("lift"), text.index("Guards")
    found = clause(text, Statement(first, text.index("\n- G"), Form.ITEM, 1.0, (lead,)))
    assert (said(text, found.actor), said(text, found.action)) == ("The barrier", "lift")
    assert found.modality is Modality.OBLIGATION
    assert [(each.comparator, each.value, each.unit) for each in found.measures] == [("<=", 2.0, "s")]
    own = clause(text, Statement(second, len(text), Form.ITEM, 1.0, (lead,)))
    assert (said(text, own.actor), own.modality) == ("Guards", Modality.PERMISSION)

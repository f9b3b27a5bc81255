"""Rewrites: fewer findings and no new ones, in the requirement's own words; what only people know stays open."""

import pytest

from specloom.ai.analysis import RuleSetting
from specloom.ai.rewriting import rewrite

CASES = {
    "The desk should print a receipt if possible.": "The desk shall print a receipt.",
    "The system shall be able to export the report.": "The system shall export the report.",
    "The gate shall open within 5 seconds when the button is pressed.": (
        "When the button is pressed, the gate shall open within 5 seconds."
    ),
    "The user may cancel the the booking.": "The user may cancel the booking.",
    "The service shall, where possible, sign all messages.": "The service shall sign all messages.",
    "The desk shall print receipts, tickets, etc.": "The desk shall print receipts, tickets.",
}


@pytest.mark.parametrize("sentence", CASES)
def test_what_its_own_words_can_mend_is_mended_and_passes_the_rules(sentence: str) -> None:
    made = rewrite(sentence)
    assert made.text == CASES[sentence]
    assert made.remaining == ()
    assert made.resolved


def test_what_only_people_know_stays_open() -> None:
    made = rewrite("Screens should be fast.")
    assert made.text == "Screens shall be fast."
    assert made.resolved == ("weak_modal",)
    assert [each.rule_id for each in made.remaining] == ["vague_term"]
    assert made.text[made.remaining[0].start : made.remaining[0].end] == "fast"


def test_a_good_requirement_is_left_alone() -> None:
    sentence = "When a card is swiped, the gate shall open within 2 seconds."
    assert rewrite(sentence).text == sentence
    assert rewrite("").text == ""
    assert rewrite("!?").text == "!?"


def test_a_rule_that_the_tenant_switched_off_mends_nothing() -> None:
    sentence = "The desk should print a receipt."
    assert rewrite(sentence, settings={"weak_modal": RuleSetting(enabled=False)}).text == sentence


def test_no_word_comes_from_elsewhere() -> None:
    sentence = "As appropriate, the clerk should be able to cancel the the order, if possible, when it rains, etc."
    words = set(rewrite(sentence).text.lower().replace(",", "").replace(".", "").split())
    assert words <= {*sentence.lower().replace(",", "").replace(".", "").split(), "shall"}

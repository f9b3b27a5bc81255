"""Pronouns that can stand for two things are riskier than those that can stand for one."""

import pytest

from specloom.ai.rules import alone, check, pronoun_risk
from specloom.core.text import Span


def _risk(sentence: str, pronoun: str) -> float:
    start = sentence.index(f" {pronoun} ") + 1 if f" {pronoun} " in sentence else sentence.index(pronoun)
    return pronoun_risk(sentence, Span(start, start + len(pronoun)))


@pytest.mark.parametrize(
    ("nocuous", "innocuous", "pronoun"),
    [
        ("When the van passes the gate, it must stop.", "When the van arrives, it must stop.", "it"),
        ("The robot hands the tray to the lift before it turns.", "The robot shall beep before it turns.", "it"),
        ("The hub links a lamp to a switch, and its name is kept.", "The hub shall keep its name in memory.", "its"),
        ("Guides hand tickets to guests when they are late.", "Guides shall call when they are late.", "they"),
    ],
)
def test_two_candidates_are_riskier_than_one(nocuous: str, innocuous: str, pronoun: str) -> None:
    assert _risk(nocuous, pronoun) > 0.5 > _risk(innocuous, pronoun)


def test_the_risk_is_a_probability_and_zero_where_no_word_stands() -> None:
    assert pronoun_risk("", Span(0, 0)) == 0.0
    assert 0 < pronoun_risk("It shall stop.", Span(0, 2)) < 1


def test_only_the_sentence_around_the_pronoun_is_read() -> None:
    before, sentence = "The tank feeds the boiler through the valve. ", "The lid shall close when it cools."
    text = before + sentence
    start = text.index(" it ") + 1
    around = Span(len(before), len(text))

    assert pronoun_risk(text, Span(start, start + 2), around) == pronoun_risk(
        sentence, Span(start - len(before), start - len(before) + 2)
    )


def test_a_finding_names_what_the_pronoun_may_stand_for() -> None:
    sentence = "When the van passes the gate, it must stop."

    (found,) = check(sentence, [alone(sentence)])

    assert found.rule_id == "ambiguous_pronoun"
    assert sentence[found.start : found.end] == "it"
    assert "the van or the gate" in found.message
    assert found.confidence == pytest.approx(_risk(sentence, "it"))


@pytest.mark.parametrize(
    "sentence",
    ["If the door is open, this must be reported.", "The hub restarts the node; this shall not take over 5 s."],
)
def test_a_bare_demonstrative_is_reported(sentence: str) -> None:
    assert "this" in [sentence[f.start : f.end] for f in check(sentence, [alone(sentence)])]

"""The grammar knows words, what they do in a sentence, and how strongly they oblige."""

import pytest

from specloom.ai.grammar import (
    Tag,
    base_form,
    is_base_verb,
    is_gerund,
    is_participle,
    is_role,
    is_verb,
    modality,
    operators,
    read,
    singular,
    tag,
    words,
)
from specloom.core.text import Span
from specloom.vocabulary.requirements import Modality


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The kiosk can’t open `main.py`, see /api/v1/{id}.", "The|kiosk|can’t|open|`main.py`|,|see|/api/v1/{id}|."),
        ("Keep 99.9% for REQ-12 at 10:30, e.g. 500ms.", "Keep|99.9%|for|REQ-12|at|10:30|,|e.g.|500ms|."),
        ("Mail a.b@shop.example or https://shop.example/x.", "Mail|a.b@shop.example|or|https://shop.example/x|."),
        ("The user's state-of-the-art and/or old_bike", "The|user's|state-of-the-art|and/or|old_bike"),
        ("Open main.py. Done.The rest waits", "Open|main.py|.|Done|.|The|rest|waits"),
        ("", ""),
    ],
)
def test_words_keep_together_what_belongs_together(text: str, expected: str) -> None:
    assert "|".join(word.text for word in words(text)) == expected


def test_words_stand_where_they_say_and_hold_every_sign() -> None:
    text = "  Öffne die Tür—sofort! 東京は… (naïve) €5 №7 \t end"
    found = words(text)
    assert all(text[word.start : word.end] == word.text for word in found)
    assert "".join(word.text for word in found) == "".join(text.split())


def test_words_of_a_stretch_count_from_the_beginning_of_the_text() -> None:
    assert [(word.start, word.text) for word in words("one two three", 4, 7)] == [(4, "two")]


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("stopped", "stop"),
        ("submitting", "submit"),
        ("applies", "apply"),
        ("cancelled", "cancel"),
        ("canceled", "cancel"),
        ("taken", "take"),
        ("sent", "send"),
        ("queuing", "queue"),
        ("re-sent", "re-send"),
        ("opened", "open"),
        ("tying", "tie"),
        ("table-tennis", "table-tennis"),
        ("locker", "locker"),
    ],
)
def test_forms_of_a_verb_have_one_base(form: str, base: str) -> None:
    assert base_form(form) == base


def test_lexicon_tells_forms_apart() -> None:
    assert is_base_verb("encrypt")
    assert not is_base_verb("encrypts")
    assert is_participle("withdrawn")
    assert not is_participle("withdrew")
    assert is_gerund("shipping")
    assert is_verb("anonymised")
    assert not is_verb("lantern")
    assert singular("deliveries") == "delivery"


@pytest.mark.parametrize("word", ["clerk", "customers", "beekeeper", "cardholder", "caller", "policyholders"])
def test_people_are_roles(word: str) -> None:
    assert is_role(word)


@pytest.mark.parametrize("word", ["server", "folder", "sensor", "number", "banana", "colour", "reminder", "trackers"])
def test_things_are_no_roles(word: str) -> None:
    assert not is_role(word)


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("The clerk reports the loss.", "reports", Tag.VERB),
        ("The reports of the clerk", "reports", Tag.NOUN),
        ("The clerk must report the loss.", "report", Tag.VERB),
        ("Bread baked in the morning is sold.", "baked", Tag.PARTICIPLE),
        ("The baked bread is sold.", "baked", Tag.ADJECTIVE),
        ("Ensure that the oven is off.", "that", Tag.THAT),
        ("An oven that beeps", "that", Tag.RELATIVE),
        ("It goes to the baker.", "to", Tag.PREPOSITION),
        ("It wants to bake.", "to", Tag.TO),
        ("In May the oven rests.", "May", Tag.NOUN),
        ("The will of the baker", "will", Tag.NOUN),
        ("The event must be noted.", "event", Tag.NOUN),
        ("The bowl shall be clear.", "clear", Tag.ADJECTIVE),
        ("He prevents deployment.", "deployment", Tag.NOUN),
        ("Anyone who took it must say so.", "took", Tag.VERB),
        ("It is used to stiffen the collars.", "to", Tag.TO),
        ("Show free rooms", "Show", Tag.VERB),
    ],
)
def test_neighbours_tell_what_a_word_does(text: str, word: str, expected: Tag) -> None:
    found = words(text)
    assert tag(found)[[each.text for each in found].index(word)] is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ferry shall carry bicycles.", Modality.OBLIGATION),
        ("Every skipper has to wear a vest.", Modality.OBLIGATION),
        ("The skipper needs to sign the log.", Modality.OBLIGATION),
        ("Vests are required to be orange.", Modality.OBLIGATION),
        ("A licence is required.", Modality.OBLIGATION),
        ("The log is to be kept on board.", Modality.OBLIGATION),
        ("The ferry must not leave early.", Modality.PROHIBITION),
        ("Guests cannot steer.", Modality.PROHIBITION),
        ("No guest may steer.", Modality.PROHIBITION),
        ("Do not feed the gulls.", Modality.PROHIBITION),
        ("Never leave the wheel.", Modality.PROHIBITION),
        ("Smoking is prohibited.", Modality.PROHIBITION),
        ("Guests are not allowed to fish.", Modality.PROHIBITION),
        ("The skipper should wave.", Modality.RECOMMENDATION),
        ("The skipper ought to wave.", Modality.RECOMMENDATION),
        ("Guests may wave.", Modality.PERMISSION),
        ("Guests need not wave.", Modality.PERMISSION),
        ("Guests do not have to wave.", Modality.PERMISSION),
        ("Waving is optional.", Modality.PERMISSION),
        ("The ferry will leave at noon.", Modality.INTENTION),
        ("The ferry leaves at noon.", Modality.NONE),
        ("The required vests hang in the cabin.", Modality.NONE),
        ("In May 2031 the ferry was painted.", Modality.NONE),
        ("The shall statements are numbered.", Modality.NONE),
        ("If the guest must pay, the skipper prints a ticket.", Modality.NONE),
        ("We would like to have a bar.", Modality.NONE),
    ],
)
def test_modality_is_that_of_the_main_clause(text: str, expected: Modality) -> None:
    assert modality(text, 0, len(text)) is expected


@pytest.mark.parametrize(
    ("text", "epistemic"),
    [
        ("The valve must have been stuck.", True),
        ("Frost might cause leaks.", True),
        ("The valve must close.", False),
        ("The plumber may enter.", False),
    ],
)
def test_guesses_are_told_from_obligations(text: str, epistemic: bool) -> None:
    assert [operator.epistemic for operator in operators(read(text, [Span(0, len(text))]))] == [epistemic]

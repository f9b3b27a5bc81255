"""Sentences of several requirements are taken apart, others stay whole, and no jumble of words breaks the reading."""

import random
from itertools import pairwise

import pytest

from specloom.ai.analysis import Clause, Statement
from specloom.ai.grammar import (
    causality,
    clause,
    parts,
)
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form


def parse(text: str, form: Form = Form.SENTENCE) -> Clause:
    return clause(text, Statement(0, len(text), form, 1.0))


def said(text: str, span: Span | None) -> str | None:
    return None if span is None else text[span.start : span.end]


def split(text: str) -> list[tuple[str, str]]:
    return [
        (" ".join(text[each.start : each.end] for each in part.context), text[part.span.start : part.span.end])
        for part in parts(text, 0, len(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The kettle shall boil the water, ring the bell and switch off the plate.",
            [
                ("", "The kettle shall boil the water"),
                ("The kettle shall", "ring the bell"),
                ("The kettle shall", "switch off the plate."),
            ],
        ),
        (
            "The lid shall close within 2 seconds, and the steam shall not burn anyone.",
            [("", "The lid shall close within 2 seconds"), ("", "the steam shall not burn anyone.")],
        ),
        (
            "Cooks must have signed the rules, and may leave at any time.",
            [("", "Cooks must have signed the rules"), ("Cooks", "may leave at any time.")],
        ),
        (
            "The cook shall taste the soup; the waiter must carry it.",
            [("", "The cook shall taste the soup"), ("", "the waiter must carry it.")],
        ),
        (
            "When the soup boils and the cook nods, the bell must ring and the waiter shall come.",
            [
                ("", "When the soup boils and the cook nods, the bell must ring"),
                ("When the soup boils and the cook nods", "the waiter shall come."),
            ],
        ),
        (
            "If the gas fails, the stove shall close the valve and warn the cook.",
            [
                ("", "If the gas fails, the stove shall close the valve"),
                ("If the gas fails, the stove shall", "warn the cook."),
            ],
        ),
        (
            "The hatch shall open when a plate is ready, and shall close after 5 seconds.",
            [("", "The hatch shall open when a plate is ready"), ("The hatch", "shall close after 5 seconds.")],
        ),
        (
            "The stove shall: heat the oil; fry the fish.",
            [("", "The stove shall: heat the oil"), ("The stove shall:", "fry the fish.")],
        ),
        (
            "The stove shall quietly heat the oil and fry the fish.",
            [("", "The stove shall quietly heat the oil"), ("The stove shall", "fry the fish.")],
        ),
        (
            "The stove counts the plates and rings the bell.",
            [("", "The stove counts the plates"), ("The stove", "rings the bell.")],
        ),
        (
            "If a plate breaks, cooks shall be able to sweep it up with a broom, and the event must be noted.",
            [
                ("", "If a plate breaks, cooks shall be able to sweep it up with a broom"),
                ("If a plate breaks", "the event must be noted."),
            ],
        ),
        (
            "Whoever wants to sit must ask the waiter, and some tables must stay free.",
            [("", "Whoever wants to sit must ask the waiter"), ("", "some tables must stay free.")],
        ),
        (
            "Guests must pay the bill, and whoever leaves must return the key.",
            [("", "Guests must pay the bill"), ("", "whoever leaves must return the key.")],
        ),
        (
            "The oven must stay warm for at least 2 hours: dishes that were baked before shall keep their heat.",
            [
                ("", "The oven must stay warm for at least 2 hours"),
                ("", "dishes that were baked before shall keep their heat."),
            ],
        ),
        (
            "Burnt dishes SHALL be logged and stop the service.",
            [("", "Burnt dishes SHALL be logged"), ("Burnt dishes SHALL", "stop the service.")],
        ),
        (
            "Plates must be counted and have a mark.",
            [("", "Plates must be counted"), ("Plates must", "have a mark.")],
        ),
        (
            "The bell shall ring twice, but the cook may ignore it.",
            [("", "The bell shall ring twice"), ("", "the cook may ignore it.")],
        ),
    ],
)
def test_several_requirements_are_taken_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The menu shall show the name and the price of each dish.",
        "Cooks shall be able to create, edit and delete recipes.",
        "The menu shall allow the waiter to read recipes and print bills.",
        "The fridge must hold between 1 and 5 bottles.",
        "When the fridge is open and the light is off, the fridge shall beep.",
        "Bottles must be washed and stored upside down.",
        "The menu shall be short and simple.",
        "The menu must list dishes that contain nuts and cost extra.",
        "The waiter shall have read and write access.",
        "The waiter shall accept or refuse a tip.",
        "The fridge shall ensure that the milk is cold and the door is shut.",
        "As a waiter, I want to see all tables and take orders so that nobody waits.",
        "The house must have a uniform look and feel.",
        "Cooks taste the soup at the stove; the hatch opens, they put the bowl in and close the lid.",
        "The menu must list the following: the name of a dish must come first.",
        "Plates must be washed and put into the rack.",
        "The oven refuses the tray and says so.",
        "The bell should ring twice, but that can wait.",
        "The board shall show warmth, steam and vent position of the oven.",
        "Plates must not be dropped and make noise.",
        "The soup shall be hot: no less than 60 degrees.",
        "The fridge shall send a note, i.e., the fridge shall print it.",
    ],
)
def test_one_requirement_stays_whole(text: str) -> None:
    assert split(text) == [("", text)]


@pytest.mark.parametrize(
    ("text", "causal"),
    [
        ("If the river rises, the sluice opens.", True),
        ("The meadow floods because the sluice is stuck.", True),
        ("A blocked drain leads to floods.", True),
        ("When the horn sounds, everybody must leave.", True),
        ("The sluice has two gates.", False),
        ("This section describes the gates.", False),
        ("The keeper shall paint the gates green.", False),
    ],
)
def test_causal_sentences_are_told_from_others(text: str, causal: bool) -> None:
    assert (causality(text) > 0.5) is causal


def _listed(entries: str) -> list[str]:
    return entries.split()


NONSENSE = [
    "",
    " ",
    ".",
    "shall",
    "when",
    "and",
    "to",
    "must not",
    "if,",
    "the",
    "; ; ;",
    "((((",
    "，系统应当存储订单。",
    "Система должна хранить заказы.",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_scraps_and_other_languages_do_no_harm(text: str) -> None:
    for form in Form:
        parse(text, form)
    assert parts(text, 0, len(text))[0].span == Span(0, len(text))
    assert 0 <= causality(text) <= 1


def test_any_jumble_of_words_is_read_and_its_parts_stand_in_order() -> None:
    pool = _listed(
        "the a clerk clerks door shall must not and or but , ; : . when if which that to be is has opened open opens "
        "5 seconds in order so by ( ) who may need while then never print prints order orders each no after"
    )
    chance = random.Random(7)
    for _ in range(1500):
        text = " ".join(chance.choice(pool) for _ in range(chance.randint(1, 25)))
        parse(text)
        found = parts(text, 0, len(text))
        ends = [0, *(edge for part in found for edge in (part.span.start, part.span.end)), len(text)]
        assert ends == sorted(ends)
        between = {text[a.span.end : b.span.start].strip(" ,;:") for a, b in pairwise(found)}
        assert between <= {"", "and", "but"}


@pytest.mark.parametrize(
    "text", ["shall ", "when have ", "and what ", "No cook shall ", "As ", "if option ", "is not "]
)
@pytest.mark.soak
def test_repeated_words_are_read_in_time(text: str) -> None:
    for form in (Form.SENTENCE, Form.USER_STORY):
        parse(text * 2000, form)
    assert parts(text * 2000, 0, 2000 * len(text))


@pytest.mark.soak
def test_long_sentences_take_time_in_proportion() -> None:
    text = "When a, b and c happen, the clerk shall open the door and may close it, which is new, and " * 3000
    parse(text)
    assert len(parts(text, 0, len(text))) > 1

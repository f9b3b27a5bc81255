"""What kind of document a sentence stands in decides: manuals, use cases, and whether it says "shall" or "will"."""

import pytest

from specloom.ai.extraction import Habits, find, habits, probability

SHALL = Habits(formal=0.6, obliging=0.6, foretelling=0.05, allowing=0.05)
WILL = Habits(formal=0.0, obliging=0.0, foretelling=0.6, allowing=0.05)
CAN = Habits(formal=0.0, obliging=0.0, foretelling=0.05, allowing=0.5)


def found(text: str) -> list[str]:
    return [statement.words(text) for statement in find(text)]


def test_habits_are_shares_of_the_sentences() -> None:
    said = habits(["The pump shall stop.", "It should beep.", "It will start again.", "You can wait.", "Rain falls."])
    assert said == Habits(formal=0.2, obliging=0.4, foretelling=0.2, allowing=0.2)


def test_no_sentences_have_no_habits() -> None:
    assert habits([]) == Habits(0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("sentence", "usual", "unusual"),
    [
        ("The cutter will fold the sheet twice.", WILL, SHALL),
        ("The binder can be opened from the side.", CAN, SHALL),
    ],
)
def test_a_verb_says_more_where_the_document_often_uses_it(sentence: str, usual: Habits, unusual: Habits) -> None:
    assert probability(sentence, usual) > probability(sentence) > probability(sentence, unusual) - 1e-9
    assert probability(sentence, usual) - probability(sentence, unusual) > 0.1


def test_what_obliges_does_not_depend_on_habits() -> None:
    sentence = "The cutter shall fold the sheet twice."
    assert probability(sentence, WILL) == probability(sentence, SHALL) == probability(sentence)


def test_a_short_text_takes_the_habits_of_its_document() -> None:
    sentence = "The system will print the label at once."
    usual, plain = (next(find(sentence, usual=each)).confidence for each in (WILL, None))
    assert usual > plain


def test_of_a_use_case_only_what_the_product_does_is_found() -> None:
    text = """# Use case 4: Print a label

Main flow

1. The packer scans the crate.
2. The system prints a label.
3. The packer glues the label to the crate.
"""
    assert found(text) == ["The system prints a label."]


def test_a_manual_gives_no_requirements() -> None:
    text = """# Juice press J2: operating manual

## Cleaning

1. Pull the plug.
2. Rinse the sieve with warm water.

You must not put the motor into the dishwasher. The sieve should be dry before you put it back.
"""
    assert found(text) == []


def test_in_an_issue_what_should_happen_is_found_and_what_happens_is_not() -> None:
    text = """# Issue 12: wrong total

## Steps to reproduce

1. Open the basket.
2. Remove the last item.

## Actual behaviour

The total stays the same.

## Expected behaviour

The total is computed again.
"""
    assert found(text) == ["The total is computed again."]

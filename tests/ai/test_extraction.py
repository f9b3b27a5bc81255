"""What counts as a requirement: sentences one by one, and the form a text gives them."""

import pytest

from specloom.ai.extraction import THRESHOLD, find, probability
from specloom.vocabulary.requirements import Form


def wordings(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find(text)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The kiln controller shall stop heating at 1280 degrees.",
        "Every loan must be recorded with the number of the card.",
        "The export should contain the headings in the language of the reader.",
        "Potters must be able to pause a firing.",
        "The app must not store the number of a credit card.",
        "A visitor can see only the kilns of the own workshop.",
        "If the thermocouple fails, the controller shall switch the kiln off.",
        "A client MAY omit the header.",
        "As a potter, I want to copy an old firing curve so that I need not type it again.",
        "Ability to undo the last ten edits.",
        "Can we please have a filter for finished firings?",
        "It would be great if the panel remembered the last curve.",
        "The interface has to comply with WCAG 2.2.",
        "It must be possible to print the plan on one page.",
        "Easy to use interface shall be provided by the panel.",
        "Curators must check each label.",
        "Reports must be sent by the end of each month.",
    ],
)
def test_sentences_that_ask_something_of_the_product_are_requirements(sentence: str) -> None:
    assert probability(sentence) >= THRESHOLD


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "   ",
        "%%% @@@ ###",
        "3.2 Functional requirements",
        "This document describes the requirements of the kiln controller.",
        "A cone is a small pyramid that melts at a known temperature.",
        "The old kiln must have been broken for years.",
        "That must be a mistake.",
        "This should not take long to read.",
        "It may rain on the day of the fair.",
        "The word SHALL means that a requirement is binding.",
        'The key words "MUST" and "SHOULD" are to be interpreted as described in RFC 2119.',
        "Who pays for the new sensors?",
        "Do we need a second panel?",
        "For example, a firing to cone 6 takes nine hours.",
        "We chose this sensor because it is cheap.",
        "Until last year the potters wrote the curves on paper.",
        "In 2019 the workshop moved to the old brewery.",
        "Tom must send the offer by Friday.",
        "We have to discuss this with the landlord.",
        'The old rules read: "Every firing must be announced by fax."',
        "He said that the kiln should be painted.",
        "Copyright 2021 by the authors.",
        "Added support for dark mode.",
        "Best regards, Ines",
        "Tom to collect the glazes",
        "Ines and Tom will order the bricks",
        "Bidders must submit two sealed envelopes.",
        "The evaluation committee will award up to 40 points.",
        "Prices shall be quoted without tax.",
        "The supplier must name three references.",
        "Comments on this draft should reach the guild by 3 June.",
        "must must must",
    ],
)
def test_what_only_looks_like_one_is_none(sentence: str) -> None:
    assert probability(sentence) < THRESHOLD


def test_a_list_completes_its_lead_in() -> None:
    items = "- show the temperature of each kiln;\n- sound an alarm above 1300 degrees;\n- print the log.\n"
    text = f"The panel shall:\n\n{items}"
    found = list(find(text))
    assert [text[each.start : each.end] for each in found] == [
        "show the temperature of each kiln",
        "sound an alarm above 1300 degrees",
        "print the log.",
    ]
    assert found[0].words(text) == "The panel shall show the temperature of each kiln"
    assert {each.form for each in found} == {Form.ITEM}


def test_headings_say_what_their_lines_are() -> None:
    lines = "- Export of firing curves as CSV\n- Alarm by text message\n"
    assert len(wordings(f"# Kiln\n\n## Features\n\n{lines}")) == 2
    for heading in ("Glossary", "Action items", "Open questions", "References", "Out of scope"):
        assert wordings(f"# Kiln\n\n## {heading}\n\n{lines}") == []


def test_background_and_tasks_are_left_out_although_they_have_modal_verbs() -> None:
    text = (
        "# Kiln\n\n## Requirements\n\nThe controller shall log every firing.\n\n"
        "## Action items\n\n- Tom must call the supplier.\n- Ines should measure the room.\n\n"
        "## Open questions\n\n- Must the log be kept for ever?\n\n"
        "## Definitions\n\n- Firing: what happens between loading and unloading.\n"
    )
    assert wordings(text) == ["The controller shall log every firing."]


def test_identifiers_are_told_apart_from_the_words() -> None:
    items = "- REQ-012: The kiln shall cool down slowly.\n- [FR-3] The panel must show the curve.\n"
    text = f"{items}\n3.2.1 The log shall be kept.\n"
    found = list(find(text))
    assert [each.identifier for each in found] == ["REQ-012", "FR-3", "3.2.1"]
    assert text[found[0].start : found[0].end] == "The kiln shall cool down slowly."


def test_standards_and_numbers_are_no_identifiers() -> None:
    (found,) = find("TLS 1.2 must be used for all connections.")
    assert found.identifier is None
    assert found.start == 0


def test_the_path_of_headings_is_kept() -> None:
    text = "# Kiln\n\n## Safety requirements\n\n### Door\n\nThe door must stay locked above 60 degrees.\n"
    (found,) = find(text)
    assert [text[span.start : span.end] for span in found.heading] == ["Kiln", "Safety requirements", "Door"]


@pytest.mark.parametrize(
    "text",
    [
        "As a potter, I want to see the curve, so that I can stop in time.",
        "As a potter\nI want to see the curve\nSo that I can stop in time",
        "**As a** potter,\n**I want** to see the curve,\n**so that** I can stop in time.",
        "In order to stop in time, as a potter, I want to see the curve.",
    ],
)
def test_a_user_story_is_one_requirement_however_it_is_broken_into_lines(text: str) -> None:
    (found,) = find(text)
    assert found.form is Form.USER_STORY
    assert "see the curve" in text[found.start : found.end]


def test_acceptance_criteria_stand_beside_their_story() -> None:
    text = (
        "As a potter, I want to see the curve.\n\nAcceptance criteria:\n\n"
        "- the curve is drawn every minute\n- a firing of 30 hours fits on the screen\n"
    )
    assert [each.form for each in find(text)] == [Form.USER_STORY, Form.ITEM, Form.ITEM]


def test_the_outcomes_of_a_scenario_hang_on_its_conditions() -> None:
    text = (
        "Feature: Door\n\n  Scenario: Hot kiln\n    Given a kiln at 400 degrees\n    When somebody pulls the handle\n"
        "    Then the door stays locked\n    And a warning is shown\n"
    )
    found = list(find(text))
    assert [text[each.start : each.end] for each in found] == ["the door stays locked", "a warning is shown"]
    assert found[1].words(text) == "Given a kiln at 400 degrees When somebody pulls the handle a warning is shown"
    assert {each.form for each in found} == {Form.SCENARIO}


def test_bold_steps_in_markdown_are_steps() -> None:
    text = (
        "### Requirement: Door\nThe kiln SHALL have a lock.\n\n#### Scenario: Hot kiln\n- **WHEN** the kiln is hot\n"
        "- **THEN** it SHALL stay locked\n- **AND** it MAY sound an alarm\n"
    )
    found = list(find(text))
    assert [text[each.start : each.end] for each in found] == [
        "The kiln SHALL have a lock.",
        "it SHALL stay locked",
        "it MAY sound an alarm",
    ]
    assert [text[span.start : span.end] for span in found[1].context] == ["WHEN", "the kiln is hot"]


def test_a_sentence_that_begins_like_a_step_is_none() -> None:
    text = "When the kiln is hot, the door shall stay locked."
    (found,) = find(text)
    assert (found.start, found.end, found.form) == (0, len(text), Form.SENTENCE)


def test_a_heading_states_a_requirement_only_where_nothing_below_it_does() -> None:
    bare = "# Kiln\n\n### Requirement: Audit trail\n\nSee the meeting of May.\n\n### Notes\n\nNone.\n"
    (found,) = find(bare)
    assert (found.form, bare[found.start : found.end]) == (Form.NAMED, "Audit trail")
    stated = "# Kiln\n\n### Requirement: Audit trail\n\nThe kiln shall log each opening of its door.\n"
    assert wordings(stated) == ["The kiln shall log each opening of its door."]


def test_rows_give_the_cell_that_states_something() -> None:
    text = (
        "## Requirements\n\n| ID | Requirement | Owner |\n|---|---|---|\n"
        "| K-1 | The kiln shall cool down slowly. | Tom |\n| K-2 | The door must lock above 60 °C. | Ines |\n"
    )
    found = list(find(text))
    assert [(each.identifier, text[each.start : each.end], each.form) for each in found] == [
        ("K-1", "The kiln shall cool down slowly.", Form.ROW),
        ("K-2", "The door must lock above 60 °C.", Form.ROW),
    ]


def test_speakers_are_no_part_of_what_they_say() -> None:
    text = "ANNA: We need an export of the firing log.\nTOM: I will call the supplier tomorrow.\nANNA: Thanks!\n"
    assert wordings(text) == ["We need an export of the firing log."]


def test_mails_are_read_for_their_wishes() -> None:
    text = (
        "Hi Ines,\n\nthanks for the call. Can we please have a list of all firings of a month?\n"
        "I am on holiday next week.\n\nBest regards\nTom\n"
    )
    assert wordings(text) == ["Can we please have a list of all firings of a month?"]


def test_code_is_passed_over() -> None:
    text = '# Kiln\n\n```python\ndef fire(kiln):\n    """The kiln must be closed."""\n```\n\nThe kiln must be closed.\n'
    assert wordings(text) == ["The kiln must be closed."]


def test_a_sentence_with_several_requirements_is_split() -> None:
    text = "The kiln shall log each firing, and the panel shall show the log."
    assert len(wordings(text)) == 2

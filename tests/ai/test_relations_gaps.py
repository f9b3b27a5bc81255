"""Terms that waver, and what a set of requirements leaves out."""

import pytest

from specloom.ai.analysis import Classification, Requirement, Statement
from specloom.ai.grammar import clause
from specloom.ai.relations import gaps, terms
from specloom.ai.relations.gaps import REASONS
from specloom.vocabulary.requirements import Form, Quality, RequirementType

FUNCTIONAL = Classification(RequirementType.FUNCTIONAL, 0.9)


def read(
    *sentences: str, before: str = "", after: str = "", classification: Classification = FUNCTIONAL
) -> tuple[str, list[Requirement]]:
    """A text of one requirement a line, with words before and after them."""
    requirements, at = [], len(before) + 1
    text = f"{before}\n{chr(10).join(sentences)}\n{after}"
    for sentence in sentences:
        form = Form.USER_STORY if sentence.startswith("As a") else Form.SENTENCE
        statement = Statement(at, at + len(sentence), form, 1.0)
        requirements.append(Requirement(statement, clause(text, statement), classification))
        at += len(sentence) + 1
    return text, requirements


def reasons(*sentences: str, before: str = "", after: str = "") -> list[str]:
    return [each.reason for each in gaps(*read(*sentences, before=before, after=after))]


CLEAN = (
    "The clerk shall be able to register a parcel by scanning its label.",
    "The clerk shall be able to correct or delete a parcel that was registered by mistake.",
    "When a parcel is registered, the system shall send a message to the addressee.",
    "If the message cannot be delivered, the system shall print a card for the letter box.",
    "The addressee shall be able to collect a parcel at any time of the day.",
    "When the code is wrong three times, the locker shall block the code for 15 minutes.",
    "The system shall answer each scan within 1 second in 99 % of the cases.",
    "The system shall be available 99.5 % of each month.",
    "Names of addressees shall be encrypted at rest and deleted after 90 days.",
    "Only clerks may open a compartment by hand.",
)


def test_a_clean_specification_has_few_gaps() -> None:
    text, requirements = read(*CLEAN * 4)
    assert len(gaps(text, requirements)) <= 2
    assert terms(text, requirements) == ()


@pytest.mark.parametrize(
    ("sentences", "reason"),
    [
        (("The limit of the upload shall be TBD.",), "undecided"),
        (("The layout shall follow section 9.4.",), "undefined_reference"),
        (
            ("The file shall hold the name of the curator.", "The list shall hold the phone number of the curator."),
            "role_without_story",
        ),
        (("The system shall validate the passport number.",), "error_without_handling"),
        (("If the manager approves the trip, the system shall book the seats.",), "condition_without_alternative"),
        (
            ("The guest can create a poll.", "The guest can update a photo.", "The guest can delete a photo."),
            "create_without_delete",
        ),
        (("The system shall store patient records.",), "data_without_retention"),
        (("The shop shall charge cards through the payment gateway.",), "interface_without_failure"),
    ],
)
def test_each_lack_is_found(sentences: tuple[str, ...], reason: str) -> None:
    assert reason in reasons(*sentences)


@pytest.mark.parametrize(
    ("sentences", "reason"),
    [
        (("The layout shall follow section 9.4.",), "undefined_reference"),
        (
            ("The file shall hold the name of the curator.", "The curator shall be able to lend objects."),
            "role_without_story",
        ),
        (
            ("The system shall validate the passport number.", "An invalid passport number shall be shown in red."),
            "error_without_handling",
        ),
        (
            ("If the manager approves the trip, the system shall book it.", "A rejected trip shall be archived."),
            "condition_without_alternative",
        ),
        (("The system shall store patient records for 10 years.",), "data_without_retention"),
        (
            (
                "The shop shall charge cards through the payment gateway.",
                "If the payment gateway does not answer, the shop shall retry after 5 seconds.",
            ),
            "interface_without_failure",
        ),
    ],
)
def test_what_is_settled_is_no_gap(sentences: tuple[str, ...], reason: str) -> None:
    assert reason not in reasons(*sentences, after="9.4 Layout\nAll pages have a header.")


def test_qualities_without_a_number_are_one_gap_each() -> None:
    speed = Classification(RequirementType.NON_FUNCTIONAL, 0.9, Quality.PERFORMANCE_EFFICIENCY)
    text, requirements = read("The search must be fast.", "The export must be quick.", classification=speed)
    (found,) = gaps(text, requirements)
    assert (found.reason, found.requirements) == ("quality_without_measure", (0, 1))
    assert [text[span.start : span.end] for span in found.evidence.spans] == ["fast", "quick"]


def test_a_large_set_must_speak_of_security_performance_and_availability() -> None:
    things = ("rose", "tulip", "lily", "daisy", "iris", "poppy", "aster", "peony", "violet", "clover", "fern", "moss")
    sentences = [f"The page shall show the {thing} in spring." for thing in (*things, "oak", "elm", "ash")]
    found = gaps(*read(*sentences))
    assert [each.reason for each in found] == ["missing_quality"] * 3
    assert reasons(*sentences[:14]) == []


def test_wishes_that_no_requirement_meets_are_gaps() -> None:
    text, requirements = read("The pump shall stop when the tank is empty.")
    (found,) = gaps(text, requirements, ("accessibility",))
    assert found.reason == "focus_without_requirement"
    assert '"accessibility"' in found.evidence.message


def test_every_gap_has_a_documented_reason_and_evidence_in_the_text() -> None:
    text, requirements = read(
        "The system shall store patient records of the nurse.", "The rate shall be TBD.", "See annex Q of the nurse."
    )
    found = gaps(text, requirements, ("speed",))
    assert len({each.reason for each in found}) > 3
    for each in found:
        assert each.reason in REASONS
        assert each.evidence.spans
        assert all(0 <= span.start < span.end <= len(text) for span in each.evidence.spans)
        assert all(0 <= number < len(requirements) for number in each.requirements)


@pytest.mark.parametrize(
    ("sentences", "named"),
    [
        (
            ("Each customer shall have a number.", "The client must pay in advance.", "A client may cancel."),
            {"customer", "client"},
        ),
        (
            ("Users log in with a code.", "After users sign in, the menu opens.", "They sign in daily."),
            {"log in", "sign in"},
        ),
        (("The e-mail shall be sent.", "Each email shall be signed."), {"e-mail", "email"}),
        (("The data base shall be copied.", "Each database shall be checked."), {"data base", "database"}),
    ],
)
def test_two_words_for_one_thing(sentences: tuple[str, ...], named: set[str]) -> None:
    text, requirements = read(*sentences)
    (found,) = terms(text, requirements)
    assert found.reason == "synonyms"
    assert set(found.terms) == named
    assert {text[span.start : span.end].lower() for span in found.evidence.spans} >= {min(named)}


@pytest.mark.parametrize(
    "sentences",
    [
        ("Each user has a name.", "All users have a name.", "User names are unique."),
        ("The customer shall call.", "The client library shall log.", "The HTTP client shall retry."),
        ("The customer relationship management (CRM) shall sync.", "The CRM shall store it.", "The CRM is hosted."),
        ("The tool shall set up a node.", "The setup shall end.", "Users log in.", "The login shall expire."),
    ],
)
def test_what_is_one_term_is_left_alone(sentences: tuple[str, ...]) -> None:
    assert terms(*read(*sentences)) == ()


@pytest.mark.parametrize(
    ("before", "term"),
    [
        ('"Ward" means a room with beds for patients.\n"Ward" means the region of a health board.', "ward"),
        ("The content rating model (CRM) is new. The customer relationship module (CRM) is old.", "CRM"),
    ],
)
def test_one_word_for_two_things(before: str, term: str) -> None:
    text, requirements = read("The pump shall stop.", before=before)
    (found,) = terms(text, requirements)
    assert (found.reason, found.terms) == ("meanings", (term,))
    assert len(found.evidence.spans) == 2


def test_texts_without_requirements_lack_nothing() -> None:
    assert gaps("", ()) == ()
    assert terms("", ()) == ()

"""Classification reads context, clause, heading and the tenant's own names, and says how sure it is."""

import time

import pytest

from specloom.ai.analysis import Classification, Clause, Statement
from specloom.ai.classification import classify, classify_sentence
from specloom.ai.classification.cues import Lexicon, tokens
from specloom.ai.grammar import clause
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, Priority, Quality, RequirementType


def of(text: str, words: str, *, heading: str = "", lead: str = "", own: tuple[str, ...] = ()) -> Classification:
    """The classification of `words` in a text, under a heading and behind a lead-in of that text."""

    def place(part: str) -> tuple[Span, ...]:
        return (Span(text.index(part), text.index(part) + len(part)),) if part else ()

    start = text.index(words)
    form = Form.ROW if "|" in text else Form.ITEM
    statement = Statement(start, start + len(words), form, 1.0, context=place(lead), heading=place(heading))
    return classify(text, statement, clause(text, statement), own)


def words(text: str) -> list[str]:
    return [word for word, _ in tokens(text)]


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        ("response time", "the response times shall", ["response", "times"]),
        ("respon* time", "a Response-Time of", ["response", "time"]),
        ("within # @moment", "within 2.5 minutes", ["within", "2.5", "minutes"]),
        ("within # @moment", "within two minutes", ["within", "two", "minutes"]),
        ("within # @moment", "within reach", []),
        ("shut ~ door|gate", "then shut the big green gate now", ["shut", "the", "big", "green", "gate"]),
        ("# %", "at 99 percent", ["99", "percent"]),
        ("log in", "catalog in print", []),
    ],
)
def test_a_cue_is_found_where_its_words_stand(cue: str, text: str, found: list[str]) -> None:
    lexicon = Lexicon([(cue, "mark")], {"moment": "second* minute*"})
    assert [words(text)[start:end] for start, end, _ in lexicon.find(words(text))] == ([found] if found else [])


def test_a_cue_counts_once() -> None:
    lexicon = Lexicon([("fast", 1)], {})
    assert list(lexicon.find(words("fast, fast, fast"))) == [(0, 1, 1)]


@pytest.mark.parametrize(
    ("sentence", "quality", "aspect"),
    [
        ("The list shall be shown within two seconds.", Quality.PERFORMANCE_EFFICIENCY, "time_behaviour"),
        ("The depot must serve 300 simultaneous users.", Quality.PERFORMANCE_EFFICIENCY, "capacity"),
        ("The portal shall be available 99.5 % of the time.", Quality.RELIABILITY, "availability"),
        ("The pump must continue to operate when a sensor fails.", Quality.RELIABILITY, "fault_tolerance"),
        ("After a crash, all bookings must be restored from the backup.", Quality.RELIABILITY, "recoverability"),
        ("Only authorised nurses may see the chart.", Quality.SECURITY, "confidentiality"),
        ("The courier must log in with a password.", Quality.SECURITY, "authenticity"),
        ("The audit log must show who changed a tariff.", Quality.SECURITY, "accountability"),
        ("The pages shall be accessible for blind readers with a screen reader.", *2 * ("",)),
        ("The look and feel shall follow the house style.", Quality.INTERACTION_CAPABILITY, "user_engagement"),
        ("Volunteers shall learn to use the app without any training.", Quality.INTERACTION_CAPABILITY, "learnability"),
        ("The kiosk must be easy to use.", Quality.INTERACTION_CAPABILITY, "operability"),
        ("The planner must run on Windows and Linux.", Quality.FLEXIBILITY, "adaptability"),
        ("The archive shall scale to ten times the number of users.", Quality.FLEXIBILITY, "scalability"),
        ("The unit tests shall cover 80 % of the code.", Quality.MAINTAINABILITY, "testability"),
        ("The till shall interface with the accounting system.", Quality.COMPATIBILITY, "interoperability"),
        ("On failure the lift must enter a safe state.", Quality.SAFETY, "fail_safe"),
    ],
)
def test_a_quality_has_its_aspect(sentence: str, quality: Quality | str, aspect: str) -> None:
    found = classify_sentence(sentence)
    assert found.type is RequirementType.NON_FUNCTIONAL
    if not quality:
        quality, aspect = Quality.INTERACTION_CAPABILITY, "inclusivity"
    assert (found.quality, found.aspect) == (quality, aspect)


def test_what_a_condition_or_purpose_says_is_not_what_is_asked_for() -> None:
    assert classify_sentence("If the seat is not paid within 10 minutes, the system shall release it.").quality is None
    story = "As an authenticated admin, I want to export the roster so that my work is faster."
    assert classify_sentence(story).type is RequirementType.FUNCTIONAL


def test_a_heading_decides_what_the_words_leave_open() -> None:
    text = "Privacy and compliance\nEntrance\n- The record must be kept for two years."
    legal = of(text, "The record must be kept for two years.", heading="Privacy and compliance")
    assert legal.type is RequirementType.COMPLIANCE
    text = "Security\n- Tokens in every request"
    assert of(text, "Tokens in every request", heading="Security").quality is Quality.SECURITY


def test_the_words_that_introduce_a_list_belong_to_the_requirement() -> None:
    text = "The service shall be:\n- available 99.9 % of each month"
    found = of(text, "available 99.9 % of each month", lead="The service shall be:")
    assert (found.quality, found.aspect) == (Quality.RELIABILITY, "availability")


@pytest.mark.parametrize(
    ("sentence", "framework"),
    [
        ("Data about guests shall be processed under the General Data Protection Regulation.", "GDPR"),
        ("The records must comply with HIPAA.", "HIPAA"),
        ("Card data must be handled as PCI-DSS demands.", "PCI DSS"),
        ("The site must meet WCAG 2.2 AA.", "WCAG"),
        ("The supplier must be certified to ISO/IEC 27001.", "ISO/IEC 27001"),
        ("The depot must comply with the Road Traffic Act 1988.", "Road Traffic Act 1988"),
        ("Fridges must meet EN 60335-2-24.", "EN 60335-2-24"),
        ("Samples may be used only in compliance with the Nagoya Protocol.", "Nagoya Protocol"),
        ("Electronic signatures must meet 21 CFR Part 11.", "21 CFR Part 11"),
    ],
)
def test_a_regulation_is_named(sentence: str, framework: str) -> None:
    found = classify_sentence(sentence)
    assert (found.type, found.framework) == (RequirementType.COMPLIANCE, framework)


@pytest.mark.parametrize("sentence", ["Dates are stored as ISO 8601.", "The user may act for others.", "The Act ends."])
def test_formats_and_plain_words_are_no_regulations(sentence: str) -> None:
    assert classify_sentence(sentence).framework is None


def test_the_names_of_the_tenant_count_and_keep_its_spelling() -> None:
    sentence = "Every tour must be planned in line with the harbour-code."
    assert of(sentence, sentence).framework is None
    found = of(sentence, sentence, own=("Harbour Code", "RATE"))
    assert (found.type, found.framework) == (RequirementType.COMPLIANCE, "Harbour Code")
    assert of("The rate must be shown.", "The rate must be shown.", own=("RATE",)).framework is None


@pytest.mark.parametrize(
    ("sentence", "priority"),
    [
        ("The clerk shall be able to print a list.", Priority.MEDIUM),
        ("The clerk should be able to print a list.", Priority.MEDIUM),
        ("The system MAY keep older versions.", Priority.LOW),
        ("The system may show a photo of the parcel.", Priority.LOW),
        ("If possible, the clerk can print a list.", Priority.LOW),
        ("A map of the shelves would be nice.", Priority.LOW),
        ("Passwords must be stored as hashes.", Priority.HIGH),
        ("Invoices must be kept for ten years as required by law.", Priority.HIGH),
        ("Personal data must not be disclosed to unauthorised people.", Priority.CRITICAL),
        ("The saw must enter a safe state when the guard is opened.", Priority.CRITICAL),
        ("The screens should be easy to use.", Priority.LOW),
        ("[P1] The clerk can print a list.", Priority.CRITICAL),
        ("Must have: the clerk can print a list.", Priority.HIGH),
        ("The clerk can print a list (priority: low).", Priority.LOW),
        ("The clerk sees high-priority parcels first.", Priority.MEDIUM),
        ("The clerk sets the priority: high, medium or low.", Priority.MEDIUM),
    ],
)
def test_priority_follows_mark_modality_and_consequence(sentence: str, priority: Priority) -> None:
    assert classify_sentence(sentence).priority is priority


def test_priority_follows_the_nearest_heading_that_ranks() -> None:
    text = "Must have\nParcels\n- The clerk prints a list.\nLater\n- The clerk prints a map."
    assert of(text, "The clerk prints a list.", heading="Must have").priority is Priority.HIGH
    assert of(text, "The clerk prints a map.", heading="Later").priority is Priority.LOW
    assert of(text, "The clerk prints a map.", heading="Parcels").priority is Priority.MEDIUM


@pytest.mark.parametrize(
    ("cell", "others", "priority"),
    [
        ("High", "Low", Priority.HIGH),
        ("must", "could", Priority.HIGH),
        ("M", "S", Priority.HIGH),
        ("C", "M", Priority.LOW),
        ("M", "H", Priority.MEDIUM),
        ("L", "M", Priority.LOW),
        ("six", "seven", Priority.MEDIUM),
    ],
)
def test_priority_follows_the_cell_of_the_row(cell: str, others: str, priority: Priority) -> None:
    text = f"| No. | Wish | Prio |\n| 1 | A list is printed | {cell} |\n| 2 | A map is shown | {others} |\n"
    assert of(text, "A list is printed").priority is priority


def test_confidence_is_a_probability_and_falls_when_two_types_are_near() -> None:
    sure = classify_sentence("The system shall be available 99.9 % of the time and recover within a minute.")
    torn = classify_sentence("Only managers may approve.")
    assert 0.25 <= torn.confidence < sure.confidence <= 1


@pytest.mark.parametrize("text", ["", " ", "...", "Система должна работать.", "注文を確認する。", "\u0000", "🙂" * 50])
def test_any_text_gets_a_type(text: str) -> None:
    statement = Statement(0, len(text), Form.SENTENCE, 1.0)
    assert classify(text, statement, Clause()).type is RequirementType.FUNCTIONAL


@pytest.mark.parametrize("unit", ["the system shall ", "1 ", "A-", "a", "( ", "Of the Act ", "P1 ", "within 1 "])
def test_a_statement_of_a_megabyte_is_classified_by_its_beginning(unit: str) -> None:
    text = "The pump must continue to operate when a sensor fails. " + unit * (1_000_000 // len(unit))
    whole = Statement(0, len(text), Form.ROW, 1.0, context=(Span(0, len(text)),), heading=(Span(0, len(text)),))
    begin = time.process_time()
    found = classify(text, whole, Clause(), ("Harbour Code",))
    assert time.process_time() - begin < 1
    assert found == classify(text[:50_000], whole, Clause(), ("Harbour Code",))


@pytest.mark.parametrize(
    ("sentence", "framework"),
    [
        ("Sox and shirts must be counted separately.", None),
        ("The report must satisfy SOX.", "SOX"),
        ("Ada must be informed of each order.", None),
        ("Ramps must be built as the ADA demands.", "ADA"),
        ("The Gramm-Leach-Bliley notice must be sent.", "GLBA"),
        ("Both the FDA and the GDPR apply to the samples.", "GDPR"),
    ],
)
def test_a_name_that_is_a_word_elsewhere_must_be_spelled_as_a_name(sentence: str, framework: str | None) -> None:
    assert classify_sentence(sentence).framework == framework

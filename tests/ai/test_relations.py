"""Duplicates and conflicts in whole texts: their places, messages and limits."""

import time

import pytest

from specloom.ai.analysis import Classification, Requirement, Statement
from specloom.ai.grammar import clause
from specloom.ai.relations import conflicts, duplicates
from specloom.core.text import Span
from specloom.vocabulary.requirements import Form, RequirementType


def read(*sentences: str, form: Form = Form.SENTENCE) -> tuple[str, list[Requirement]]:
    """A text of one requirement a line."""
    text, requirements, at = "\n".join(sentences), [], 0
    for sentence in sentences:
        statement = Statement(at, at + len(sentence), form, 1.0)
        classification = Classification(RequirementType.FUNCTIONAL, 0.9)
        requirements.append(Requirement(statement, clause(text, statement), classification))
        at += len(sentence) + 1
    return text, requirements


TRAMS = (
    "The display shall show the next stop.",
    "The display shall show the destination.",
    "The driver shall be able to change the destination.",
    "Announcements shall be played before each stop.",
    "The doors shall stay closed while the tram moves.",
    "The next stop shall be shown on the display.",
    "Recordings of the cameras shall be kept for 3 days.",
    "The system shall keep camera recordings for 10 days.",
    "The doors may be opened by passengers.",
    "The horn must not sound at night.",
)


def test_duplicates_name_both_places_and_what_they_share() -> None:
    text, requirements = read(*TRAMS)
    (found,) = duplicates(text, requirements)
    assert (found.first, found.second) == (0, 5)
    assert [text[span.start : span.end] for span in found.evidence.spans] == [TRAMS[0], TRAMS[5]]
    assert '"display"' in found.evidence.message
    assert 0.5 <= found.confidence <= 1
    assert found.similarity > 0.8


def test_conflicts_name_the_words_that_clash() -> None:
    text, requirements = read(*TRAMS)
    (found,) = conflicts(text, requirements)
    assert (found.first, found.second, found.reason) == (6, 7, "number")
    assert [text[span.start : span.end] for span in found.evidence.spans] == ["3 days", "10 days"]
    assert '"3 days" and "10 days"' in found.evidence.message


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ("Reports must be kept for 2 years.", "Reports must be kept for 30 days.", "number"),
        ("The gate shall open within 500 ms.", "The gate shall open in no less than 2 seconds.", "number"),
        ("Nurses shall not edit prescriptions.", "Nurses shall edit prescriptions.", "negation"),
        ("Messages must be encrypted.", "Messages are sent in plain text.", "negation"),
        ("Each visitor must sign the visitor book.", "Each visitor may sign the visitor book.", "modality"),
        ("Only the curator may lend objects.", "Every visitor may lend objects.", "actor"),
        ("Stock is updated immediately.", "Stock is updated in a nightly batch.", "time"),
        ("The fee is charged before the trip.", "The fee is charged after the trip.", "time"),
    ],
)
def test_each_reason(first: str, second: str, reason: str) -> None:
    found = conflicts(*read(first, second))
    assert [each.reason for each in found] == [reason]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The tank shall hold at least 10 litres.", "The tank shall hold at most 40 litres."),
        ("The gate shall open within 2 seconds.", "The gate shall open within 2000 ms."),
        ("When online, the app shall save drafts.", "When offline, the app shall not save drafts."),
        ("Orders above 500 euros shall be approved.", "Orders up to 500 euros shall not be approved."),
        ("The user may pause the film.", "The system shall not skip the adverts."),
        ("The list must include, but not be limited to, the address of the member.", "Only staff may print the list."),
        ("Messages that were not delivered shall be repeated.", "Messages shall be delivered in order."),
    ],
)
def test_what_can_both_hold_is_no_conflict(first: str, second: str) -> None:
    assert conflicts(*read(first, second)) == ()


def test_a_specification_of_one_pattern_has_no_duplicates_or_conflicts() -> None:
    things = ("mutation", "migration", "session", "schema", "handler", "fixture", "index", "certificate", "queue")
    deeds = ("versioned in the repository", "loaded at the start", "covered by a test", "listed in the manual")
    sentences = [f"All new {thing}s shall be {deed}." for thing in things for deed in deeds]
    text, requirements = read(*sentences)
    assert duplicates(text, requirements) == ()
    assert conflicts(text, requirements) == ()


def test_lead_ins_belong_to_the_wording() -> None:
    text = "The recorder shall:\n- keep the video for 7 days\nThe viewer shall:\n- keep the video for 7 days\n"
    starts = [text.index("keep"), text.rindex("keep")]
    leads = [place(text, "The recorder shall:"), place(text, "The viewer shall:")]
    requirements = []
    for start, lead in zip(starts, leads, strict=True):
        statement = Statement(start, start + len("keep the video for 7 days"), Form.ITEM, 1.0, context=(lead,))
        classification = Classification(RequirementType.FUNCTIONAL, 0.9)
        requirements.append(Requirement(statement, clause(text, statement), classification))
    assert duplicates(text, requirements) == ()


def place(text: str, words: str) -> Span:
    return Span(text.index(words), text.index(words) + len(words))


def test_feature_requests_are_compared_as_a_whole() -> None:
    requests = (
        "Dark theme. The white page is too bright in the evening. Please add dark colours for the editor.",
        "Export to Excel. Accounting wants the monthly report as a spreadsheet. Copying it by hand is slow.",
        "Editor with dark colours. My eyes hurt from the bright white page. A dark theme would help.",
        "Faster start. The program takes a minute to load. Nobody wants to wait so long.",
        "Download the report as a spreadsheet. Our accounting uses Excel. Now we copy the monthly report by hand.",
        "Print preview. It would be nice to see page breaks. Paper is expensive.",
    )
    found = duplicates(*read(*requests))
    assert [(each.first, each.second) for each in found] == [(0, 2), (1, 4)]


def test_equal_requirements_are_reported_once_each_however_many() -> None:
    text, requirements = read(*["The log shall record the time."] * 60)
    found = duplicates(text, requirements)
    assert [(each.first, each.second) for each in found] == [(0, number) for number in range(1, 60)]


@pytest.mark.soak
def test_five_thousand_requirements_take_seconds() -> None:
    heads, tails = ("lam", "rok", "ted", "vis", "pon", "gar", "mil", "sut"), ("ert", "ond", "ali", "usk", "ime", "ora")
    names = [f"{head}{tail}" for head in heads for tail in tails]
    sentences = [
        f"The {names[n % 48]}{n % 13} shall {names[n * 7 % 48]} the {names[n * 11 % 48]}{n % 17} {n % 31}."
        for n in range(5_000)
    ]
    text, requirements = read(*sentences)
    begun = time.perf_counter()
    duplicates(text, requirements)
    assert time.perf_counter() - begun < 15


@pytest.mark.parametrize("text", ["", "∅" * 2_000, "shall " * 200, "3 s " * 500])
def test_odd_texts_are_compared_without_harm(text: str) -> None:
    assert duplicates(*read(text, text[:50])) is not None
    assert conflicts(*read(text, text[:50])) is not None

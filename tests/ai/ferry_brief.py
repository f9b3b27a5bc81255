"""A brief for the tests of the model's analyst, and what a model may say of it."""

import json
from dataclasses import replace
from typing import Any

from specloom.ai.analysis import Analysis, AnalysisRequest, Requirement
from specloom.core.text import Section, SectionKind

CHAPTERS = {
    "Ferry booking": "Nordsund Ferries runs four boats. Today bookings are taken by telephone.",
    "Booking": (
        "The system shall let a passenger book a seat up to 60 days ahead. "
        "The system shall confirm each booking by e-mail within 2 minutes.\n\n"
        "The booking office must be able to:\n\n"
        "- cancel a booking until one hour before departure\n"
        "- print the list of passengers"
    ),
    "Rules": (
        "Children under 6 years travel free of charge. "
        "Personal data shall be deleted after 24 months, as the GDPR demands."
    ),
    "Operation": "The service shall be available 99.5 % of the time between 05:00 and 23:00.",
}

SEAT = "The system shall let a passenger book a seat up to 60 days ahead."
CONFIRM = "The system shall confirm each booking by e-mail within 2 minutes."
CANCEL = "cancel a booking until one hour before departure"
PRINT = "print the list of passengers"
CHILDREN = "Children under 6 years travel free of charge."
DELETE = "Personal data shall be deleted after 24 months, as the GDPR demands."
AVAILABLE = "The service shall be available 99.5 % of the time between 05:00 and 23:00."
# Sentence numbers: [1] # Ferry booking, [2] Nordsund, [3] Today, [4] # Booking, [5] SEAT, [6] CONFIRM, [7] lead, …
NUMBERS = {SEAT: 5, CONFIRM: 6, CANCEL: 8, PRINT: 9, CHILDREN: 11, DELETE: 12, AVAILABLE: 14}


def request(chapters: dict[str, str], **more: Any) -> AnalysisRequest:
    """A text with a heading and a section for each chapter."""
    text, sections = "", []
    for label, body in chapters.items():
        start = len(text)
        text += f"# {label}\n\n{body}\n\n"
        sections.append(Section(SectionKind.HEADING, label, 1, start, len(text)))
    return replace(AnalysisRequest("Ferry brief", text, tuple(sections)), **more)


BRIEF = request(CHAPTERS)
# Six chapters of twelve requirements.
LONG = request(
    {
        f"Pier {pier}": " ".join(
            f"The system shall report the boats at pier {pier} every {pier * 100 + item} seconds." for item in range(12)
        )
        for pier in range(1, 7)
    }
)


def claim(quote: str, number: int | None = None, **changes: Any) -> dict[str, Any]:
    """A requirement as a model names it."""
    return {
        "sentences": [NUMBERS[quote] if number is None else number],
        "quote": quote,
        "modality": "obligation",
        "type": "functional",
        "quality": None,
        "framework": None,
        "priority": "high",
        "confidence": 0.9,
    } | changes


def claims(*named: dict[str, Any]) -> str:
    return json.dumps({"requirements": named})


def remarks(**said: list[dict[str, Any]]) -> str:
    return json.dumps({"conflicts": [], "gaps": [], "questions": []} | said)


EVERYTHING = claims(*(claim(quote) for quote in NUMBERS))
NOTHING_MORE = remarks()


def quotes(analysis: Analysis, of: AnalysisRequest = BRIEF) -> list[str]:
    """The words of what stands in the text."""
    return [quote(each, of) for each in analysis.requirements if each.supported]


def quote(requirement: Requirement, of: AnalysisRequest = BRIEF) -> str:
    return " ".join(of.text[requirement.statement.start : requirement.statement.end].split())


def unsupported(analysis: Analysis) -> list[str | None]:
    """What is claimed and does not stand in the text."""
    return [each.claimed for each in analysis.requirements if not each.supported]

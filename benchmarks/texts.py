"""Texts to measure with: sentences that all differ, under headings."""

from collections.abc import Sequence

FORMS = (
    "The depot {n} reported {m} parcels on its evening round and asked for two more vans.",
    "Inspection {n} found that door {m} of the locker did not close in the rain.",
    "Driver {n} must sign for consignment {m} before the vehicle leaves the yard.",
    "Customers of station {n} waited {m} minutes for a code that never came.",
    "After {m} complaints the station master of district {n} asked for a second lift.",
)

REQUIREMENTS = (
    "- The sorting line {n} shall stop within {m} milliseconds when a guard is opened.",
    "Operators of hall {n} told us in spring that the display is hard to read in the sun.",
    "- As a driver of route {n}, I want to see the next {m} stops, so that I can plan my break.",
    "- If scanner {n} does not answer, the gateway shall try again {m} times and report the failure.",
    "The contract for depot {n} ends after {m} months.",
    "- Records of consignment {n} must be kept for {m} days and should be easy to find.",
)


def markdown(characters: int) -> str:
    """Prose of about so many characters, in Markdown."""
    return _written(FORMS, "Report", characters)


def specification(characters: int) -> str:
    """Requirements, and as many sentences between them that are none, of about so many characters, in Markdown."""
    return _written([*REQUIREMENTS, *FORMS], "Requirements of part", characters)


def _written(forms: Sequence[str], heading: str, characters: int) -> str:
    lines: list[str] = []
    size = number = 0
    while size < characters:
        if number % 40 == 0:
            lines.append(f"\n## {heading} {number // 40 + 1}\n")
        line = forms[number % len(forms)].format(n=number, m=number * 7 % 1013)
        lines.append(line if number % 5 else f"{line}\n")
        size += len(line) + 1
        number += 1
    return "\n".join(lines)

"""Prose to measure with: sentences that all differ, under headings."""

FORMS = (
    "The depot {n} reported {m} parcels on its evening round and asked for two more vans.",
    "Inspection {n} found that door {m} of the locker did not close in the rain.",
    "Driver {n} must sign for consignment {m} before the vehicle leaves the yard.",
    "Customers of station {n} waited {m} minutes for a code that never came.",
    "After {m} complaints the station master of district {n} asked for a second lift.",
)


def markdown(characters: int) -> str:
    """A Markdown text of about so many characters."""
    lines: list[str] = []
    size = number = 0
    while size < characters:
        if number % 40 == 0:
            lines.append(f"\n## Report {number // 40 + 1}\n")
        line = FORMS[number % len(FORMS)].format(n=number, m=number * 7 % 1013)
        lines.append(line if number % 5 else f"{line}\n")
        size += len(line) + 1
        number += 1
    return "\n".join(lines)

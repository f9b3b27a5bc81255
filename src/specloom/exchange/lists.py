"""Lists of texts within one text: a bullet before each item, its further lines indented."""

import re
from collections.abc import Iterable

_BULLET = "• "
_INDENT = "  "
_FOREIGN_BULLET = re.compile(r"(?:[-*+•‣▪◦·–—]|\(?\d{1,3}[.)]|\(?[a-z]\))[ \t]+")
_SCENARIO = re.compile(r"(?:Scenario(?: Outline)?:|Given\b)", re.IGNORECASE)
_STEP = re.compile(r"(?:Given|When|Then|And|But)\b", re.IGNORECASE)


def written_list(items: Iterable[str]) -> str:
    """The items as one text, from which `read_list` makes the same items again."""
    return "\n".join(_BULLET + item.replace("\n", "\n" + _INDENT) for item in items)


def read_list(text: str) -> list[str]:
    """The items of a list, whether written here or by other tools and people.

    Bullets and numbers begin items; where there are none, a scenario ("Given ... When ... Then ...") stays together
    and any other line is an item.
    """
    if text.startswith(_BULLET):
        parts = re.split(rf"\n(?={_BULLET})", text)
        return [part.removeprefix(_BULLET).replace("\n" + _INDENT, "\n") for part in parts]
    lines = [line.rstrip() for line in text.splitlines()]
    if any(_FOREIGN_BULLET.match(line.lstrip()) for line in lines):
        return _items(lines)
    return _blocks(lines)


def _items(lines: list[str]) -> list[str]:
    items: list[list[str]] = []
    for line in lines:
        stripped = line.strip()
        bullet = _FOREIGN_BULLET.match(stripped)
        if bullet or not items:
            items.append([stripped[bullet.end() :] if bullet else stripped])
        else:
            items[-1].append(stripped)
    return [item for item in ("\n".join(item).strip() for item in items) if item]


def _blocks(lines: list[str]) -> list[str]:
    items: list[list[str]] = []
    within_scenario = False
    for line in (line.strip() for line in lines):
        if not line:
            within_scenario = False
        elif within_scenario and _STEP.match(line) and not _begins_anew(line, items[-1]):
            items[-1].append(line)
        else:
            within_scenario = bool(_SCENARIO.match(line))
            items.append([line])
    return ["\n".join(item) for item in items]


def _begins_anew(line: str, item: list[str]) -> bool:
    """Whether a step is the first of another scenario: a "Given" after steps that are not its title."""
    return bool(_SCENARIO.match(line)) and not (len(item) == 1 and not _STEP.match(item[0]))

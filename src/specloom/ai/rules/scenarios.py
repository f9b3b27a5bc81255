"""Rules about Gherkin scenarios: one event, and an outcome that can be seen."""

from collections.abc import Iterator

from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Hit, Wording
from specloom.vocabulary.analyses import Characteristic, Severity
from specloom.vocabulary.requirements import Form

_SCENARIOS = frozenset({Form.SCENARIO})


def _steps(wording: Wording) -> list[tuple[str, int]]:
    """The keywords of the steps, "and" and "but" taken for what they go on, with the position of each."""
    text = wording.document.text
    found: list[tuple[str, int]] = []
    acting = ""
    for at, word in enumerate(wording.words):
        if word.lower not in {"given", "when", "then", "and", "but"}:
            continue
        line = text.rfind("\n", 0, word.start) + 1
        opens = not text[line : word.start].strip(" \t>*_-")
        if not opens and (word.lower in {"and", "but"} or not word.text[0].isupper()):
            continue
        acting = word.lower if word.lower in {"given", "when", "then"} else acting
        found.append((acting, at))
    return found


def _several_events(wording: Wording) -> Iterator[Hit]:
    events = [at for keyword, at in _steps(wording) if keyword == "when" and wording.lower[at] == "when"]
    if len(events) < _SEVERAL:
        return
    yield wording.hit(
        events[1],
        events[1],
        f"This scenario has {len(events)} events: when it fails, nobody knows after which.",
        "Make a scenario of each event; what must have happened before belongs under Given.",
        0.85,
    )


_SEVERAL = 2


def _no_outcome(wording: Wording) -> Iterator[Hit]:
    keywords = [keyword for keyword, _ in _steps(wording)]
    own = wording.requirement.statement
    if "then" in keywords or not {"given", "when"} & set(keywords) or own.context:
        return
    yield wording.hit(
        wording.own,
        len(wording.words) - 1,
        "This scenario has no outcome: nothing can be checked.",
        'Add "Then" and what somebody can see or measure.',
        0.9,
    )


def _no_event(wording: Wording) -> Iterator[Hit]:
    steps = _steps(wording)
    keywords = [keyword for keyword, _ in steps]
    if "then" not in keywords or "when" in keywords or "given" not in keywords:
        return
    at = next(at for keyword, at in steps if keyword == "then")
    yield wording.hit(
        at,
        at,
        "Nothing happens before this outcome: the scenario has no event.",
        'Add "When" and the event that leads to it.',
        0.7,
    )


RULES = (
    Rule(
        id="scenario_without_outcome",
        title="Scenario without an outcome",
        severity=Severity.MAJOR,
        characteristic=Characteristic.VERIFIABLE,
        explanation="A scenario without Then checks nothing.",
        example="Given a full car park\nWhen a car arrives",
        better="Given a full car park\nWhen a car arrives\nThen the barrier stays closed",
        suggestion='Add "Then" and what can be seen or measured.',
        check=_no_outcome,
        forms=_SCENARIOS,
    ),
    Rule(
        id="scenario_several_events",
        title="Scenario with several events",
        severity=Severity.MINOR,
        characteristic=Characteristic.SINGULAR,
        explanation="A scenario is one event and what follows from it.",
        example=(
            "Given an empty basket\nWhen the shopper adds a pear\nThen the basket holds 1 item\n"
            "When the shopper removes the pear\nThen the basket is empty"
        ),
        better="Given an empty basket\nWhen the shopper adds a pear\nThen the basket holds 1 item",
        suggestion="Make a scenario of each event.",
        check=_several_events,
        forms=_SCENARIOS,
    ),
    Rule(
        id="scenario_without_event",
        title="Scenario without an event",
        severity=Severity.INFO,
        characteristic=Characteristic.COMPLETE,
        explanation="Without When it stays open what brings the outcome about.",
        example="Given a member with a fine\nThen the desk refuses the loan",
        better="Given a member with a fine\nWhen the member borrows a book\nThen the desk refuses the loan",
        suggestion='Add "When" and the event.',
        check=_no_event,
        forms=_SCENARIOS,
    ),
)

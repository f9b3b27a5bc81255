"""Sentences that are wrong in one known way, each made from one that is right, with the right one as control."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Clean sentences in the order of EARS. Written for this; the verbs after the actor are the keys of `_PRESENT`.
CONDITIONAL = (
    "When the badge is held to the reader, the gate shall open.",
    "When a parcel has been registered, the service shall notify the resident.",
    "When the driver presses the button, the tracker shall pause the recording.",
    "When the tank is empty, the controller shall stop the pump.",
    "When a customer cancels a seat, the service shall return the price to the card.",
    "When a reading arrives, the relay shall send an acknowledgement to the beacon.",
    "When the last passenger has left, the door shall close within 5 seconds.",
    "While the wind speed is above 60 km/h, the controller shall keep the roof vents closed.",
    "While a person is inside, the door shall remain unlocked.",
    "While the battery is charging, the panel shall show the charge level.",
    "While the valve is open, the meter shall record the flow every 10 seconds.",
    "If the checksum of a frame is wrong, then the relay shall discard the frame.",
    "If both sensors of a bay fail, then the controller shall switch off the heaters.",
    "If the connection is lost, then the tracker shall store positions for 8 hours.",
    "If the wrong code is entered three times, then the safe shall reject codes for 10 minutes.",
    "If the paper runs out, then the kiosk shall send the ticket to the phone.",
    "Where a second display is fitted, the till shall show the total on the second display.",
    "Where a shading screen is fitted, the controller shall close the screen at noon.",
    "Where the car has a tow bar, the assistant shall show the trailer view.",
    "Where a licence for maps is installed, the viewer shall display satellite images.",
)
PLAIN = (
    "The archive shall keep each invoice for 10 years.",
    "The panel shall show the temperature of the selected bay.",
    "The service shall delete location data after 30 days.",
    "The tracker shall send the position every 30 seconds.",
    "The kiosk shall accept coins of the euro.",
    "The register shall assign a number to each licence.",
    "The viewer shall display the map of the district.",
    "The till shall record each sale in the journal.",
    "The meter shall report the flow to the gateway.",
    "The gateway shall reject each request without a token.",
    "The editor shall store the draft every 20 seconds.",
    "The clerk shall sign each permit.",
    "The scanner shall recognise a label within 2 seconds.",
    "The central unit shall support at least 32 nodes.",
    "The search shall return the result list within 3 seconds.",
    "The battery shall power the lock for at least 24 hours.",
    "The mixer shall stop within 500 ms after the lid has been opened.",
    "The repository shall accept files of up to 50 GB.",
    "The lamp shall blink for 30 seconds.",
    "The cache shall expire after 15 minutes.",
)
# Second demands that an actor of any of the above could meet.
_FURTHER = ("shall write an entry to the audit log", "shall inform the operator", "shall raise an alarm")
_GAPS = ("TBD", "[TBD]", "TBC", "to be determined", "tbd", "???")
_QUANTITY = re.compile(r"(\d+) (seconds|minutes|hours|days|years|ms|km/h|GB)\b")
_CONDITION = re.compile(r"^((?:When|While|If|Where) .*?), (?:then )?(the .*)\.$")


@dataclass(frozen=True, slots=True)
class Mutation:
    """A sentence, and whether it breaks the check of that name."""

    check: str
    sentence: str
    broken: bool


def mutations() -> Iterator[Mutation]:
    """For each check the broken sentences and as many or more that are right."""
    for check, change in _CHANGES.items():
        for number, sentence in enumerate((*CONDITIONAL, *PLAIN)):
            yield Mutation(check, sentence, broken=False)
            changed = change(sentence, number)
            if changed:
                yield Mutation(check, changed, broken=True)


def _reordered(sentence: str, number: int) -> str | None:
    """The condition at the end, or within the main clause."""
    match = _CONDITION.match(sentence)
    if not match:
        return None
    condition, main = match[1][0].lower() + match[1][1:], match[2][0].upper() + match[2][1:]
    if number % 4 == 3:
        return main.replace(" shall ", f" shall, {condition}, ", 1) + "."
    return f"{main} {condition}."


def _without_modal(sentence: str, _number: int) -> str | None:
    """Present tense instead of "shall"."""
    before, _, after = sentence.partition(" shall ")
    verb, space, rest = after.partition(" ")
    bare = verb.rstrip(".")
    inflected = bare[:-1] + "ies" if bare.endswith("fy") else bare + ("es" if bare.endswith(("sh", "ch", "x")) else "s")
    return f"{before} {inflected}{verb[len(bare) :]}{space}{rest}"


def _compound(sentence: str, number: int) -> str | None:
    """A second demand in the same sentence."""
    further = _FURTHER[number % len(_FURTHER)]
    return f"{sentence[:-1]} and {further if number % 2 else further.removeprefix('shall ')}."


def _to_be_determined(sentence: str, number: int) -> str | None:
    """A placeholder instead of a quantity."""
    found = _QUANTITY.search(sentence)
    gap = _GAPS[number % len(_GAPS)]
    return sentence[: found.start()] + gap + sentence[found.end() :] if found else None


def _without_unit(sentence: str, _number: int) -> str | None:
    """A quantity without its unit."""
    changed = _QUANTITY.sub(r"\1", sentence, count=1)
    return changed if changed != sentence else None


_CHANGES: dict[str, Callable[[str, int], str | None]] = {
    "EARS order": _reordered,
    "missing modal": _without_modal,
    "compound": _compound,
    "TBD": _to_be_determined,
    "missing unit": _without_unit,
}

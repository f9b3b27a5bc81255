"""A clean specification comes out nearly clean, and its mutated twin is found out."""

import re
from collections.abc import Callable

import pytest

from specloom.ai.analysis import Classification, Requirement, Statement
from specloom.ai.grammar import clause
from specloom.ai.rules import alone, check
from specloom.vocabulary.requirements import Form, RequirementType

CLEAN = """\
The dispatch desk shall assign each order to one van.
When a van leaves the depot, the tracker shall send its first position within 10 seconds.
While the cold box is above 8 °C, the tracker shall sound the alarm in the cabin.
If a position has not arrived for 5 minutes, then the dispatch desk shall mark the van as silent.
Where a second scanner is fitted, the loading gate shall read labels from both sides.
The driver shall be able to report a blocked road with two taps.
The dispatch desk must show the route of the selected van on the map.
When the network is down, the tracker must store 20,000 positions.
The archive shall keep each delivery note for 10 years.
The loading gate shall reject parcels that weigh more than 31.5 kg.
The customer may change the delivery day until 18:00 on the day before.
Only the shift leader may cancel a tour.
The signature of the recipient must not be shown to other customers.
The tracker shall consume at most 2 watts in standby.
The dispatch desk shall be available 99.5 percent of each month, planned maintenance included.
The route planner shall compute a tour of 120 stops in at most 30 seconds on the reference computer.
The service shall support 400 vans and 60,000 parcels a day.
Passwords shall be stored as salted hashes.
All requests of the tracker shall carry the number of the van.
The customer shall receive a text message with the expected hour of arrival.
If the recipient refuses the parcel, then the driver shall choose a reason from the list of reasons.
The van log must be encrypted at rest with AES-256.
When the driver scans the last parcel, the tracker shall close the tour.
The report of the day shall list the vans, the tours and the number of late parcels.
The clerk shall approve each refund above 50 euros.
A parcel label shall carry a QR code of 20 by 20 millimetres.
The tracker shall start within 15 seconds of ignition.
The archive shall delete personal data of recipients 90 days after delivery.
The dispatch desk shall log the name of the clerk, the time and the old value of each change.
After three wrong codes the loading gate shall block the badge for 10 minutes.
The screen shall show text in at least 12 point.
The map shall refresh the position of each van every 30 seconds.
The export shall contain the columns tour, stop, time and result.
The driver must confirm the check list before the first tour of the day.
The tracker shall work between -20 °C and 60 °C.
Each van shall have one tracker.
The tour list shall be sorted by departure time.
The invoice shall state the net amount, the rate of value added tax and the gross amount.
When the shift leader locks a tour, the route planner shall not change the order of its stops.
The service shall answer 95 percent of the requests for a tour within 300 ms.
""".splitlines()


def _findings(sentences: list[str]) -> list[tuple[str, str, str]]:
    """Rule, words and sentence of each finding, the sentences being one document."""
    text = "\n\n".join(sentences)
    requirements, start = [], 0
    for sentence in sentences:
        statement = Statement(start, start + len(sentence), Form.SENTENCE, 0.9)
        requirements.append(
            Requirement(statement, clause(text, statement), Classification(RequirementType.FUNCTIONAL, 0.9))
        )
        start += len(sentence) + 2
    return [
        (each.rule_id, text[each.start : each.end], sentences[each.requirement]) for each in check(text, requirements)
    ]


def test_a_clean_specification_is_nearly_clean() -> None:
    assert len(CLEAN) == 40
    assert len(_findings(CLEAN)) <= 2


def _reordered(sentence: str) -> str | None:
    match = re.match(r"(When|While|If|Where) (.*?), (?:then )?(.*)\.$", sentence)
    return match and f"{match[3][0].upper()}{match[3][1:]} {match[1].lower()} {match[2]}."


def _without_modal(sentence: str) -> str | None:
    match = re.match(r"(.*) (?:shall|must) (be )?(not )?([a-z]+)(.*)$", sentence)
    if match is None or match[3]:
        return None
    if match[2]:
        return f"{match[1]} {'are' if match[1].endswith('s') else 'is'} {match[4]}{match[5]}"
    return f"{match[1]} {match[4]}{'es' if match[4].endswith(('s', 'h')) else 's'}{match[5]}"


def _compound(sentence: str) -> str | None:
    return sentence[:-1] + " and shall warn the shift leader." if " shall " in sentence else None


def _undecided(sentence: str) -> str | None:
    changed = re.sub(r"\d[\d.,:]*(?= |$)", "TBD", sentence, count=1)
    return changed if changed != sentence else None


def _without_unit(sentence: str) -> str | None:
    changed = re.sub(r"(\d+) (?:seconds|minutes|watts|point|ms|kg)\b", r"\1", sentence, count=1)
    return changed if changed != sentence else None


@pytest.mark.parametrize(
    ("rule", "mutate", "least"),
    [
        ("condition_last", _reordered, 7),
        ("missing_modal", _without_modal, 20),
        ("several_demands", _compound, 20),
        ("placeholder", _undecided, 15),
        ("missing_unit", _without_unit, 8),
    ],
)
def test_a_mutated_sentence_is_found_and_its_origin_is_not(
    rule: str, mutate: Callable[[str], str | None], least: int
) -> None:
    broken = [changed for sentence in CLEAN if (changed := mutate(sentence))]

    missed = [each for each in broken if rule not in {said.rule_id for said in check(each, [alone(each)])}]
    false = [each for each in CLEAN if rule in {said.rule_id for said in check(each, [alone(each)])}]

    assert len(broken) >= least
    assert len(missed) <= 0.05 * len(broken), missed
    assert len(false) <= 0.05 * len(broken), false

"""Laws and standards: the catalogue is sound, speaks of what it says, and finds passages by their exact place."""

import re

import pytest

from specloom.ai.analysis import Analysis, AnalysisRequest
from specloom.ai.compliance import check, check_of, find, frameworks, gaps, notes
from specloom.ai.compliance.catalogue import Topic
from specloom.ai.compliance.terms import Searched, terms
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.ai.guidance import Guidance
from specloom.ai.industries import compose_all
from specloom.vocabulary.analyses import AnalysisType, ComplianceStatus
from specloom.vocabulary.requirements import Priority, RequirementType
from tests.ai.recorder import RecordedRun

TOPICS = {each.topic.id: each.topic for framework in frameworks().values() for each in framework.checks}

SHOP = """# Shop

## Orders

A shopper can order goods as a guest. The shop must show the total price with taxes and delivery before the order.
The shop must send the order to the warehouse. The shop must accept cards through the payment provider.
A shopper can return an item within 14 days and gets a refund within 7 days.
The shop must offer delivery slots. A clerk can change the price of an order.

## Data

The shop must comply with the GDPR. The shop must keep orders for ten years.
On request the shop must
- show a customer the personal data held on them
- delete the personal data of a customer

Note: our privacy notice is written by the lawyers.
"""


async def analysed(
    text: str, *named: str, focus: bool = True, type_: AnalysisType = AnalysisType.CONSISTENCY
) -> Analysis:
    guidance = Guidance(frameworks=named, compliance_focus=focus)
    request = AnalysisRequest(title="", text=text, type=type_, frameworks=named, guidance=guidance)
    return await EmbeddedAnalyst().analyse(request, RecordedRun())


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda each: each.id)
def test_what_a_topic_gives_as_an_example_speaks_of_it(topic: Topic) -> None:
    example = Searched(topic.example)
    assert [group for group in topic.groups if not example.places(group)] == []
    assert topic.why.endswith(".")
    assert re.search(r"\b(shall|may)\b", topic.example), "a requirement as one could write it"


def test_what_has_nothing_to_do_with_a_topic_does_not_speak_of_it() -> None:
    text = Searched("The greenhouse has four vents. The pump waters the beds at six. Gardeners like tea.")
    speaking = [topic.id for topic in TOPICS.values() if all(text.places(group) for group in topic.groups)]
    assert speaking == []


@pytest.mark.parametrize(
    ("written", "text", "starts"),
    [
        ("encrypt*", "Encrypted data, unencrypted data, encryption", [0, 34]),
        ("AI|chat", "The AI aids the Chat; ai and CHAT too", [4, 16, 29]),
        ("for # years", "kept for 7.5 years, for at least ten years", [5]),
        ("two factors|(?:second|other) factor", "a second\nfactor, the other  factor", [2, 21]),
        ("log out", "İİ log out", [3]),
        ("pay", "pay_day, pay", [9]),
    ],
)
def test_terms_are_found_where_they_stand(written: str, text: str, starts: list[int]) -> None:
    assert Searched(text).places(terms(written)) == starts


def test_frameworks_are_found_by_what_people_call_them() -> None:
    named = {
        name: find(name) for name in ("gdpr", "Regulation (EU) 2016/679", "PCI-DSS", "part 11", "cps 234", "nis 2")
    }
    assert [each and each.id for each in named.values()] == [
        "gdpr", "gdpr", "pci_dss", "cfr_21_part_11", "cps_234", "nis2",
    ]  # fmt: skip
    assert find("House rule 7") is None
    names = [name for each in frameworks().values() for name in (each.name, *each.aliases)]
    assert [name for name in names if (found := find(name)) is None or name not in (found.name, *found.aliases)] == []


def test_every_framework_of_the_templates_is_known_and_of_its_place() -> None:
    for content in compose_all():
        for name in content.compliance_frameworks:
            framework = find(name)
            assert framework is not None, name
            assert framework.name == name
            assert framework.checks
            assert not framework.jurisdictions or content.jurisdiction in framework.jurisdictions, (name, content.name)


def test_checks_have_ids_of_their_own() -> None:
    ids = [each.id for framework in frameworks().values() for each in framework.checks]
    assert len(ids) == len(set(ids)) > 400
    assert check_of("gdpr.erasure") is not None
    assert check_of("gdpr.nonsense") is None


async def test_each_check_has_its_passages_or_is_absent() -> None:
    found = await analysed(SHOP, "GDPR", "Consumer Rights Directive", "PCI DSS", "House rule 7")
    checks = {each.check_id: each for each in found.compliance}

    def quoted(check_id: str) -> list[str]:
        return [SHOP[span.start : span.end] for span in checks[check_id].spans]

    assert quoted("gdpr.erasure") == ["delete the personal data of a customer"]
    assert quoted("gdpr.retention") == ["The shop must keep orders for ten years."]
    assert quoted("gdpr.privacy_notice") == ["Note: our privacy notice is written by the lawyers."]
    assert checks["gdpr.privacy_notice"].requirements == (), "a passage that is no requirement"
    assert checks["gdpr.rectification"].status is ComplianceStatus.ABSENT
    assert checks["gdpr.automated_decisions"].status is ComplianceStatus.NOT_APPLICABLE
    assert quoted("consumer_rights_directive.total_price")[0].startswith("The shop must show the total price")
    assert checks["pci_dss.card_storage"].status is ComplianceStatus.COVERED
    assert any("House rule 7" in note for note in found.notes)

    wanted = {check.check_id for gap in found.gaps for check in gap.checks}
    assert "gdpr.rectification" in wanted
    assert not wanted & {each.check_id for each in found.compliance if each.status is not ComplianceStatus.ABSENT}
    law = next(each for each in found.requirements if each.classification.framework == "GDPR")
    assert (law.classification.type, law.classification.priority) == (RequirementType.COMPLIANCE, Priority.HIGH)


async def test_small_texts_and_foreign_ones_have_no_gaps_of_compliance() -> None:
    small = await analysed("The shop must confirm orders. The shop must keep personal data of customers.", "GDPR")
    assert small.compliance
    assert not [gap for gap in small.gaps if gap.checks]
    assert any("too small" in note for note in small.notes)
    german = await analysed("Das System muss jede Bestellung innerhalb von fünf Sekunden bestätigen. " * 12, "GDPR")
    assert (german.compliance, [gap for gap in german.gaps if gap.checks]) == ((), [])


async def test_who_does_not_ask_for_compliance_gets_none() -> None:
    quiet = await analysed(SHOP, "GDPR", focus=False)
    assert (quiet.compliance, [gap for gap in quiet.gaps if gap.checks]) == ((), [])
    nameless = await analysed(SHOP)
    assert (nameless.compliance, nameless.notes) == ((), ())


async def test_questions_ask_for_what_is_missing() -> None:
    found = await analysed(SHOP, "GDPR", type_=AnalysisType.COMPREHENSIVE)
    asked = [each.text for each in found.questions if each.about == "gap" and found.gaps[each.index].checks]
    assert any(text.startswith('What is to be said on "') and "GDPR Art." in text for text in asked)


def test_nothing_is_known_of_an_empty_text() -> None:
    assert check("", (), ("Nonsense",)) == ()
    assert {each.status for each in check("", (), ("GDPR",))} == {ComplianceStatus.NOT_APPLICABLE}
    assert gaps((), check("", (), ("GDPR",))) == ()
    assert notes((), ()) == ()

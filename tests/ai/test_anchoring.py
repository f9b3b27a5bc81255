"""A sentence is anchored only where the source clearly says it."""

import pytest

from specloom.ai.anchoring import Anchors, omissions
from specloom.ai.protocols import Omission
from specloom.core.text import Section, SectionKind, Span

SOURCE = [
    "The gateway shall log every request within two seconds.",
    "Invoices are sent to customers on the first working day.",
    "Audit entries are kept for seven years.",
    "The gateway is written in Rust.",
    "सिस्टम प्रत्येक अनुरोध को दो सेकंड में दर्ज करेगा।",
    "系统必须在两秒内记录每个请求。",
]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Every request must be logged within 2 seconds by the gateway.", []),
        ("Within two seconds the gateway must log every request.", [0]),
        ("Audit entries are kept for seven years, and invoices go to customers on the first working day.", [1, 2]),
        ("सिस्टम प्रत्येक अनुरोध को दर्ज करेगा।", [4]),
        ("系统必须记录每个请求。", [5]),
        ("The gateway is written in Go.", []),
        ("The gateway is fast.", []),
        ("Our staff is happy with the canteen.", []),
        ("Gateway.", []),
        ("", []),
    ],
)
def test_anchors(sentence: str, found: list[int]) -> None:
    assert Anchors(SOURCE).find(sentence) == found


def test_nothing_is_found_in_nothing() -> None:
    assert Anchors([]).find("The gateway shall log every request.") == []


def test_sections_without_a_source() -> None:
    sections = [
        Section(SectionKind.HEADING, "1 Scope", 1, 0, 100),
        Section(SectionKind.HEADING, "1.1 Limits", 2, 40, 100),
        Section(SectionKind.HEADING, "2 Terms", 1, 100, 150),
    ]
    assert omissions(sections, [Span(10, 40)]) == (Omission("1.1 Limits", 40, 100), Omission("2 Terms", 100, 150))
    assert omissions(sections, [Span(90, 101)]) == ()
    assert [omission.label for omission in omissions(sections, [])] == ["1 Scope", "1.1 Limits", "2 Terms"]

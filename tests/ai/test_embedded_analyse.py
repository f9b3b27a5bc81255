"""The embedded analyst as a whole: what it promises of any text, however odd, and of a run that watches or stops it."""

import asyncio
import time
from itertools import pairwise
from typing import Any

import pytest

from specloom.ai.analysis import ENGINE_SHARE, Analysis, AnalysisRequest, RuleSetting
from specloom.ai.embedded_analyse import EmbeddedAnalyst
from specloom.vocabulary.analyses import AnalysisType
from specloom.vocabulary.identity import QuestionDepth
from specloom.vocabulary.requirements import RequirementType
from tests.ai.recorder import RecordedRun, Stopped

TEXT = """\
# Ferry bookings

The ferry has run between the two piers since 1931. In summer the queue is often longer than the boat.

## Requirements

- The system shall confirm a booking within 5 seconds.
- The system shall send a ticket by e-mail and record the payment.
- If the payment fails, the system shall release the seat.
- The search should be fast.
- A booking must be confirmed by the system within 30 seconds.
- Personal data must be stored in accordance with the GDPR.

## Open questions

Who answers the telephone in winter?
"""
STEPS = ["read", "extract", "classify", "check", "compare", "question"]


async def analyse(text: str, **wishes: Any) -> Analysis:
    return await EmbeddedAnalyst().analyse(AnalysisRequest("Ferry", text, **wishes), RecordedRun())


async def test_requirements_are_quoted_in_order_and_none_twice() -> None:
    found = (await analyse(TEXT)).requirements
    quotes = [TEXT[each.statement.start : each.statement.end] for each in found]
    assert quotes[0] == "The system shall confirm a booking within 5 seconds."
    assert "record the payment" in quotes[2]
    assert len(quotes) == 7
    assert all(before.statement.end <= after.statement.start for before, after in pairwise(found))
    assert not [quote for quote in quotes if "1931" in quote or "queue" in quote or quote.endswith("?")]


async def test_types_findings_and_questions_hang_together() -> None:
    analysis = await analyse(TEXT)
    types = [each.classification.type for each in analysis.requirements]
    assert types.count(RequirementType.COMPLIANCE) == 1
    assert RequirementType.NON_FUNCTIONAL in types
    vague = [finding for finding in analysis.findings if TEXT[finding.start : finding.end] == "fast"]
    assert len(vague) == 1
    statement = analysis.requirements[vague[0].requirement].statement
    assert statement.start <= vague[0].start < vague[0].end <= statement.end
    assert any(question.about == "finding" for question in analysis.questions)
    assert any("5" in each.evidence.message and "30" in each.evidence.message for each in analysis.conflicts)
    for question in analysis.questions:
        source = {
            "finding": analysis.findings,
            "gap": analysis.gaps,
            "conflict": analysis.conflicts,
            "duplicate": analysis.duplicates,
            "term": analysis.terms,
            "requirement": analysis.requirements,
        }[question.about]
        assert 0 <= question.index < len(source)


async def test_the_same_request_gives_the_same_analysis() -> None:
    assert await analyse(TEXT) == await analyse(TEXT)


async def test_each_type_goes_on_where_the_one_before_it_ends() -> None:
    requirements = await analyse(TEXT, type=AnalysisType.REQUIREMENTS)
    assert requirements.requirements
    assert not requirements.findings
    quality = await analyse(TEXT, type=AnalysisType.QUALITY)
    assert quality.findings
    assert not [*quality.conflicts, *quality.gaps]
    consistency = await analyse(TEXT, type=AnalysisType.CONSISTENCY)
    assert consistency.conflicts
    assert not consistency.questions
    assert (await analyse(TEXT)).questions


async def test_deeper_questions_include_the_others() -> None:
    asked = [
        {question.text for question in (await analyse(TEXT, depth=depth)).questions}
        for depth in (QuestionDepth.BASIC, QuestionDepth.DETAILED, QuestionDepth.COMPREHENSIVE)
    ]
    assert asked[0] <= asked[1] <= asked[2]
    assert len(asked[0]) <= 5


async def test_rules_are_switched_off_by_the_tenant() -> None:
    rules = {finding.rule_id for finding in (await analyse(TEXT)).findings}
    assert rules
    silent = await analyse(TEXT, rules={rule: RuleSetting(enabled=False) for rule in rules})
    assert not {finding.rule_id for finding in silent.findings} & rules


async def test_what_meets_a_wish_is_marked() -> None:
    analysis = await analyse(TEXT, focus=("compliance", "payment", "moonlight"))
    marked = {each.focus for each in analysis.requirements}
    assert ("compliance",) in marked
    assert ("payment",) in marked
    assert not any("moonlight" in focus for focus in marked)


async def test_a_wish_is_not_met_by_what_only_looks_like_it() -> None:
    analysis = await analyse("The air lock shall close. The search should be fast.", focus=("AI", "functional"))
    met = {each.classification.type: each.focus for each in analysis.requirements}
    assert met == {RequirementType.FUNCTIONAL: ("functional",), RequirementType.NON_FUNCTIONAL: ()}
    assert [gap.reason for gap in analysis.gaps][:1] == ["focus_without_requirement"]


async def test_progress_rises_through_the_named_steps() -> None:
    run = RecordedRun()
    await EmbeddedAnalyst().analyse(AnalysisRequest("Ferry", TEXT * 40), run)
    assert list(dict.fromkeys(call.step for call in run.progressed)) == STEPS
    assert run.fractions == sorted(run.fractions)
    assert run.fractions[-1] == ENGINE_SHARE


async def test_a_run_may_stop_it_at_every_step() -> None:
    whole = RecordedRun()
    await EmbeddedAnalyst().analyse(AnalysisRequest("Ferry", TEXT), whole)
    for calls in range(whole.calls):
        run = RecordedRun(stop_after=calls)
        with pytest.raises(Stopped):
            await EmbeddedAnalyst().analyse(AnalysisRequest("Ferry", TEXT), run)
        assert run.progressed == whole.progressed[:calls]


async def test_others_get_their_turn_while_a_long_text_is_analysed() -> None:
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            began = time.perf_counter()
            await asyncio.sleep(0.01)
            gaps.append(time.perf_counter() - began)

    heart = asyncio.create_task(beat())
    await analyse(TEXT * 40)
    heart.cancel()
    assert len(gaps) > 10
    assert max(gaps) < 3.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no sentence"),
        (" \n\t\n ", "holds no sentence"),
        ("The harbour was built in 1931. It has two piers and a crane.", "No requirement was found"),
        ("xkq zzt 4711 ---- }{ &&&& qqwx\n" * 20, "does not read like sentences"),
        ("Der Bericht nennt alle Schiffe, die der Hafen gesehen hat. Das Jahr war ruhig.", "in German"),
        ("渡轮在七点钟离开码头。天气很好。", "in Chinese"),
    ],
)
async def test_what_holds_no_requirement_is_told_as_such(text: str, said: str) -> None:
    analysis = await analyse(text)
    assert analysis.requirements == ()
    assert said in " ".join(analysis.notes)


async def test_a_foreign_text_is_read_as_far_as_can_be_and_this_is_said() -> None:
    analysis = await analyse("Das System muss jede Buchung innerhalb von 5 Sekunden bestätigen. Das Boot ist alt.")
    assert analysis.language == "de"
    assert len(analysis.requirements) == 1
    assert "German" in analysis.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "- " * 60_000,
        "shall " * 8_000,
        "The system shall " + "log the event and " * 3_000 + "stop.",
        "((((" * 40_000,
        "| a | b |\n" * 15_000,
        "As a user, I want to " * 2_000,
        "\u202e\u0000\ufeff\u0301" * 500,
        "Given When Then And But\n" * 2_000,
    ],
)
async def test_odd_texts_are_endured(text: str) -> None:
    analysis = await analyse(text)
    for each in analysis.requirements:
        assert 0 <= each.statement.start < each.statement.end <= len(text)


async def test_whatever_is_found_lies_in_the_text() -> None:
    analysis = await analyse(TEXT * 3)
    for finding in analysis.findings:
        assert 0 <= finding.start < finding.end <= len(TEXT) * 3
    for group in (analysis.duplicates, analysis.conflicts, analysis.terms, analysis.gaps):
        for item in group:
            assert all(0 <= span.start < span.end <= len(TEXT) * 3 for span in item.evidence.spans)

"""The partner without a model: finds answers word for word, asks what is open, as deep and in the tone one wishes."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from specloom.ai.conversation import Answer, BacklogItem, Conversation, Said, Source
from specloom.ai.conversing.topics import TOPICS
from specloom.ai.embedded_converse import EmbeddedPartner
from specloom.vocabulary.conversations import SessionType
from specloom.vocabulary.identity import AiTone, QuestionDepth
from specloom.vocabulary.requirements import RequirementKind, RequirementType
from tests.ai.poisons import POISONS
from tests.ai.recorder import RecordedRun

TEXT = """# Ferry desk

## Refunds

Refunds are paid within 14 days to the card that was used. Groups of "ten or more" are refunded by bank transfer.

## Records

The desk must keep bookings for ten years. 予約は十年間保存する必要があります。
"""
SOURCE = Source("document", "Ferry brief", 50, TEXT, uuid4(), uuid4())


def talk(*words: str, kind: SessionType = SessionType.VISION_DEFINITION, **values: object) -> Conversation:
    said = tuple(Said(number, "user", each) for number, each in enumerate(words, 1))
    given: dict[str, object] = {"sources": (SOURCE,), **values}
    return replace(Conversation(kind, "A session", said), **given)  # type: ignore[arg-type]


async def answer(conversation: Conversation) -> Answer:
    run = RecordedRun()
    found = await EmbeddedPartner().answer(conversation, run)
    assert run.text == found.text
    assert len(run.deltas) > 1 or len(found.text) < 200
    for each in found.quotations:
        assert TEXT[each.start - 50 : each.end - 50] == each.quote
    return found


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("What do our documents say of refunds?", "Refunds are paid within 14 days to the card that was used."),
        ("And how are groups refunded?", 'Groups of "ten or more" are refunded by bank transfer.'),
        ("tell me how long bookings are kept", "The desk must keep bookings for ten years."),
        ("予約はいつまで保存しますか？", "予約は十年間保存する必要があります。"),
        ("What do you know of whales?", None),
        ("Who pays the captain?", None),
    ],
)
async def test_questions_are_answered_word_for_word_or_not_at_all(question: str, quote: str | None) -> None:
    found = await answer(talk(question))
    quotes = [each.quote for each in found.quotations]
    assert (quote in quotes) if quote else not quotes
    assert ("nothing" in found.text) is (quote is None)
    assert not found.candidates


async def test_requirements_are_understood_and_what_is_known_of_them_is_quoted() -> None:
    words = "Hello.\n\nThe desk must keep bookings for five years. It should be fast. I like ships."
    found = await answer(talk(words))
    assert [words[each.span.start : each.span.end] for each in found.candidates] == [
        "The desk must keep bookings for five years.",
        "It should be fast.",
    ]
    assert found.candidates[1].type is RequirementType.NON_FUNCTIONAL
    assert "The desk must keep bookings for ten years." in [each.quote for each in found.quotations]
    assert '"fast"' in found.text


@pytest.mark.parametrize("kind", SessionType)
async def test_no_question_is_asked_twice_until_there_is_none_left(kind: SessionType) -> None:
    asked: list[str] = []
    depth = QuestionDepth.COMPREHENSIVE
    for _ in range(len(TOPICS[kind]) + 1):
        found = await answer(talk("Hm, I see.", kind=kind, asked=tuple(asked), depth=depth, sources=()))
        assert all(question in found.text for question in found.asked)
        asked += found.asked
    assert len(asked) == len(set(asked)) == len(TOPICS[kind])
    assert not found.asked
    assert "complete" in found.text


async def test_questions_go_as_deep_as_wished_and_skip_what_was_said() -> None:
    kind = SessionType.USER_STORY_CREATION
    counts = [len((await answer(talk("Hm.", kind=kind, depth=depth))).questions) for depth in QuestionDepth]
    assert counts == [3, 5, 8]
    told = "As a clerk, I want to cancel a booking so that its seat is free. It is done when the seat shows as free."
    left = (await answer(talk(told, kind=kind, depth=QuestionDepth.BASIC))).questions
    assert not any("Who needs this" in question or "so that what" in question for question in left)


async def test_what_the_backlog_lacks_is_asked_for() -> None:
    def item(kind: RequirementKind, key: str, name: str, **fields: object) -> BacklogItem:
        return BacklogItem(UUID(int=1), kind, key, name, fields)

    backlog = (
        item(RequirementKind.PRODUCT, "FD", "Ferry desk", vision="Nobody waits."),
        item(RequirementKind.EPIC, "FD-E1", "Booking", acceptance_criteria=["All boats"], bounded_contexts=["Sales"]),
        item(RequirementKind.FEATURE, "FD-F1", "Cancelling", functional_requirements=["It cancels."]),
        item(RequirementKind.EPIC, "FD-E2", "Refunds"),
    )
    comprehensive = QuestionDepth.COMPREHENSIVE
    detailing = talk("Hm.", kind=SessionType.FEATURE_DETAILING, backlog=backlog, depth=comprehensive)
    asked: list[str] = []
    while (found := await answer(replace(detailing, asked=tuple(asked)))).asked:
        asked += found.asked
    assert 'Which features make up FD-E2 "Refunds"?' in asked
    assert 'How fast, available and secure must FD-F1 "Cancelling" be?' in asked
    assert not any("FD-E1" in question or "What exactly must FD-F1" in question for question in asked)
    vision = await answer(talk("Hm.", backlog=backlog))
    assert "Which problem does Ferry desk solve" in vision.text


async def test_a_condition_is_no_question() -> None:
    words = "When the card is rejected, the system must inform the treasurer. What happens then? Who may stop it."
    found = await answer(talk(words))
    assert [each.statement for each in found.candidates] == [words[: words.index(" What")]]


async def test_each_tone_has_its_words() -> None:
    words = "The desk should be fast. How soon are refunds paid?"
    texts = {tone: (await answer(talk(words, tone=tone))).text for tone in AiTone}
    assert len(set(texts.values())) == len(AiTone)
    assert "vague" in texts[AiTone.TECHNICAL] or "unmeasured" in texts[AiTone.TECHNICAL]
    assert "Next up" in texts[AiTone.CASUAL]


async def test_poison_is_only_ever_quoted_as_what_it_is() -> None:
    for poison, obeyed in POISONS[::3]:
        source = replace(SOURCE, text=f"{TEXT}\n{poison}\n", start=0)
        found = await EmbeddedPartner().answer(
            talk(f"How soon are refunds paid? {poison}", sources=(source,)), RecordedRun()
        )
        assert obeyed not in found.text.replace(poison, "") or obeyed in poison
        assert all(source.text[each.start : each.end] == each.quote for each in found.quotations)
        assert any("Refunds are paid within 14 days" in each.quote for each in found.quotations)

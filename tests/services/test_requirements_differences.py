"""Differences between versions: they can be read, and both versions be made of them again."""

import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from specloom.schemas.requirements import ListChangeRead, TextChangeRead, ValueChangeRead
from specloom.services.requirements import differences

words = st.lists(st.sampled_from(["the", "shop", "must", "ship", "5", "%", " ", "\n", ",", "支払い"]), max_size=12).map(
    "".join
)


@settings(max_examples=60, deadline=None)
@given(words, words)
def test_both_texts_are_in_the_runs(before: str, after: str) -> None:
    runs = differences.runs(before, after)
    assert "".join(run.text for run in runs if run.op != "insert") == before
    assert "".join(run.text for run in runs if run.op != "delete") == after
    assert all(run.text for run in runs)


@settings(max_examples=60, deadline=None)
@given(*[st.lists(st.sampled_from(["a b c", "a b d", "x y", "z", "q r"]), max_size=5)] * 2)
def test_every_entry_of_both_lists_is_accounted_for(before: list[str], after: list[str]) -> None:
    for change in differences.between({"field": before}, {"field": after}):
        assert isinstance(change, ListChangeRead)
        gone = [each.position for each in change.removed]
        came = [each.position for each in change.added]
        pairs = [(each.from_position, each.to_position) for each in change.moved]
        pairs += [(each.from_position, each.to_position) for each in change.reworded]
        gone += [old for old, _ in pairs]
        came += [new for _, new in pairs]
        assert len(set(gone)) == len(gone)
        assert len(set(came)) == len(came)
        kept_before = [text for n, text in enumerate(before) if n not in gone]
        assert kept_before == [text for n, text in enumerate(after) if n not in came]


def test_what_is_moved_and_what_is_reworded_is_told_apart() -> None:
    before = ["It is fast.", "An order is sent within two days.", "Nobody waits."]
    after = ["Nobody waits.", "It is fast.", "An order is sent within one day.", "It is blue."]
    (change,) = differences.between({"acceptance_criteria": before}, {"acceptance_criteria": after})
    assert isinstance(change, ListChangeRead)
    assert [(each.from_position, each.to_position) for each in change.moved] == [(2, 0)]
    (reworded,) = change.reworded
    assert [(run.op, run.text) for run in reworded.runs if run.op != "equal"] == [
        ("delete", "two days"),
        ("insert", "one day"),
    ]
    assert [each.value for each in change.added] == ["It is blue."]
    assert change.removed == []


def test_each_field_is_compared_as_what_it_is() -> None:
    before: dict[str, Any] = {"name": "Old name", "vision": None, "effort": 3, "context": {"a": 1}, "gone": "x", "n": 1}
    after: dict[str, Any] = {"name": "New name", "vision": "A text", "effort": 5, "context": {"a": 2}, "n": 1}
    changes = {change.field: change for change in differences.between(before, after)}
    assert changes.keys() == {"name", "vision", "effort", "context", "gone"}
    assert isinstance(changes["name"], TextChangeRead)
    assert changes["vision"] == ValueChangeRead(field="vision", before=None, after="A text")
    assert changes["gone"] == ValueChangeRead(field="gone", before="x", after=None)
    assert differences.names(before, after) == list(changes)


def test_long_texts_that_have_nothing_but_frequent_words_in_common_take_no_minutes() -> None:
    started = time.monotonic()
    differences.runs("a " * 2500, "b " * 2500)
    differences.runs("a, b " * 1000, "b a, " * 1000)
    assert time.monotonic() - started < 5

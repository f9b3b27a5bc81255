"""The measures count what they say, and a figure below its floor is told from one that only misses its goal."""

import pytest

from benchmarks.quality import figures
from benchmarks.quality.figures import Figure, missing, table
from benchmarks.quality.finding import core
from benchmarks.quality.measures import (
    calibration_error,
    macro_f1,
    ndcg,
    of_class,
    precision_at_recall,
    recall_at_precision,
    reliability,
    scores,
    surest,
    weighted_f1,
)
from benchmarks.quality.mutations import CONDITIONAL, PLAIN, mutations
from benchmarks.quality.wording import CHECKS, DEFECTS, SMELLS
from specloom.ai.rules import RULES


def test_scores_are_precision_recall_and_their_harmonic_mean() -> None:
    found = scores(right=3, found=4, wanted=6)
    assert (found.precision, found.recall) == (0.75, 0.5)
    assert found.f1 == pytest.approx(0.6)
    assert scores(0, 0, 0).f1 == 1.0
    assert scores(0, 0, 5).f1 == 0.0


def test_mean_f1_of_classes() -> None:
    gold, ours = [True, True, False, False], [True, False, False, False]
    assert of_class(gold, ours, label=True).recall == 0.5
    assert macro_f1(gold, ours) == pytest.approx((2 / 3 + 0.8) / 2)
    assert weighted_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx(0.75 * 6 / 7)


def test_gain_falls_with_the_rank() -> None:
    assert ndcg([1, 0, 0], [1]) == 1.0
    assert ndcg([0, 1, 0], [1]) == pytest.approx(0.6309, abs=1e-4)
    assert ndcg([0, 0], [1]) == 0.0


def test_precision_at_recall_takes_the_best_threshold() -> None:
    scored = [(0.9, True), (0.8, False), (0.7, True), (0.2, False)]
    assert precision_at_recall(scored, 1.0) == pytest.approx(2 / 3)
    assert precision_at_recall(scored, 0.5) == 1.0


def test_recall_at_precision_takes_items_of_one_score_together() -> None:
    scored = [(0.9, True), (0.5, True), (0.5, False), (0.1, True)]
    assert recall_at_precision(scored, 1.0) == pytest.approx(1 / 3)
    assert recall_at_precision(scored, 0.6) == 1.0


def test_calibration_is_the_distance_from_what_was_right() -> None:
    honest = [(0.75, number < 3) for number in range(4)]
    boastful = [(0.95, number < 2) for number in range(4)]
    assert calibration_error(honest) == 0.0
    assert calibration_error(boastful) == pytest.approx(0.45)
    assert [(each.count, each.right) for each in reliability([*honest, *boastful])] == [(4, 0.75), (4, 0.5)]
    assert surest([(0.9, True), (0.8, True), (0.7, True), (0.6, True), (0.1, False)]) == 1.0


def test_a_figure_below_its_floor_has_fallen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "FLOORS", {"task / F1 / set": 0.7, "task / alarms / set": 0.2})
    assert not Figure("task", "F1", "set", 0.72, goal=0.8).fell
    assert Figure("task", "F1", "set", 0.69, goal=0.8).fell
    assert Figure("task", "alarms", "set", 0.21, at_most=True).fell
    assert not missing("task", "F1", "set").fell
    assert "0.690!" in table([Figure("task", "F1", "set", 0.69, goal=0.8)])
    assert "0.720*" in table([Figure("task", "F1", "set", 0.72, goal=0.8)])


def test_quotes_are_compared_without_speaker_identifier_and_marks() -> None:
    assert core("Sol: the gate shall  open.") == core("the gate shall open")
    assert core("GCC-4 The gate shall open;") == core("The gate shall open")
    assert core("The gate shall open") != core("The gate shall open at noon")


def test_rules_that_are_measured_exist() -> None:
    for meant in (SMELLS, CHECKS, DEFECTS):
        assert {rule for rules in meant.values() for rule in rules} <= RULES.keys()


def test_mutations_change_the_sentence_and_keep_a_control() -> None:
    cases = list(mutations())
    clean = {*CONDITIONAL, *PLAIN}
    assert {each.check for each in cases} == set(CHECKS)
    for check in CHECKS:
        broken = [each.sentence for each in cases if each.check == check and each.broken]
        assert len(broken) >= 15
        assert not clean & set(broken)
    assert "The gate shall open when the badge is held to the reader." in {each.sentence for each in cases}
    assert "The archive keeps each invoice for 10 years." in {each.sentence for each in cases}
    assert "The archive shall keep each invoice for 10." in {each.sentence for each in cases}

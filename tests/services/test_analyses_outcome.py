"""What an engine found becomes rows: indices become ids, ranges quotes, and nothing that JSON cannot hold is kept."""

import json
from dataclasses import replace
from math import inf

from specloom.ai.analysis import Analysis, AnalysisRequest, Measure
from specloom.services.analyses.outcome import compose
from specloom.vocabulary.analyses import ItemKind
from tests.factories.analyses import TEXT, of_each_kind, place

REQUEST = AnalysisRequest("Ferry desk", TEXT)


def test_the_kinds_come_one_after_another() -> None:
    outcome = compose(REQUEST, of_each_kind(TEXT))
    assert [row["position"] for row in outcome.rows] == list(range(len(outcome.rows)))
    kinds = [row["kind"] for row in outcome.rows]
    assert kinds == sorted(kinds, key=list(ItemKind).index)
    assert outcome.counts == {kind.value: kinds.count(kind) for kind in ItemKind}
    assert len({row["id"] for row in outcome.rows}) == len(outcome.rows)
    assert len({tuple(row) for row in outcome.rows}) == 1, "all rows go in by one statement"


def test_who_is_referred_to_comes_first() -> None:
    seen = set()
    for row in compose(REQUEST, of_each_kind(TEXT)).rows:
        assert row["requirement_id"] is None or row["requirement_id"] in seen
        seen.add(row["id"])


def test_what_json_cannot_hold_is_left_out() -> None:
    found = of_each_kind(TEXT)
    first = found.requirements[0]
    endless = Measure(">=", inf, "s", place(TEXT, "5 seconds"))
    first = replace(first, clause=replace(first.clause, measures=(endless, *first.clause.measures)))
    row = compose(REQUEST, replace(found, requirements=(first, *found.requirements[1:]))).rows[0]
    assert [each["value"] for each in row["data"]["measures"]] == [5.0]
    assert json.loads(json.dumps(row["data"], allow_nan=False)) == row["data"]


def test_scores_are_means_by_what_they_are_of() -> None:
    scores = compose(REQUEST, of_each_kind(TEXT)).confidence_scores
    assert scores["requirements"] == scores["conflicts"] == scores["findings"] == 0.75
    assert (scores["types"], scores["gaps"]) == (0.5, 0.25)
    assert 0.5 < scores["overall"] < 0.75


def test_nothing_found_is_an_outcome_too() -> None:
    outcome = compose(REQUEST, Analysis((), notes=("Nothing.",), language="de"))
    assert (outcome.rows, outcome.confidence_scores) == ([], {})
    assert outcome.overview == {
        "language": "de",
        "characters": len(TEXT),
        "sentences": 0,
        "notes": ["Nothing."],
        "counts": dict.fromkeys(map(str, ItemKind), 0),
    }

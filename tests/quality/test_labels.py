"""The project's own labelled sets are what they promise: placed, complete, large enough, half of them negatives."""

from collections import Counter
from pathlib import Path

import pytest

from benchmarks.quality import own
from specloom.vocabulary.requirements import Ears, Form, Priority, Quality, RequirementType

RELATIONS = {"duplicate", "conflict", "parallel", "unrelated"}
REASONS = {"number", "negation", "modality", "actor", "time"}


def test_documents_hold_five_hundred_sentences_and_half_are_no_requirements() -> None:
    labels = [label for document in own.documents() for label in document.labels]
    assert len(own.documents()) >= 10
    assert len(labels) >= 500
    assert sum(not label.requirement for label in labels) >= len(labels) / 2


def test_labels_are_in_order_and_do_not_overlap() -> None:
    for document in own.documents():
        at = 0
        for label in document.labels:
            assert document.text[label.start : label.end] == label.quote
            assert label.start >= at
            at = label.end


def test_labels_use_the_words_of_the_vocabulary() -> None:
    for document in own.documents():
        for label in document.labels:
            if not label.requirement:
                assert label.fields["why"]
                continue
            kinds = [RequirementType(each) for each in label.fields["type"]]
            assert ("quality" in label.fields) == (kinds[0] is RequirementType.NON_FUNCTIONAL)
            assert ("framework" in label.fields) == (kinds[0] is RequirementType.COMPLIANCE)
            assert [Quality(each) for each in label.fields.get("quality", ["security"])]
            assert [Priority(each) for each in label.fields.get("priority", ["low"])]
            assert Ears(label.fields.get("ears", "complex"))
            assert Form(label.fields["form"])
            assert label.fields["parts"] >= 1
            for name in ("actor", "action", "object", "condition"):
                assert label.fields.get(name, "").lower() in label.quote.lower()


def test_both_splits_hold_every_type() -> None:
    for split in own.SPLITS:
        labels = [label for document in own.documents(split) for label in document.labels if label.requirement]
        assert {label.fields["type"][0] for label in labels} == set(RequirementType)


def test_a_quote_that_does_not_stand_in_its_document_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("The lamp shall blink. The gate shall open.", encoding="utf-8")
    (tmp_path / "notes.jsonl").write_text('{"quote": "The gate shall close.", "requirement": true}\n', encoding="utf-8")
    with pytest.raises(own.MisplacedLabel, match=r"The gate shall close"):
        own.read(tmp_path / "notes.txt")


def test_pairs_are_enough_of_each_relation() -> None:
    rows = own.sentences("pairs")
    counts = Counter(row["relation"] for row in rows)
    assert len(rows) >= 150
    assert set(counts) == RELATIONS
    assert min(counts.values()) >= 30
    assert {row["reason"] for row in rows if row["relation"] == "conflict"} == REASONS


def test_single_sentences_stand_once_and_are_balanced() -> None:
    for name, key in (("smells", "sentence"), ("causal", "sentence"), ("stories", "story")):
        sentences = [row[key] for split in own.SPLITS for row in own.sentences(name, split)]
        assert len(set(sentences)) == len(sentences)
    for name, key in (("causal", "causal"), ("pronouns", "nocuous")):
        for split in own.SPLITS:
            share = sum(row[key] for row in own.sentences(name, split)) / len(own.sentences(name, split))
            assert 0.35 <= share <= 0.65


def test_pronouns_are_marked_as_whole_words() -> None:
    for row in (row for split in own.SPLITS for row in own.sentences("pronouns", split)):
        marked = row["sentence"][row["start"] : row["end"]]
        assert marked.lower() in {"it", "its", "he", "she", "his", "her", "they", "them", "their"}
        assert not row["sentence"][row["end"] : row["end"] + 1].isalpha()


def test_research_cites_passages_that_exist() -> None:
    names = {row["id"] for row in own.sentences("research_passages")}
    assert all(set(row["passages"]) <= names for row in own.sentences("research_requirements"))

"""The project's own sets for search are what they promise: enough texts and questions, graded by texts that exist."""

import pytest

from benchmarks.quality import collections, public
from benchmarks.quality.collections import own, published
from benchmarks.quality.retrieval import Bm25, Index, gain


@pytest.mark.parametrize(
    ("texts", "questions"), [("passages", "questions"), ("requirements", "restated"), ("requirements", "needs")]
)
def test_questions_are_enough_and_graded_by_texts_that_exist(texts: str, questions: str) -> None:
    collection = own(texts, questions)
    assert len(collection.questions) >= 30
    for question in collection.questions:
        assert set(question.grades) <= collection.texts.keys()
        assert set(question.grades.values()) <= {1, 2}
        assert 2 in question.grades.values()


def test_texts_are_enough_and_stand_once() -> None:
    texts = [*own("passages", "questions").texts.values(), *own("requirements", "needs").texts.values()]
    assert len({each.text for each in texts}) == len(texts) >= 120


def test_a_text_answers_itself_first() -> None:
    collection = own("requirements", "restated")
    index, bm25 = Index(collection), Bm25(collection)
    for name, excerpt in list(collection.texts.items())[::6]:
        assert index.rank(excerpt.text)[0][0] == name
        assert index.rank_again(excerpt.text)[0][0] == name
        assert bm25.rank(excerpt.text)[0][0] == name


def test_public_collections_are_read_in_their_usual_layout(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path_factory.mktemp("data")
    folder = place / "retrieval" / "small"
    folder.mkdir(parents=True)
    monkeypatch.setattr(public, "PLACE", place)
    assert published("small") is None
    (folder / "corpus.jsonl").write_text(
        '{"_id": "1", "title": "Gates", "text": "Gates They open at dawn."}\n'
        '{"_id": "2", "title": "", "text": "Bills"}\n'
    )
    (folder / "queries.jsonl").write_text('{"_id": "7", "text": "gate"}\n{"_id": "8", "text": "nobody graded this"}\n')
    (folder / "qrels_test.tsv").write_text("query-id\tcorpus-id\tscore\n7\t1\t3\n")
    collection = published("small")
    assert collection is not None
    assert collection.texts["1"] == collections.Excerpt("They open at dawn.", "Gates")
    (question,) = collection.questions
    assert gain(question, Index(collection).rank(question.text)) == 1.0

"""Whole texts, odd texts and long ones: exact places, pieces, linear time."""

import time
from itertools import pairwise

import pytest

from specloom.ai.extraction import THRESHOLD, Piece, find, pieces
from specloom.ai.sentences import split

_CHAPTER = (
    "# Kiln controller\n\n## Background\n\nThe workshop has had three kilns since 1998.\n\n"
    "## Requirements\n\n- The controller shall log every firing.\n- If the door opens, the heating must stop.\n\n"
    "The potter can choose a curve. As a potter, I want to see the curve so that I can stop in time.\n\n"
    "| Name | Target |\n|---|---|\n| Start of a firing | at most 2 seconds |\n\n"
)


def test_places_are_exact_and_never_overlap() -> None:
    text = _CHAPTER * 3
    found = list(find(text))
    assert found
    for one, other in pairwise(found):
        assert one.end <= other.start
    for each in found:
        wording = text[each.start : each.end]
        assert wording == wording.strip()
        assert THRESHOLD <= each.confidence <= 1
        assert all(span.end <= each.start or span.start >= each.start for span in each.context)
        assert all(0 <= span.start < span.end <= len(text) for span in (*each.context, *each.heading))


def test_pieces_give_the_same_and_tell_how_far_they_are() -> None:
    text = _CHAPTER * 40
    parts: list[Piece] = list(pieces(text, size=2_000))
    assert len(parts) > 5
    assert [part.end for part in parts] == sorted({part.end for part in parts})
    assert [each for part in parts for each in part.statements] == list(find(text))


def test_sentences_that_were_split_before_are_taken() -> None:
    assert list(find(_CHAPTER, (), split(_CHAPTER))) == list(find(_CHAPTER))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00\x01\x02",
        "%%% ### @@@\n\n***",
        "]][[ (( )) ||||",
        "\ufffd\u202e\u200b",
        "今天天气很好。",
        "Das ist ein Haus.",
    ],
)
def test_nothing_is_found_where_nothing_is_said(text: str) -> None:
    assert list(find(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Das System muss alle Zugriffe protokollieren.",
        "Le système doit enregistrer chaque accès.",
        "El sistema debe guardar los datos.",
        "系统必须支持导出。",
    ],
)
def test_other_languages_are_read_by_their_modal_verbs_with_less_confidence(text: str) -> None:
    (found,) = find(text)
    assert THRESHOLD <= found.confidence < 0.9


@pytest.mark.parametrize(
    "unit",
    [
        "x",
        "1.",
        '"',
        "(",
        "a,",
        "A-",
        "a: ",
        "must ",
        "shall ",
        "Given When Then And But\n",
        "The kiln shall log x and ",
        "As a ",
        "As a user\n",
        "Given x\n",
        "- The kiln shall log x.\n",
        "| a | b |\n",
        "# x\n",
        "Foo:\n\n- a\n\n",
        "**x",
    ],
)
@pytest.mark.soak
def test_time_grows_with_the_text_and_not_faster(unit: str) -> None:
    _grows_linearly("", unit)


@pytest.mark.parametrize(
    "unit",
    ["- **A**: b c d\n", "- a\n", "# Decision\n\nUse x.\n\n", '    a: "b c"\n', "class A:\n    a: S (enum: (\n"],
)
@pytest.mark.parametrize("opening", ["# Design document\n\n## Stack\n\n", "# Design document\n\n```\n"])
@pytest.mark.soak
def test_so_it_does_in_design_documents(opening: str, unit: str) -> None:
    _grows_linearly(opening, unit)


def _grows_linearly(opening: str, unit: str) -> None:
    def seconds(size: int) -> float:
        text = opening + unit * (size // len(unit))
        units = split(text)
        begun = time.process_time()
        for _ in find(text, (), units):
            pass
        return time.process_time() - begun

    seconds(1_000)
    short, long = seconds(10_000), seconds(40_000)
    assert long < max(12 * short, 0.5)

"""Research: passages of other documents that bear on a requirement, quoted to the letter."""

from uuid import UUID

import pytest

from specloom.ai.analysis import Classification, Passage, Requirement, Statement
from specloom.ai.grammar import clause
from specloom.ai.research import MOST_TERMS, rank, search_terms
from specloom.vocabulary.requirements import Form, RequirementType


def read(*sentences: str) -> tuple[str, list[Requirement]]:
    text, requirements, at = "\n".join(sentences), [], 0
    for sentence in sentences:
        statement = Statement(at, at + len(sentence), Form.SENTENCE, 1.0)
        classification = Classification(RequirementType.FUNCTIONAL, 0.9)
        requirements.append(Requirement(statement, clause(text, statement), classification))
        at += len(sentence) + 1
    return text, requirements


def passage(number: int, text: str, start: int = 0) -> Passage:
    return Passage(UUID(int=number), UUID(int=100 + number), f"Document {number}", start, text)


HANDBOOK = passage(
    1,
    "The museum opens at nine. Visitors leave large bags in the cloakroom, where they are kept until closing time. "
    "Lost tickets for bags are replaced by the guard after showing an identity card.",
    start=4_000,
)
CLIMATE = passage(
    2, "Paper and textiles suffer in damp air. The humidity of the depot must stay between 45 and 55 percent."
)
PRICES = passage(3, "Tickets cost eight euros. Children under twelve pay nothing. Groups book by telephone.")
PASSAGES = (HANDBOOK, CLIMATE, PRICES)


def test_a_passage_that_bears_on_the_requirement_is_quoted_to_the_letter() -> None:
    text, requirements = read("The sensor shall measure the humidity of the depot every hour.")
    (found,) = rank(text, requirements, PASSAGES)
    assert found.document_id == CLIMATE.document_id
    assert found.version_id == CLIMATE.version_id
    assert found.quote == "The humidity of the depot must stay between 45 and 55 percent."
    assert CLIMATE.text[found.start : found.end] == found.quote


def test_offsets_count_in_the_document_of_the_passage() -> None:
    text, requirements = read("The guard shall replace lost tickets for bags.")
    best = rank(text, requirements, PASSAGES)[0]
    assert best.document_id == HANDBOOK.document_id
    assert HANDBOOK.text[best.start - 4_000 : best.end - 4_000] == best.quote
    assert best.quote.startswith("Lost tickets")


@pytest.mark.parametrize(
    "sentence",
    [
        "The printer shall support duplex printing.",
        "The system shall be available at all times.",
        "The crane must lift loads of 5 tonnes.",
        "",
        "監視は必要です。",
    ],
)
def test_unrelated_passages_yield_nothing(sentence: str) -> None:
    assert rank(*read(sentence), PASSAGES) == ()


def test_the_best_come_first_and_no_more_than_asked_for() -> None:
    wordings = "On floor {} the humidity of the depot must stay between 45 and 55 percent."
    floors = [passage(number, wordings.format(number)) for number in range(10, 20)]
    text, requirements = read(
        "The depot shall hold its humidity between 45 and 55 percent.", "Bags must stay in the cloakroom."
    )
    found = rank(text, requirements, [*floors, HANDBOOK], limit=2)
    assert [each.requirement for each in found] == [0, 0, 1]
    assert found[0].score >= found[1].score > 0.3


def test_what_is_only_said_again_is_left_out() -> None:
    text, requirements = read("The humidity of the depot must stay between 45 and 55 percent.")
    again = passage(30, f"A note on paper. {text}")
    other = passage(31, "In the depot, humidity between 45 and 55 percent is kept by two dryers.")
    found = rank(text, requirements, [again, other, passage(32, other.text)])
    assert [each.document_id for each in found] == [other.document_id]


def test_no_passages_no_findings() -> None:
    assert rank(*read("Bags stay in the cloakroom."), ()) == ()


def test_search_terms_are_the_telling_words_safe_for_a_text_query() -> None:
    text, requirements = read(
        "The system shall & must | store the (humidity):* of the depot!",
        "The system shall show the humidity to the user's curator <-> daily.",
    )
    terms = search_terms(text, requirements)
    assert terms[0] == "humidity"
    assert {"depot", "curator"} <= set(terms)
    assert all(term.isalpha() and term == term.lower() for term in terms)
    assert not {"the", "shall", "must"} & set(terms)


def test_search_terms_are_few_for_any_number_of_requirements() -> None:
    words = ["".join(chr(97 + number // 26**place % 26) for place in range(4)) for number in range(0, 26**4, 997)]
    text, requirements = read(*(f"The {word} shall rotate." for word in words))
    assert len(search_terms(text, requirements)) == MOST_TERMS
    assert len(search_terms(text, requirements, limit=3)) == 3
    assert search_terms("", ()) == []

"""Search by words: vectors whose product is BM25, feedback, chunks and highlights, in any script."""

import hashlib
import time
from collections import Counter
from itertools import pairwise
from math import log

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specloom.ai.embedded_embed import EmbeddedEmbedder
from specloom.ai.embedding import (
    DIMENSIONS,
    Excerpt,
    SparseVector,
    Statistics,
    chunks,
    document_vector,
    expand,
    highlights,
    query_terms,
    query_vector,
)
from specloom.ai.embedding.terms import dimension, terms
from specloom.ai.embedding.weighing import MODEL
from specloom.ai.sentences import split
from specloom.core.text import Section, SectionKind

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
LETTERS = st.text(st.sampled_from("Ab 12_支付ยินдома éß\n# -.|`हि\u0301\u3099"), max_size=120)


POOL = [
    "Chlorine in the pool is measured every two hours, as is acidity.",
    "When chlorine or acidity leave their range, the basin is cleared.",
    "Acidity out of range: lifeguards clear the basin.",
    "Tickets are sold at the counter.",
    "The counter opens at six.",
]


def product(one: SparseVector, other: SparseVector) -> float:
    return sum(weight * other.weights.get(each, 0.0) for each, weight in one.weights.items())


def statistics_of(texts: list[str]) -> Statistics:
    vectors = [document_vector(Excerpt(text)) for text in texts]
    return Statistics(len(texts), Counter(each for vector in vectors for each in vector.weights))


def ranked(query: SparseVector, texts: list[str]) -> list[str]:
    scores = {text: product(query, document_vector(Excerpt(text))) for text in texts}
    return sorted((text for text in texts if scores[text] > 0), key=lambda text: -scores[text])


class TestTerms:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("payments", "paying"),
            ("Café", "cafe"),
            ("orderId", "order id"),
            ("user_ids", "user"),
            ("ISO25010", "ISO 25010"),
            ("ﬁles", "file"),
            ("支付系统", "支付"),
            ("требования", "требований"),
            ("ระบบชำระเงิน", "ชำระเงิน"),
        ],
    )
    def test_forms_of_a_word_share_a_term(self, one: str, other: str) -> None:
        assert query_terms(one).weights.keys() & query_terms(other).weights.keys()

    def test_small_words_are_none_and_different_words_differ(self) -> None:
        assert not query_terms("what is it that they would have done with this").weights
        assert not query_terms("gate").weights.keys() & query_terms("meeting").weights.keys()

    def test_dimensions_hardly_collide(self) -> None:
        found = {dimension(f"term{number}") for number in range(20_000)}
        assert len(found) >= 19_997
        assert min(found) >= 0
        assert max(found) < DIMENSIONS

    @given(st.one_of(ANY_TEXT, LETTERS))
    @settings(max_examples=60, deadline=None)
    def test_any_text_has_terms_in_their_places(self, text: str) -> None:
        places = list(terms(text))
        assert all(text[each.start : each.end].strip() for each in places)
        assert [each.start for each in places] == sorted(each.start for each in places)
        assert all(weight > 0 for weight in document_vector(Excerpt(text, text)).weights.values())


class TestWeights:
    def test_stored_vectors_stay_comparable(self) -> None:
        """Whoever changes terms or weights gives `MODEL` another number, so that what is stored is made anew."""
        excerpt = Excerpt("Payments of 10MB orderIds were kept; Überweisungen, требования und 支付系统 ebenso.", "Café")
        weights = sorted((each, round(weight, 4)) for each, weight in document_vector(excerpt).weights.items())
        digest = hashlib.sha256(repr(weights).encode()).hexdigest()[:12]
        assert (MODEL, dimension("gate"), digest) == ("embedded-bm25-1", 314402377, "ce7745046974")

    def test_the_inner_product_is_bm25(self) -> None:
        texts = ["gate gate opens dawn", "gate closes dusk", "invoices kept ten years archive"]
        statistics = statistics_of(texts)
        found = product(query_vector("gate dusk", statistics), document_vector(Excerpt(texts[1])))
        held_back = 1.5 * (0.25 + 0.75 * 3 / 90)
        once = 2.5 / (1 + held_back)
        assert found == pytest.approx(once * (log(1 + 1.5 / 2.5) + log(1 + 2.5 / 1.5)))

    def test_rare_words_count_more_repetition_less_and_less_and_length_holds_back(self) -> None:
        statistics = Statistics(100, {dimension("gate"): 90, dimension("dusk"): 2})
        weights = query_vector("gate dusk", statistics).weights
        assert weights[dimension("dusk")] > 5 * weights[dimension("gate")] > 0
        once, twice, often = (
            document_vector(Excerpt("gate " * times)).weights[dimension("gate")] for times in (1, 2, 9)
        )
        assert once < twice < often < 2 * twice
        assert document_vector(Excerpt("gate " + "wall " * 200)).weights[dimension("gate")] < once

    def test_a_word_of_the_heading_counts_double(self) -> None:
        headed, plain = document_vector(Excerpt("opens", "gate")), document_vector(Excerpt("gate gate opens"))
        assert headed == plain

    def test_synonyms_are_found_after_the_words_themselves(self) -> None:
        texts = ["Staff can remove an entry.", "Staff can delete an entry.", "Staff can read an entry."]
        assert ranked(query_vector("deleting", statistics_of(texts)), texts) == [texts[1], texts[0]]

    def test_words_nobody_has_and_counts_out_of_step_do_no_harm(self) -> None:
        weights = query_vector("gate zebra", Statistics(1, {dimension("gate"): 7})).weights
        assert all(weight > 0 for weight in weights.values())
        assert query_vector("", Statistics(0, {})).weights == {}


class TestFeedback:
    def test_what_the_best_results_speak_of_is_found_as_well(self) -> None:
        statistics = statistics_of(POOL)
        query = query_vector("chlorine", statistics)
        first = ranked(query, POOL)
        vectors = [document_vector(Excerpt(text)) for text in first]
        expanded = expand(query, [(vector, product(query, vector)) for vector in vectors], statistics)
        second = ranked(expanded, POOL)
        assert POOL[2] not in first
        assert set(second[:2]) == set(first)
        assert second[2] == POOL[2]
        assert sum(expanded.weights.values()) == pytest.approx(sum(query.weights.values()))

    def test_without_results_or_words_the_query_stays(self) -> None:
        statistics = statistics_of(POOL)
        query = query_vector("chlorine", statistics)
        assert expand(query, [], statistics) == query
        assert expand(query, [(document_vector(Excerpt("x")), 0.0)], statistics) == query
        assert expand(SparseVector({}), [(document_vector(Excerpt("gate")), 1.0)], statistics) == SparseVector({})


class TestChunks:
    def test_sentences_are_packed_under_their_headings(self) -> None:
        sentence = "The gate opens at dawn and closes at dusk each day. "
        text = f"# Rules\n\n{sentence}\n\n## Gates\n\n{sentence * 30}\n\n# Bills\n\nInvoices are kept."
        found = chunks(text)
        assert {each.heading for each in found[1:-1]} == {"Rules › Gates"}
        assert all(len(text[each.start : each.end].split()) <= 200 for each in found)
        assert sum(text[each.start : each.end].count("gate opens") for each in found) == 31
        assert "Invoices" not in "".join(text[each.start : each.end] for each in found[:-1])
        assert text[found[-1].start : found[-1].end].endswith("Invoices are kept.")

    def test_short_sections_share_a_chunk_but_not_across_the_topmost_headings(self) -> None:
        small = "".join(f"## Part {number}\n\nIt is short.\n\n" for number in range(5))
        assert len(chunks(f"# One\n\n{small}# Two\n\n{small}")) == 2

    @given(st.one_of(ANY_TEXT, LETTERS))
    @settings(max_examples=60, deadline=None)
    def test_each_sentence_of_any_text_stands_in_one_chunk(self, text: str) -> None:
        found = chunks(text)
        assert all(a.end <= b.start for a, b in pairwise(found))
        for sentence in split(text):
            holders = [each for each in found if each.start < sentence.end and sentence.start < each.end]
            assert holders
            assert holders[0].start <= sentence.start
            assert sentence.end <= holders[-1].end

    @pytest.mark.parametrize("text", ["x" * 200_000, "支付" * 50_000, "word " * 40_000, "# a\n\n" * 4_000])
    def test_endless_sentences_are_cut_in_linear_time(self, text: str) -> None:
        start = time.process_time()
        found = chunks(text)
        assert time.process_time() - start < 5
        assert max(each.end - each.start for each in found) <= 2_400
        assert "".join("".join(text[each.start : each.end].split()) for each in found).count("x") == text.count("x")

    def test_headings_may_come_from_the_sections_of_a_document(self) -> None:
        text = "Scope\n\nThe gate opens at dawn.\n\nBills\n\nInvoices are kept."
        sections = [
            Section(SectionKind.HEADING, "Scope", 1, 0, 31),
            Section(SectionKind.HEADING, "Bills", 1, 32, len(text)),
        ]
        assert [text[each.start : each.end].split(maxsplit=1)[0] for each in chunks(text, sections)] == [
            "Scope",
            "Bills",
        ]


class TestHighlights:
    @pytest.mark.parametrize(
        ("query", "text", "marked"),
        [
            ("paying invoices", "Invoices are paid, and each payment is kept.", ["Invoices", "paid", "payment"]),
            ("支付系统", "新的支付系统可以支付", ["支付系统", "支付"]),
            ("who", "Whoever pays.", []),
            ("", "Anything.", []),
            ("delete", "Remove or delete.", ["Remove", "delete"]),
        ],
    )
    def test_words_that_match_are_marked(self, query: str, text: str, marked: list[str]) -> None:
        assert [text[each.start : each.end] for each in highlights(query, text)] == marked


async def test_the_embedder_gives_sparse_vectors() -> None:
    embedder = EmbeddedEmbedder()
    assert embedder.dimensions is None
    assert await embedder.embed_documents([Excerpt("gate", "Rules")]) == [document_vector(Excerpt("gate", "Rules"))]
    assert await embedder.embed_query("gates") == query_terms("gates")

"""Ranking is exact for a small tenant among large ones: by words, by meaning and by both; and nobody sees another's."""

import random
from collections.abc import Mapping, Sequence
from hashlib import sha256
from math import log, sqrt
from typing import Any

import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.search import DenseQuery, IndexCrud, NewChunk, Ranked, RankingCrud, ranking
from specloom.vocabulary.search import Searched
from tests.factories.tenants import make_tenant

DOCUMENTS, STORIES = Searched.DOCUMENTS, Searched.USER_STORIES
SIZES = (20, 400, 2600)
VOCABULARY, LENGTH, NUMBERS = 3000, 24, 256
random_ = random.Random(8)


def term() -> int:
    """Words are as rare as in a language: the second half as frequent as the first, and so on."""
    return int(VOCABULARY ** random_.random()) * 7919


def chunk() -> NewChunk:
    weights: dict[int, float] = {}
    for _ in range(LENGTH):
        word = term()
        weights[word] = 1.0 + (weights[word] if word in weights else random_.random()) / 2.2
    return NewChunk(uuid7(), 0, 1, "", sha256(random_.randbytes(8)).digest(), weights)


def direction() -> list[float]:
    values = [random_.gauss(0, 1) for _ in range(NUMBERS)]
    length = sqrt(sum(value * value for value in values))
    return [value / length for value in values]


def inner(one: Mapping[int, float], other: Mapping[int, float]) -> float:
    return sum(weight * other.get(dimension, 0.0) for dimension, weight in one.items())


class House:
    """A tenant with chunks, half of them of one resource and half of another, and vectors for some."""

    def __init__(self, context: TenantContext, size: int) -> None:
        self.context = context
        self.chunks = [chunk() for _ in range(size)]
        self.of = {each.sha256: each for each in self.chunks}
        self.vectors = {each.id: direction() for each in self.chunks[:400]}
        self.resources = {DOCUMENTS: self.chunks[::2], STORIES: self.chunks[1::2]}

    async def write(self, runtime: Runtime) -> None:
        for resource, chunks in self.resources.items():
            for first in range(0, len(chunks), 250):
                async with runtime.uow(self.context) as uow:
                    crud = IndexCrud(uow)
                    await crud.hold()
                    batch = chunks[first : first + 250]
                    await crud.add(resource, uuid7(), batch, model="m", document_id=None, product_id=None)
        async with runtime.uow(self.context) as uow:
            await IndexCrud(uow).add_vectors("dense/256", self.vectors)
            await IndexCrud(uow).serve("dense/256")

    def query(self) -> dict[int, float]:
        """Some words of the kind that its chunks are made of, weighed by how rare they are."""
        words = {term() for _ in range(random_.choice([1, 2, 3, 5, 8]))}
        counts = {word: sum(word in each.weights for each in self.chunks) for word in words}
        return {word: log(1 + (len(self.chunks) + 0.5) / (counts[word] + 0.5)) for word in words}

    def by_words(self, query: Mapping[int, float], chunks: Sequence[NewChunk], most: int = 10) -> list[float]:
        scores = sorted((inner(query, each.weights) for each in chunks), reverse=True)
        return [score for score in scores[:most] if score > 0]

    def by_meaning(self, query: Sequence[float], most: int = 10) -> list[float]:
        scores = (sum(a * b for a, b in zip(query, vector, strict=True)) for vector in self.vectors.values())
        return sorted(scores, reverse=True)[:most]


@pytest.fixture(scope="module")
async def houses(runtime: Runtime) -> list[House]:
    houses = [House(await make_tenant(runtime), size) for size in SIZES]
    for house in houses:
        await house.write(runtime)
    return houses


def scores(found: Sequence[Ranked]) -> list[float]:
    return [each.score for each in found]


async def test_the_ten_best_by_words_are_the_ten_best(houses: list[House], runtime: Runtime) -> None:
    for house in houses:
        async with runtime.uow(house.context) as uow:
            crud = RankingCrud(uow)
            for _ in range(12):
                query = house.query()
                total, frequencies = await crud.statistics([DOCUMENTS, STORIES], query)
                held = {word: sum(word in each.weights for each in house.chunks) for word in query}
                assert (total, frequencies) == (len(house.chunks), {word: n for word, n in held.items() if n})
                found = await crud.best([DOCUMENTS, STORIES], terms=query, most=10, chunks=total)
                assert scores(found) == pytest.approx(house.by_words(query, house.chunks), rel=1e-4)
                for each in found:
                    assert inner(query, house.of[each.sha256].weights) == pytest.approx(each.score, rel=1e-4)
                some = await crud.best([STORIES], terms=query, most=10, chunks=total)
                assert scores(some) == pytest.approx(house.by_words(query, house.resources[STORIES]), rel=1e-4)


async def test_the_ten_best_by_meaning_are_so_exactly_or_nearly(
    houses: list[House], runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for house in houses:
        async with runtime.uow(house.context) as uow:
            crud = RankingCrud(uow)
            query = direction()
            meaning = DenseQuery("dense/256", query)
            asked: dict[str, Any] = {"terms": None, "meaning": meaning, "most": 10}
            found = await crud.best([DOCUMENTS, STORIES], chunks=1, **asked)
            assert scores(found) == pytest.approx(house.by_meaning(query), abs=2e-3)
            # Through the index of all tenants' vectors, as where there are many.
            monkeypatch.setattr(ranking, "ALL_COMPARED", 0)
            indexed = await crud.best([DOCUMENTS, STORIES], chunks=1, **asked)
            monkeypatch.undo()
            assert len(indexed) == 10
            assert len({each.sha256 for each in found} & {each.sha256 for each in indexed}) >= 9
            both = await crud.best([DOCUMENTS, STORIES], terms=house.query(), meaning=meaning, most=10, chunks=1)
            assert scores(both) == sorted(scores(both), reverse=True)
            assert any(each.by_meaning for each in both)


async def test_what_is_removed_counts_no_more(runtime: Runtime) -> None:
    house = House(await make_tenant(runtime), 6)
    await house.write(runtime)
    gone, left = house.chunks[:5], house.chunks[5]
    async with runtime.uow(house.context) as uow:
        await IndexCrud(uow).remove([each.id for each in gone])
        counts = await RankingCrud(uow).statistics(
            [DOCUMENTS, STORIES], {t for each in house.chunks for t in each.weights}
        )
        assert counts == (1, dict.fromkeys(left.weights, 1))
        assert await uow.session.scalar(text("SELECT count(*) FROM search_vectors")) == 1


async def test_nothing_of_another_tenant_comes_through_the_door(houses: list[House], runtime: Runtime) -> None:
    large, stranger = houses[-1], await make_tenant(runtime)
    async with runtime.uow(stranger) as uow:
        for query in (large.query() for _ in range(5)):
            terms: dict[str, Any] = {"terms": query, "meaning": DenseQuery("dense/256", direction())}
            assert await RankingCrud(uow).best(list(Searched), most=10, chunks=1, **terms) == []
    async with runtime.sessions() as session:  # of no tenant
        door = (
            "SELECT count(*) FROM search_by_terms('{1:1}/536870912', ARRAY[7919], ARRAY[1.0], ARRAY['documents'], 10)"
        )
        assert await session.scalar(text(door)) == 0


async def test_a_weight_that_ranking_would_miss_is_refused(runtime: Runtime) -> None:
    heavy = NewChunk(uuid7(), 0, 1, "", b"x", {1: 2.6})
    async with runtime.uow(await make_tenant(runtime)) as uow:
        with pytest.raises(ValueError, match="weighs more"):
            await IndexCrud(uow).add(DOCUMENTS, uuid7(), [heavy], model="m", document_id=None, product_id=None)

"""Time and exactness of search for a tenant with 200 chunks and one with 200,000 among a million, behind the policies.

`python -m benchmarks.search [--chunks 1000000] [--large 200000] [--dimensions 0]`: the texts are made up, of a
vocabulary in which words are as rare as in a language; all tenants say the same, so that nothing but the tenant tells
their chunks apart. With `--dimensions`, each chunk has a dense vector of that length as well. The bare reference is the
round trip of `SELECT 1`; what is found is compared with a scan of all the tenant's chunks.
"""

import argparse
import asyncio
import math
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import asyncpg
from alembic import command
from pgvector import SparseVector as PgSparseVector
from pydantic import SecretStr

from specloom.ai.embedding import SparseVector
from specloom.cli.embedded import EmbeddedServers
from specloom.cli.migrations import alembic_config
from specloom.core.config import DatabaseSettings, RedisSettings, Settings
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.core.uow import UnitOfWork
from specloom.crud.search import DenseQuery, Ranked, RankingCrud
from specloom.crud.search.index import LARGEST_WEIGHT, TIERS
from specloom.models.search import TERM_DIMENSIONS
from specloom.services.search.finding import Search
from specloom.vocabulary.search import Searched, SearchMode

VOCABULARY, COMMON = 50_000, 20
TENANTS = 500
QUERIES, COMPARED, K = 150, 40, 10
RESOURCES = [Searched.DOCUMENTS]

Query = TypeVar("Query")
Answer = TypeVar("Answer")
Found = tuple[dict[int, float], list[Ranked]]
"""What was asked for, term by term, and what was found."""

# A word of rank r is drawn as often as 1 / (r + COMMON). Of a chunk's words, each stands there once, twice or thrice.
POOL = f"""
INSERT INTO pool
WITH chunk AS (SELECT i, 60 + floor(random() * 80)::int AS length FROM generate_series($1::int, $2::int) AS i),
words AS MATERIALIZED (
    SELECT i, length, 1 + (random() < 0.2)::int + (random() < 0.06)::int AS n,
           floor(exp(random() * ln({(VOCABULARY + COMMON) / COMMON})) * {COMMON} - {COMMON})::bigint * 9973 AS term
    FROM chunk, generate_series(1, length)
),
weighed AS (
    SELECT DISTINCT ON (i, term) i, term, (n * 2.5 / (n + 1.5 * (0.25 + 0.75 * length / 90.0)))::real AS weight
    FROM words ORDER BY i, term
)
SELECT i, array_agg(term), array_agg(least({TIERS - 1}, floor(weight * {TIERS / LARGEST_WEIGHT})::int)),
       ('{{' || string_agg((term + 1) || ':' || weight, ',') || '}}/{TERM_DIMENSIONS}')::sparsevec
FROM weighed GROUP BY i
"""
CHUNKS = """
INSERT INTO search_chunks
    (tenant_id, id, resource, source_id, start, "end", heading, sha256, model, tokens, terms)
SELECT tenant.id, gen_random_uuid(), 'documents', gen_random_uuid(), 0, 1, '', sha256(pool.i::text::bytea), 'made up',
       (SELECT array_agg(search_token(tenant.id, 'documents', term::int) + tier)
        FROM unnest(pool.words, pool.tiers) AS word (term, tier)),
       pool.terms
FROM pool JOIN tenants AS tenant ON tenant.subdomain = {tenant} WHERE {which}
"""
COUNTS = """
INSERT INTO search_terms
SELECT tenant_id, token, count(*) FROM search_chunks, unnest(tokens) AS token GROUP BY tenant_id, token
UNION ALL SELECT tenant_id, search_token(tenant_id, 'documents', -1), count(*) FROM search_chunks GROUP BY tenant_id
"""
VECTORS = """
INSERT INTO search_vectors (tenant_id, chunk_id, model, resource, embedding)
SELECT tenant_id, id, 'made up', 'documents', l2_normalize((
    SELECT array_agg(random() - 0.5) FROM generate_series(1, {dimensions} + c.start)
)::halfvec) FROM search_chunks AS c
"""
SCAN = """
SELECT -(terms <#> $1::text::sparsevec) AS score FROM search_chunks WHERE tenant_id = $2 ORDER BY score DESC LIMIT $3
"""
SCAN_VECTORS = """
SELECT -(embedding <#> $1::text::halfvec) AS score FROM search_vectors WHERE tenant_id = $2 ORDER BY score DESC LIMIT $3
"""


async def build(owner: asyncpg.Connection, chunks: int, large: int, dimensions: int) -> dict[str, UUID]:
    """Fills the index of a fresh database: a tenant "large", a tenant "small" and all the others. Returns the two."""
    started = time.perf_counter()

    def tell(what: str) -> None:
        print(f"  {time.perf_counter() - started:6.0f} s  {what}", flush=True)

    await owner.execute("SET work_mem = '1GB'; SET maintenance_work_mem = '2GB'; SET synchronous_commit = off")
    await owner.execute("SET max_parallel_maintenance_workers = 2; SET session_replication_role = replica")
    await owner.execute("DROP INDEX ix_search_chunks_tokens; ALTER TABLE search_terms DROP CONSTRAINT pk_search_terms")
    await owner.execute(
        "INSERT INTO tenants (id, name, subdomain, plan_type, status) "
        "SELECT gen_random_uuid(), n, n, 'free', 'active' FROM (SELECT 'tenant-' || n AS n FROM generate_series(0, $1) "
        "AS n UNION ALL VALUES ('large'), ('small')) AS tenant",
        TENANTS,
    )
    await owner.execute("CREATE UNLOGGED TABLE pool (i int, words bigint[], tiers int[], terms sparsevec)")
    for first in range(0, large, 10_000):
        await owner.execute(POOL, first, min(first + 10_000, large) - 1)
    tell(f"{large:,} texts")
    await owner.execute(CHUNKS.format(tenant="'large'", which="true"))
    await owner.execute(CHUNKS.format(tenant="'small'", which="pool.i < 200"))
    for number in range(max(0, math.ceil((chunks - large) / large))):
        which = f"pool.i < {chunks - large * (number + 1)}"
        other = f"'tenant-' || (pool.i::bigint * 7919 + {number * 101}) % {TENANTS}"
        await owner.execute(CHUNKS.format(tenant=f"({other})", which=which))
    tell("chunks")
    await owner.execute(COUNTS)
    await owner.execute("ALTER TABLE search_terms ADD CONSTRAINT pk_search_terms PRIMARY KEY (tenant_id, token)")
    tell("counts of terms")
    await owner.execute(
        "CREATE INDEX ix_search_chunks_tokens ON search_chunks USING gin (tokens) WITH (fastupdate=off)"
    )
    tell("index of terms")
    if dimensions:
        index = f"ix_search_vectors_{dimensions}"
        definition = await owner.fetchval("SELECT indexdef FROM pg_indexes WHERE indexname = $1", index)
        await owner.execute(f"DROP INDEX IF EXISTS {index}")
        await owner.execute(VECTORS.format(dimensions=dimensions))
        if definition is not None:
            await owner.execute(definition)
        tell("vectors")
    for table in ("search_chunks", "search_terms", "search_vectors"):
        await owner.execute(f"VACUUM ANALYZE {table}")
    size = await owner.fetchval("SELECT pg_size_pretty(pg_database_size(current_database()))")
    tell(f"{await owner.fetchval('SELECT count(*) FROM search_chunks'):,} chunks, {size} in all")
    rows = await owner.fetch("SELECT subdomain, id FROM tenants WHERE subdomain IN ('large', 'small')")
    return {row["subdomain"]: row["id"] for row in rows}


def words(some: random.Random) -> dict[int, float]:
    """A question of up to eight words, drawn as those of the texts are."""
    drawn = (
        math.floor(math.exp(some.random() * math.log((VOCABULARY + COMMON) / COMMON)) * COMMON - COMMON)
        for _ in range(some.choice([1, 2, 3, 3, 4, 5, 6, 8]))
    )
    return {word * 9973: 1.0 for word in drawn}


async def answer(uow: UnitOfWork, asked: dict[int, float], *, mode: SearchMode) -> Found:
    """What a search does before it quotes: what the terms count, then the ranking, or the rankings."""
    search = Search(uow, frozenset(RESOURCES))
    await search.weigh(SparseVector(asked))
    return dict(search.asked.weights), await search.rank(mode, K)


def recall(found: Sequence[float], exact: Sequence[float]) -> float:
    """How many of the exact results are among those found, told by their scores."""
    if not exact:
        return 1.0
    least = exact[-1] - 1e-4
    return min(sum(score >= least for score in found), len(exact)) / len(exact)


def report(name: str, times: Sequence[float], recalls: Sequence[float], bare: float) -> None:
    p50, p95 = (1e3 * statistics.quantiles(times, n=20)[place] for place in (9, 18))
    print(f"{name:16} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms (goal: 50)   {p50 / bare:5.0f} times SELECT 1", end="")
    if recalls:
        print(f"   recall@{K} {statistics.mean(recalls):.3f}, worst {min(recalls):.2f} (goal: 0.95)", end="")
    print(flush=True)


async def measure(runtime: Runtime, owner: asyncpg.Connection, name: str, tenant: UUID, dimensions: int) -> None:
    bare = await round_trip(runtime)
    for way, mode in (("keyword", SearchMode.KEYWORD), ("hybrid", SearchMode.HYBRID)):
        some = random.Random(7)
        times, recalls = [], []
        for number in range(QUERIES):
            seconds, (terms, found) = await timed(runtime, tenant, partial(answer, mode=mode), words(some))
            times.append(seconds)
            if number < COMPARED and terms and mode is SearchMode.KEYWORD:
                exact = await owner.fetch(SCAN, PgSparseVector(terms, TERM_DIMENSIONS).to_text(), tenant, K)
                recalls.append(recall([each.score for each in found], [row[0] for row in exact if row[0] > 0]))
        report(f"{name}, {way}", times, recalls, bare)
    if not dimensions:
        return
    some = random.Random(7)
    times, recalls = [], []
    chunks = await owner.fetchval("SELECT count(*) FROM search_chunks WHERE tenant_id = $1", tenant)
    for number in range(QUERIES):
        query = DenseQuery("made up", direction(some, dimensions))
        seconds, results = await timed(runtime, tenant, partial(by_meaning, chunks=chunks), query)
        times.append(seconds)
        if number < COMPARED:
            exact = await owner.fetch(SCAN_VECTORS, str(query.values), tenant, K)
            recalls.append(recall([each.score for each in results], [row[0] for row in exact]))
    report(f"{name}, meaning", times, recalls, bare)


async def by_meaning(uow: UnitOfWork, query: DenseQuery, *, chunks: int) -> list[Ranked]:
    return await RankingCrud(uow).best(RESOURCES, terms=None, meaning=query, most=K, chunks=chunks)


def direction(some: random.Random, dimensions: int) -> list[float]:
    values = [some.random() - 0.5 for _ in range(dimensions)]
    length = math.sqrt(sum(value * value for value in values))
    return [value / length for value in values]


async def timed(
    runtime: Runtime, tenant: UUID, ask: Callable[[UnitOfWork, Query], Awaitable[Answer]], query: Query
) -> tuple[float, Answer]:
    """Seconds of a unit of work in which a question is answered, the median of three; and the answer."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        async with runtime.uow(TenantContext(tenant)) as uow:
            answer = await ask(uow, query)
        times.append(time.perf_counter() - started)
    return statistics.median(times), answer


async def round_trip(runtime: Runtime) -> float:
    """Milliseconds of the bare reference."""
    times = []
    async with runtime.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        for _ in range(500):
            started = time.perf_counter()
            await driver.fetchval("SELECT 1")
            times.append(time.perf_counter() - started)
    return 1e3 * statistics.median(times)


async def run(servers: EmbeddedServers, chunks: int, large: int, dimensions: int) -> None:
    urls = servers.urls
    address = urls.admin_database_url.replace("+asyncpg", "").replace("/postgres?", "/specloom?")
    owner = await asyncpg.connect(address, command_timeout=3600)
    settings = Settings(
        database=DatabaseSettings(DATABASE_URL=SecretStr(urls.database_url), pool_size=2),
        redis=RedisSettings(REDIS_URL=SecretStr(urls.redis_url)),
    )
    try:
        tenants = await build(owner, chunks, large, dimensions)
        async with open_runtime(settings) as runtime:
            for name, tenant in tenants.items():
                await measure(runtime, owner, name, tenant, dimensions)
    finally:
        await owner.close()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--chunks", type=int, default=1_000_000, help="of all tenants")
    options.add_argument("--large", type=int, default=200_000, help="of the large one")
    options.add_argument("--dimensions", type=int, default=0, help="of dense vectors; 0 makes none")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="specloom-bench-") as directory:
        # Durability would only slow filling down; and there is room for the pages of one large tenant, as
        # docs/operations.md says.
        settings = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "8GB", "shared_buffers": "1GB"}
        with EmbeddedServers(Path(directory), postgres_settings=settings) as servers:
            command.upgrade(alembic_config(servers.urls.migration_database_url), "head")
            asyncio.run(run(servers, chosen.chunks, chosen.large, chosen.dimensions))


if __name__ == "__main__":
    main()

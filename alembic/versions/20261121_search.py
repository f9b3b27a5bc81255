"""What search ranks: chunks with their terms, the terms' counts, dense vectors; and the door to the index of terms.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from pgvector.sqlalchemy import HALFVEC, SPARSEVEC
from sqlalchemy.dialects import postgresql

from specloom.core.migrating import choice, link, moments, owner
from specloom.core.row_security import CURRENT_TENANT, in_every_tenant, open_door, protect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INDEXED_DIMENSIONS = (256, 384, 512, 768, 1024, 1536, 3072)

# The numbers of a term in the texts of one tenant and resource: this one and the fifteen after it, one for each tier of
# its weight. Two terms may share theirs: then more chunks are looked at than need be, and none is missed.
NUMBERING = """
CREATE FUNCTION search_token(tenant uuid, resource text, term integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(term, hashtextextended(tenant::text || resource, 0))::bit(28) || B'0000')::bit(32)::integer
"""

# The chunks of the current tenant with the highest inner products with `wanted`, exactly, without looking at all that
# hold one of its terms. `asked` and `weights` are the same vector in two arrays.
#
# Policies forbid PostgreSQL to look up tokens in the index for the application's role: `&&` might tell something of the
# rows that it is asked of. Behind this door it may. What is looked up belongs to the tenant of the transaction, for the
# tenant is part of each token; and each row is checked for it.
#
# `bound` is the most that a term of a tier adds to a score. The chunks of the tokens with the highest bounds are a
# sample; the last result has at least the score that the last one of the sample has. Of each term, tiers may be left
# out from the lowest up, as long as what is left out of all terms together cannot make up that score: then no chunk
# is missed. At a `price` for each bit of score, each term leaves out as much as pays; of all prices that keep to the
# limit, the one that spares most chunks is taken.
BY_TERMS = (
    "search_by_terms(wanted sparsevec, asked integer[], weights double precision[], resources text[], most integer)",
    "TABLE (chunk_id uuid, score double precision)",
    f"""
WITH here AS MATERIALIZED (SELECT {CURRENT_TENANT} AS tenant),
lists AS MATERIALIZED (
    SELECT query.term, query.weight * (t.token - first.token + 1) * 0.16 AS bound, t.token, t.chunks
    FROM here CROSS JOIN unnest(asked, weights) AS query (term, weight) CROSS JOIN unnest(resources) AS resource
    CROSS JOIN LATERAL (SELECT search_token(here.tenant, resource, query.term) AS token) AS first
    CROSS JOIN LATERAL (
        SELECT token, chunks FROM search_terms
        WHERE tenant_id = here.tenant AND token BETWEEN first.token AND first.token + 15 AND chunks > 0 LIMIT 16
    ) AS t
),
heaviest AS (
    SELECT token, chunks, sum(chunks) OVER (ORDER BY bound DESC, chunks, token) AS together FROM lists
),
sample AS MATERIALIZED (
    SELECT c.id, -(c.terms <#> wanted) AS score FROM search_chunks AS c
    WHERE c.tokens && (SELECT array_agg(token) FROM heaviest WHERE together <= 600 OR together = chunks)
      AND c.tenant_id IS NOT DISTINCT FROM (SELECT tenant FROM here) AND c.resource = ANY (resources)
    ORDER BY score DESC LIMIT most
),
least AS MATERIALIZED (
    SELECT CASE WHEN count(*) = most THEN min(sample.score) * 0.9999 ELSE 0 END AS score FROM sample
),
levels AS (
    SELECT term, bound, sum(sum(chunks)) OVER (PARTITION BY term ORDER BY bound) AS spared
    FROM lists GROUP BY term, bound
    UNION ALL SELECT DISTINCT term, 0, 0 FROM lists
),
choices AS MATERIALIZED (
    SELECT DISTINCT ON (price, term) price, term, bound, spared
    FROM levels, (
        SELECT exp(step / 3.0::double precision) FROM generate_series(0, 45) AS step UNION ALL SELECT 1e15
    ) AS prices (price)
    ORDER BY price, term, spared - price * bound DESC
),
chosen AS (
    SELECT price FROM choices, least GROUP BY price, least.score HAVING sum(bound) <= least.score
    ORDER BY sum(spared) DESC LIMIT 1
),
found AS (
    SELECT c.id, -(c.terms <#> wanted) AS score FROM search_chunks AS c
    WHERE c.tokens && (
            SELECT array_agg(l.token) FROM lists AS l JOIN choices ON choices.term = l.term AND l.bound > choices.bound
            WHERE choices.price = (SELECT price FROM chosen)
        )
      AND c.tenant_id IS NOT DISTINCT FROM (SELECT tenant FROM here) AND c.resource = ANY (resources)
    ORDER BY score DESC, id LIMIT most
)
SELECT id, score FROM (SELECT id, score FROM found UNION SELECT id, score FROM sample) AS best
WHERE score > 0 ORDER BY score DESC, id LIMIT most
""",
)


def _resource() -> sa.Column[object]:
    return sa.Column(
        "resource",
        choice("resource", *("documents", "summaries", "products", "epics", "features", "user_stories", "sessions")),
        nullable=False,
    )


def upgrade() -> None:
    op.create_table(
        "search_chunks",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _resource(),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("start", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.BigInteger(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("tokens", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.Column("terms", SPARSEVEC(1 << 29), nullable=False),
        sa.CheckConstraint('start >= 0 AND "end" > start', name=op.f("ck_search_chunks_range")),
        link("search_chunks", "document_id", "documents"),
        link("search_chunks", "product_id", "requirements"),
        owner("search_chunks"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_search_chunks")),
    )
    for column in ("source_id", "document_id", "product_id"):
        op.create_index(f"ix_search_chunks_tenant_id_{column}", "search_chunks", ["tenant_id", column], unique=False)
    op.create_index(
        "ix_search_chunks_tokens",
        "search_chunks",
        ["tokens"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    # What PostgreSQL would learn of these columns costs much and says nothing: it looks them up in one way only.
    op.execute("ALTER TABLE search_chunks ALTER tokens SET STATISTICS 0, ALTER terms SET STATISTICS 0")
    op.create_table(
        "search_terms",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("token", sa.Integer(), nullable=False),
        sa.Column("chunks", sa.Integer(), nullable=False),
        owner("search_terms"),
        sa.PrimaryKeyConstraint("tenant_id", "token", name=op.f("pk_search_terms")),
    )
    op.create_table(
        "search_vectors",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("chunk_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dimensions", sa.Integer(), sa.Computed("vector_dims(embedding)", persisted=True), nullable=False),
        _resource(),
        sa.Column("embedding", HALFVEC(), nullable=False),
        link("search_vectors", "chunk_id", "search_chunks", "CASCADE"),
        owner("search_vectors"),
        sa.PrimaryKeyConstraint("tenant_id", "chunk_id", "model", name=op.f("pk_search_vectors")),
    )
    # In the row, not beside it: a scan of many vectors would else fetch each by itself.
    op.execute("ALTER TABLE search_vectors ALTER embedding SET STORAGE PLAIN, ALTER embedding SET STATISTICS 0")
    for length in INDEXED_DIMENSIONS:
        op.create_index(
            f"ix_search_vectors_{length}",
            "search_vectors",
            [sa.literal_column(f"(embedding::halfvec({length}))").label("vector")],
            unique=False,
            postgresql_using="hnsw",
            postgresql_ops={"vector": "halfvec_ip_ops"},
            postgresql_where=sa.text(f"dimensions = {length}"),
        )
    op.create_table(
        "search_models",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        *moments(),
        owner("search_models"),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_search_models")),
    )
    op.create_table(
        "search_changes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        _resource(),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("changes", sa.BigInteger(), server_default="1", nullable=False),
        owner("search_changes"),
        sa.PrimaryKeyConstraint("tenant_id", "resource", "source_id", name=op.f("pk_search_changes")),
    )
    protect("search_chunks", doors=("tenant_id", "id", "resource", "tokens", "terms"))
    protect("search_terms", doors=("tenant_id", "token", "chunks"))
    for table in ("search_vectors", "search_models", "search_changes"):
        protect(table)
    op.execute(NUMBERING)
    open_door(*BY_TERMS)
    _notice_what_is_there()


def downgrade() -> None:
    op.execute("DROP FUNCTION search_by_terms")
    op.execute("DROP FUNCTION search_token(uuid, text, integer)")
    for table in ("search_changes", "search_models", "search_vectors", "search_terms", "search_chunks"):
        op.drop_table(table)


def _notice_what_is_there() -> None:
    """Has the sweeper index what tenants have by now."""
    in_every_tenant(
        "INSERT INTO search_changes (tenant_id, resource, source_id) "
        "SELECT tenant_id, 'documents', id FROM documents WHERE deleted_at IS NULL "
        "UNION ALL SELECT tenant_id, 'summaries', id FROM summaries WHERE deleted_at IS NULL AND status = 'complete'",
        ("documents", "summaries", "search_changes"),
    )

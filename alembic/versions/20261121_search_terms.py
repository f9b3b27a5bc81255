"""The door to the index of terms leaves out more of what cannot be among the best, and looks the rest up faster.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

from specloom.core.row_security import CURRENT_TENANT, open_door

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

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
# is missed. The score is spent step by step, each time on the tiers of one term that spare most chunks for what they
# take of it, until nothing fits into the rest.
#
# The index merges the lists of all tokens that it is asked for at once, which takes the longer the more they are. So it
# is asked for a part of them at a time.
BY_TERMS = (
    "search_by_terms(wanted sparsevec, asked integer[], weights double precision[], resources text[], most integer)",
    "TABLE (chunk_id uuid, score double precision)",
    f"""
WITH RECURSIVE here AS MATERIALIZED (SELECT {CURRENT_TENANT} AS tenant),
lists AS MATERIALIZED (
    SELECT query.place, query.weight * (t.token - first.token + 1) * 0.16 AS bound, t.token, t.chunks
    FROM here CROSS JOIN unnest(asked, weights) WITH ORDINALITY AS query (term, weight, place)
    CROSS JOIN unnest(resources) AS resource
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
least AS (
    SELECT CASE WHEN count(*) = most THEN min(sample.score) * 0.9999 ELSE 0 END AS score FROM sample
),
levels AS MATERIALIZED (
    SELECT place, bound, (sum(sum(chunks)) OVER (PARTITION BY place ORDER BY bound))::double precision AS spared
    FROM lists GROUP BY place, bound
),
spending (bounds, spared, rest) AS (
    SELECT none, none, score
    FROM least, (SELECT array_fill(0::double precision, ARRAY[cardinality(asked)])) AS nothing (none)
    UNION ALL
    SELECT s.bounds[1:step.place - 1] || step.bound || s.bounds[step.place + 1:],
           s.spared[1:step.place - 1] || step.spared || s.spared[step.place + 1:],
           s.rest - step.bound + s.bounds[step.place]
    FROM spending AS s CROSS JOIN LATERAL (
        SELECT l.place, l.bound, l.spared FROM levels AS l
        WHERE l.bound > s.bounds[l.place] AND l.bound - s.bounds[l.place] <= s.rest
        ORDER BY (l.spared - s.spared[l.place]) / (l.bound - s.bounds[l.place]) DESC, l.place, l.bound LIMIT 1
    ) AS step
),
spent AS (SELECT bounds FROM spending ORDER BY rest LIMIT 1),
needed AS MATERIALIZED (
    SELECT mod(l.place, 4) AS part, array_agg(l.token) AS tokens FROM lists AS l, spent
    WHERE l.bound > spent.bounds[l.place] GROUP BY part
),
found AS (
    SELECT c.id, -(c.terms <#> wanted) AS score FROM search_chunks AS c
    WHERE (
            c.tokens && (SELECT tokens FROM needed WHERE part = 0)
            OR c.tokens && (SELECT tokens FROM needed WHERE part = 1)
            OR c.tokens && (SELECT tokens FROM needed WHERE part = 2)
            OR c.tokens && (SELECT tokens FROM needed WHERE part = 3)
        )
      AND c.tenant_id IS NOT DISTINCT FROM (SELECT tenant FROM here) AND c.resource = ANY (resources)
    ORDER BY score DESC, id LIMIT most
)
SELECT id, score FROM (SELECT id, score FROM found UNION SELECT id, score FROM sample) AS best
WHERE score > 0 ORDER BY score DESC, id LIMIT most
""",
)


def upgrade() -> None:
    op.execute("DROP FUNCTION search_by_terms")
    open_door(*BY_TERMS)


def downgrade() -> None:
    op.execute("DROP FUNCTION search_by_terms")
    open_door(*op.get_context().script.get_revision("0010").module.BY_TERMS)

"""The registry of row-level security, read from the catalogue: a table that forgets a lock fails the build.

Each rule is a query that finds what breaks it. That the query can find something is shown on tables, views and
functions that break the rule, made in a transaction that is rolled back.
"""

from collections.abc import AsyncIterator, Iterable

import asyncpg
import pytest

from specloom.core.row_security import APP_ROLE, CURRENT_TENANT, DOOR_ROLE
from specloom.core.tenancy import GLOBAL_TENANT_ID, TENANT_SETTING

UNTENANTED = ("alembic_version", "signing_keys")
"""Belong to no tenant. The first is the migrations' own; what the second holds is encrypted."""
SHARED = ("industry_template_versions", "industry_templates", "template_versions", "templates")
"""Rows of the global tenant are there for everyone."""
GLOBALLY_UNIQUE = ("pk_tenants", "uq_tenants_subdomain", "pk_signing_keys", "alembic_version_pkc")
PINNED_BY_CHECK = ("fk_analyses_industry_template_version", "fk_summaries_template_tenant_id_template_version_id")
"""Foreign keys whose tenant column a CHECK holds to the row's own tenant or the global one."""
NO_REFERENCES = {
    "auth_sessions.current_token_id": "a token's own id",
    "auth_sessions.previous_token_id": "a token's own id",
    "conversation_sessions.industry_template_version_id": "versions belong to the global tenant, and stay for ever",
    "events.event_id": "the event's own id",
    "events.job_id": "written in the job's own transaction, and kept for as long as the log is",
    "events.subject_id": "of a table that depends on the event's type; who follows it has looked it up",
    "search_changes.source_id": "of a table that depends on the resource; what is gone is taken out of the index",
    "search_chunks.source_id": "of a table that depends on the resource; it is read again before it is quoted",
    "requirements.industry_template_version_id": "versions belong to the global tenant, and are never deleted",
    "jobs.related_id": "of a table that depends on the job's type; whoever reads it looks it up in its own tenant",
    "tenants.industry_template_id": "templates refer to tenants already, and are never deleted",
    "tenants.industry_template_version_id": "versions refer to tenants already, and are never deleted",
    "usage_entries.job_id": "what was paid for stays on record",
    "usage_entries.user_id": "what was paid for stays on record",
}
"""Columns of ids that no foreign key holds, and why."""
DOORS = {
    "abandoned_jobs(integer)",
    "accounts_by_email(text)",
    "due_jobs(integer)",
    "expired_sessions(integer)",
    "search_by_terms(sparsevec,integer[],double precision[],text[],integer)",
    "tenant_ids()",
    "unwanted_jobs(integer)",
}
DOOR_COLUMNS = {
    "conversation_sessions": {"expires_at", "id", "status", "tenant_id"},
    "jobs": {"cancel_requested_at", "id", "lease_expires_at", "queue", "run_after", "status", "tenant_id"},
    "search_chunks": {"id", "resource", "tenant_id", "terms", "tokens"},
    "search_terms": {"chunks", "tenant_id", "token"},
    "tenants": {"id", "status", "subdomain"},
    "users": {"deleted_at", "email", "id", "is_active", "tenant_id"},
}

_OWN = f"(COL = (NULLIF(current_setting('{TENANT_SETTING}'::text, true), ''::text))::uuid)"
_SEEN = (
    f"({_OWN} OR ((COL = '{GLOBAL_TENANT_ID}'::uuid) AND "
    f"((NULLIF(current_setting('{TENANT_SETTING}'::text, true), ''::text))::uuid IS NOT NULL)))"
)


def _names(values: Iterable[str]) -> str:
    return ", ".join(f"'{value}'" for value in sorted(values))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


# Every table, with the name of the column that says whose a row is: NULL for those of no tenant.
_TABLES = f"""
WITH tables AS (
    SELECT c.oid, c.relname AS name, c.relowner AS owner, c.relrowsecurity, c.relforcerowsecurity, c.relacl,
           CASE WHEN c.relname = 'tenants' THEN 'id' WHEN c.relname NOT IN ({_names(UNTENANTED)}) THEN 'tenant_id' END
               AS tenant,
           CASE WHEN c.relname IN ({_names(SHARED)}) THEN {_quoted(_SEEN)} ELSE {_quoted(_OWN)} END AS seen,
           {_quoted(_OWN)} AS own
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
), policies AS (
    SELECT p.*, pg_get_expr(p.polqual, p.polrelid) AS using_, pg_get_expr(p.polwithcheck, p.polrelid) AS check_,
           p.polroles = ARRAY['{APP_ROLE}'::regrole::oid] AS for_app, t.name, t.tenant,
           replace(t.seen, 'COL', t.tenant) AS seen, replace(t.own, 'COL', t.tenant) AS own
    FROM pg_policy p JOIN tables t ON t.oid = p.polrelid
), leads AS (
    SELECT i.*, x.relname AS index_name, t.name, t.tenant,
           (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum = i.indkey[0]) AS first
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN tables t ON t.oid = i.indrelid
), links AS (
    SELECT f.conname, s.name AS source, t.name AS target,
           ARRAY(SELECT a.attname || ' = ' || b.attname FROM unnest(f.conkey, f.confkey) AS k(a, b)
                 JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.a
                 JOIN pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = k.b) AS pairs
    FROM pg_constraint f JOIN tables s ON s.oid = f.conrelid JOIN tables t ON t.oid = f.confrelid WHERE f.contype = 'f'
), functions AS (
    SELECT p.*, p.oid::regprocedure::text AS signature FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = p.oid AND deptype = 'e')
), column_grants AS (
    SELECT t.name, a.attname, g.grantee, g.privilege_type
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid CROSS JOIN aclexplode(a.attacl) g
), table_grants AS (
    SELECT t.name, t.owner, g.grantee, g.privilege_type FROM tables t CROSS JOIN aclexplode(t.relacl) g
), app AS (
    SELECT * FROM pg_roles WHERE rolname = '{APP_ROLE}'
), door AS (
    SELECT * FROM pg_roles WHERE rolname = '{DOOR_ROLE}'
)
"""

RULES = {
    "each row says whose it is": """
        SELECT name FROM tables WHERE tenant IS NOT NULL AND NOT EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = oid AND attname = tenant AND attnotnull
                AND atttypid = 'uuid'::regtype)""",
    "row security is on, for the owner too": """
        SELECT name FROM tables WHERE name <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)""",
    "a restrictive policy holds reading and writing to the tenant": """
        SELECT name FROM tables t WHERE tenant IS NOT NULL AND 1 <> (
            SELECT count(*) FROM policies p WHERE p.polrelid = t.oid AND NOT polpermissive AND polcmd = '*' AND for_app
                AND using_ = p.seen AND check_ = p.own)""",
    "one permissive policy lets the application in": """
        SELECT name FROM tables t WHERE name <> 'alembic_version' AND 1 <> (
            SELECT count(*) FROM policies p WHERE p.polrelid = t.oid AND polpermissive AND polcmd = '*' AND for_app
                AND using_ = 'true' AND check_ = 'true')""",
    "no other policy opens anything": f"""
        SELECT name || '.' || polname FROM policies WHERE polpermissive
            AND NOT (for_app AND polcmd = '*')
            AND NOT (polroles = ARRAY['{DOOR_ROLE}'::regrole::oid] AND polcmd = 'r' AND name IN ({
        _names(DOOR_COLUMNS)
    }))""",
    "what everyone has is changed by nobody": f"""
        SELECT name || ' ' || command FROM tables t, unnest(ARRAY['w', 'd']) AS command
            WHERE name IN ({_names(SHARED)}) AND NOT EXISTS (
                SELECT FROM policies p WHERE p.polrelid = t.oid AND NOT polpermissive AND for_app
                    AND polcmd::text = command AND using_ = p.own)""",
    "the primary key begins with the tenant": """
        SELECT name FROM tables t WHERE tenant IS NOT NULL AND NOT EXISTS (
            SELECT FROM leads l WHERE l.indrelid = t.oid AND indisprimary AND l.first = l.tenant)""",
    "uniqueness tells nothing of other tenants": f"""
        SELECT index_name FROM leads WHERE (indisunique OR indisexclusion) AND first IS DISTINCT FROM tenant
            AND index_name NOT IN ({_names(GLOBALLY_UNIQUE)})""",
    "foreign keys carry the tenant": f"""
        SELECT conname FROM links WHERE NOT (
            CASE WHEN target = 'tenants' THEN pairs = ARRAY['tenant_id = id'] ELSE 'tenant_id = tenant_id' = ANY (pairs)
            END) AND conname NOT IN ({_names(PINNED_BY_CHECK)})""",
    "ids refer to something, or it is said why not": f"""
        SELECT name || '.' || attname FROM tables t JOIN pg_attribute a ON attrelid = t.oid
            WHERE atttypid = 'uuid'::regtype AND attname NOT IN ('id', 'tenant_id')
            AND name || '.' || attname NOT IN ({_names(NO_REFERENCES)})
            AND NOT EXISTS (
                SELECT FROM pg_constraint f WHERE f.conrelid = t.oid AND contype = 'f' AND attnum = ANY (conkey))""",
    "tables belong to somebody whom the application cannot become": f"""
        SELECT name FROM tables WHERE pg_has_role('{APP_ROLE}', owner, 'MEMBER')
            OR pg_has_role('{DOOR_ROLE}', owner, 'MEMBER')""",
    "the application may read and write rows, and nothing else": f"""
        SELECT name || ' ' || privilege_type FROM table_grants WHERE grantee = '{APP_ROLE}'::regrole
            AND (privilege_type NOT IN ('SELECT', 'INSERT', 'UPDATE', 'DELETE') OR name = 'alembic_version')""",
    "nobody else has rights": f"""
        SELECT name || ' ' || privilege_type FROM table_grants WHERE grantee NOT IN (owner, '{APP_ROLE}'::regrole)
        UNION SELECT name || '.' || attname FROM column_grants WHERE grantee <> '{DOOR_ROLE}'::regrole
        UNION SELECT name || '.' || attname FROM column_grants WHERE privilege_type <> 'SELECT'""",
    "views show what their reader may see": """
        SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (
            relkind IN ('m', 'f')
            OR (relkind = 'v' AND NOT coalesce(
                reloptions && ARRAY['security_invoker=true', 'security_invoker=on'], false)))""",
    "only the doors act with rights of their own": f"""
        SELECT signature FROM functions WHERE prosecdef AND signature NOT IN ({_names(DOORS)})""",
    "doors are narrow": f"""
        SELECT signature FROM functions WHERE signature IN ({_names(DOORS)}) AND NOT (
            prosecdef AND proowner = '{DOOR_ROLE}'::regrole AND provolatile = 's'
            AND proconfig IS NOT DISTINCT FROM ARRAY['search_path=public, pg_temp']
            AND NOT EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner)))
                            WHERE grantee NOT IN (proowner, '{APP_ROLE}'::regrole)))""",
    "no function pretends to leak nothing": "SELECT signature FROM functions WHERE proleakproof",
    "functions are in languages that cannot leave the database": """
        SELECT signature FROM functions JOIN pg_language l ON l.oid = prolang
            WHERE lanname NOT IN ('sql', 'plpgsql')""",
    "the application's role is a plain one": """
        SELECT rolname::text FROM app WHERE rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication
        UNION SELECT rolname FROM app WHERE EXISTS (SELECT FROM pg_auth_members WHERE member = app.oid)
        UNION SELECT rolname FROM app WHERE has_schema_privilege(oid, 'public', 'CREATE')
        UNION SELECT 'owns something' FROM app JOIN pg_shdepend ON refobjid = app.oid
            WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o'""",
    "the role behind the doors cannot come in by itself": """
        SELECT rolname::text FROM door WHERE rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb
        UNION SELECT rolname FROM door WHERE EXISTS (SELECT FROM pg_auth_members WHERE member = door.oid)
        UNION SELECT rolname FROM door WHERE has_schema_privilege(oid, 'public', 'CREATE')""",
    "the roles are there": f"""
        SELECT name FROM unnest(ARRAY['{APP_ROLE}', '{DOOR_ROLE}']) AS name
            WHERE name NOT IN (SELECT rolname FROM pg_roles)""",
}

_PLAIN = "tenant_id uuid NOT NULL, id uuid NOT NULL"
_KEYED = f"CREATE TABLE odd ({_PLAIN}, PRIMARY KEY (tenant_id, id))"
_LOCKED = "ALTER TABLE odd ENABLE ROW LEVEL SECURITY; ALTER TABLE odd FORCE ROW LEVEL SECURITY"
_POLICY = f"CREATE POLICY odd_tenant ON odd AS RESTRICTIVE FOR ALL TO {APP_ROLE}"

BREACHES = [
    ("each row says whose it is", "CREATE TABLE odd (id uuid PRIMARY KEY)", "odd"),
    ("each row says whose it is", "CREATE TABLE odd (tenant_id uuid, id uuid)", "odd"),
    ("each row says whose it is", "CREATE TABLE odd (tenant_id text NOT NULL, id uuid)", "odd"),
    ("row security is on, for the owner too", _KEYED, "odd"),
    ("row security is on, for the owner too", f"{_KEYED}; ALTER TABLE odd ENABLE ROW LEVEL SECURITY", "odd"),
    ("a restrictive policy holds reading and writing to the tenant", f"{_KEYED}; {_LOCKED}", "odd"),
    *(
        ("a restrictive policy holds reading and writing to the tenant", f"{_KEYED}; {policy}", "odd")
        for policy in (
            f"{_POLICY} USING (tenant_id = {CURRENT_TENANT})",
            f"{_POLICY} USING (true) WITH CHECK (tenant_id = {CURRENT_TENANT})",
            f"{_POLICY} USING (tenant_id = {CURRENT_TENANT} OR id IS NULL) WITH CHECK (tenant_id = {CURRENT_TENANT})",
            f"{_POLICY.replace('RESTRICTIVE', 'PERMISSIVE')} USING (tenant_id = {CURRENT_TENANT}) "
            f"WITH CHECK (tenant_id = {CURRENT_TENANT})",
            f"{_POLICY.replace('FOR ALL', 'FOR SELECT')} USING (tenant_id = {CURRENT_TENANT})",
        )
    ),
    ("one permissive policy lets the application in", _KEYED, "odd"),
    ("no other policy opens anything", "CREATE POLICY odd ON documents FOR SELECT USING (true)", "documents.odd"),
    (
        "no other policy opens anything",
        f"CREATE POLICY odd ON documents FOR SELECT TO {DOOR_ROLE} USING (true)",
        "documents.odd",
    ),
    ("what everyone has is changed by nobody", "DROP POLICY templates_own_update ON templates", "templates w"),
    (
        "what everyone has is changed by nobody",
        "DROP POLICY template_versions_own_delete ON template_versions",
        "template_versions d",
    ),
    ("the primary key begins with the tenant", f"CREATE TABLE odd ({_PLAIN}, PRIMARY KEY (id))", "odd"),
    ("the primary key begins with the tenant", f"CREATE TABLE odd ({_PLAIN})", "odd"),
    ("uniqueness tells nothing of other tenants", f"CREATE TABLE odd ({_PLAIN}, UNIQUE (id))", "odd_id_key"),
    (
        "uniqueness tells nothing of other tenants",
        f"CREATE TABLE odd ({_PLAIN}, word text); CREATE UNIQUE INDEX odd_word ON odd (lower(word), tenant_id)",
        "odd_word",
    ),
    (
        "foreign keys carry the tenant",
        f"CREATE TABLE target ({_PLAIN}, UNIQUE (id)); CREATE TABLE odd ({_PLAIN}, CONSTRAINT loose "
        "FOREIGN KEY (id) REFERENCES target (id))",
        "loose",
    ),
    (
        "foreign keys carry the tenant",
        f"CREATE TABLE odd ({_PLAIN}, CONSTRAINT loose FOREIGN KEY (id) REFERENCES tenants (id))",
        "loose",
    ),
    (
        "foreign keys carry the tenant",
        f"CREATE TABLE odd ({_PLAIN}, other uuid, CONSTRAINT crossed FOREIGN KEY (other, id) "
        "REFERENCES documents (tenant_id, id))",
        "crossed",
    ),
    ("ids refer to something, or it is said why not", f"CREATE TABLE odd ({_PLAIN}, made_by uuid)", "odd.made_by"),
    (
        "the application may read and write rows, and nothing else",
        f"GRANT TRUNCATE ON documents TO {APP_ROLE}",
        "documents TRUNCATE",
    ),
    (
        "the application may read and write rows, and nothing else",
        f"GRANT SELECT ON alembic_version TO {APP_ROLE}",
        "alembic_version SELECT",
    ),
    ("nobody else has rights", "GRANT SELECT ON documents TO PUBLIC", "documents SELECT"),
    ("nobody else has rights", f"GRANT SELECT ON documents TO {DOOR_ROLE}", "documents SELECT"),
    ("nobody else has rights", f"GRANT UPDATE (title) ON documents TO {DOOR_ROLE}", "documents.title"),
    ("views show what their reader may see", "CREATE VIEW odd AS SELECT * FROM documents", "odd"),
    (
        "views show what their reader may see",
        "CREATE VIEW odd WITH (security_barrier) AS SELECT * FROM documents",
        "odd",
    ),
    ("views show what their reader may see", "CREATE MATERIALIZED VIEW odd AS SELECT * FROM documents", "odd"),
    (
        "only the doors act with rights of their own",
        "CREATE FUNCTION odd() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM documents'",
        "odd()",
    ),
    ("doors are narrow", "GRANT EXECUTE ON FUNCTION tenant_ids() TO PUBLIC", "tenant_ids()"),
    ("doors are narrow", "ALTER FUNCTION tenant_ids() RESET search_path", "tenant_ids()"),
    ("doors are narrow", "ALTER FUNCTION tenant_ids() VOLATILE", "tenant_ids()"),
    ("doors are narrow", "ALTER FUNCTION tenant_ids() OWNER TO CURRENT_USER", "tenant_ids()"),
    (
        "doors are narrow",
        "DROP FUNCTION tenant_ids(); CREATE FUNCTION tenant_ids() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS 'SELECT 1'; GRANT CREATE ON SCHEMA public TO {DOOR_ROLE}; "
        f"ALTER FUNCTION tenant_ids() OWNER TO {DOOR_ROLE}",
        "tenant_ids()",
    ),
    ("the application's role is a plain one", f"GRANT CREATE ON SCHEMA public TO {APP_ROLE}", APP_ROLE),
    (
        "the role behind the doors cannot come in by itself",
        f"GRANT CREATE ON SCHEMA public TO {DOOR_ROLE}",
        DOOR_ROLE,
    ),
]


@pytest.fixture
async def owner(database_urls: tuple[str, str]) -> AsyncIterator[asyncpg.Connection]:
    """The owner of the tables, in a transaction that is rolled back."""
    connection = await asyncpg.connect(database_urls[1].replace("+asyncpg", ""))
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


async def breaches(connection: asyncpg.Connection, rule: str) -> list[str]:
    return sorted(str(row[0]) for row in await connection.fetch(_TABLES + RULES[rule]))


@pytest.mark.parametrize("rule", RULES)
async def test_the_database_keeps_the_rule(owner: asyncpg.Connection, rule: str) -> None:
    assert await breaches(owner, rule) == []


@pytest.mark.parametrize(("rule", "statements", "name"), BREACHES)
async def test_a_breach_of_the_rule_is_found(owner: asyncpg.Connection, rule: str, statements: str, name: str) -> None:
    await owner.execute(statements)
    assert name in await breaches(owner, rule)


async def test_the_lists_of_exceptions_name_what_is_there(owner: asyncpg.Connection) -> None:
    """An exception that outlives its reason would one day excuse something else."""
    tables = {row[0] for row in await owner.fetch(_TABLES + "SELECT name FROM tables")}
    assert {*UNTENANTED, *SHARED, "tenants"} <= tables
    assert len(tables) > 15
    functions = {row[0] for row in await owner.fetch(_TABLES + "SELECT signature FROM functions WHERE prosecdef")}
    assert functions == DOORS
    indexes = {row[0] for row in await owner.fetch(_TABLES + "SELECT index_name FROM leads")}
    assert set(GLOBALLY_UNIQUE) <= indexes
    rule = RULES["ids refer to something, or it is said why not"].replace(_names(NO_REFERENCES), "''")
    assert {row[0] for row in await owner.fetch(_TABLES + rule)} == set(NO_REFERENCES)
    assert set(PINNED_BY_CHECK) <= {row[0] for row in await owner.fetch(_TABLES + "SELECT conname FROM links")}


async def test_the_doors_see_the_columns_they_need(owner: asyncpg.Connection) -> None:
    seen: dict[str, set[str]] = {}
    for row in await owner.fetch(_TABLES + "SELECT name, attname FROM column_grants"):
        seen.setdefault(row["name"], set()).add(row["attname"])
    assert seen == DOOR_COLUMNS


async def test_a_leaky_function_would_be_found(owner: asyncpg.Connection) -> None:
    """Only a superuser can make one; those of PostgreSQL itself show that the query sees them."""
    query = (_TABLES + RULES["no function pretends to leak nothing"]).replace("'public'", "'pg_catalog'")
    assert len(await owner.fetch(query)) > 10

"""Keyset pages: every row once while rows come and go, and cursors that cannot be bent."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest
from sqlalchemy import event, text

from specloom.core.pagination import PageRequest
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.documents import DocumentCrud
from tests.factories.documents import write
from tests.factories.identity import Member, sign_up
from tests.factories.tenants import make_tenant

DOCUMENTS = "/api/v1/documents"


async def add(runtime: Runtime, context: TenantContext, title: str, created_at: datetime) -> UUID:
    async with runtime.uow(context) as uow:
        document = await DocumentCrud(uow).add(
            title=title, media_type="text/plain", size=1, current_version=1, created_at=created_at
        )
        return document.id


async def walk(
    runtime: Runtime, context: TenantContext, *, limit: int, sort: str | None = None
) -> list[list[tuple[str, UUID]]]:
    """All pages, each with (title, id) of its rows."""
    pages, cursor = [], None
    while True:
        async with runtime.uow(context) as uow:
            page = await DocumentCrud(uow).page(PageRequest(limit=limit, cursor=cursor, sort=sort))
        pages.append([(each.title, each.id) for each in page.items])
        cursor = page.next_cursor
        if cursor is None:
            return pages


@pytest.fixture(scope="module")
async def tied(runtime: Runtime) -> tuple[TenantContext, list[UUID]]:
    """Nine documents of two moments and three titles: ties everywhere."""
    context = await make_tenant(runtime)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    moments = [start, start, start, start, start, start + timedelta(microseconds=1), *[start] * 3]
    return context, [await add(runtime, context, f"T{n % 3}", moment) for n, moment in enumerate(moments)]


@pytest.mark.parametrize("sort", [None, "created_at", "-created_at", "updated_at", "title", "-title"])
@pytest.mark.parametrize("limit", [1, 2, 4, 8, 9, 10])
async def test_every_row_comes_once_among_ties(
    runtime: Runtime, tied: tuple[TenantContext, list[UUID]], sort: str | None, limit: int
) -> None:
    context, ids = tied
    pages = await walk(runtime, context, limit=limit, sort=sort)
    rows = [row for page in pages for row in page]
    assert sorted(id_ for _, id_ in rows) == sorted(ids)
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert pages[-1], "the last page is known to be the last before an empty one"
    if sort in ("title", "-title"):
        titles = [title for title, _ in rows]
        assert titles == sorted(titles, reverse=sort == "-title")
        for title in set(titles):  # the tie breaker turns round with the order
            tied_ids = [id_ for each, id_ in rows if each == title]
            assert tied_ids == sorted(tied_ids, reverse=sort == "-title")
    if sort is None:
        assert rows == [row for page in await walk(runtime, context, limit=100, sort="-created_at") for row in page]


async def test_pages_are_stable_while_rows_come_and_go(runtime: Runtime) -> None:
    context = await make_tenant(runtime)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    ids = [await add(runtime, context, f"D{n}", start + timedelta(seconds=n)) for n in range(6)]

    async def page(cursor: str | None) -> tuple[list[UUID], str | None]:
        async with runtime.uow(context) as uow:
            found = await DocumentCrud(uow).page(PageRequest(limit=2, cursor=cursor, sort="created_at"))
            return [each.id for each in found.items], found.next_cursor

    first, cursor = await page(None)
    await add(runtime, context, "before", start - timedelta(days=1))
    async with runtime.uow(context) as uow:
        await DocumentCrud(uow).remove(await DocumentCrud(uow).get(ids[1]))  # the very row the cursor stands on
    second, cursor = await page(cursor)
    late = await add(runtime, context, "after", start + timedelta(days=1))
    third, cursor = await page(cursor)
    fourth, cursor = await page(cursor)
    assert [first, second, third, fourth] == [ids[:2], ids[2:4], ids[4:], [late]]
    assert cursor is None


@pytest.mark.parametrize(
    "title", ["a|b", "line\nbreak", r"back\nslash", "comma,comma", 'quo"te', "x~y", "käse 🧀", " ", "<i:1", "s:1", "x"]
)
async def test_a_cursor_carries_any_text(runtime: Runtime, title: str) -> None:
    context = await make_tenant(runtime)
    now = datetime.now(UTC)
    ids = [await add(runtime, context, title, now) for _ in range(3)]
    pages = await walk(runtime, context, limit=1, sort="title")
    assert [row for page in pages for row in page] == [(title, id_) for id_ in sorted(ids)]


# Cursors over HTTP ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def member(client: httpx2.AsyncClient) -> Member:
    member = await sign_up(client)
    for number in range(3):
        await write(client, member, title=f"Brief {number}")
    return member


async def listed(client: httpx2.AsyncClient, member: Member, path: str = DOCUMENTS, **params: Any) -> httpx2.Response:
    return await client.get(path, params={"limit": 1, **params}, headers=member.headers)


async def refused(client: httpx2.AsyncClient, member: Member, code: str = "invalid_cursor", **params: Any) -> None:
    answer = await listed(client, member, **params)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, code), params


def encoded(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


async def test_a_cursor_is_for_one_order(client: httpx2.AsyncClient, member: Member) -> None:
    cursor = (await listed(client, member, sort="title")).json()["next_cursor"]
    assert (await listed(client, member, sort="title", cursor=cursor)).status_code == 200
    for sort in ("-title", "created_at", "-created_at", "updated_at", None):
        await refused(client, member, cursor=cursor, **({} if sort is None else {"sort": sort}))


async def test_the_order_of_a_list_may_be_named_or_left_out(client: httpx2.AsyncClient, member: Member) -> None:
    cursor = (await listed(client, member)).json()["next_cursor"]
    by_default = await listed(client, member, cursor=cursor)
    assert by_default.json() == (await listed(client, member, sort="-created_at", cursor=cursor)).json()


@pytest.mark.parametrize("sort", ["nothing", "-nothing", "id", "tenant_id", "password_hash", "_", "deleted_at"])
async def test_lists_are_sorted_by_what_they_say(client: httpx2.AsyncClient, member: Member, sort: str) -> None:
    await refused(client, member, code="invalid_sort", sort=sort)


async def test_a_cursor_of_another_tenant_shows_nothing_of_it(client: httpx2.AsyncClient, member: Member) -> None:
    stranger = await sign_up(client)
    await write(client, stranger, title="Theirs")
    cursor = (await listed(client, member, sort="title")).json()["next_cursor"]
    answer = await listed(client, stranger, sort="title", cursor=cursor)
    assert answer.status_code == 200
    assert {each["title"] for each in answer.json()["items"]} <= {"Theirs"}


async def test_a_cursor_of_another_list_is_told_apart_or_harmless(client: httpx2.AsyncClient, member: Member) -> None:
    cursor = (await listed(client, member, path="/api/v1/roles", sort="name")).json()["next_cursor"]
    await refused(client, member, cursor=cursor)
    await refused(client, member, cursor=cursor, sort="title")


NOW, ID = "2026-01-01 00:00:00+00:00", "01a00000-0000-7000-8000-000000000000"
BENT = [
    *("", "=", "====", "!", "a", "%", "ä", "\\", "a b", "x" * 1000, "/" * 8, "+" * 8),
    *(encoded(each) for each in ("", "|", "-created_at", "-created_at|", "-created_at|x", "title|>", b"\xff\xfe|>")),
    *(
        encoded(f"-created_at|{bookmark}")
        for bookmark in (
            *(">", "<", "<x", ">x", ">x~x", ">~", ">~~", ">\n", ">\r\n", '>"', '>"\n', ">a\0b", ">,,,"),
            f"<dt:{NOW}~uuid:{ID}",
            f">dt:{NOW}",
            f">dt:{NOW}~uuid:{ID}~uuid:{ID}",
            f">uuid:{ID}~dt:{NOW}",
            f">dt:{NOW}~uuid:x",
            f">dt:{NOW}~s:{ID}",
            f">dt:{NOW}~x",
            f">x~uuid:{ID}",
            f">true~uuid:{ID}",
            f">s:2026~uuid:{ID}",
            f">i:1~uuid:{ID}",
            f">f:nan~uuid:{ID}",
            f">f:1e999~uuid:{ID}",
            f">n:NaN~uuid:{ID}",
            f">b:AA==~uuid:{ID}",
            f">d:2026-01-01~uuid:{ID}",
            f">t:12:00~uuid:{ID}",
            f">dt:2026-01-01 00:00:00~uuid:{ID}",
            f">dt:0001-01-01 00:00:00+23:59~uuid:{ID}",
            f">dt:9999-12-31 23:59:59-23:59~uuid:{ID}",
            f">dt:99999-01-01~uuid:{ID}",
            f">dt:{'9' * 400}~uuid:{ID}",
            f">dt:now~uuid:{ID}",
            f">i:{'9' * 500}~uuid:{ID}",
        )
    ),
]


@pytest.mark.parametrize("cursor", BENT)
async def test_a_bent_cursor_is_refused(client: httpx2.AsyncClient, member: Member, cursor: str) -> None:
    await refused(client, member, cursor=cursor)


@pytest.mark.parametrize(
    "value", ["s:a\0b", "s:\ud800", "i:1", f"uuid:{ID}", f"dt:{NOW}", "x", "true", "f:1", "b:AA=="]
)
async def test_a_bent_text_in_a_cursor_is_refused(client: httpx2.AsyncClient, member: Member, value: str) -> None:
    content = f"title|>{value}~uuid:{ID}".encode("utf-8", "surrogatepass")
    await refused(client, member, cursor=encoded(content), sort="title")


async def test_a_true_cursor_is_none_of_these(client: httpx2.AsyncClient, member: Member) -> None:
    """The control: what is refused above is refused for what was bent."""
    for sort, bookmark in (("-created_at", f">dt:{NOW}~uuid:{ID}"), ("title", f">s:a~uuid:{ID}")):
        answer = await listed(client, member, cursor=encoded(f"{sort}|{bookmark}"), sort=sort)
        assert answer.status_code == 200, answer.text


async def test_each_bit_of_a_cursor_may_be_turned(client: httpx2.AsyncClient, member: Member) -> None:
    """No answer but a page or a refusal, whatever is sent."""
    cursor = (await listed(client, member)).json()["next_cursor"]
    for place in range(0, len(cursor), 3):
        for char in "A9-":
            answer = await listed(client, member, cursor=f"{cursor[:place]}{char}{cursor[place + 1 :]}")
            assert answer.status_code in (200, 400), (place, char)


@pytest.mark.parametrize(("limit", "status"), [(1, 200), (200, 200), (0, 422), (201, 422), (-1, 422), ("x", 422)])
async def test_the_size_of_a_page_has_bounds(
    client: httpx2.AsyncClient, member: Member, limit: int | str, status: int
) -> None:
    assert (await listed(client, member, limit=limit)).status_code == status


async def test_the_longest_title_there_can_be_fits_into_a_cursor(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    for number in range(3):
        await write(client, member, title=254 * "🧀" + str(number))
    seen, cursor = [], None
    while True:
        page = await listed(client, member, sort="title", **({"cursor": cursor} if cursor else {}))
        assert page.status_code == 200, page.text
        seen += [each["title"][-1] for each in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if cursor is None:
            break
    assert seen == ["0", "1", "2"]


async def test_a_later_page_reads_no_more_rows_than_the_first(runtime: Runtime, database_urls: tuple[str, str]) -> None:
    """Pages are found by the index, however far back they are."""
    context = await make_tenant(runtime)
    async with runtime.uow(context) as uow:
        await uow.session.execute(
            text(
                "INSERT INTO documents (tenant_id, id, title, source_type, status, media_type, size, created_at) "
                "SELECT :tenant, gen_random_uuid(), 'D', 'upload', 'active', 'text/plain', 1, "
                "'2026-01-01'::timestamptz + n * interval '1 second' FROM generate_series(1, 3000) n"
            ),
            {"tenant": context.tenant_id},
        )
    owner = await asyncpg.connect(database_urls[1].replace("+asyncpg", ""))
    await owner.execute("ANALYZE documents")
    await owner.close()
    statements: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, *___: Any) -> None:
        statements.append((statement, parameters))

    read = []
    for after in ("00:00:00", "00:49:00"):
        cursor = encoded(f"created_at|>dt:2026-01-01 {after}+00:00~uuid:{uuid4()}")
        async with runtime.uow(context) as uow:
            event.listen(runtime.engine.sync_engine, "before_cursor_execute", note)
            page = await DocumentCrud(uow).page(PageRequest(limit=5, cursor=cursor, sort="created_at"))
            event.remove(runtime.engine.sync_engine, "before_cursor_execute", note)
            assert len(page.items) == 5
            connection = await uow.session.connection()
            statement, parameters = statements[-1]
            explained = await connection.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
            read.append(_rows_read(explained.scalar_one()[0]["Plan"]))
    assert max(read) < 20, read


def _rows_read(node: dict[str, Any]) -> float:
    """Rows that the leaves of a plan looked at, those included that they then left out."""
    children = node.get("Plans", [])
    own: float = 0 if children else node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    return own + sum(_rows_read(child) for child in children)

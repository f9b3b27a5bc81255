"""Lists of documents: pages, filters, orders, and search in many languages."""

from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.factories.documents import write
from tests.factories.identity import Member, sign_up

API = "/api/v1/documents"


async def titles(client: httpx2.AsyncClient, member: Member, **params: Any) -> list[str]:
    response = await client.get(API, params=params, headers=member.headers)
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json()["items"]]


async def test_pages_and_orders(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    names = ["Beta", "alpha", "Äpfel", "Gamma", "beta"]
    for name in names:
        await write(client, member, title=name)
    assert await titles(client, member) == names[::-1]
    assert await titles(client, member, sort="created_at") == names
    by_title = await titles(client, member, sort="title")
    assert by_title == sorted(names)
    assert await titles(client, member, sort="-title") == by_title[::-1]

    seen, cursor = [], None
    while True:
        params = {"limit": 2, "sort": "title", **({"cursor": cursor} if cursor else {})}
        page = (await client.get(API, params=params, headers=member.headers)).json()
        seen += [item["title"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == by_title


async def test_the_last_changed_comes_first(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    first, _ = [await write(client, member, title=title) for title in ("First", "Second")]
    await client.patch(f"{API}/{first['id']}", json={"content": "Changed."}, headers=member.headers)
    assert await titles(client, member, sort="-updated_at") == ["First", "Second"]


async def test_filters(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    old = await write(client, member, title="Old", source_type="notion", external_id="1")
    await write(client, member, title="Plain", media_type="text/plain")
    await client.patch(f"{API}/{old['id']}", json={"status": "error"}, headers=member.headers)
    assert await titles(client, member, source_type="notion") == ["Old"]
    assert await titles(client, member, status="error") == ["Old"]
    assert await titles(client, member, media_type="text/plain") == ["Plain"]
    assert await titles(client, member, source_type="notion", media_type="text/plain") == []
    made = datetime.fromisoformat(old["created_at"])
    assert await titles(client, member, created_after=made.isoformat()) == ["Plain"]
    later = (made + timedelta(seconds=30)).isoformat()
    assert await titles(client, member, created_before=later) == ["Plain", "Old"]
    assert await titles(client, member, created_before=made.isoformat()) == []


@pytest.mark.parametrize(
    "params",
    [
        {"status": "gone"},
        {"source_type": "x"},
        {"created_after": "yesterday"},
        {"created_after": "2026-01-01T00:00:00"},
        {"created_after": "0.5"},
        {"created_before": "0001-01-01T00:00:00+14:00"},
        {"q": "a\x00b"},
        {"q": "x" * 201},
        {"media_type": "a\x00b"},
    ],
)
async def test_filters_that_mean_nothing(client: httpx2.AsyncClient, params: dict[str, str]) -> None:
    member = await sign_up(client)
    response = await client.get(API, params=params, headers=member.headers)
    assert response.status_code == 422
    assert response.json()["error"]["code"] == "validation_error"


async def test_sorting_by_something_else_is_refused(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    response = await client.get(API, params={"sort": "size"}, headers=member.headers)
    assert (response.status_code, response.json()["error"]["code"]) == (400, "invalid_sort")


CORPUS = {
    "Invoices": "Customers pay their invoices within thirty days. Overdue invoices are charged interest.",
    "Warehouse": "Pallets are counted nightly. The forklifts were charged.",
    "Zahlungen": "Kunden zahlen über den Zahlungsdienst. Die Größe spielt keine Rolle.",
    "Оплата": "Клиент оплачивает счёт в течение тридцати дней.",
    "请求": "系统必须在两秒内响应用户的请求。",
    "注文": "注文データは暗号化されて保存される。",
    "คำสั่งซื้อ": "ระบบต้องตอบสนองภายในสองวินาที",
    "طلبات": "يجب أن يستجيب النظام خلال ثانيتين",
    "Emoji": "The rocket 🚀 flies. Naïve café.",
}

QUERIES = {
    "invoice": ["Invoices"],
    "PAYING": ["Invoices"],
    "charged": ["Invoices", "Warehouse"],
    "charged interest": ["Invoices"],
    "charged -interest": ["Warehouse"],
    '"thirty days"': ["Invoices"],
    '"days thirty"': [],
    '"overdue invoices" or pallets': ["Invoices", "Warehouse"],
    "pallets or zahlungsdienst": ["Warehouse", "Zahlungen"],
    "warehouse forklift": ["Warehouse"],
    "GRÖSSE": ["Zahlungen"],
    "größe": ["Zahlungen"],
    "счёт": ["Оплата"],
    "СЧЁТ": ["Оплата"],
    "оплата": ["Оплата"],
    "两秒": ["请求"],
    "用户 系统": ["请求"],
    "用户 -系统": [],
    "暗号化": ["注文"],
    "注文 charged": [],
    "สองวินาที": ["คำสั่งซื้อ"],
    "النظام": ["طلبات"],
    "cafe\u0301": ["Emoji"],
    "the": [],
    "the pallets": ["Warehouse"],
    "!!! ???": [],
    '"': [],
    "-": [],
    "or or": [],
    "100%": [],
    "'; DROP TABLE documents; --": [],
    "&|!():*": [],
}


async def test_search_in_many_languages(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    for title, content in CORPUS.items():
        await write(client, member, title=title, content=content)
    found = {query: sorted(await titles(client, member, q=query)) for query in QUERIES}
    assert found == {query: sorted(expected) for query, expected in QUERIES.items()}


async def test_blanks_are_no_query(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    await write(client, member, title="Any")
    assert await titles(client, member, q="   ") == ["Any"]


async def test_words_far_apart_are_found_together(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    filler = "Nothing to see in this paragraph, it only takes room.\n\n" * 2000
    await write(client, member, title="Long", content=f"The aardvark begins.\n\n{filler}The zeppelin ends.")
    await write(client, member, title="Short", content="An aardvark alone.")
    assert await titles(client, member, q="aardvark zeppelin") == ["Long"]
    assert await titles(client, member, q="aardvark -zeppelin") == ["Short"]
    assert sorted(await titles(client, member, q="aardvark")) == ["Long", "Short"]


async def test_only_the_current_version_is_found(client: httpx2.AsyncClient) -> None:
    member = await sign_up(client)
    document = await write(client, member, title="Changing", content="It speaks of oranges. 橙子")
    await client.patch(f"{API}/{document['id']}", json={"content": "It speaks of lemons."}, headers=member.headers)
    assert await titles(client, member, q="oranges") == []
    assert await titles(client, member, q="橙子") == []
    assert await titles(client, member, q="lemons") == ["Changing"]


async def test_what_postgresql_cannot_index_is_kept_all_the_same(client: httpx2.AsyncClient) -> None:
    """More than a megabyte of different words, a word of a megabyte, and no word at all."""
    member = await sign_up(client)
    words = " ".join(f"word{number}" for number in range(150_000))
    await write(client, member, title="Many words", content=f"{words} needle")
    await write(client, member, title="One word", content="x" * 1_500_000, media_type="text/plain")
    await write(client, member, title="Signs", content="§" * 10_000)
    assert await titles(client, member, q="needle word149999") == ["Many words"]

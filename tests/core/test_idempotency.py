"""The same POST twice has one effect and one answer, also when both come at once; what failed may be tried again."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import func, select, text, update

from specloom.core.config import Settings
from specloom.core.event_log import EventEntry
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.models.documents import Document, Template
from specloom.models.idempotency import IdempotencyKey
from specloom.workers.sweeper import Sweeper
from tests.contracts.household import Household, one_of_everything, settle
from tests.contracts.routes import ANYBODY, API, OPERATOR, ROUTES, Route
from tests.factories.identity import Member, add_member, role_id_of, sign_up

TEMPLATES = f"{API}/templates"
NOT_KEPT = {f"{API}/auth/logout", f"{API}/auth/password/change", f"{API}/sessions/{{session_id}}/typing"}
"""What they do, they do once by nature: the session, or the old password, is gone; or it is a hint of a few seconds."""


def template(**changes: Any) -> dict[str, Any]:
    return {"name": f"Template {uuid4().hex}", "prompt_template": "Say what matters.", **changes}


async def post(
    client: httpx2.AsyncClient, member: Member, body: Any, key: str, path: str = TEMPLATES
) -> httpx2.Response:
    return await client.post(path, json=body, headers={**member.headers, "Idempotency-Key": key})


async def count(runtime: Runtime, member: Member, model: Any) -> int:
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        query = select(func.count()).select_from(model).where(model.tenant_id == member.tenant_id)
        return await uow.session.scalar(query) or 0


def code(response: httpx2.Response) -> Any:
    return response.json()["error"]["code"]


def replayed(response: httpx2.Response) -> bool:
    return response.headers.get("Idempotent-Replayed") == "true"


@pytest.fixture
async def member(client: httpx2.AsyncClient) -> Member:
    return await sign_up(client)


async def test_five_at_once_run_once(client: httpx2.AsyncClient, runtime: Runtime, member: Member) -> None:
    body, key = template(), uuid4().hex
    answers = await asyncio.gather(*(post(client, member, body, key) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(replayed(answer) for answer in answers) == [False, True, True, True, True]
    assert len({answer.content for answer in answers}) == 1
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert len({answer.headers["X-Request-ID"] for answer in answers}) == 5
    assert await count(runtime, member, Template) == 1
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        told = (await uow.session.scalars(select(EventEntry.event_type))).all()
    assert told.count("template.created") == 1


async def test_on_another_node_as_well(nodes: tuple[str, str], runtime: Runtime) -> None:
    async with httpx2.AsyncClient(base_url=nodes[0]) as one, httpx2.AsyncClient(base_url=nodes[1]) as two:
        member = await sign_up(one)
        body, key = template(), uuid4().hex
        answers = await asyncio.gather(*(post(node, member, body, key) for node in (one, two) * 5))
    assert [answer.status_code for answer in answers] == [201] * 10
    assert [replayed(answer) for answer in answers].count(False) == 1
    assert await count(runtime, member, Template) == 1


async def test_another_request_under_the_same_key_is_refused(
    client: httpx2.AsyncClient, runtime: Runtime, member: Member
) -> None:
    body, key = template(), uuid4().hex
    first = await post(client, member, body, key)
    for other in ({**body, "name": "Another"}, {**body, "description": ""}, template()):
        answer = await post(client, member, other, key)
        assert (answer.status_code, code(answer)) == (422, "idempotency_key_reused")
    path = f"{API}/templates/{first.json()['id']}/preview"
    assert code(await post(client, member, {"text": "x"}, key, path)) == "idempotency_key_reused"
    assert code(await post(client, member, body, key, f"{TEMPLATES}?x=1")) == "idempotency_key_reused"
    assert replayed(await post(client, member, body, key))
    assert await count(runtime, member, Template) == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"prompt_template": "{{nonsense}}"}, 422),
        ({"prompt_template": ""}, 422),
        ({"nonsense": 1}, 422),
        ({"name": "Taken"}, 409),
    ],
)
async def test_what_failed_leaves_no_key(
    client: httpx2.AsyncClient, runtime: Runtime, member: Member, wrong: dict[str, Any], status: int
) -> None:
    await post(client, member, template(name="Taken"), uuid4().hex)
    key = uuid4().hex
    for _ in range(2):
        failed = await post(client, member, template(**wrong), key)
        assert failed.status_code == status, failed.text
        assert not replayed(failed)
    right = template()
    assert (await post(client, member, right, key)).status_code == 201
    assert replayed(await post(client, member, right, key))
    assert await count(runtime, member, IdempotencyKey) == 2


async def test_a_key_belongs_to_one_person(client: httpx2.AsyncClient, runtime: Runtime, member: Member) -> None:
    colleague = await add_member(client, member, "admin")
    stranger = await sign_up(client)
    body, key = template(), uuid4().hex
    assert (await post(client, member, body, key)).status_code == 201
    answer = await post(client, colleague, body, key)
    assert (answer.status_code, code(answer)) == (409, "template_name_taken"), "it was run, not replayed"
    answer = await post(client, stranger, body, key)
    assert (answer.status_code, replayed(answer)) == (201, False)
    assert await count(runtime, member, Template) == 1
    assert await count(runtime, stranger, Template) == 1


async def test_an_answer_is_for_those_who_may_still_ask(client: httpx2.AsyncClient, member: Member) -> None:
    colleague = await add_member(client, member, "member")
    body, key = template(), uuid4().hex
    assert (await post(client, colleague, body, key)).status_code == 201
    role = await role_id_of(client, member, "member")
    taken = await client.delete(f"{API}/users/{colleague.user_id}/roles/{role}", headers=member.headers)
    assert taken.status_code == 204
    answer = await post(client, colleague, body, key)
    assert (answer.status_code, code(answer)) == (403, "permission_denied")


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x7fb", "tab\there"])
async def test_keys_have_a_form(client: httpx2.AsyncClient, runtime: Runtime, member: Member, key: str) -> None:
    answer = await post(client, member, template(), key)
    assert (answer.status_code, code(answer)) == (422, "idempotency_key_invalid")
    assert await count(runtime, member, Template) == 0


async def test_a_key_of_bytes_that_are_no_text_is_refused(client: httpx2.AsyncClient, member: Member) -> None:
    headers = [(b"Authorization", f"Bearer {member.access_token}".encode()), (b"Idempotency-Key", b"\xff\xfe")]
    answer = await client.post(TEMPLATES, json=template(), headers=headers)
    assert (answer.status_code, code(answer)) == (422, "idempotency_key_invalid")


@pytest.mark.parametrize("key", ["a", "x" * 255, " spaced out ", "~!@#$%^&*()'\";--"])
async def test_keys_may_be_any_printable_text(client: httpx2.AsyncClient, member: Member, key: str) -> None:
    body = template()
    assert (await post(client, member, body, key)).status_code == 201
    assert replayed(await post(client, member, body, key))


async def test_other_methods_take_no_notice_of_a_key(client: httpx2.AsyncClient, member: Member) -> None:
    headers = {**member.headers, "Idempotency-Key": "the same"}
    made = (await client.post(TEMPLATES, json=template(), headers=headers)).json()
    one = f"{TEMPLATES}/{made['id']}"
    for name in ("First", "Second"):
        changed = await client.patch(one, json={"name": name}, headers=headers)
        assert changed.json()["name"] == name
    assert (await client.get(one, headers=headers)).json()["name"] == "Second"


async def test_a_key_is_forgotten_after_a_day(client: httpx2.AsyncClient, runtime: Runtime, member: Member) -> None:
    old, new = uuid4().hex, uuid4().hex
    bodies = {key: template() for key in (old, new)}
    for key, body in bodies.items():
        await post(client, member, body, key)
    async with runtime.uow(TenantContext(member.tenant_id)) as uow:
        passed = func.now() - func.make_interval(0, 0, 0, 0, 24, 1)
        await uow.session.execute(update(IdempotencyKey).where(IdempotencyKey.key == old).values(created_at=passed))
    await Sweeper(runtime).clean()
    assert replayed(await post(client, member, bodies[new], new))
    assert code(await post(client, member, bodies[old], old)) == "template_name_taken"


# Uploads -------------------------------------------------------------------------------------------------------------


def stored(settings: Settings, member: Member) -> list[Path]:
    root = Path(settings.storage.url.removeprefix("file://")) / "tenants" / str(member.tenant_id)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


async def upload(
    client: httpx2.AsyncClient, member: Member, key: str, data: bytes = b"# Brief\n\nIt must work.\n", **form: str
) -> httpx2.Response:
    files = {"file": (form.pop("name", "brief.md"), data, "text/markdown")}
    headers = {**member.headers, "Idempotency-Key": key}
    return await client.post(f"{API}/documents/upload", files=files, data=form, headers=headers)


async def test_an_upload_is_done_once_and_stored_once(
    client: httpx2.AsyncClient, runtime: Runtime, settings: Settings, member: Member
) -> None:
    key = uuid4().hex
    answers = await asyncio.gather(*(upload(client, member, key) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert [replayed(answer) for answer in answers].count(False) == 1
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert await count(runtime, member, Document) == 1
    assert len(stored(settings, member)) == 1, "the files of those that came too late are taken out again"
    again = await upload(client, member, key)
    assert replayed(again)
    file = await client.get(f"{API}/documents/{again.json()['id']}/file", headers=member.headers)
    assert file.content == b"# Brief\n\nIt must work.\n"


async def test_another_upload_under_the_same_key_is_refused(
    client: httpx2.AsyncClient, runtime: Runtime, settings: Settings, member: Member
) -> None:
    key = uuid4().hex
    assert (await upload(client, member, key)).status_code == 201
    for answer in (
        await upload(client, member, key, data=b"# Brief\n\nIt must not work.\n"),
        await upload(client, member, key, name="other.md"),
        await upload(client, member, key, title="Other"),
    ):
        assert (answer.status_code, code(answer)) == (422, "idempotency_key_reused")
    assert await count(runtime, member, Document) == 1
    assert len(stored(settings, member)) == 1


async def test_an_upload_that_failed_may_be_tried_again(client: httpx2.AsyncClient, member: Member) -> None:
    key = uuid4().hex
    assert (await upload(client, member, key, data=b"")).status_code == 422
    assert (await upload(client, member, key)).status_code == 201


# Every route ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
async def house(client: httpx2.AsyncClient, runtime: Runtime) -> Household:
    return await settle(client, runtime)


POSTS = [
    route
    for route in ROUTES
    if route.method == "POST" and route.access not in (ANYBODY, OPERATOR) and route.path not in NOT_KEPT
]


@pytest.mark.parametrize("route", POSTS, ids=lambda route: route.name)
async def test_every_post_of_a_tenant_honours_its_key(
    client: httpx2.AsyncClient, runtime: Runtime, house: Household, route: Route
) -> None:
    ids = house.ids
    if route.alone or route.job != "pending":
        ids = await one_of_everything(client, runtime, house.admin, route.job)
    call = route.request(ids, {**house.admin.headers, "Idempotency-Key": uuid4().hex})
    first, second = await client.request(**call), await client.request(**call)
    assert (first.status_code, replayed(first)) == (route.ok, False), first.text
    assert (second.status_code, replayed(second)) == (route.ok, True), second.text
    assert second.json() == first.json()
    assert second.headers.get("ETag") == first.headers.get("ETag")
    assert second.headers["Content-Type"] == first.headers["Content-Type"]


async def test_a_body_that_is_slow_to_come_holds_no_transaction(nodes: tuple[str, str], runtime: Runtime) -> None:
    """The route takes no body, so that nobody but the key asks for it."""
    async with httpx2.AsyncClient(base_url=nodes[0]) as node:
        member = await sign_up(node)
    address = urlsplit(nodes[0])
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = [
        f"POST {API}/analyses/{uuid4()}/rerun HTTP/1.1",
        "Host: test",
        "Content-Length: 2",
        "Idempotency-Key: slow",
        f"Authorization: {member.headers['Authorization']}",
    ]
    writer.write("\r\n".join([*head, "", ""]).encode())
    await asyncio.sleep(0.6)
    async with runtime.sessions() as session:
        held = await session.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND state = 'idle in transaction' AND state_change < clock_timestamp() - interval '300 ms'"
            )
        )
    writer.write(b"{}")
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    writer.close()
    await writer.wait_closed()
    assert held == 0

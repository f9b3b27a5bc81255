"""Backlogs as files over HTTP: exported, edited elsewhere, imported again; and files of other tools taken in."""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from specloom.exchange.reqif_reader import read_reqif
from tests.factories.identity import Member, add_member, sign_up
from tests.factories.requirements import API, PRODUCT, STORY, make, make_backlog

SAMPLES = Path(__file__).parents[1] / "exchange" / "samples"


class Files:
    """Exports and imports of one person."""

    def __init__(self, client: httpx2.AsyncClient, member: Member) -> None:
        self.client = client
        self.member = member

    async def export(self, product_id: str, format_: str, **query: Any) -> httpx2.Response:
        answer = await self.client.get(
            f"{API}/products/{product_id}/export", params={"format": format_, **query}, headers=self.member.headers
        )
        assert answer.status_code == 200, answer.text
        return answer

    async def imported(
        self, product_id: str, content: bytes | str, mode: str = "create", status: int = 200, **form: str
    ) -> dict[str, Any]:
        answer = await self.client.post(
            f"{API}/products/{product_id}/import",
            files={"file": ("theirs", content if isinstance(content, bytes) else content.encode())},
            data={"mode": mode, **form},
            headers=self.member.headers,
        )
        assert answer.status_code == status, answer.text
        result: dict[str, Any] = answer.json()
        return result

    async def get(self, path: str) -> Any:
        answer = await self.client.get(f"{API}/{path}", headers=self.member.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def outline(self, product_id: str) -> list[tuple[int, str, str]]:
        """Depth, status and name of each requirement in order, without the product."""

        def walk(node: dict[str, Any], depth: int) -> list[tuple[int, str, str]]:
            below = [each for child in node["children"] for each in walk(child, depth + 1)]
            return [(depth, node["status"], node["name"]), *below]

        return walk(await self.get(f"products/{product_id}/tree"), 0)[1:]


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["changed"], report["skipped"], report["left"]


def rows_of(export: httpx2.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.content.decode("utf-8-sig"), newline="")))


def as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


@pytest.fixture(scope="module")
async def files(client: httpx2.AsyncClient) -> Files:
    return Files(client, await sign_up(client))


async def product(files: Files) -> str:
    made = await make(files.client, files.member, "products", PRODUCT, name=f"Lockers {uuid4().hex[:6]}")
    return str(made["id"])


async def test_each_format_is_a_file_of_its_own_kind(files: Files) -> None:
    backlog = await make_backlog(files.client, files.member)
    key = backlog.product["key"]
    expected = {
        "markdown": ("text/markdown; charset=utf-8", f"{key}.md", b"# Order service"),
        "csv": ("text/csv; charset=utf-8", f"{key}.csv", b'\xef\xbb\xbf"Key"'),
        "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", f"{key}.xlsx", b"PK"),
        "json": ("application/json", f"{key}.json", b'{\n  "format": "specloom.backlog"'),
        "reqif": ("application/xml", f"{key}.reqif", b"<?xml"),
        "gherkin": ("application/zip", f"{key}.features.zip", b"PK"),
        "jira": ("text/csv; charset=utf-8", f"{key}.jira.csv", b'\xef\xbb\xbf"Issue Id"'),
    }
    for format_, (media_type, name, start) in expected.items():
        answer = await files.export(backlog.product["id"], format_)
        assert answer.headers["content-type"] == media_type
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert answer.content.startswith(start)
    rows = rows_of(await files.export(backlog.product["id"], "csv", status="review"))
    assert [row["Kind"] for row in rows] == ["Product"]


async def test_a_csv_file_is_edited_elsewhere_and_comes_back(files: Files) -> None:
    backlog = await make_backlog(files.client, files.member)
    id_ = backlog.product["id"]
    definition = {"kind": "epic", "name": f"risk_{uuid4().hex[:6]}", "type": "choice", "choices": ["low", "high, very"]}
    await make(files.client, files.member, "custom-fields", definition)
    exported = await files.export(id_, "csv")

    assert counts(await files.imported(id_, exported.content, "update")) == (0, 0, 0, 4)
    assert (await files.export(id_, "csv")).content == exported.content

    rows = rows_of(exported)
    label = definition["name"].replace("_", " ").capitalize()
    rows[1] |= {
        "Priority": "Critical",
        label: "HIGH, very",
        "Acceptance criteria": '• One, two\r\n• \'=three\n  "four"',
    }
    rows[3] |= {"Status": "in review", "Parent": "new"}
    empty = dict.fromkeys(rows[0], "")
    rows += [
        {**empty, "Parent": backlog.feature["key"], "Kind": "Story", "Name": "Pay later: no"},
        {**empty, "Key": "new", "Parent": backlog.epic["key"], "Kind": "Feature", "Name": "Bank transfers"},
    ]
    rehearsed = await files.imported(id_, as_csv(rows), "dry_run")
    assert counts(rehearsed) == (2, 2, 0, 2)
    assert (await files.export(id_, "csv")).content == exported.content
    report = await files.imported(id_, as_csv(rows), "update")
    assert [(item["action"], sorted(item["changes"])) for item in report["items"]] == [
        ("leave", []),
        ("change", ["acceptance_criteria", f"custom_fields.{definition['name']}", "priority"]),
        ("leave", []),
        ("change", ["parent", "status"]),
        ("create", ["as_a", "i_want", "so_that", "title"]),
        ("create", ["description", "name"]),
    ]
    keys = [backlog.product["key"], backlog.epic["key"], backlog.feature["key"], backlog.story["key"]]
    assert [item["key"] for item in rehearsed["items"]] == [*keys, None, None]
    epic = await files.get(f"epics/{backlog.epic['id']}")
    assert epic["acceptance_criteria"] == ["One, two", '\'=three\n"four"']
    assert (epic["priority"], epic["custom_fields"]) == ("critical", {definition["name"]: "high, very"})
    assert (await files.get(f"epics/{backlog.epic['id']}/history"))["items"][0]["comment"] == "Imported from theirs"
    assert await files.outline(id_) == [
        (1, "draft", "Payments"),
        (2, "draft", "Card payments"),
        (3, "draft", "Pay later: no"),
        (2, "draft", "Bank transfers"),
        (3, "review", "Pay an order by card"),
    ]


async def test_reqif_of_another_tool_comes_in_once_and_goes_out_under_its_own_names(files: Files) -> None:
    id_ = await product(files)
    theirs = (SAMPLES / "headings_and_texts.reqif").read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("module.reqif", theirs)
        archive.writestr("picture.png", b"\x89PNG")

    assert counts(await files.imported(id_, theirs, "dry_run")) == (4, 0, 0, 0)
    assert await files.outline(id_) == []
    report = await files.imported(id_, packed.getvalue())
    assert (report["format"], counts(report)) == ("reqif", (4, 0, 0, 0))
    assert counts(await files.imported(id_, theirs)) == (0, 0, 4, 0)
    assert counts(await files.imported(id_, theirs, "update")) == (0, 0, 0, 4)
    outline = await files.outline(id_)
    assert [(depth, name) for depth, _, name in outline[:2]] == [(1, "Pick-up of parcels"), (2, "Doors")]

    exported = (await files.export(id_, "reqif")).content
    assert [record.foreign_id for record in read_reqif(exported).records][1:] == ["_o1", "_o2", "_o3", "_o4"]
    changed = exported.replace(b"Pick-up of parcels", b"Pick-up and return of parcels")
    assert counts(await files.imported(id_, changed, "update")) == (0, 1, 0, 4)
    lost = theirs.replace(b"_o4</SPEC-OBJECT-REF></OBJECT>", b"_o5</SPEC-OBJECT-REF></OBJECT>")
    assert counts(await files.imported(id_, lost, "update")) == (0, 1, 0, 3)  # the name of the epic again
    tracker = (SAMPLES / "issue_tracker.csv").read_bytes()
    assert counts(await files.imported(id_, tracker)) == (5, 0, 0, 0)
    assert counts(await files.imported(id_, tracker, "update")) == (0, 0, 0, 4)


@pytest.mark.parametrize("format_", ["csv", "reqif"])
async def test_a_backlog_goes_into_another_product_and_comes_out_the_same(files: Files, format_: str) -> None:
    backlog = await make_backlog(files.client, files.member)
    path = f"features/{backlog.feature['id']}/user-stories"
    hard = ['=1+1; "two", three\nand\n\n more 😀', "• bullet", "Given a\nWhen b\nThen c"]
    for number in (3, 1, 2):
        await make(files.client, files.member, path, STORY, title=f"Story number {number}", acceptance_criteria=hard)
    await files.client.post(
        f"{API}/epics/{backlog.epic['id']}/transitions", json={"to": "review"}, headers=files.member.headers
    )
    first = (await files.export(backlog.product["id"], format_)).content
    other = await product(files)

    assert counts(await files.imported(other, first)) == (6, 0, 1, 0)

    def said(exported: httpx2.Response) -> list[dict[str, Any]]:
        unlike = ("id", "key", "parent", "foreign_id", "changed_at", "version")
        requirements = exported.json()["requirements"][1:]
        return [{name: value for name, value in each.items() if name not in unlike} for each in requirements]

    assert said(await files.export(other, "json")) == said(await files.export(backlog.product["id"], "json"))
    assert counts(await files.imported(other, first)) == (0, 0, 7, 0)
    second = (await files.export(other, format_)).content
    assert counts(await files.imported(other, second, "update")) == (0, 0, 0, 7)
    if format_ == "csv":
        assert (await files.export(other, format_)).content == second
    else:
        # The same objects, under the same identifiers.
        names = [record.foreign_id for record in read_reqif(second).records]
        assert names[1:] == [record.foreign_id for record in read_reqif(first).records][1:]


async def test_nothing_is_imported_when_anything_is_wrong(files: Files) -> None:
    id_ = await product(files)
    long = "x" * 2001
    text = (
        "Id,Type,Title,Parent,Description,Story points,Status\n"
        f'1,Epic,Fine,,"{long}",,\n'
        "2,Epic,Also fine,,Described well,,approved\n"
        "3,Feature,Of none,9,Described well,,\n"
        "4,Story,A story that is too large,,,101,\n"
    )
    error = (await files.imported(id_, text, status=422))["error"]
    assert error["code"] == "import_refused"
    assert [(each["row"], each["column"]) for each in error["details"]["errors"]] == [
        (2, "Description"),
        (4, "Parent"),
        (5, "Story points"),
    ]
    assert await files.outline(id_) == []
    odd = f"Id,Type,Title\n1,Epic,One\n1,Epic,Same again\n{'9' * 501},Epic,Long\n{'8' * 200}\x00,Epic,No text"
    told = (await files.imported(id_, odd, status=422))["error"]["details"]["errors"]
    assert [each["row"] for each in told] == [3, 4, 5]
    rehearsed = await files.imported(id_, text, "dry_run")
    assert not rehearsed["can_be_imported"]
    assert rehearsed["errors"] == error["details"]["errors"]

    report = await files.imported(id_, "Id,Type,Title,Description,Status\n2,Epic,Also fine,Described well,approved\n")
    (note,) = (each for each in report["notes"] if each["column"] == "Status")
    assert note["message"].startswith("It stays in the status review. It cannot be approved as long as it has no")
    assert await files.outline(id_) == [(1, "review", "Also fine")]

    mapping = json.dumps({"Wie": "name", "Was": "description", "Rest": None})
    report = await files.imported(id_, "Wie;Was;Rest\nVierte;Beschrieben genug;x", mapping=mapping)
    assert report["columns"] == {"Wie": "name", "Was": "description", "Rest": None}


@pytest.mark.parametrize(
    ("content", "form", "status", "code"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><REQ-IF/>', {}, 422, "file_not_importable"),
        (b"", {}, 422, "file_not_importable"),
        (b"\x00\x01\x02\x03" * 50, {}, 422, "file_not_importable"),
        (b"Name\nA", {"format": "reqif"}, 422, "file_not_importable"),
        (b"Name\nA", {"mapping": '{"Title": "name"}'}, 422, "unknown_mapping"),
        (b"Name\nA", {"mapping": '{"Name": 1}'}, 422, "unknown_mapping"),
        (b"Name\nA", {"mapping": "no JSON"}, 422, "unknown_mapping"),
        (b"Name\nA", {"mode": "destroy"}, 422, "validation_error"),
        (b"Name\nA\x00 thing" + b"x" * 50, {}, 422, "import_refused"),
    ],
)
async def test_bad_files_are_refused(
    files: Files, content: bytes, form: dict[str, str], status: int, code: str
) -> None:
    answer = await files.imported(await product(files), content, status=status, **form)
    assert answer["error"]["code"] == code


async def test_bombs_and_workbooks_are_refused(files: Files) -> None:
    id_ = await product(files)
    for members in (
        {"bomb.reqif": b"0" * (80 * 1024 * 1024)},
        {"xl/workbook.xml": b""},
        {"a.reqif": b"", "b.reqif": b""},
    ):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        answer = await files.imported(id_, packed.getvalue(), status=422)
        assert answer["error"]["code"] == "file_not_importable"


async def test_who_may_only_read_exports_and_does_not_import(client: httpx2.AsyncClient, files: Files) -> None:
    id_ = await product(files)
    viewer = Files(client, await add_member(client, files.member, "viewer"))
    assert (await viewer.export(id_, "csv")).content
    assert (await viewer.imported(id_, "Name\nAnything", status=403))["error"]["code"] == "permission_denied"
    stranger = Files(client, await sign_up(client))
    assert (await stranger.imported(id_, "Name\nAnything", status=404))["error"]["code"] == "product_not_found"


async def test_a_row_changes_only_what_it_says(files: Files) -> None:
    backlog = await make_backlog(files.client, files.member)
    id_, epic, story = backlog.product["id"], backlog.epic["key"], backlog.story["key"]
    report = await files.imported(id_, f"Key , Status\n {epic} , review\n{story}, review\n", "update")
    assert [item["changes"] for item in report["items"]] == [["status"], ["status"]]
    report = await files.imported(id_, f"Key,Name\n{story},Another title of it\n", "update")
    assert [item["changes"] for item in report["items"]] == [["title"]]
    twice = f"Key,Name\n{epic},One name\n_{backlog.epic['id']},Another name\n"
    told = (await files.imported(id_, twice, "update", 422))["error"]["details"]["errors"]
    assert [(each["row"], each["message"]) for each in told] == [(3, f"Row 2 is {epic} too.")]
    nameless = (await files.imported(id_, "Key,Type,Name\n1,Story,\n", status=422))["error"]["details"]["errors"]
    assert [each["message"] for each in nameless] == ["The row has neither a name nor a text."]


async def test_a_row_may_be_called_like_what_is_made_to_hold_others(files: Files) -> None:
    id_ = await product(files)
    text = (
        "Id,Type,Title,Parent,Description\n"
        "1,Epic,An epic,,Described well\n"
        "1/feature,Feature,Its feature,1,Described well\n"
        "3,Story,Without a feature,1,\n"
    )
    assert counts(await files.imported(id_, text)) == (4, 0, 0, 0)
    assert counts(await files.imported(id_, text, "update")) == (0, 0, 0, 3)


@pytest.mark.parametrize("format_", ["csv", "reqif"])
async def test_custom_fields_of_one_label_stay_apart(files: Files, format_: str) -> None:
    backlog = await make_backlog(files.client, files.member)
    names = [f"risk_{uuid4().hex[:6]}" for _ in range(2)]
    label = f"Risk {uuid4().hex[:6]}"
    for name in names:
        definition = {"kind": "epic", "name": name, "label": label, "type": "text"}
        await make(files.client, files.member, "custom-fields", definition)
    values = dict(zip(names, ("of time", "of money"), strict=True))
    url = f"{API}/epics/{backlog.epic['id']}"
    await files.client.patch(url, json={"custom_fields": values}, headers=files.member.headers)
    other = await product(files)
    await files.imported(other, (await files.export(backlog.product["id"], format_)).content)
    (epic,) = (await files.get(f"products/{other}/epics"))["items"]
    assert epic["custom_fields"] == values

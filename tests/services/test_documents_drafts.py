"""Texts and files made ready for their transaction: kept exactly, sections in place, passages over all of it."""

import asyncio
import hashlib
import io
from pathlib import Path
from typing import Any
from uuid import UUID

import obstore
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from obstore.store import MemoryStore
from uuid_utils.compat import uuid7

from specloom.core.config import DocumentSettings
from specloom.core.runtime import Runtime, open_runtime
from specloom.core.tenancy import TenantContext
from specloom.services.documents import documents, drafts, passages, uploads
from specloom.services.documents.drafts import ContentTooLarge, Draft
from specloom.services.documents.reading import FileReader, FileRefused
from tests.factories.pdf import make_pdf
from tests.factories.tenants import make_tenant


def reader(**values: Any) -> FileReader:
    return FileReader(DocumentSettings(_env_file=None, **values))


async def markdown(text: str) -> Draft:
    return await drafts.of_text(text, "text/markdown", reader())


def pieces(draft: Draft) -> list[tuple[str, str]]:
    return [(section.label, draft.text[section.start : section.end]) for section in draft.sections]


async def test_a_text_is_kept_and_hashed_as_it_is() -> None:
    text = "\n\r\n e\u0301 \ufeff\u00ad🚀 \n"
    draft = await markdown(text)
    assert draft.text == text
    assert draft.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert draft.size == len(text.encode())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\u2028", "\x85"])
async def test_sections_are_placed_in_the_text_as_it_was_sent(end: str) -> None:
    table = ["| a | b |", "|---|---|", "| 1 | 2 |"]
    lines = ["", "", "# Étu\u00adde", "", "Te\u0301xt.", "## Zwei", "", *table, "", "# Three", ""]
    draft = await markdown(end.join(lines))
    assert pieces(draft) == [
        ("Étude", end.join(lines[2:11]) + end),
        ("Zwei", end.join(lines[5:11]) + end),
        ("table 1", end.join(lines[7:10])),
        ("Three", "# Three"),
    ]


async def test_plain_text_has_no_sections() -> None:
    draft = await drafts.of_text("# No heading", "text/plain", reader())
    assert draft.sections == ()


async def test_a_long_text_has_the_same_sections_as_a_short_one() -> None:
    short = "\r\n# One\r\n\r\nText.\r\n\r\n## Two\r\n\r\ne\u0301nd"
    filler = "\r\n\r\n" + "More text. " * 10_000
    long = await markdown(short + filler)
    assert len(long.text) > drafts.QUICK_CHARACTERS
    assert pieces(long) == [("One", (short + filler)[2:]), ("Two", "## Two\r\n\r\ne\u0301nd" + filler)]


@pytest.mark.parametrize("start", ["<!DOCTYPE html><html><body>", "%PDF-1.7 ", "BM", '{"a": '])
async def test_a_long_text_that_looks_like_a_file_is_kept_all_the_same(start: str) -> None:
    text = start + "word " * 20_000
    assert (await markdown(text)).text == text


async def test_a_long_text_that_cannot_be_read_in_time_has_no_sections() -> None:
    text = "# Heading\n\n" + "word " * 20_000
    draft = await drafts.of_text(text, "text/markdown", reader(parse_seconds=0.001))
    assert (draft.text, draft.sections) == (text, ())


@pytest.mark.parametrize("limits", [{"max_bytes": 1000}, {"max_characters": 1000}])
async def test_limits_of_a_text(limits: dict[str, int]) -> None:
    fits = await drafts.of_text("x" * 1000, "text/plain", reader(**limits))
    assert fits.size == 1000
    with pytest.raises(ContentTooLarge):
        await drafts.of_text("x" * 1001, "text/plain", reader(**limits))


# Passages -------------------------------------------------------------------------------------------------------------


def check_passages(text: str) -> None:
    found = passages.cut(text)
    end = 0
    for passage in found:
        assert text[end : passage.start].strip() == ""
        assert 0 < passage.end - passage.start <= passages.LONGEST
        end = passage.end
    assert text[end:].strip() == ""


@given(st.text(alphabet=st.sampled_from("ab. \n。é🚀"), max_size=9000))
@example("x" * 10_000)
@example("\n\n" * 5000)
def test_passages_cover_all_that_is_written(text: str) -> None:
    check_passages(text)


def test_passages_end_with_paragraphs() -> None:
    paragraph = "A sentence of some length. " * 30
    text = "\n\n".join([paragraph.strip()] * 20)
    assert all(text[passage.end - 2 : passage.end] == "\n\n" for passage in passages.cut(text)[:-1])


def test_a_text_of_ten_megabytes_is_covered_as_well() -> None:
    check_passages("word " * 2_000_000)


# Files ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


async def keys(store: MemoryStore) -> list[str]:
    return [item["path"] async for batch in obstore.list(store) for item in batch]


async def receive(store: MemoryStore, data: bytes, name: str, **values: Any) -> Draft:
    return await uploads.receive(
        io.BytesIO(data),
        name=name,
        declared_type=None,
        tenant_id=values.pop("tenant_id", uuid7()),
        reader=reader(**values),
        files=store,
    )


async def test_a_file_is_read_and_stored(store: MemoryStore) -> None:
    tenant_id = uuid7()
    data = make_pdf(["Page one."], title="Told by the file")
    draft = await receive(store, data, "Übersicht.pdf", tenant_id=tenant_id)
    assert (draft.title, draft.file_name, draft.size) == ("Told by the file", "Übersicht.pdf", len(data))
    assert draft.file_key == f"tenants/{tenant_id}/documents/{draft.version_id}/Ubersicht.pdf"
    assert await keys(store) == [draft.file_key]
    assert bytes(await (await obstore.get_async(store, draft.file_key)).bytes_async()) == data
    assert "Page one." in draft.text
    assert draft.passages[0].words.strip().startswith("page one.")


async def test_the_encoding_of_a_file_is_noted(store: MemoryStore) -> None:
    draft = await receive(store, "Größe für alle".encode("cp1252"), "a.txt")
    assert draft.text == "Größe für alle"
    assert draft.properties["encoding"] == "cp1252"


async def test_what_is_refused_is_not_stored(store: MemoryStore) -> None:
    with pytest.raises(FileRefused) as refused:
        await receive(store, b"%PDF-1.7 nothing", "a.pdf")
    assert (refused.value.code, refused.value.status) == ("truncated_or_corrupt_file", 422)
    assert await keys(store) == []


async def test_no_temporary_file_is_left(store: MemoryStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    await receive(store, b"Some text.", "a.txt")
    with pytest.raises(FileRefused):
        await receive(store, b"", "a.txt")
    task = asyncio.create_task(receive(store, b"Some text.", "b.txt"))
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(tmp_path.iterdir()) == []


# A file of which nothing came -----------------------------------------------------------------------------------------


@pytest.fixture
async def tenant(runtime: Runtime) -> TenantContext:
    return await make_tenant(runtime)


async def test_a_file_without_a_version_is_deleted(runtime: Runtime, store: MemoryStore, tenant: TenantContext) -> None:
    draft = await receive(store, b"Some text.", "a.txt", tenant_id=tenant.tenant_id)
    await uploads.discard(runtime, store, tenant.tenant_id, draft)
    assert await keys(store) == []


async def test_a_file_whose_version_is_there_stays(runtime: Runtime, store: MemoryStore, tenant: TenantContext) -> None:
    """As when the connection broke after the commit had gone through."""
    draft = await receive(store, b"Some text.", "a.txt", tenant_id=tenant.tenant_id)
    async with runtime.uow(tenant) as uow:
        await documents.create(uow, draft, title="There")
    await uploads.discard(runtime, store, tenant.tenant_id, draft)
    assert await keys(store) == [draft.file_key]


async def test_a_file_stays_when_nobody_can_tell(store: MemoryStore, make_settings: Any) -> None:
    tenant_id: UUID = uuid7()
    draft = await receive(store, b"Some text.", "a.txt", tenant_id=tenant_id)
    away = make_settings(database={"url": "postgresql://specloom_app@127.0.0.1:1/specloom"})
    async with open_runtime(away) as runtime:
        await uploads.discard(runtime, store, tenant_id, draft)
    assert await keys(store) == [draft.file_key]

"""The file store: the same promises in a folder, in memory and in a bucket, and errors that say what is wrong."""

import errno
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from obstore.store import ObjectStore

from specloom.connectors.storage import FileMissing, StoreUnavailable, delete_file, open_store, put_file, read_file
from specloom.core.config import StorageSettings
from specloom.core.errors import InsufficientStorage
from tests.connectors.s3_server import S3Server, serve_s3
from tests.factories.disk import small_disk

KEY = "tenants/t/documents/v/brief.pdf"


def make(url: str) -> ObjectStore:
    return open_store(StorageSettings(_env_file=None, url=url))


async def content(store: ObjectStore, key: str = KEY) -> bytes:
    stored = await read_file(store, key)
    data = b"".join([chunk async for chunk in stored.chunks])
    assert len(data) == stored.size
    return data


@pytest.fixture
def original(tmp_path: Path) -> Path:
    path = tmp_path / "original"
    path.write_bytes(bytes(range(256)) * 5000)
    return path


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[S3Server, ObjectStore]]:
    async with serve_s3() as (server, address):
        monkeypatch.setenv("AWS_ENDPOINT", address)
        monkeypatch.setenv("AWS_ALLOW_HTTP", "true")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "specloom-key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        yield server, make("s3://bucket/some/prefix")


@pytest.fixture(params=["folder", "memory", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return make(f"file://{tmp_path}/files")
    if request.param == "memory":
        return make("memory://")
    _, found = request.getfixturevalue("bucket")
    return found  # type: ignore[no-any-return]


async def test_a_file_comes_back_as_it_was_and_is_gone_when_deleted(store: ObjectStore, original: Path) -> None:
    await put_file(store, KEY, original)
    assert await content(store) == original.read_bytes()
    await delete_file(store, KEY)
    with pytest.raises(FileMissing):
        await read_file(store, KEY)
    await delete_file(store, KEY)


async def test_a_key_is_never_written_twice(store: ObjectStore, original: Path, tmp_path: Path) -> None:
    await put_file(store, KEY, original)
    other = tmp_path / "other"
    other.write_bytes(b"other")
    with pytest.raises(StoreUnavailable):
        await put_file(store, KEY, other)
    assert await content(store) == original.read_bytes()


async def test_the_bucket_is_reached_by_the_usual_variables(
    bucket: tuple[S3Server, ObjectStore], original: Path
) -> None:
    server, store = bucket
    await put_file(store, KEY, original)
    assert list(server.objects) == [f"bucket/some/prefix/{KEY}"]
    assert server.signed_by == {"specloom-key"}


async def test_a_bucket_that_fails_is_unavailable(bucket: tuple[S3Server, ObjectStore], original: Path) -> None:
    server, store = bucket
    server.failing = 500
    with pytest.raises(StoreUnavailable) as caught:
        await put_file(store, KEY, original)
    assert int(caught.value.headers["Retry-After"]) > 0
    with pytest.raises(StoreUnavailable):
        await read_file(store, KEY)
    assert server.objects == {}


async def test_a_bucket_that_refuses_the_key_is_unavailable(
    bucket: tuple[S3Server, ObjectStore], original: Path
) -> None:
    server, store = bucket
    server.failing = 403
    with pytest.raises(StoreUnavailable):
        await put_file(store, KEY, original)


def test_a_relative_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make("file://./data/my%20files")
    assert (tmp_path / "data" / "my files").is_dir()


async def test_no_folder_is_left_where_a_file_was(tmp_path: Path, original: Path) -> None:
    store = make(f"file://{tmp_path}/files")
    await put_file(store, KEY, original)
    await delete_file(store, KEY)
    assert list((tmp_path / "files").iterdir()) == []


async def test_a_full_disk_says_so_and_keeps_nothing(tmp_path: Path, original: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        store = make(f"file://{disk}/files")
        with pytest.raises(InsufficientStorage):
            await put_file(store, KEY, original)
        assert [path for path in disk.rglob("*") if path.is_file()] == []


async def test_a_folder_that_is_in_the_way_is_unavailable(tmp_path: Path, original: Path) -> None:
    store = make(f"file://{tmp_path}/files")
    (tmp_path / "files" / "tenants").write_text("not a folder")
    with pytest.raises(StoreUnavailable) as caught:
        await put_file(store, KEY, original)
    assert str(errno.ENOTDIR) in str(caught.value.__cause__)

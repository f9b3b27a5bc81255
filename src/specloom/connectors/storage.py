"""The file store: a local folder, a bucket or memory behind one interface, with errors that tell what went wrong."""

import errno
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from specloom.core.config import StorageSettings
from specloom.core.errors import InsufficientStorage, NotFound, Unavailable

if TYPE_CHECKING:
    from obstore import GetResult  # exists for type checkers only

CHUNK_BYTES = 256 * 1024
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class StoreUnavailable(Unavailable):
    code = "file_store_unavailable"
    default_message = "The file store cannot be reached just now. Try again in a moment."


class FileMissing(NotFound):
    code = "file_missing"
    default_message = "The original file is no longer in the file store. The text of the document is still there."


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that is being read. `size` is in bytes."""

    size: int
    chunks: AsyncIterator[bytes]


def open_store(settings: StorageSettings) -> ObjectStore:
    """The store that the settings name. Makes a local folder when it is not there; connects to nothing yet."""
    scheme, _, place = settings.url.partition("://")
    if scheme == "file":
        return LocalStore(Path(unquote(place)).absolute(), mkdir=True, automatic_cleanup=True)
    if scheme == "memory":
        return MemoryStore()
    return from_url(
        settings.url,
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
    )


async def put_file(store: ObjectStore, key: str, path: Path) -> None:
    """Stores the file at `path` under a key that is not taken. It is there as a whole or not at all.

    Raises `InsufficientStorage` and `StoreUnavailable`.
    """
    with _explained():
        await obstore.put_async(store, key, path, mode="create")


async def read_file(store: ObjectStore, key: str) -> StoredFile:
    """Raises `FileMissing` and `StoreUnavailable`."""
    with _explained():
        result = await obstore.get_async(store, key)
        return StoredFile(result.meta["size"], _chunks(result))


async def delete_file(store: ObjectStore, key: str) -> None:
    """A file that is not there is no error. Raises `StoreUnavailable`."""
    with _explained():
        try:
            await obstore.delete_async(store, key)
        except FileNotFoundError:
            return


async def _chunks(result: "GetResult") -> AsyncIterator[bytes]:
    async for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
        yield bytes(chunk)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise FileMissing from error
    except (BaseError, OSError) as error:
        # The store passes the system's error number on in its text only.
        if any(f"(os error {number})" in str(error) for number in _FULL):
            raise InsufficientStorage from error
        raise StoreUnavailable(retry_after=5) from error

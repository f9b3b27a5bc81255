"""Uploaded files: read, put into the store, and taken out again when no document came of them."""

import asyncio
import hashlib
import re
import tempfile
import unicodedata
from pathlib import Path, PurePosixPath
from typing import IO
from uuid import UUID

from obstore.store import ObjectStore
from uuid_utils.compat import uuid7

from specloom.connectors import storage
from specloom.core.logging import get_logger
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.crud.documents import VersionCrud
from specloom.parsing.writer import one_line
from specloom.services.documents import passages
from specloom.services.documents.drafts import Draft
from specloom.services.documents.reading import FileReader

log = get_logger(__name__)

_BLOCK = 1024 * 1024
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_KEY_NAME = 80


async def receive(
    source: IO[bytes], *, name: str, declared_type: str | None, tenant_id: UUID, reader: FileReader, files: ObjectStore
) -> Draft:
    """Reads an uploaded file and puts the original into the store.

    Raises `FileRefused` and `ReaderBusy`, and the errors of the store.
    """
    shown = one_line(PurePosixPath(name.replace("\\", "/")).name) or "file"
    version_id = uuid7()
    key = f"tenants/{tenant_id}/documents/{version_id}/{_key_name(shown)}"
    with tempfile.NamedTemporaryFile(prefix="upload-") as copy:
        path = Path(copy.name)
        sha256, size = await asyncio.to_thread(_copy, source, copy)
        document = await reader.read(path, filename=shown, declared_type=declared_type)
        cut = await asyncio.to_thread(passages.cut, document.text)
        await storage.put_file(files, key, path)
    return Draft(
        text=document.text,
        sections=document.sections,
        passages=cut,
        media_type=document.media_type.value,
        sha256=sha256,
        size=size,
        title=document.title,
        file_name=shown,
        file_key=key,
        properties={**document.metadata, **({"encoding": document.encoding} if document.encoding else {})},
        version_id=version_id,
    )


async def discard(runtime: Runtime, files: ObjectStore, tenant_id: UUID, draft: Draft) -> None:
    """Deletes the file of a draft of which nothing came.

    A commit that seemed to fail may have gone through: the file stays when its version is there, and when nobody can
    tell.
    """
    if draft.file_key is None:
        return
    try:
        async with runtime.uow(TenantContext(tenant_id)) as uow:
            is_kept = await VersionCrud(uow).find(draft.version_id) is not None
        if not is_kept:
            await storage.delete_file(files, draft.file_key)
    except Exception as error:
        # Whatever stands in the way: the caller is to hear of the error that came first.
        log.warning("file_left_over", key=draft.file_key, error=type(error).__name__)


def _copy(source: IO[bytes], target: IO[bytes]) -> tuple[str, int]:
    """Gives the file a name by which a child process can open it. Returns its SHA-256 and size."""
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
        target.write(block)
    target.flush()
    source.seek(0)
    return digest.hexdigest(), size


def _key_name(name: str) -> str:
    """A name that is safe in any store: the ASCII letters of this one, with its suffix."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _UNSAFE.sub("-", plain).strip("-.")[-_LONGEST_KEY_NAME:] or "file"

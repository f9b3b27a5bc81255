"""Downloads: who may have a file is settled, and the transaction over, before its first byte is read."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Query

from specloom.core.security import Claims
from specloom.dependencies.identity import access_claims, begin, check_permission
from specloom.dependencies.state import State
from specloom.services.documents import documents, downloads
from specloom.services.documents.downloads import Download

VersionNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="Left out: the current version.")]


@dataclass(frozen=True, slots=True)
class Original:
    """The file of a version; none when the caller has it already. `tag` is its ETag."""

    tag: str
    file: Download | None


async def _original(
    document_id: UUID,
    state: State,
    claims: Annotated[Claims, Depends(access_claims)],
    version: VersionNumber = None,
    if_none_match: Annotated[str | None, Header(max_length=2000, description="The ETag of the copy you have.")] = None,
) -> Original:
    async with await begin(state, claims) as uow:
        check_permission(uow, "documents", "read")
        document = await documents.get(uow, document_id)
        found = await documents.version(uow, document, version)
        if found.file_key is None:
            found = await documents.version(uow, document, version, whole=True)
    tag = f'"{found.sha256}"'
    if if_none_match is not None and tag in if_none_match:
        return Original(tag, None)
    return Original(tag, await downloads.open_original(state.files, found, document.title))


OriginalFile = Annotated[Original, Depends(_original)]

"""What can be cited: the texts of document versions and of messages, and where in them a quote stands."""

from dataclasses import dataclass
from uuid import UUID

from specloom.ai.quotes import places
from specloom.core.errors import NotFound, Unprocessable
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.conversations import MessageCrud
from specloom.crud.documents import DocumentCrud, DocumentNotFound, VersionCrud
from specloom.schemas.documents import SourceRead
from specloom.schemas.requirements import CitationSpec
from specloom.services.documents.sources import Places, stored_sections


class SourceNotFound(NotFound):
    code = "cited_source_not_found"
    default_message = "What you cite is not there: there is no such document, version or message that you may read."


class QuoteMismatch(Unprocessable):
    code = "quote_mismatch"
    default_message = "The quote does not stand there word for word. Send what `details.found` says, or other offsets."


class QuoteNotFound(Unprocessable):
    code = "quote_not_found"
    default_message = "The quote stands nowhere in the source. Copy it from there word for word."


class QuoteAmbiguous(Unprocessable):
    code = "quote_ambiguous"
    default_message = "The quote stands in several places. Send `start` and `end` of the one you mean."


@dataclass(frozen=True, slots=True)
class CitedText:
    """The text of a version or of a message, with the ids that a citation of it keeps."""

    text: str
    places: Places
    document_id: UUID | None = None
    version_id: UUID | None = None
    message_id: UUID | None = None
    is_current: bool = True

    def passage(self, spec: CitationSpec) -> SourceRead:
        """Where the quote stands. Raises `QuoteMismatch`, `QuoteNotFound` or `QuoteAmbiguous`."""
        return self.places.source(self._span(spec))

    def _span(self, spec: CitationSpec) -> Span:
        if spec.start is not None and spec.end is not None:
            found = self.text[spec.start : spec.end]
            if found != spec.quote:
                raise QuoteMismatch(details={"start": spec.start, "end": spec.end, "found": found})
            return Span(spec.start, spec.end)
        spans = places(self.text, spec.quote)
        if not spans:
            raise QuoteNotFound
        if len(spans) > 1:
            raise QuoteAmbiguous(details={"places": [{"start": span.start, "end": span.end} for span in spans[:20]]})
        return spans[0]


class CitedTexts:
    """The texts that one unit of work cites, each of which is read once."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow
        self._cited: dict[tuple[UUID | None, ...], CitedText] = {}
        self._versions: dict[UUID, Places] = {}

    async def of(self, spec: CitationSpec) -> CitedText:
        """What is to be cited. No document of it changes before the transaction ends. Raises `SourceNotFound`."""
        key = (spec.document_id, spec.version_id, spec.message_id)
        if key not in self._cited:
            message_id = spec.message_id
            self._cited[key] = await (self._of_document(spec) if message_id is None else self._of_message(message_id))
        return self._cited[key]

    async def passage(self, version_id: UUID, span: Span) -> SourceRead:
        """A stretch of a version that is known to be there."""
        if version_id not in self._versions:
            version = await VersionCrud(self._uow).whole(version_id)
            self._versions[version_id] = Places(version.text, stored_sections(version.sections))
        return self._versions[version_id].source(span)

    async def _of_message(self, message_id: UUID) -> CitedText:
        message = await MessageCrud(self._uow).find(message_id)
        if message is None or not self._uow.may("sessions", "read"):
            raise SourceNotFound
        return CitedText(message.content, Places(message.content, ()), message_id=message.id)

    async def _of_document(self, spec: CitationSpec) -> CitedText:
        if not self._uow.may("documents", "read"):
            raise SourceNotFound
        versions = VersionCrud(self._uow)
        document_id = spec.document_id
        if spec.version_id is not None:
            found = await versions.find(spec.version_id)
            document_id = found.document_id if found else None
        pinned = await DocumentCrud(self._uow).pin([document_id] if document_id else [])
        for document in pinned.values():
            current = (await versions.current([document]))[document.id]
            version = await versions.whole(spec.version_id or current.id)
            where = Places(version.text, stored_sections(version.sections))
            is_current = version.id == current.id
            return CitedText(version.text, where, document.id, version.id, is_current=is_current)
        raise DocumentNotFound if spec.document_id else SourceNotFound

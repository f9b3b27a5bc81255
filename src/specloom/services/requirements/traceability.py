"""Both directions of traceability: what each requirement stands on, and what of the documents no requirement cites."""

import asyncio
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from specloom.ai.quotes import uncovered
from specloom.ai.sentences import split
from specloom.core.text import Span
from specloom.core.uow import UnitOfWork
from specloom.crud.citations import Approval, CitationCrud, CitedSource, MarkCrud
from specloom.crud.documents import DocumentCrud, VersionCrud
from specloom.crud.requirements import Outline, RequirementCrud
from specloom.models.documents import Document, DocumentVersion
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import (
    ChangeRead,
    ChangesRead,
    CoverageRead,
    PassageRead,
    SourceChangeRead,
    SourceEditRead,
    TraceabilityRead,
    TraceRead,
)
from specloom.services.documents.sources import Places, stored_sections
from specloom.services.requirements import citations, history, suspects
from specloom.services.requirements.passages import CitedTexts
from specloom.vocabulary.requirements import CitationStatus, RequirementKind

MOST_PASSAGES = 500


async def of_product(uow: UnitOfWork, product_id: UUID, *, document_ids: Sequence[UUID] = ()) -> TraceabilityRead:
    """The matrix of a product, and the coverage of the documents that it cites and of those that are named."""
    product = await RequirementCrud(uow).get_one(RequirementKind.PRODUCT, product_id)
    outline = await RequirementCrud(uow).outline(product.id)
    ids = [each.id for each in outline]
    cited, marks = await citations.of(uow, ids), await suspects.open_marks(uow, ids)
    children = Counter(each.parent_id for each in outline)
    traced = {id_ for id_, sources in cited.items() if sources}
    documents = dict.fromkeys(
        source.citation.document_id
        for sources in cited.values()
        for source in sources
        if source.citation.document_id is not None and source.document_title is not None
    )
    return TraceabilityRead(
        product_id=product.id,
        requirements=[
            TraceRead(
                id=each.id,
                kind=each.kind,
                key=each.key,
                name=each.name,
                status=each.status,
                parent_id=each.parent_id,
                version=each.version,
                approved_version=each.approved_version,
                children=children[each.id],
                citations=[citations.read(source) for source in cited[each.id]],
                marks=[suspects.read(uow, mark) for mark in marks[each.id]],
            )
            for each in outline
        ],
        orphans=_orphans(outline, traced),
        childless=[
            each.id
            for each in outline
            if each.kind in (RequirementKind.EPIC, RequirementKind.FEATURE) and not children[each.id]
        ],
        suspects=[id_ for id_ in ids if marks[id_]],
        documents=[
            await coverage(uow, document_id, product_id=product.id)
            for document_id in dict.fromkeys([*documents, *document_ids])
        ],
    )


async def coverage(uow: UnitOfWork, document_id: UUID, *, product_id: UUID | None = None) -> CoverageRead:
    """How much of a document's current version is cited: by the requirements of a product, or of all."""
    if product_id is not None:
        await RequirementCrud(uow).get_one(RequirementKind.PRODUCT, product_id)
    document = await DocumentCrud(uow).get(document_id)
    version = await VersionCrud(uow).by_number(document.id, document.current_version, whole=True)
    crud = CitationCrud(uow)
    cited = await crud.spans(version.id, product_id=product_id)
    identified = await crud.identified(version.id)
    # A thread: splitting a long document takes a while, in which others shall not have to wait.
    return await asyncio.to_thread(_coverage, document, version, cited, identified)


async def changes(uow: UnitOfWork, requirement: Requirement) -> ChangesRead:
    """What is different from when the requirement was approved: its own text, and what stands where it cites."""
    approval = await CitationCrud(uow).approval(requirement.id) if requirement.approved_version else None
    texts, sources = list[ChangeRead](), list[SourceChangeRead]()
    if approval is not None:
        texts = (await history.diff(uow, requirement.kind, requirement.id, before=approval.version)).changes
        cited = CitedTexts(uow)
        for source in (await citations.of(uow, [requirement.id]))[requirement.id]:
            sources += await _source_changes(uow, source, approval, cited)
    marks = (await suspects.open_marks(uow, [requirement.id]))[requirement.id]
    return ChangesRead(
        requirement_id=requirement.id,
        approved_version=approval.version if approval else None,
        approved_at=approval.at if approval else None,
        version=requirement.version,
        changes=texts,
        sources=sources,
        marks=[suspects.read(uow, mark) for mark in marks],
    )


def _orphans(outline: Sequence[Outline], traced: set[UUID]) -> list[UUID]:
    """What cites nothing, nor does anything above or below it. The product itself is no requirement to be traced."""
    parents = {each.id: each.parent_id for each in outline}
    covered = set(traced)
    for id_ in traced:
        above = parents[id_]
        while above is not None and above not in covered:
            covered.add(above)
            above = parents[above]
    below = set(traced)
    orphans = []
    for each in outline:  # each parent comes before its children
        if each.parent_id in below:
            below.add(each.id)
        if each.id not in covered and each.id not in below and each.kind is not RequirementKind.PRODUCT:
            orphans.append(each.id)
    return orphans


def _coverage(
    document: Document, version: DocumentVersion, cited: Sequence[Span], identified: Sequence[Span] | None
) -> CoverageRead:
    text, sections = version.text, stored_sections(version.sections)
    sentences = split(text, sections)
    passages = uncovered(sentences, cited)
    whole = sum(span.end - span.start for span in uncovered(sentences, ()))
    left = sum(span.end - span.start for span in passages)
    starts = sorted(span.start for span in identified or ())
    counts = [bisect_left(starts, span.end) - bisect_right(starts, span.start - 1) for span in passages]
    where = Places(text, sections)
    return CoverageRead(
        document_id=document.id,
        title=document.title,
        version=version.number,
        citations=len(cited),
        covered_percent=round(100 * (1 - left / whole), 1) if whole else 100.0,
        requirements_found=None if identified is None else len(identified),
        requirements_uncovered=None if identified is None else sum(counts),
        uncovered_total=len(passages),
        uncovered=[
            PassageRead(**where.source(span).model_dump(), requirements=count)
            for span, count in zip(passages[:MOST_PASSAGES], counts, strict=False)
        ],
    )


async def _source_changes(
    uow: UnitOfWork, source: CitedSource, approval: Approval, texts: CitedTexts
) -> list[SourceChangeRead]:
    """What became of a citation's passage since an approval; nothing when its document was not edited since."""
    citation = source.citation
    if citation.document_id is None or citation.version_id is None or source.version is None:
        return []
    versions = await CitationCrud(uow).versions(citation.document_id)
    edits = [version for version in versions if version.at > approval.at]
    is_broken = citation.status is CitationStatus.BROKEN
    if not edits and not is_broken:
        return []
    approved = max((version.number for version in versions if version.at <= approval.at), default=1)
    now = {"version_id": str(citation.version_id), "number": source.version}
    anchors = [*citation.trail, {**now, "start": citation.start, "end": citation.end}]
    then = next((each for each in reversed(anchors) if each["number"] <= approved), anchors[0])
    after, after_version = None, None
    if not is_broken:
        after = await texts.passage(citation.version_id, Span(citation.start, citation.end))
        after_version = source.version
    elif mark := (await MarkCrud(uow).open_of_citations([citation.id])).get(citation.id):
        after_version = mark.details.get("to_version")
        if (nearest := mark.details.get("nearest")) and after_version:
            version_id = next(version.id for version in versions if version.number == after_version)
            after = await texts.passage(version_id, Span(nearest["start"], nearest["end"]))
    return [
        SourceChangeRead(
            citation_id=citation.id,
            document_id=citation.document_id,
            document_title=source.document_title,
            before=await texts.passage(UUID(then["version_id"]), Span(then["start"], then["end"])),
            before_version=then["number"],
            after=after,
            after_version=after_version,
            changed=is_broken,
            edits=[
                SourceEditRead(
                    document_id=citation.document_id,
                    version=version.number,
                    edited_by=version.user_id,
                    edited_at=version.at,
                )
                for version in edits
            ],
        )
    ]

"""Full-text search for documents: all words of a query must be somewhere in a document, in its title or its text.

PostgreSQL compares words within one passage; that all of them are there is asked of the document, word by word. To
PostgreSQL, words of scripts without spaces are none: they are looked for as they stand.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from specloom.models.documents import Document, DocumentPassage, DocumentVersion

MOST_TERMS = 16

_TERM = re.compile(r'(-?)"([^"]*)"?|(-?)(\S+)')
# Thai, Lao, Myanmar, Khmer; the scripts of Chinese and Japanese; their compatibility and half-width forms; rare Han.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u312f\u31a0-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase of a query; `absent` when documents with it are not wanted."""

    text: str
    absent: bool
    is_phrase: bool

    @property
    def is_unspaced(self) -> bool:
        return bool(_UNSPACED.search(self.text))

    @property
    def web_query(self) -> str:
        return f'"{self.text}"' if self.is_phrase else self.text


def folded(text: str) -> str:
    """One form for what reads the same: compatible characters, upper and lower case.

    PostgreSQL folds case by the locale of its database, and in many only that of Latin letters.
    """
    return unicodedata.normalize("NFKC", text).casefold()


def read_query(q: str) -> list[list[Term]]:
    """The alternatives of a query as people write them on the web, each a list of terms that must all hold."""
    alternatives: list[list[Term]] = [[]]
    for found in list(_TERM.finditer(unicodedata.normalize("NFC", q)))[:MOST_TERMS]:
        word = found[4]
        if word is not None and word.lower() == "or" and not found[3]:
            alternatives.append([])
            continue
        text = (word if word is not None else found[2]).strip()
        if any(char.isalnum() for char in text):
            alternatives[-1].append(Term(text, bool(found[1] or found[3]), word is None))
    return [terms for terms in alternatives if terms]


async def mentioning(session: AsyncSession, tenant_id: UUID, q: str) -> ColumnElement[bool]:
    """The condition that a document of this tenant answers the query. A query that says nothing is answered by none."""
    alternatives = read_query(q)
    silent = await _stop_words(session, [term for terms in alternatives for term in terms if not term.is_unspaced])
    conditions = [
        and_(*(_holds(tenant_id, term) for term in terms if term not in silent))
        for terms in alternatives
        if not silent.issuperset(terms)
    ]
    return or_(*conditions) if conditions else false()


async def _stop_words(session: AsyncSession, terms: Sequence[Term]) -> set[Term]:
    """The terms of which no word is indexed, such as "the"."""
    if not terms:
        return set()
    sizes = [func.numnode(func.websearch_to_tsquery("english", folded(term.web_query))) for term in terms]
    row = (await session.execute(select(*sizes))).one()
    return {term for term, size in zip(terms, row, strict=True) if not size}


def _holds(tenant_id: UUID, term: Term) -> ColumnElement[bool]:
    found = Document.id.in_(_by_substring(tenant_id, term) if term.is_unspaced else _by_words(tenant_id, term))
    return not_(found) if term.absent else found


def _by_words(tenant_id: UUID, term: Term) -> Any:
    # Titles are indexed as they are; where the database does not fold their case, the usual ways to write it are tried.
    ways = {term.web_query, term.web_query.lower(), term.web_query.title(), folded(term.web_query)}
    titled = aliased(Document)
    in_title = or_(*(titled.title_search.op("@@")(func.websearch_to_tsquery("english", way)) for way in sorted(ways)))
    in_text = DocumentPassage.search.op("@@")(func.websearch_to_tsquery("english", folded(term.web_query)))
    passages = select(DocumentPassage.version_id).where(DocumentPassage.tenant_id == tenant_id, in_text)
    return union(
        select(titled.id).where(titled.tenant_id == tenant_id, in_title),
        select(DocumentVersion.document_id).where(
            DocumentVersion.tenant_id == tenant_id, DocumentVersion.id.in_(passages)
        ),
    )


def _by_substring(tenant_id: UUID, term: Term) -> Any:
    searched = aliased(Document)
    is_current = and_(
        DocumentVersion.tenant_id == searched.tenant_id,
        DocumentVersion.document_id == searched.id,
        DocumentVersion.number == searched.current_version,
    )
    holds = or_(
        searched.title.icontains(term.text, autoescape=True), DocumentVersion.text.icontains(term.text, autoescape=True)
    )
    return (
        select(searched.id)
        .join(DocumentVersion, is_current)
        .where(searched.tenant_id == tenant_id, searched.deleted_at.is_(None), holds)
    )

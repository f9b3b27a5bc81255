"""What people dismissed, remembered: the next run over the same source does not ask them again."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from specloom.core.uow import UnitOfWork
from specloom.crud.analyses import DismissalCrud
from specloom.models.analyses import Analysis, AnalysisItem
from specloom.vocabulary.analyses import ItemKind, ItemStatus

Row = dict[str, Any]


def fingerprint(kind: ItemKind, data: Mapping[str, Any]) -> bytes:
    """The same for what says the same of the same words, wherever they stand."""
    match kind:
        case ItemKind.REQUIREMENT:
            said = [data["statement"]]
        case ItemKind.FINDING:
            said = [data["rule_id"], data["citation"]["quote"], data["message"]]
        case ItemKind.QUESTION:
            said = [data["text"]]
        case ItemKind.RESEARCH:
            said = [data["citation"]["document_id"], data["citation"]["quote"]]
        case _:
            said = [data["message"], *sorted(each["quote"] for each in data["evidence"])]
    words = [" ".join(str(each).casefold().split()) for each in said]
    return sha256(json.dumps([kind.value, *words]).encode()).digest()


async def recall(uow: UnitOfWork, analysis: Analysis, rows: Sequence[Row]) -> None:
    """Dismisses those of a new analysis' rows that were dismissed in an earlier one of its source."""
    fingerprints = [fingerprint(row["kind"], row["data"]) for row in rows]
    known = await DismissalCrud(uow).known(fingerprints, **_source(analysis))
    for row, mark in zip(rows, fingerprints, strict=True):
        dismissal = known.get(mark)
        row |= {
            "remembered": dismissal is not None,
            "comment": dismissal and dismissal.reason,
            "resolved_by": dismissal and dismissal.user_id,
            "resolved_at": dismissal and dismissal.updated_at,
        }
        if dismissal is not None:
            row["status"] = ItemStatus.DISMISSED


async def note(uow: UnitOfWork, analysis: Analysis, item: AnalysisItem) -> None:
    """Remembers that an item was dismissed, or forgets it when it was accepted after all."""
    crud, mark = DismissalCrud(uow), fingerprint(item.kind, item.data)
    if item.status is ItemStatus.DISMISSED:
        await crud.remember(
            kind=item.kind, fingerprint=mark, reason=item.comment, user_id=uow.user_id, **_source(analysis)
        )
    else:
        await crud.forget(mark, **_source(analysis))


def _source(analysis: Analysis) -> dict[str, Any]:
    return {"document_id": analysis.document_id, "session_id": analysis.session_id}

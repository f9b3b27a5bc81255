"""The short names of requirements for people: PAY, PAY-E1, PAY-F12. Given once, and never to anything else."""

import re
import unicodedata
from itertools import count
from uuid import UUID

from specloom.core.errors import Conflict
from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import RequirementCrud
from specloom.services.requirements.kinds import KINDS
from specloom.vocabulary.requirements import RequirementKind

_LONGEST = 4
_NAMELESS = "PRD"


class KeyTaken(Conflict):
    code = "key_taken"
    default_message = "A product has or had this key already. Choose another one, or leave it out."


async def of_product(uow: UnitOfWork, name: str, wanted: str | None = None) -> str:
    """The key of a new product: the one that is wanted, or one like its name. Raises `KeyTaken`."""
    crud = RequirementCrud(uow)
    await crud.hold_keys()
    stem = wanted or initials(name)
    taken = await crud.keys_like(stem)
    if stem not in taken:
        return stem
    if wanted is not None:
        raise KeyTaken
    return next(key for number in count(2) if (key := f"{stem}{number}") not in taken)


async def of_part(uow: UnitOfWork, product_id: UUID, kind: RequirementKind) -> str:
    """The next key of a kind in a product, whose row is held from now on."""
    prefix, number = await RequirementCrud(uow).count_keys(product_id, kind)
    return f"{prefix}-{KINDS[kind].letter}{number}"


def initials(name: str) -> str:
    """The first letters of several words, or the beginning of a single one, in capital ASCII letters.

    >>> initials("Order service platform"), initials("Payments"), initials("Überweisungen"), initials("支払い")
    ('OSP', 'PAYM', 'UBER', 'PRD')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = re.findall(r"[A-Z][A-Z0-9]*", plain)
    key = "".join(word[0] for word in words)[:_LONGEST] if len(words) > 1 else "".join(words)[:_LONGEST]
    return key if len(key) > 1 else _NAMELESS

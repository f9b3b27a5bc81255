"""The same request twice has one effect and one answer: the first is kept in the transaction that made it true."""

from dataclasses import dataclass

from specloom.core.errors import Conflict, Unprocessable
from specloom.core.uow import UnitOfWork
from specloom.crud.idempotency import IdempotencyCrud

MAX_KEY = 255
KEPT_HOURS = 24


class IdempotencyKeyReused(Unprocessable):
    code = "idempotency_key_reused"
    default_message = "This Idempotency-Key was used for another request. Use a new key for a new request."


class IdempotencyKeyInvalid(Unprocessable):
    code = "idempotency_key_invalid"
    default_message = f"An Idempotency-Key has 1 to {MAX_KEY} printable ASCII characters."


class IdempotencyConflict(Conflict):
    code = "idempotency_conflict"
    default_message = "The first request with this Idempotency-Key has kept no answer. Use a new key."


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What the first request was answered."""

    status: int
    body: bytes
    headers: dict[str, str]


async def claim(uow: UnitOfWork, key: str, fingerprint: bytes) -> KeptAnswer | None:
    """Takes the key for this unit of work, or returns the answer that was given under it before."""
    if uow.user_id is None or not 0 < len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyInvalid
    crud = IdempotencyCrud(uow)
    if await crud.claim(uow.user_id, key, fingerprint):
        return None
    kept = await crud.by_key(uow.user_id, key)
    if kept is None or kept.status is None or kept.body is None:
        raise IdempotencyConflict
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    return KeptAnswer(kept.status, kept.body, dict(kept.headers or {}))


async def keep(uow: UnitOfWork, key: str, answer: KeptAnswer) -> None:
    """Keeps the answer; it counts when the unit of work commits."""
    if uow.user_id is not None:
        await IdempotencyCrud(uow).keep(
            uow.user_id, key, status=answer.status, body=answer.body, headers=answer.headers
        )

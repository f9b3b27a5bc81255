"""The signing keys of the deployment: shared through the database, known to each process, changed without a failure."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from specloom.core.crypto import UnreadableSecret
from specloom.core.errors import Unprocessable
from specloom.core.logging import get_logger
from specloom.core.runtime import Runtime
from specloom.core.security import Claims, KeyRing, SigningKey, TokenType, UnknownKey
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.crud.identity import SigningKeyCrud
from specloom.models.identity import SigningKeyRecord

log = get_logger(__name__)

RELOAD_SECONDS = 30
MAX_OPERATOR_TOKEN_SECONDS = 24 * 3600
"""No longer than the shortest life of a refresh token, so that keys stand long enough for both."""


class OperatorTokenTooLong(Unprocessable):
    code = "operator_token_too_long"
    default_message = f"An operator token lives at least 1 and at most {MAX_OPERATOR_TOKEN_SECONDS} seconds."


class SigningKeys:
    """The keys as one process knows them. `load()` first; `run()` keeps them fresh."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._tokens = runtime.settings.tokens
        self._known: list[str] = []
        self._looked_at = -float(RELOAD_SECONDS)
        self._reloading = asyncio.Lock()
        self.ring = KeyRing(issuer=self._tokens.issuer, audience=self._tokens.audience)

    async def load(self) -> None:
        """Reads the keys; makes the first one where there is none. Raises `UnreadableSecret` when none can be read."""
        self._looked_at = time.monotonic()
        records = await self._read()
        if not records:
            await self._publish(delay=timedelta(), only_if_none=True)
            records = await self._read()
        kids = [record.kid for record in records]
        if kids == self._known:
            return
        keys = [key for record in records if (key := self._open(record)) is not None]
        if not keys:
            raise UnreadableSecret("none of the signing keys opens with SECRET_KEYS: add the key they were sealed with")
        self.ring.replace(keys)
        self._known = kids

    async def verify(self, token: str, *types: TokenType) -> Claims:
        """The claims of a valid token of one of these types; raises `InvalidToken` for everything else.

        A token of an unknown key may be of one that another process has just made: then the keys are read again, but
        at most once every 30 seconds, whatever is sent.
        """
        try:
            return self.ring.verify(token, *types)
        except UnknownKey:
            async with self._reloading:
                if time.monotonic() - self._looked_at >= RELOAD_SECONDS:
                    await self.load()
            return self.ring.verify(token, *types)

    def sign(self, type_: TokenType, claims: dict[str, Any], *, token_id: UUID, issued_at: int, seconds: int) -> str:
        """A token; for the same claims, id, time and key always the same one."""
        return self.ring.sign(type_, claims, token_id=token_id, issued_at=issued_at, seconds=seconds)

    async def rotate(self) -> str:
        """Publishes a new key and returns its id. It signs once every process knows it.

        The older ones stop signing then, and are dropped when the last token they signed has expired.
        """
        kid = await self._publish(delay=timedelta(seconds=self._tokens.key_activation_seconds))
        await self.load()
        log.info("signing_key_rotated", kid=kid)
        return kid

    async def run(self) -> None:
        """Keeps the keys fresh until cancelled; while the database is away, those that are known serve on."""
        while True:
            await asyncio.sleep(RELOAD_SECONDS)
            try:
                await self.load()
            except Exception as error:
                log.warning("signing_keys_not_reloaded", error=type(error).__name__)

    @property
    def _longest_token(self) -> timedelta:
        return timedelta(days=self._tokens.refresh_days)

    async def _read(self) -> list[SigningKeyRecord]:
        async with self._runtime.sessions() as session:
            return list(await SigningKeyCrud(session).standing(self._longest_token))

    async def _publish(self, *, delay: timedelta, only_if_none: bool = False) -> str:
        active_from = datetime.now(UTC) + delay
        key = await asyncio.to_thread(SigningKey.generate, active_from.timestamp())
        sealed = self._runtime.secrets.seal(key.private_pem, _place(key.kid))
        async with self._runtime.uow(TenantContext(GLOBAL_TENANT_ID)) as uow:
            crud = SigningKeyCrud(uow.session)
            await crud.lock_ring()
            standing = await crud.standing(self._longest_token)
            if standing and only_if_none:
                return standing[-1].kid
            await crud.drop(self._longest_token)
            await crud.retire(active_from)
            await crud.add(kid=key.kid, sealed_private_key=sealed, active_from=active_from)
        return key.kid

    def _open(self, record: SigningKeyRecord) -> SigningKey | None:
        try:
            pem = self._runtime.secrets.open(record.sealed_private_key, _place(record.kid))
        except UnreadableSecret:
            log.warning("signing_key_unreadable", kid=record.kid)
            return None
        return SigningKey(record.kid, pem, record.active_from.timestamp())


def issue_operator_token(keys: SigningKeys, subject: str, seconds: int) -> str:
    """A token for the operator's own routes. `subject` names who holds it; nothing can take it back before its time."""
    if not 1 <= seconds <= MAX_OPERATOR_TOKEN_SECONDS:
        raise OperatorTokenTooLong
    claims = {"sub": subject}
    return keys.sign(TokenType.OPERATOR, claims, token_id=uuid4(), issued_at=int(time.time()), seconds=seconds)


def _place(kid: str) -> str:
    return f"signing_keys/{kid}"

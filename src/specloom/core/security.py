"""Passwords and tokens: argon2 in threads, and the one place that signs and believes JSON Web Tokens."""

import asyncio
import hashlib
import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jose import jwk, jwt
from jose.constants import ALGORITHMS
from jose.utils import base64url_decode, base64url_encode
from passlib.context import CryptContext

MAX_PASSWORD = 128
_MAX_TOKEN = 8192
_CLOCK_SKEW_SECONDS = 30
_END_OF_TIME = 2**40

_passwords = CryptContext(schemes=["argon2"], argon2__memory_cost=19456, argon2__time_cost=2, argon2__parallelism=1)
_hashing = asyncio.Semaphore(4)


async def hash_password(password: str) -> str:
    """Argon2id, 19 MiB and 2 rounds: OWASP's profile. Takes some 20 ms, in a thread."""
    async with _hashing:
        return await asyncio.to_thread(_passwords.hash, password)


async def check_password(password: str, password_hash: str | None) -> bool:
    """Takes the same time whether or not there is such an account."""
    async with _hashing:
        if password_hash is None:
            await asyncio.to_thread(_passwords.dummy_verify)
            return False
        return bool(await asyncio.to_thread(_passwords.verify, password, password_hash))


class InvalidToken(Exception):
    """The token is not one of ours, not of the kind that was asked for, or no longer valid."""


class UnknownKey(InvalidToken):
    """The token has the form of ours but names a key that is not in the ring: perhaps it was made a moment ago."""


class TokenType(StrEnum):
    ACCESS = "access"
    REFRESH = "refresh"
    OPERATOR = "operator"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a verified token says. `session_id` is the sign-in session; an operator's token has no tenant."""

    type: TokenType
    token_id: UUID
    subject: str
    tenant_id: UUID | None
    session_id: UUID | None
    issued_at: int
    expires_at: int
    extra: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, and what they may do: (resource, action) pairs; the resource `*` stands for every one."""

    tenant_id: UUID
    user_id: UUID
    session_id: UUID
    email: str
    roles: frozenset[str]
    permissions: frozenset[tuple[str, str]]
    subscription_expires: datetime | None = None
    """Of the tenant; None when it does not."""

    def may(self, resource: str, action: str) -> bool:
        return (resource, action) in self.permissions or ("*", action) in self.permissions


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key that signs tokens and its public half; `active_from` is in seconds since 1970."""

    kid: str
    private_pem: bytes
    active_from: float

    @classmethod
    def generate(cls, active_from: float) -> "SigningKey":
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return cls(hashlib.sha256(public).hexdigest()[:16], pem, active_from)


class KeyRing:
    """The signing keys as this process knows them, parsed once, with the claims of tokens it has verified before."""

    def __init__(self, *, issuer: str, audience: str, cached_tokens: int = 20_000) -> None:
        self._issuer = issuer
        self._audience = audience
        self._signers: list[tuple[SigningKey, Any]] = []
        self._verifiers: dict[str, Any] = {}
        self._public: list[dict[str, Any]] = []
        self._verified: OrderedDict[str, Claims] = OrderedDict()
        self._cached_tokens = cached_tokens

    def replace(self, keys: list[SigningKey]) -> None:
        """Takes the keys that are valid now; tokens of other keys are no longer believed."""
        self._signers, self._verifiers, self._public = [], {}, []
        for key in sorted(keys, key=lambda each: each.active_from):
            private = jwk.construct(key.private_pem.decode(), ALGORITHMS.RS256)
            public = private.public_key()
            self._signers.append((key, private))
            self._verifiers[key.kid] = public
            self._public.append(
                {"kid": key.kid, "use": "sig", **{name: _text(value) for name, value in public.to_dict().items()}}
            )
        self._verified.clear()

    def jwks(self) -> dict[str, Any]:
        """The public keys as RFC 7517 wants them."""
        return {"keys": self._public}

    def sign(self, type_: TokenType, claims: dict[str, Any], *, token_id: UUID, issued_at: int, seconds: int) -> str:
        """A token that is the same each time for the same claims (RSASSA-PKCS1-v1_5 has no randomness)."""
        active = [each for each in self._signers if each[0].active_from <= time.time()] or self._signers[:1]
        key, private = active[-1]
        token: str = jwt.encode(
            {
                **claims,
                "iss": self._issuer,
                "aud": self._audience,
                "iat": issued_at,
                "nbf": issued_at,
                "exp": issued_at + seconds,
                "jti": str(token_id),
                "type": str(type_),
            },
            private,
            algorithm=ALGORITHMS.RS256,
            headers={"kid": key.kid},
        )
        return token

    def verify(self, token: str, *types: TokenType) -> Claims:
        """The claims of a valid token of one of these types; raises `InvalidToken` for everything else."""
        claims = self._verified.get(token)
        if claims is None:
            claims = self._decode(token)
            self._verified[token] = claims
            if len(self._verified) > self._cached_tokens:
                self._verified.popitem(last=False)
        if claims.expires_at <= time.time():
            raise InvalidToken("the token has expired")
        if claims.type not in types:
            raise InvalidToken("this is a token for something else")
        return claims

    def _decode(self, token: str) -> Claims:
        header = _header(token)
        key = self._verifiers.get(str(header.get("kid")))
        if key is None:
            raise UnknownKey("the token was signed by an unknown key")
        try:
            values = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHMS.RS256],
                audience=self._audience,
                issuer=self._issuer,
                options={
                    "leeway": _CLOCK_SKEW_SECONDS,
                    **dict.fromkeys(
                        ("require_exp", "require_iat", "require_nbf", "require_aud", "require_iss", "require_sub"), True
                    ),
                    "require_jti": True,
                },
            )
            return _claims(values)
        except InvalidToken:
            raise
        except Exception as error:
            # The library also raises RecursionError, OverflowError and AttributeError for odd input.
            raise InvalidToken("the token cannot be verified") from error


def _header(token: str) -> dict[str, Any]:
    """The header, checked for what the library lets through: other algorithms, `crit`, embedded keys, sizes, and
    characters that are no part of base64url."""
    if len(token) > _MAX_TOKEN or token.count(".") != 2:  # noqa: PLR2004 - header.payload.signature
        raise InvalidToken("this is no token")
    try:
        parts = [(part, base64url_decode(part)) for part in token.encode("ascii").split(b".")]
        header = json.loads(parts[0][1])
    except Exception as error:
        raise InvalidToken("this is no token") from error
    if (
        any(base64url_encode(decoded) != part for part, decoded in parts)
        or not isinstance(header, dict)
        or header.get("alg") != ALGORITHMS.RS256
        or header.get("typ", "JWT") != "JWT"
        or set(header) - {"alg", "typ", "kid"}
        or not isinstance(header.get("kid"), str)
    ):
        raise InvalidToken("the token's header is not one of ours")
    return header


def _claims(values: dict[str, Any]) -> Claims:
    times = [values[name] for name in ("exp", "iat", "nbf")]
    if not all(type(each) is int and 0 <= each < _END_OF_TIME for each in times) or not isinstance(values["aud"], str):
        raise InvalidToken("the token's claims have the wrong types")
    known = {"type", "jti", "sub", "tenant_id", "sid", "iat", "exp", "nbf", "iss", "aud"}
    return Claims(
        type=TokenType(values["type"]),
        token_id=UUID(values["jti"]),
        subject=str(values["sub"]),
        tenant_id=UUID(values["tenant_id"]) if "tenant_id" in values else None,
        session_id=UUID(values["sid"]) if "sid" in values else None,
        issued_at=values["iat"],
        expires_at=values["exp"],
        extra={name: value for name, value in values.items() if name not in known},
    )


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value

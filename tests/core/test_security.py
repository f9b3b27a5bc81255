"""Passwords, and tokens that must never be believed: a forged or odd one is a 401 and costs no database connection."""

import base64
import hashlib
import hmac
import json
import random
import string
import time
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from fastapi import FastAPI
from sqlalchemy import event

from specloom.core.security import (
    InvalidToken,
    KeyRing,
    SigningKey,
    TokenType,
    UnknownKey,
    check_password,
    hash_password,
)

DAY = 24 * 3600
REQUIRED = ("exp", "iat", "nbf", "aud", "iss", "sub", "jti", "type")


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def encode_json(value: Any) -> str:
    return encode(json.dumps(value).encode())


class Forger:
    """Makes tokens of any form, also such that the real key signed."""

    def __init__(self, key: SigningKey) -> None:
        self.kid = key.kid
        self.private: Any = serialization.load_pem_private_key(key.private_pem, None)
        self.public = self.private.public_key()
        self.header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        values = {
            "sub": str(uuid4()),
            "tenant_id": str(uuid4()),
            "sid": str(uuid4()),
            "iss": "specloom",
            "aud": "specloom-api",
            "iat": now,
            "nbf": now,
            "exp": now + 600,
            "jti": str(uuid4()),
            "type": "access",
            **changes,
        }
        return {name: value for name, value in values.items() if value is not ...}

    def sign(self, head: str, body: str, key: Any = None) -> str:
        content = f"{head}.{body}"
        signature = (key or self.private).sign(content.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{content}.{encode(signature)}"

    def token(self, header: Any = None, **claims: Any) -> str:
        return self.sign(encode_json(self.header if header is None else header), encode_json(self.claims(**claims)))

    def hmac_token(self, algorithm: str, secret: bytes) -> str:
        content = f"{encode_json({**self.header, 'alg': algorithm})}.{encode_json(self.claims())}"
        digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[algorithm]
        return f"{content}.{encode(hmac.new(secret, content.encode(), digest).digest())}"


def not_tokens(forger: Forger) -> Iterator[str]:
    yield from ("a", "a.b", ".", "..", "...", "a.b.c", "a.b.c.d", "null", "{}", "undefined", "Bearer", "-._")
    yield from (
        "e30.e30.",
        "e30.e30.e30",
        "W10.W10.W10",
        "x" * 100_000,
        "." * 5000,
        f"{'a' * 4000}.{'b' * 4000}.{'c' * 4000}",
    )
    yield f"{encode_json(forger.header)}.{encode_json(forger.claims(padding='x' * 100_000))}.{'A' * 342}"
    encrypted = {"alg": "RSA-OAEP", "enc": "A256GCM", "kid": forger.kid}
    yield f"{encode_json(encrypted)}.{'A' * 342}.{'B' * 16}.{'C' * 400}.{'D' * 22}"
    yield f"{encode_json({**encrypted, 'alg': 'dir', 'zip': 'DEF'})}..{'B' * 16}.{'C' * 400}.{'D' * 22}"
    draw = random.Random(4)
    for length in range(20, 60):
        yield ".".join("".join(draw.choices(string.ascii_letters + string.digits + "-_", k=length)) for _ in range(3))


def wrong_algorithms(forger: Forger) -> Iterator[str]:
    _, body, signature = forger.token().split(".")
    for name in ("none", "None", "NONE", "nOnE", ""):
        forged = encode_json({**forger.header, "alg": name})
        yield from (f"{forged}.{body}.", f"{forged}.{body}.{signature}")
    for odd in (None, 0, True, ["RS256"], {"RS256": 1}, "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RSA1_5"):
        yield forger.token({**forger.header, "alg": odd})
    formats, public = serialization.PublicFormat, forger.public
    secrets = [
        public.public_bytes(serialization.Encoding.PEM, formats.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.PEM, formats.SubjectPublicKeyInfo).strip(),
        public.public_bytes(serialization.Encoding.DER, formats.SubjectPublicKeyInfo),
        public.public_bytes(serialization.Encoding.DER, formats.PKCS1),
        json.dumps({"kty": "RSA", "n": encode(public.public_numbers().n.to_bytes(256, "big")), "e": "AQAB"}).encode(),
        forger.kid.encode(),
        b"",
    ]
    for algorithm in ("HS256", "HS384", "HS512"):
        for secret in secrets:
            yield forger.hmac_token(algorithm, secret)


def odd_headers(forger: Forger) -> Iterator[str]:
    own = {"kty": "RSA", "n": encode(forger.public.public_numbers().n.to_bytes(256, "big")), "e": "AQAB"}
    for extra in (
        {"crit": ["exp"]},
        {"crit": []},
        {"b64": False, "crit": ["b64"]},
        {"jku": "https://keys.example.com/jwks.json"},
        {"x5u": "https://keys.example.com/x.pem"},
        {"jwk": own},
        {"x5c": ["MIIB"]},
        {"x5t": "abc"},
        {"cty": "JWT"},
        {"zip": "DEF"},
        {"enc": "A256GCM"},
        {"typ": "JWE"},
        {"typ": "at+jwt"},
        {"typ": "jwt"},
        {"typ": 1},
        {"typ": None},
        {"typ": ["JWT"]},
        {"kid": None},
        {"kid": 1},
        {"kid": True},
        {"kid": [forger.kid]},
        {"kid": {"kid": forger.kid}},
        {"kid": ""},
        {"kid": f" {forger.kid}"},
        {"kid": forger.kid.upper() + "0"},
        {"kid": "../../dev/null"},
        {"kid": "' OR 1=1 --"},
        {"kid": "\x00"},
        {"kid": "k" * 5000},
        {"kid": "0123456789abcdef"},
        {"KID": forger.kid},
    ):
        yield forger.token({**forger.header, **extra})
    for missing in ("alg", "kid"):
        yield forger.token({name: value for name, value in forger.header.items() if name != missing})
    for header in ([], [forger.header], "RS256", 1, True, {}):
        yield forger.token(header)
    body = encode_json(forger.claims())
    nested = b"[" * 3000
    for raw in (b"", b"{", b"\xff\xfe", b"nul", nested, b'{"alg":"RS256","alg":"none","kid":"a","kid":1}', b"1e999"):
        yield forger.sign(encode(raw), body)
    head = encode_json(forger.header)
    yield from (forger.sign(f"{head}=", body), forger.sign(f"!{head}", body), forger.sign(f"{head}\\", body))


def odd_claims(forger: Forger) -> Iterator[str]:
    for name in REQUIRED:
        yield forger.token(**{name: ...})
    odd = (None, True, 1.5, -1, [], {}, ["access"], {"a": 1}, "", "1", 10**400, float("inf"), float("nan"))
    for name in (*REQUIRED, "tenant_id", "sid"):
        for value in odd:
            if not (name == "sub" and isinstance(value, str)):
                yield forger.token(**{name: value})
    now = int(time.time())
    yield from (forger.token(exp=now - 60), forger.token(exp=0), forger.token(nbf=now + 600))
    yield from (forger.token(exp=now + 0.5), forger.token(iss="Specloom"), forger.token(exp=str(now)))
    yield forger.token(iss="specloom ")
    yield from (forger.token(iss=["specloom"]), forger.token(aud=["specloom-api"]), forger.token(aud="specloom"))
    yield from (forger.token(aud=["other", "specloom-api"]), forger.token(type="id"), forger.token(type="ACCESS"))
    yield from (forger.token(type=kind) for kind in ("refresh", "operator", "stream"))
    yield from (forger.token(jti="x"), forger.token(sid="x"), forger.token(tenant_id="x"), forger.token(at_hash="x"))
    yield from (forger.token(tenant_id="00000000-0000-0000-0000-00000000000g"), forger.token(sid="0" * 31))
    head = encode_json(forger.header)
    deep = b'{"a":' * 1500 + b"1" + b"}" * 1500
    infinite = json.dumps(forger.claims(exp=0)).replace('"exp": 0', '"exp": 1e400').encode()
    for raw in (b"", b"{", b"[]", b"null", b"1", b'"x"', b"\xff\xfe", deep, b"[" * 3000, infinite, b"{}"):
        yield forger.sign(head, encode(raw))


def wrong_signatures(forger: Forger) -> Iterator[str]:
    head, body, signature = forger.token().split(".")
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    yield forger.sign(head, body, stranger)
    yield from (f"{head}.{body}.{tail}" for tail in ("", "AA", signature[:-2], signature[1:], signature * 2))
    yield from (f"{head}.{body}.{signature}{tail}" for tail in ("=", "==", "A", "AAAA", "!", "%00", ".", " x"))
    yield from (f"{head}.{encode_json(forger.claims())}.{signature}", f"{body}.{head}.{signature}")
    for place in range(0, 340, 20):
        other = "A" if signature[place] != "A" else "B"
        yield f"{head}.{body}.{signature[:place]}{other}{signature[place + 1 :]}"
    same_bytes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    spare_bits = same_bytes[same_bytes.index(signature[-1]) ^ 1]
    yield f"{head}.{body}.{signature[:-1]}{spare_bits}"


def corpus(forger: Forger) -> list[str]:
    kinds = (not_tokens, wrong_algorithms, odd_headers, odd_claims, wrong_signatures)
    return list(dict.fromkeys(token for kind in kinds for token in kind(forger)))


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey.generate(time.time() - 10)


@pytest.fixture(scope="module")
def ring(key: SigningKey) -> KeyRing:
    ring = KeyRing(issuer="specloom", audience="specloom-api")
    ring.replace([key])
    return ring


def test_no_odd_token_is_believed(ring: KeyRing, key: SigningKey) -> None:
    forger = Forger(key)
    assert ring.verify(forger.token(), TokenType.ACCESS).type is TokenType.ACCESS
    tokens = [*corpus(forger), "", "ä.ö.ü", "\ud800.a.b", f"{forger.token()}\n"]
    assert len(tokens) >= 200
    for token in tokens:
        with pytest.raises(InvalidToken):
            ring.verify(token, TokenType.ACCESS)


asking: ContextVar[bool] = ContextVar("asking", default=False)


async def test_odd_tokens_are_401_and_cost_no_database_connection(app: FastAPI, client: httpx2.AsyncClient) -> None:
    state = app.state.api
    await state.keys.load()
    forger = Forger(state.keys.ring._signers[-1][0])
    checkouts = []

    def note(*_: object) -> None:
        if asking.get():
            checkouts.append(1)

    async def ask(token: str) -> httpx2.Response:
        marker = asking.set(True)
        try:
            return await client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
        finally:
            asking.reset(marker)

    event.listen(state.runtime.engine.sync_engine, "checkout", note)
    try:
        for token in corpus(forger):
            response = await ask(token)
            assert response.status_code == 401, token[:200]
            assert response.json()["error"]["code"] == "unauthenticated"
            assert response.headers["WWW-Authenticate"] == "Bearer"
        assert not checkouts
        # A token that only its session belies is looked up: the count above does count.
        assert (await ask(forger.token())).json()["error"]["code"] == "session_ended"
        assert checkouts
    finally:
        event.remove(state.runtime.engine.sync_engine, "checkout", note)


def test_a_token_of_another_key_is_told_from_one_that_is_none(ring: KeyRing) -> None:
    stranger = Forger(SigningKey.generate(time.time()))
    with pytest.raises(UnknownKey):
        ring.verify(stranger.token(), TokenType.ACCESS)


def test_tokens_are_good_for_one_purpose_and_until_they_expire(ring: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(time.time())
    token = ring.sign(TokenType.REFRESH, {"sub": "s"}, token_id=uuid4(), issued_at=now, seconds=60)
    assert ring.verify(token, TokenType.REFRESH, TokenType.ACCESS).subject == "s"
    with pytest.raises(InvalidToken):
        ring.verify(token, TokenType.ACCESS)
    monkeypatch.setattr(time, "time", lambda: now + 60.5)
    with pytest.raises(InvalidToken):
        ring.verify(token, TokenType.REFRESH)


def test_the_same_claims_make_the_same_token(ring: KeyRing) -> None:
    values: dict[str, Any] = {"token_id": uuid4(), "issued_at": int(time.time()), "seconds": 60}
    assert ring.sign(TokenType.REFRESH, {"sub": "s"}, **values) == ring.sign(TokenType.REFRESH, {"sub": "s"}, **values)


def test_a_published_key_signs_only_once_it_is_active(key: SigningKey) -> None:
    ring = KeyRing(issuer="specloom", audience="specloom-api")
    coming = replace(SigningKey.generate(0), active_from=time.time() + 1)
    ring.replace([coming, key])

    def signer() -> str:
        token = ring.sign(TokenType.ACCESS, {"sub": "s"}, token_id=uuid4(), issued_at=int(time.time()), seconds=60)
        header: dict[str, str] = json.loads(base64.urlsafe_b64decode(token.partition(".")[0] + "=="))
        assert ring.verify(token, TokenType.ACCESS)
        return header["kid"]

    assert signer() == key.kid
    time.sleep(coming.active_from - time.time() + 0.01)
    assert signer() == coming.kid
    assert {each["kid"] for each in ring.jwks()["keys"]} == {key.kid, coming.kid}
    assert all(set(each) == {"kty", "alg", "use", "kid", "n", "e"} for each in ring.jwks()["keys"])


async def test_passwords_are_argon2id_with_a_salt() -> None:
    one, two = await hash_password("pass word"), await hash_password("pass word")
    assert one != two
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert await check_password("pass word", one)
    assert not await check_password("pass word ", one)
    assert not await check_password("pass word", None)

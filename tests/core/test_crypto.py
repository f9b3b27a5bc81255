"""Secrets at rest: unreadable without the key, of no use in another place, and still readable after a rotation."""

import pytest
from pydantic import SecretStr

from specloom.core.crypto import SecretBox, UnreadableSecret

OLD, NEW = SecretStr("the old key"), SecretStr("the new key")
SECRETS = [b"", b"x", b"canary-token", "käse 🧀".encode(), bytes(range(256)), b"\x00" * 32, b"x" * 100_000]


@pytest.mark.parametrize("secret", SECRETS, ids=len)
def test_what_is_sealed_opens_in_its_place(secret: bytes) -> None:
    box = SecretBox([OLD])
    sealed = box.seal(secret, "integrations/1")
    assert box.open(sealed, "integrations/1") == secret
    assert not secret or len(secret) < 2 or secret not in sealed
    assert box.seal(secret, "integrations/1") != sealed, "the same secret twice does not show"


def test_two_rows_cannot_be_swapped() -> None:
    box = SecretBox([OLD])
    one, two = box.seal(b"one", "tenant-1/row-1"), box.seal(b"two", "tenant-2/row-1")
    for sealed, place in ((one, "tenant-2/row-1"), (two, "tenant-1/row-1"), (one, ""), (one, "tenant-1/row-10")):
        with pytest.raises(UnreadableSecret, match="another place"):
            box.open(sealed, place)


def test_a_secret_of_one_place_does_not_begin_one_of_another() -> None:
    """The label has a fixed length: no place and secret can be read as another place and secret."""
    box = SecretBox([OLD])
    for place, secret in (("ab", b"c"), ("a", b"bc"), ("", b"abc")):
        sealed = box.seal(secret, place)
        for other in {"ab", "a", ""} - {place}:
            with pytest.raises(UnreadableSecret):
                box.open(sealed, other)


def test_every_byte_counts() -> None:
    box = SecretBox([OLD])
    sealed = box.seal(b"canary", "place")
    for position in range(len(sealed)):
        changed = bytes([sealed[position] ^ 1])
        bent = sealed[:position] + changed + sealed[position + 1 :]
        with pytest.raises(UnreadableSecret):
            box.open(bent, "place")
    for bent in (b"", sealed[:-1], sealed + b"A", sealed * 2, b"canary"):
        with pytest.raises(UnreadableSecret):
            box.open(bent, "place")


def test_a_rotation_keeps_what_was_sealed_before() -> None:
    before = SecretBox([OLD]).seal(b"canary", "place")
    during = SecretBox([NEW, OLD])
    assert during.open(before, "place") == b"canary"
    again = during.seal(b"canary", "place")
    after = SecretBox([NEW])
    assert after.open(again, "place") == b"canary", "the first key seals"
    with pytest.raises(UnreadableSecret, match="SECRET_KEYS"):
        after.open(before, "place")
    with pytest.raises(UnreadableSecret, match="SECRET_KEYS"):
        SecretBox([OLD]).open(again, "place")


def test_keys_may_have_any_form() -> None:
    for key in ("x", "ü" * 100, "openssl rand -base64 32 = Zm9vYmFy+/=", " "):
        box = SecretBox([SecretStr(key)])
        assert box.open(box.seal(b"canary", "p"), "p") == b"canary"


def test_errors_tell_neither_keys_nor_secrets() -> None:
    sealed = SecretBox([OLD]).seal(b"canary", "place")
    with pytest.raises(UnreadableSecret) as caught:
        SecretBox([NEW]).open(sealed, "place")
    shown = f"{caught.value} {caught.value.__cause__!r} {SecretBox([NEW])!r}"
    assert not any(word in shown for word in ("canary", "the old key", "the new key"))

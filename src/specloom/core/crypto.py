"""Secrets at rest: encrypted and authenticated by Fernet with rotating keys, and bound to the place they stand in."""

import base64
import hashlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr


class UnreadableSecret(Exception):
    """A stored secret cannot be decrypted with any of the `SECRET_KEYS`, or was moved from another place."""


class SecretBox:
    """Encrypts with the first of the `SECRET_KEYS` and decrypts with any; `place` ties a secret to its row."""

    def __init__(self, keys: Sequence[SecretStr]) -> None:
        self._fernet = MultiFernet([Fernet(self._derive(key)) for key in keys])

    @staticmethod
    def _derive(key: SecretStr) -> bytes:
        return base64.urlsafe_b64encode(hashlib.sha256(b"specloom:at-rest:" + key.get_secret_value().encode()).digest())

    def seal(self, secret: bytes, place: str) -> bytes:
        return self._fernet.encrypt(self._label(place) + secret)

    def open(self, sealed: bytes, place: str) -> bytes:
        try:
            content = self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise UnreadableSecret("no key in SECRET_KEYS opens this secret") from error
        label = self._label(place)
        if not content.startswith(label):
            raise UnreadableSecret("this secret was sealed for another place")
        return content[len(label) :]

    @staticmethod
    def _label(place: str) -> bytes:
        return hashlib.sha256(place.encode()).digest()

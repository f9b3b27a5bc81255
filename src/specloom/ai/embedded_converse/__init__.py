"""Converses without a key and without a network: answers from the documents, says what it understood, asks on."""

from specloom.ai.embedded_converse.engine import EmbeddedPartner

__all__ = ["EmbeddedPartner"]

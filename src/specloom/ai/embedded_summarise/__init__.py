"""The embedded summariser: extractive, deterministic, in any language, for documents of any length."""

from specloom.ai.embedded_summarise.engine import EmbeddedSummariser
from specloom.ai.embedded_summarise.writing import wording

__all__ = ["EmbeddedSummariser", "wording"]

"""Specloom: documents and conversations in, live summaries and reviewed, traceable requirements out."""

from specloom.parsing import Document, parse_document

__all__ = ["Document", "__version__", "parse_document"]
__version__ = "0.1.0"

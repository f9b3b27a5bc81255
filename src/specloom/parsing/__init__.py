"""Uploaded files become documents: normalised text with a title and named, exactly placed sections."""

from specloom.parsing.document import Document, MediaType
from specloom.parsing.errors import ParseError
from specloom.parsing.limits import ParseLimits
from specloom.parsing.sandbox import parse_document, parse_upload

__all__ = ["Document", "MediaType", "ParseError", "ParseLimits", "parse_document", "parse_upload"]

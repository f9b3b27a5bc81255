"""Holds a text against the laws and standards its tenant works under: what is spoken of where, and what is not."""

from specloom.ai.compliance.catalogue import Check, Framework, Topic, check_of, find, frameworks
from specloom.ai.compliance.checking import check, gaps, notes

__all__ = ["Check", "Framework", "Topic", "check", "check_of", "find", "frameworks", "gaps", "notes"]

"""Compares requirements with one another: duplicates, conflicts, terms that waver, and what is missing."""

from specloom.ai.relations.conflicts import conflicts
from specloom.ai.relations.duplicates import duplicates
from specloom.ai.relations.frames import frames_of
from specloom.ai.relations.gaps import gaps
from specloom.ai.relations.sentences import rank, relation, similarity
from specloom.ai.relations.terms import terms

__all__ = ["conflicts", "duplicates", "frames_of", "gaps", "rank", "relation", "similarity", "terms"]

"""Finds the requirement sentences of a text, and only those, each with its place, its context and its probability."""

from specloom.ai.extraction.finding import Piece, find, pieces
from specloom.ai.extraction.habits import Habits, habits
from specloom.ai.extraction.judging import THRESHOLD, probability

__all__ = ["THRESHOLD", "Habits", "Piece", "find", "habits", "pieces", "probability"]

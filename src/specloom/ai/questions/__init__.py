"""Asks what a good analyst would ask next about what was found."""

from specloom.ai.questions.asking import ask

__all__ = ["ask"]

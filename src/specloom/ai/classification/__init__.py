"""Says of which type a requirement is, which quality or regulation it speaks of, and how urgent it is."""

from specloom.ai.classification.classifying import classify, classify_sentence

__all__ = ["classify", "classify_sentence"]

"""What every conversation partner needs: to understand a message, to know what to ask next, and to quote truly."""

from specloom.ai.conversing.agenda import next_questions
from specloom.ai.conversing.understanding import Understanding, query_of, understand

__all__ = ["Understanding", "next_questions", "query_of", "understand"]

"""Requirements found by a chat model, each one held against the text before it is believed."""

from specloom.ai.openai_analyse.engine import OpenAIAnalyst

__all__ = ["OpenAIAnalyst"]

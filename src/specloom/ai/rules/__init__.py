"""The rules of good requirements, each a documented object, and the engine that runs them."""

from specloom.ai.rules.catalogue import catalogue
from specloom.ai.rules.engine import RULES, alone, check
from specloom.ai.rules.pronouns import pronoun_risk
from specloom.ai.rules.rule import Rule
from specloom.ai.rules.wording import Hit

__all__ = ["RULES", "Hit", "Rule", "alone", "catalogue", "check", "pronoun_risk"]

"""A light grammar of English: words, verbs, measures, modality and the parts of a requirement, each with its place."""

from specloom.ai.grammar.causality import causality
from specloom.ai.grammar.clauses import clause
from specloom.ai.grammar.lexicon import (
    base_form,
    is_base_verb,
    is_gerund,
    is_participle,
    is_role,
    is_verb,
    singular,
)
from specloom.ai.grammar.measuring import in_base_unit, measures
from specloom.ai.grammar.modality import Operator, modality, operators
from specloom.ai.grammar.reading import Reading, Stretch, read
from specloom.ai.grammar.splitting import Part, parts
from specloom.ai.grammar.tagging import Tag, tag
from specloom.ai.grammar.tokens import Word, words
from specloom.ai.grammar.triggers import Region

__all__ = [
    "Operator",
    "Part",
    "Reading",
    "Region",
    "Stretch",
    "Tag",
    "Word",
    "base_form",
    "causality",
    "clause",
    "in_base_unit",
    "is_base_verb",
    "is_gerund",
    "is_participle",
    "is_role",
    "is_verb",
    "measures",
    "modality",
    "operators",
    "parts",
    "read",
    "singular",
    "tag",
    "words",
]

"""What an industry template says, whoever wrote it and wherever it is kept."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from specloom.vocabulary.identity import Industry, Jurisdiction


@dataclass(frozen=True, slots=True)
class IndustryContent:
    """The template of one industry in one jurisdiction.

    `ai_prompts` are by what is asked for: `analysis`, `conversation`, or a type of session. `template_data` holds what
    people read: stakeholders, bounded contexts, measures of quality, first questions, regulators, conventions.
    """

    industry: Industry
    jurisdiction: Jurisdiction
    name: str
    description: str
    template_data: dict[str, Any]
    ai_prompts: dict[str, str]
    domain_objects: list[str]
    integration_patterns: list[str]
    compliance_frameworks: list[str]

    def versioned(self) -> dict[str, Any]:
        """What makes another version when it changes, by the names of its columns."""
        return {
            "template_data": self.template_data,
            "ai_prompts": self.ai_prompts,
            "domain_objects": self.domain_objects,
            "integration_patterns": self.integration_patterns,
            "compliance_frameworks": self.compliance_frameworks,
        }

    def digest(self) -> str:
        """Equal for equal versions."""
        return hashlib.sha256(json.dumps(self.versioned(), sort_keys=True).encode()).hexdigest()

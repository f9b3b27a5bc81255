"""What a tenant's business and settings mean for whoever works for it: the tone, the trade, and the law it is under."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from specloom.vocabulary.identity import AiTone

_TONES = {
    AiTone.CASUAL: "Tone: casual. Write as to a colleague, in short plain sentences; no slang and no jokes.",
    AiTone.PROFESSIONAL: "Tone: professional. Write courteously and to the point, for readers of business documents.",
    AiTone.TECHNICAL: "Tone: technical. Write for engineers: exact terms, units, conditions; do not explain basics.",
}
_MOST_OBJECTS = 40


@dataclass(frozen=True, slots=True)
class Guidance:
    """What the prompts of one piece of work are shaped by.

    `prompts` are by purpose: `analysis`, `conversation`, or a type of session. `context` is the business in a few
    words. `version_id` is the version of the industry template that it comes from, None without one.
    """

    tone: AiTone = AiTone.PROFESSIONAL
    prompts: Mapping[str, str] = field(default_factory=dict)
    domain_objects: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    context: str = ""
    compliance_focus: bool = False
    version_id: UUID | None = None

    def instructions(self, *purposes: str) -> str:
        """The paragraph that tells a model of the business, for these purposes; empty when there is nothing to tell."""
        lines = [f"The workspace: {self.context}."] if self.context else []
        lines += [self.prompts[each] for each in purposes if each in self.prompts]
        if self.domain_objects:
            lines.append(f"Things its people speak of: {', '.join(self.domain_objects[:_MOST_OBJECTS])}.")
        if self.frameworks and self.compliance_focus:
            lines.append(f"Laws and standards it works under: {'; '.join(self.frameworks)}.")
        return "\n".join(lines)


NO_GUIDANCE = Guidance()


def in_tone(tone: AiTone) -> str:
    """The sentence of a prompt that sets the tone of what is written for people."""
    return _TONES[tone]

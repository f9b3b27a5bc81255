"""The industry templates that Specloom brings along, each composed of a pack on an industry and one on a jurisdiction.

The packs beside this module are data. `packs/<industry>.toml` says what holds in an industry everywhere,
`packs/<jurisdiction>.toml` what holds in a jurisdiction for everyone and, under `[industries.<industry>]`, for one
industry. Whoever changes a pack makes a new version of the templates that it is part of.
"""

import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

from specloom.vocabulary.identity import Industry, Jurisdiction
from specloom.vocabulary.industry import IndustryContent


def compose_all() -> list[IndustryContent]:
    """The templates of all industries in all jurisdictions."""
    industries = {each: _pack(each) for each in Industry}
    jurisdictions = {each: _pack(each) for each in Jurisdiction}
    return [
        _compose(industry, jurisdiction, industries[industry], jurisdictions[jurisdiction])
        for industry in Industry
        for jurisdiction in Jurisdiction
    ]


def _pack(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__name__).joinpath("packs", f"{name}.toml").read_text(encoding="utf-8"))


def _compose(
    industry: Industry, jurisdiction: Jurisdiction, trade: Mapping[str, Any], place: Mapping[str, Any]
) -> IndustryContent:
    local = place["industries"][industry]
    return IndustryContent(
        industry=industry,
        jurisdiction=jurisdiction,
        name=f"{trade['name']}, {place['name']}",
        description=f"{trade['description']} {local['description']}",
        template_data={
            **trade["template_data"],
            "conventions": place["conventions"],
            "regulators": _once(local.get("regulators", ()), place["regulators"]),
        },
        ai_prompts={
            name: f"{prompt} {place['prompt']} {local['prompt']}" if name in _REGULATED else prompt
            for name, prompt in trade["ai_prompts"].items()
        },
        domain_objects=_once(trade["domain_objects"], local.get("domain_objects", ())),
        integration_patterns=_once(trade["integration_patterns"], local.get("integration_patterns", ())),
        compliance_frameworks=_once(
            local["compliance_frameworks"], place["compliance_frameworks"], trade["compliance_frameworks"]
        ),
    )


# What is asked for where the law of the place matters; the types of sessions build on the conversation's prompt.
_REGULATED = ("analysis", "conversation")


def _once(*lists: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(each for one in lists for each in one))

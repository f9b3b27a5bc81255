"""The laws and standards that are known here, and what each of them wants to be spoken of.

The entries beside this module are data: `topics_*.toml` say what can be wanted and by which words a text speaks of it,
`frameworks_*.toml` which law or standard wants it, and where. They aid memory and are no legal advice: that a topic is
spoken of does not mean that what is said about it will do.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from specloom.ai.compliance.terms import Terms, terms

_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something that laws want to be said. A passage speaks of it when it has a match of each of `groups`.

    A text in which `when` does not match has nothing to do with the topic; None stands for all texts. `example` is a
    requirement as one could write it.
    """

    id: str
    title: str
    when: Terms | None
    groups: tuple[Terms, ...]
    why: str
    example: str


@dataclass(frozen=True, slots=True)
class Check:
    """That a law or standard wants a topic to be spoken of. `reference` names the place: "GDPR Art. 17"."""

    id: str
    framework: str
    reference: str
    topic: Topic


@dataclass(frozen=True, slots=True)
class Framework:
    """A law or standard. `jurisdictions` are empty where it is of all; `reference` is its official name.

    A text in which `when` does not match has nothing to do with it; None stands for all texts.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    jurisdictions: tuple[str, ...]
    about: str
    reference: str
    when: Terms | None
    checks: tuple[Check, ...]


@cache
def frameworks() -> Mapping[str, Framework]:
    """All that are known, by id."""
    topics = {id_: _topic(id_, entry) for id_, entry in _entries("topics")}
    return MappingProxyType({id_: _framework(id_, entry, topics) for id_, entry in _entries("frameworks")})


def find(name: str) -> Framework | None:
    """The framework that people call so, in whatever case and punctuation; None when it is not known."""
    return _by_name().get(_normal(name))


def check_of(check_id: str) -> Check | None:
    """The check of this id, None when the catalogue has it no longer."""
    framework = frameworks().get(check_id.partition(".")[0])
    return next((each for each in framework.checks if each.id == check_id), None) if framework else None


@cache
def _by_name() -> Mapping[str, Framework]:
    return {_normal(name): each for each in frameworks().values() for name in (each.name, *each.aliases)}


def _normal(name: str) -> str:
    return _NOT_A_WORD.sub(" ", name.casefold()).strip()


def _entries(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(files(__package__).joinpath("entries").iterdir(), key=lambda each: each.name):
        if file.name.startswith(f"{kind}_"):
            yield from tomllib.loads(file.read_text(encoding="utf-8")).items()


def _topic(id_: str, entry: Mapping[str, str]) -> Topic:
    return Topic(
        id=id_,
        title=entry["title"],
        when=terms(entry["when"]) if "when" in entry else None,
        groups=tuple(terms(group) for group in entry["terms"].split(" + ")),
        why=entry["why"],
        example=entry["example"],
    )


def _framework(id_: str, entry: Mapping[str, Any], topics: Mapping[str, Topic]) -> Framework:
    return Framework(
        id=id_,
        name=entry["name"],
        aliases=tuple(entry["aliases"]),
        jurisdictions=tuple(entry["jurisdictions"]),
        about=entry["about"],
        reference=entry["reference"],
        when=terms(entry["when"]) if "when" in entry else None,
        checks=tuple(
            Check(f"{id_}.{topic}", entry["name"], f"{entry['name']} {place}", topics[topic])
            for topic, place in entry["checks"]
        ),
    )

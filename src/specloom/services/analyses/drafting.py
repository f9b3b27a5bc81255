"""What a requirement that an analysis found becomes in the backlog: an epic, a feature or a story, in its own words.

Nothing is invented: what the source does not say is said to be missing, for people to write.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from specloom.core.errors import Unprocessable
from specloom.core.text import shortened
from specloom.exchange.stories import read_story
from specloom.schemas.requirements import EpicCreate, FeatureCreate, UserStoryCreate
from specloom.vocabulary.requirements import Form, RequirementKind, RequirementType

UNSTATED = "Not stated in the source."
_ANYBODY = "user of the system"
_LONGEST_NAME = 200
_LONGEST_WISH = 500
_SHORTEST = 10
_CREATE: Mapping[RequirementKind, type[EpicCreate | FeatureCreate | UserStoryCreate]] = {
    RequirementKind.EPIC: EpicCreate,
    RequirementKind.FEATURE: FeatureCreate,
    RequirementKind.USER_STORY: UserStoryCreate,
}
_LISTS = {
    RequirementType.NON_FUNCTIONAL: "non_functional_requirements",
    RequirementType.COMPLIANCE: "compliance_requirements",
}


class ContentNeeded(Unprocessable):
    """`details` lists {field, message} of what has to be sent."""

    code = "content_needed"
    default_message = "What was found does not fit. Send the fields that `details` names in `place.content`."


def draft(
    kind: RequirementKind, found: Mapping[str, Any], edits: Mapping[str, Any]
) -> EpicCreate | FeatureCreate | UserStoryCreate:
    """The content of a new requirement from the data of an item; `edits` take the place of what was found.

    Raises `ContentNeeded` where the source says too little, or too much, for the limits of the kind.
    """
    make = {
        RequirementKind.EPIC: _epic,
        RequirementKind.FEATURE: _feature,
        RequirementKind.USER_STORY: _story,
    }[kind]
    values = {"priority": found["priority"], **make(found), **edits}
    try:
        return _CREATE[kind].model_validate(values)
    except ValidationError as error:
        problems = [{"field": ".".join(map(str, each["loc"])), "message": each["msg"]} for each in error.errors()]
        raise ContentNeeded(details=problems) from error


def _epic(found: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _name(found),
        "description": _sentence(found),
        "business_value": _purpose(found),
        "acceptance_criteria": _criteria(found),
    }


def _feature(found: Mapping[str, Any]) -> dict[str, Any]:
    listed = _LISTS.get(RequirementType(found["type"]), "functional_requirements")
    return {"name": _name(found), "description": _sentence(found), listed: [found["statement"]]}


def _story(found: Mapping[str, Any]) -> dict[str, Any]:
    statement = found["statement"]
    story = read_story(statement)
    if story is not None:
        wish = {"as_a": story.as_a, "i_want": story.i_want, "so_that": story.so_that or UNSTATED}
        return {"title": shortened(story.i_want[:1].upper() + story.i_want[1:], _LONGEST_NAME), **wish}
    wish = {"as_a": _ANYBODY, "i_want": shortened(_sentence(found), _LONGEST_WISH), "so_that": _purpose(found)}
    return {"title": _name(found), **wish, "acceptance_criteria": _criteria(found)}


def _name(found: Mapping[str, Any]) -> str:
    """What was found, in one line; one that says little alone, under its heading."""
    return shortened(_sentence(found).strip(" \t\n.;:"), _LONGEST_NAME)


def _sentence(found: Mapping[str, Any]) -> str:
    statement: str = found["statement"]
    if len(statement) < _SHORTEST and found["heading"]:
        return f"{found['heading'][-1]}: {statement}"
    return statement


def _purpose(found: Mapping[str, Any]) -> str:
    purpose: str = found["purpose"] or ""
    return purpose if len(purpose) >= _SHORTEST else UNSTATED


def _criteria(found: Mapping[str, Any]) -> list[str]:
    """What can be tested as it stands: a scenario, or a statement that sets a measure."""
    return [found["statement"]] if found["form"] == Form.SCENARIO or found["measures"] else []

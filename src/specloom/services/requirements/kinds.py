"""What the four kinds of requirements differ in; all else is the same for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from specloom.core.events import Event
from specloom.core.uow import UnitOfWork
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import EpicRead, FeatureRead, ProductRead, UserStoryRead
from specloom.vocabulary.requirements import RequirementKind


@dataclass(frozen=True, slots=True)
class KindTraits:
    """`resource` is what permissions and events speak of; `parent` the kind it stands under; `letter` its mark in keys.

    `title` is what the API calls its name. `planning` names the fields that are no part of its text: changing them
    does not question an approval. To be approved, it must have one field of each group of `needed`.
    """

    resource: str
    parent: RequirementKind | None
    letter: str
    read: type[ProductRead | EpicRead | FeatureRead | UserStoryRead]
    needed: tuple[tuple[str, ...], ...]
    title: str = "name"
    planning: frozenset[str] = field(default_factory=frozenset)


KINDS: Mapping[RequirementKind, KindTraits] = {
    RequirementKind.PRODUCT: KindTraits(
        resource="products",
        parent=None,
        letter="",
        read=ProductRead,
        needed=(("vision",),),
        planning=frozenset({"teams"}),
    ),
    RequirementKind.EPIC: KindTraits(
        resource="epics",
        parent=RequirementKind.PRODUCT,
        letter="E",
        read=EpicRead,
        needed=(("acceptance_criteria",),),
    ),
    RequirementKind.FEATURE: KindTraits(
        resource="features",
        parent=RequirementKind.EPIC,
        letter="F",
        read=FeatureRead,
        needed=(("functional_requirements", "non_functional_requirements", "compliance_requirements"),),
    ),
    RequirementKind.USER_STORY: KindTraits(
        resource="user_stories",
        parent=RequirementKind.FEATURE,
        letter="S",
        read=UserStoryRead,
        needed=(("acceptance_criteria",),),
        title="title",
        planning=frozenset({"estimated_effort"}),
    ),
}


def publish(uow: UnitOfWork, happened: str, requirement: Requirement, **more: Any) -> None:
    """Tells that something happened to a requirement: "created", "updated", …"""
    uow.publish(
        Event(
            f"requirement.{happened}",
            KINDS[requirement.kind].resource,
            {
                "requirement_id": str(requirement.id),
                "kind": requirement.kind.value,
                "product_id": str(requirement.product_id),
                "version": requirement.version,
                **more,
            },
        )
    )

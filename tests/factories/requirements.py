"""Products, epics, features and user stories for tests, made over the API."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.schemas.requirements import (
    CustomFieldCreate,
    EpicCreate,
    FeatureCreate,
    ProductCreate,
    UserStoryCreate,
)
from specloom.services.requirements import backlog, fields
from specloom.vocabulary.requirements import FieldType, RequirementKind
from tests.factories.identity import Member

API = "/api/v1"

PRODUCT = {"name": "Order service", "description": "Takes the orders of all shops.", "vision": "Every shop, one order."}
EPIC = {
    "name": "Payments",
    "description": "Customers pay for what they order.",
    "business_value": "Orders bring money at once.",
    "acceptance_criteria": ["Every order can be paid."],
}
FEATURE = {
    "name": "Card payments",
    "description": "Customers pay by credit card.",
    "functional_requirements": ["The shop must accept credit cards."],
}
STORY = {
    "title": "Pay an order by card",
    "as_a": "customer",
    "i_want": "to pay my order by card",
    "so_that": "it is sent to me at once",
    "acceptance_criteria": ["A paid order is sent.", "A card is charged once."],
}


@dataclass(frozen=True, slots=True)
class Backlog:
    """One of each kind, one under the other, as the API shows them."""

    product: dict[str, Any]
    epic: dict[str, Any]
    feature: dict[str, Any]
    story: dict[str, Any]


async def make(client: httpx2.AsyncClient, member: Member, path: str, body: dict[str, Any], **changes: Any) -> Any:
    """`path` is what a POST goes to: "products", "epics/<id>/features"."""
    response = await client.post(f"{API}/{path}", json={**body, **changes}, headers=member.headers)
    assert response.status_code == 201, response.text
    return response.json()


async def make_backlog(client: httpx2.AsyncClient, member: Member, **product: Any) -> Backlog:
    made = await make(client, member, "products", PRODUCT, **product)
    epic = await make(client, member, f"products/{made['id']}/epics", EPIC)
    feature = await make(client, member, f"epics/{epic['id']}/features", FEATURE)
    story = await make(client, member, f"features/{feature['id']}/user-stories", STORY)
    return Backlog(made, epic, feature, story)


async def make_requirements(runtime: Runtime, tenant: TenantContext) -> dict[str, str]:
    """Two of each kind, made at once below the API, and a custom field; their ids by the names of path parameters.

    Under the first of each stand both of the next kind; the second ones are named "free_…".
    """
    ids, parent = dict[str, str](), None
    async with runtime.uow(tenant) as uow:
        for kind, data in (
            (RequirementKind.PRODUCT, ProductCreate.model_validate(PRODUCT)),
            (RequirementKind.EPIC, EpicCreate.model_validate(EPIC)),
            (RequirementKind.FEATURE, FeatureCreate.model_validate(FEATURE)),
            (RequirementKind.USER_STORY, UserStoryCreate.model_validate(STORY)),
        ):
            first, second = [await backlog.create(uow, kind, parent, data) for _ in range(2)]
            ids |= {f"{kind}_id": str(first.id), f"free_{kind}_id": str(second.id)}
            parent = first.id
        name = f"field_{uuid4().hex[:12]}"
        field = await fields.create(uow, CustomFieldCreate(kind=RequirementKind.EPIC, name=name, type=FieldType.TEXT))
    return {**ids, "field_id": str(field.id)}

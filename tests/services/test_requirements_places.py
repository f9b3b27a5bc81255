"""What stands where stays in order while many change it at once, and everything that happens is told."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import httpx2
import pytest
from sqlalchemy import select

from specloom.core.errors import AppError, NotFound
from specloom.core.event_log import EventEntry
from specloom.core.runtime import Runtime
from specloom.core.tenancy import TenantContext
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import (
    BulkFilter,
    BulkPatch,
    BulkUpdate,
    EpicUpdate,
    ProductCreate,
    RequirementMove,
    UserStoryCreate,
)
from specloom.services.identity import industry
from specloom.services.requirements import backlog, bulk, keys, places, workflow
from specloom.vocabulary.requirements import RequirementKind, RequirementStatus
from tests.factories.identity import sign_up
from tests.factories.requirements import PRODUCT, STORY, make_requirements
from tests.factories.tenants import make_tenant

STORY_DATA = UserStoryCreate.model_validate(STORY)


@pytest.fixture
async def tenant(runtime: Runtime) -> TenantContext:
    return await make_tenant(runtime)


async def test_those_who_add_move_change_and_delete_at_once_leave_a_whole_tree(
    runtime: Runtime, tenant: TenantContext
) -> None:
    ids = {name: UUID(id_) for name, id_ in (await make_requirements(runtime, tenant)).items()}
    epic, feature, other = ids["epic_id"], ids["feature_id"], ids["free_feature_id"]

    async def add(parent: UUID) -> None:
        async with runtime.uow(tenant) as uow:
            await backlog.create(uow, RequirementKind.USER_STORY, parent, STORY_DATA)

    async def move(story: UUID, parent: UUID) -> None:
        async with runtime.uow(tenant) as uow:
            requirement = await places.hold(uow, RequirementKind.USER_STORY, story, parent)
            await places.move(uow, requirement, RequirementMove(parent_id=parent))

    async def reword(number: int) -> None:
        async with runtime.uow(tenant) as uow:
            requirement = await backlog.lock(uow, RequirementKind.EPIC, epic)
            await backlog.change(uow, requirement, EpicUpdate(name=f"Payments {number}"))

    async def remove() -> None:
        async with runtime.uow(tenant) as uow:
            await backlog.remove(uow, RequirementKind.FEATURE, other, cascade=True)

    work = [
        *(add(parent) for parent in (feature, other) for _ in range(6)),
        *(reword(number) for number in range(4)),
        remove(),
        *(move(ids[name], parent) for name in ("user_story_id", "free_user_story_id") for parent in (other, feature)),
    ]
    results = await asyncio.gather(*work, return_exceptions=True)
    failures = [each for each in results if each is not None]
    assert all(isinstance(each, NotFound) for each in failures), failures
    async with runtime.uow(tenant) as uow:
        rows = (await uow.session.scalars(select(Requirement).where(Requirement.tenant_id == tenant.tenant_id))).all()
        tree = await backlog.tree(uow, ids["product_id"])
    alive = {row.id: row for row in rows if row.deleted_at is None}
    assert {row.id for row in tree} == {row.id for row in alive.values() if row.product_id == ids["product_id"]}
    assert all(row.parent_id is None or row.parent_id in alive for row in alive.values()), "no orphans"
    assert max(Counter(row.key for row in rows).values()) == 1
    stories = [row.position for row in tree if row.parent_id == feature]
    assert len(set(stories)) == len(stories) >= 6
    assert alive[epic].version == 5


async def test_what_happens_is_told_to_those_who_may_read_it(runtime: Runtime, tenant: TenantContext) -> None:
    ids = {name: UUID(id_) for name, id_ in (await make_requirements(runtime, tenant)).items()}

    async def told() -> list[EventEntry]:
        async with runtime.uow(tenant) as uow:
            query = select(EventEntry).where(
                EventEntry.tenant_id == tenant.tenant_id, EventEntry.event_type.startswith("requirement.")
            )
            return list((await uow.session.scalars(query.order_by(EventEntry.sequence))).all())

    before = len(await told())
    async with runtime.uow(tenant) as uow:
        epic = await backlog.lock(uow, RequirementKind.EPIC, ids["epic_id"])
        for status in (RequirementStatus.REVIEW, RequirementStatus.APPROVED):
            await workflow.transition(uow, epic, status)
        await backlog.change(uow, epic, EpicUpdate(description="Customers pay for all they order."))
    async with runtime.uow(tenant) as uow:
        await backlog.remove(uow, RequirementKind.EPIC, ids["free_epic_id"])
    events = (await told())[before:]
    assert [each.event_type.removeprefix("requirement.") for each in events if "suspect" not in each.event_type] == [
        *("transitioned", "transitioned", "approved", "updated", "transitioned"),
        "deleted",
    ]
    facts: list[dict[str, Any]] = [each.payload for each in events]
    assert {each.resource for each in events if each.payload["kind"] == "epic"} == {"epics"}
    assert facts[2] == {
        "requirement_id": str(epic.id),
        "kind": "epic",
        "product_id": str(ids["product_id"]),
        "version": 1,
    }
    assert (facts[0]["from"], facts[0]["to"]) == ("draft", "review")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Order service platform", "OSP"),
        ("Payments", "PAYM"),
        ("Überweisungen & mehr", "UM"),
        ("支払いシステム", "PRD"),
        ("3-D printing", "DP"),
        ("X 1 2 3", "PRD"),
        ("one two three four five", "OTTF"),
    ],
)
def test_a_key_is_made_of_a_name(name: str, key: str) -> None:
    assert keys.initials(name) == key


async def test_a_product_stays_with_the_industry_template_it_begins_with(
    runtime: Runtime, client: httpx2.AsyncClient
) -> None:
    context = {"industry": "banking", "jurisdiction": "eu", "company_size": "sme"}
    admin = await sign_up(client, tenant={"business_context": context})
    data = ProductCreate.model_validate(PRODUCT)
    async with runtime.uow(TenantContext(admin.tenant_id, admin.user_id)) as uow:
        await industry.initialise(uow)
        version = await industry.current_version(uow)
        assert version is not None
        product = await backlog.create(uow, RequirementKind.PRODUCT, None, data)
        assert product.industry_template_version_id == version.id


async def test_two_products_of_one_name_have_two_keys(runtime: Runtime, tenant: TenantContext) -> None:
    async def found() -> str:
        async with runtime.uow(tenant) as uow:
            return (await backlog.create(uow, RequirementKind.PRODUCT, None, ProductCreate.model_validate(PRODUCT))).key

    made = await asyncio.gather(*(found() for _ in range(4)), return_exceptions=True)
    assert not [each for each in made if isinstance(each, AppError)]
    assert sorted(map(str, made)) == ["OS", "OS2", "OS3", "OS4"]


async def test_a_filter_finds_what_is_so_when_it_is_locked(runtime: Runtime, tenant: TenantContext) -> None:
    ids = {name: UUID(id_) for name, id_ in (await make_requirements(runtime, tenant)).items()}
    wanted = BulkUpdate(
        filter=BulkFilter(status=RequirementStatus.DRAFT), patch=BulkPatch(status=RequirementStatus.ARCHIVED)
    )

    async def found() -> set[UUID]:
        async with runtime.uow(tenant) as uow:
            return {id_ for id_, _, _ in await bulk.select(uow, ids["product_id"], wanted)}

    async with runtime.uow(tenant) as uow:
        story = await backlog.lock(uow, RequirementKind.USER_STORY, ids["user_story_id"])
        await workflow.transition(uow, story, RequirementStatus.REVIEW)
        waiting = asyncio.create_task(found())
        await asyncio.sleep(0.3)
        assert not waiting.done()
    assert ids["user_story_id"] not in await waiting
    assert ids["epic_id"] in waiting.result()

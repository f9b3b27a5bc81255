"""Industry templates: what Specloom knows of an industry in a jurisdiction, for everyone to read."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from specloom.dependencies.identity import Uow, require
from specloom.dependencies.page import PageParams
from specloom.routers.responses import errors
from specloom.schemas.base import PageRead
from specloom.schemas.industry import IndustryTemplateRead, IndustryTemplateVersionRead
from specloom.services.identity import industry
from specloom.vocabulary.identity import Industry, Jurisdiction

router = APIRouter(
    prefix="/industry-templates",
    tags=["industry templates"],
    dependencies=[Depends(require("industry_templates", "read"))],
    responses=errors(401, 403, 422, 503),
)


@router.get("", responses=errors(400))
async def list_industry_templates(
    uow: Uow,
    page: PageParams,
    by_industry: Annotated[Industry | None, Query(alias="industry", description="Only those of this industry.")] = None,
    jurisdiction: Annotated[Jurisdiction | None, Query(description="Only those of this jurisdiction.")] = None,
) -> PageRead[IndustryTemplateRead]:
    """The industry templates in their newest versions. Sort by `name`, `created_at` or `updated_at`."""
    found = await industry.page(uow, page, industry=by_industry, jurisdiction=jurisdiction)
    return PageRead(items=[industry.read(each) for each in found.items], next_cursor=found.next_cursor)


@router.get("/{industry_template_id}", responses=errors(404))
async def get_industry_template(industry_template_id: UUID, uow: Uow) -> IndustryTemplateRead:
    """An industry template in its newest version."""
    return industry.read(await industry.get(uow, industry_template_id))


@router.get("/{industry_template_id}/versions", responses=errors(400, 404))
async def list_industry_template_versions(
    industry_template_id: UUID, uow: Uow, page: PageParams
) -> PageRead[IndustryTemplateVersionRead]:
    """The versions of an industry template, latest first. None ever changes: work stays with the one it began with."""
    found = await industry.page_versions(uow, industry_template_id, page)
    return PageRead(
        items=[IndustryTemplateVersionRead.model_validate(each) for each in found.items],
        next_cursor=found.next_cursor,
    )

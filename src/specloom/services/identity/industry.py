"""Industry templates: what tenants of an industry and jurisdiction begin with, and on which version work stands."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from specloom.ai.guidance import Guidance
from specloom.ai.industries import compose_all
from specloom.core.errors import Conflict
from specloom.core.events import Event
from specloom.core.pagination import Page, PageRequest
from specloom.core.uow import UnitOfWork
from specloom.crud.identity import TenantCrud
from specloom.crud.industry import IndustryTemplateCrud, IndustryVersionCrud, publish
from specloom.models.identity import Tenant
from specloom.models.industry import IndustryTemplate, IndustryTemplateVersion
from specloom.schemas.identity import BusinessContextRead, TenantSettingsRead
from specloom.schemas.industry import IndustryTemplateRead
from specloom.vocabulary.identity import Industry, Jurisdiction

_MOST_CONTEXT = 2000


class NoBusinessContext(Conflict):
    code = "no_business_context"
    default_message = (
        "This tenant has no business context, so no industry template fits it. "
        "Set `business_context` with PATCH /api/v1/tenants/{tenant_id} first."
    )


@dataclass(frozen=True, slots=True)
class VersionedIndustryTemplate:
    """An industry template with its newest version."""

    template: IndustryTemplate
    version: IndustryTemplateVersion


# Shown ----------------------------------------------------------------------------------------------------------------


async def page(
    uow: UnitOfWork,
    request: PageRequest,
    *,
    industry: Industry | None = None,
    jurisdiction: Jurisdiction | None = None,
) -> Page[VersionedIndustryTemplate]:
    crud = IndustryTemplateCrud(uow)
    found = await crud.page(request, crud.by(industry=industry, jurisdiction=jurisdiction))
    versions = await IndustryVersionCrud(uow).current(found.items)
    return Page([VersionedIndustryTemplate(each, versions[each.id]) for each in found.items], found.next_cursor)


async def get(uow: UnitOfWork, template_id: UUID) -> VersionedIndustryTemplate:
    template = await IndustryTemplateCrud(uow).get(template_id)
    return VersionedIndustryTemplate(template, await _newest(uow, template))


async def page_versions(uow: UnitOfWork, template_id: UUID, request: PageRequest) -> Page[IndustryTemplateVersion]:
    template = await IndustryTemplateCrud(uow).get(template_id)
    crud = IndustryVersionCrud(uow)
    return await crud.page(request, crud.of(template))


def read(found: VersionedIndustryTemplate) -> IndustryTemplateRead:
    template, version = found.template, found.version
    return IndustryTemplateRead(
        id=template.id,
        name=template.name,
        industry=template.industry,
        jurisdiction=template.jurisdiction,
        description=template.description,
        version=version.number,
        template_data=version.template_data,
        ai_prompts=version.ai_prompts,
        domain_objects=version.domain_objects,
        integration_patterns=version.integration_patterns,
        compliance_frameworks=version.compliance_frameworks,
        created_at=template.created_at,
        updated_at=template.updated_at,
    )


# What a tenant stands on ----------------------------------------------------------------------------------------------


async def current_version(uow: UnitOfWork) -> IndustryTemplateVersion | None:
    """The version that new work of this tenant begins with; None while it has no industry template."""
    tenant = await TenantCrud(uow).get()
    if tenant.industry_template_version_id is None:
        return None
    return await IndustryVersionCrud(uow).get(tenant.industry_template_version_id)


async def guidance(uow: UnitOfWork, version_id: UUID | None = None) -> Guidance:
    """What shapes the prompts of a piece of work: the tenant's settings of now, and the industry template in the
    version that the work began with, by default the one that new work begins with."""
    tenant = await TenantCrud(uow).get()
    settings = TenantSettingsRead.model_validate(tenant.settings)
    pinned = version_id or tenant.industry_template_version_id
    version = await IndustryVersionCrud(uow).get(pinned) if pinned else None
    return Guidance(
        tone=settings.ai_tone,
        prompts=version.ai_prompts if version else {},
        domain_objects=tuple(version.domain_objects) if version else (),
        frameworks=frameworks(tenant),
        context=_in_words(tenant),
        compliance_focus=settings.compliance_focus,
        version_id=pinned,
    )


def frameworks(tenant: Tenant) -> tuple[str, ...]:
    """The laws and standards that a tenant works under, each once: those it has named and those of its template."""
    context = _context(tenant)
    if context is None:
        return ()
    named = (*context.compliance_requirements, *context.regulatory_frameworks)
    return tuple({each.strip().casefold(): each.strip() for each in reversed(named) if each.strip()}.values())[::-1]


async def initialise(uow: UnitOfWork) -> UUID | None:
    """Puts the tenant on the newest version of the template of its business context; returns the template's id.

    A tenant that stands on a version of that template already stays on it. None without a business context.
    """
    tenant = await TenantCrud(uow).lock()
    context = _context(tenant)
    if context is None:
        return None
    template = await IndustryTemplateCrud(uow).of(context.industry, context.jurisdiction)
    if tenant.industry_template_id != template.id:
        await _stand_on(uow, tenant, await _newest(uow, template))
    return template.id


async def move(uow: UnitOfWork, tenant: Tenant, number: int | None) -> Tenant:
    """Lets new work of the tenant, which was locked, begin with this version of its template, or with the newest.

    Work that is under way stays with the version it began with. Raises `NoBusinessContext`.
    """
    context = _context(tenant)
    if context is None:
        raise NoBusinessContext
    template = await IndustryTemplateCrud(uow).of(context.industry, context.jurisdiction)
    crud = IndustryVersionCrud(uow)
    version = await _newest(uow, template) if number is None else await crud.numbered(template, number)
    if version.id != tenant.industry_template_version_id:
        await _stand_on(uow, tenant, version)
    return tenant


async def bring_in(uow: UnitOfWork) -> int:
    """Publishes the templates that Specloom brings along, in the unit of work of the global tenant.

    Returns how many have changed and therefore got a new version.
    """
    return await uow.session.run_sync(lambda session: publish(session.connection(), compose_all()))


async def _newest(uow: UnitOfWork, template: IndustryTemplate) -> IndustryTemplateVersion:
    return (await IndustryVersionCrud(uow).current([template]))[template.id]


async def _stand_on(uow: UnitOfWork, tenant: Tenant, version: IndustryTemplateVersion) -> None:
    """Pins the version, and lets what it changes about frameworks take effect on those that the tenant has."""
    before: list[str] = []
    if tenant.industry_template_version_id is not None:
        before = (await IndustryVersionCrud(uow).get(tenant.industry_template_version_id)).compliance_frameworks
    context = dict(tenant.business_context or {})
    own = context.get("regulatory_frameworks", [])
    context["regulatory_frameworks"] = _merged(own, before, version.compliance_frameworks)
    await TenantCrud(uow).change(
        tenant,
        industry_template_id=version.template_id,
        industry_template_version_id=version.id,
        business_context=context,
    )
    payload = {
        "tenant_id": str(tenant.id),
        "industry_template_id": str(version.template_id),
        "version": version.number,
    }
    uow.publish(Event("tenant.industry_template_changed", "tenants", payload))


def _merged(own: Iterable[str], before: Iterable[str], after: Iterable[str]) -> list[str]:
    """What a tenant has, less what its template no longer names, and with what it names newly.

    What the tenant has struck out stays out as long as the template goes on naming it.
    """
    was, now = {each.casefold() for each in before}, {each.casefold() for each in after}
    kept = [each for each in own if each.casefold() not in was - now]
    there = {each.casefold() for each in kept}
    return kept + [each for each in after if each.casefold() not in was | there]


def _context(tenant: Tenant) -> BusinessContextRead | None:
    return BusinessContextRead.model_validate(tenant.business_context) if tenant.business_context else None


def _in_words(tenant: Tenant) -> str:
    context = _context(tenant)
    if context is None:
        return ""
    words = f"industry {context.industry}, jurisdiction {context.jurisdiction}, company size {context.company_size}"
    if context.custom_context:
        words += f", {json.dumps(context.custom_context, ensure_ascii=False)[:_MOST_CONTEXT]}"
    return words

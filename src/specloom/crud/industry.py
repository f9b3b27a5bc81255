"""Industry templates and their versions, which every tenant reads; and how new ones are brought in."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, Executable, Select, and_, or_, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from uuid_utils.compat import uuid7

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.tenancy import GLOBAL_TENANT_ID
from specloom.models.industry import IndustryTemplate, IndustryTemplateVersion
from specloom.vocabulary.identity import Industry, Jurisdiction
from specloom.vocabulary.industry import IndustryContent


class IndustryTemplateNotFound(NotFound):
    code = "industry_template_not_found"
    default_message = "There is no such industry template. `GET /api/v1/industry-templates` lists them."


class IndustryVersionNotFound(NotFound):
    code = "industry_template_version_not_found"
    default_message = "The industry template has no such version. Its `/versions` lists those it has."


class IndustryTemplateCrud(Crud[IndustryTemplate]):
    model: ClassVar[type[IndustryTemplate]] = IndustryTemplate
    missing = IndustryTemplateNotFound
    sortable: ClassVar = {"name": IndustryTemplate.name}
    order = "name"

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[IndustryTemplate]:
        return select(IndustryTemplate).where(
            or_(IndustryTemplate.tenant_id == tenant_id, IndustryTemplate.tenant_id == GLOBAL_TENANT_ID)
        )

    def by(
        self, *, industry: Industry | None = None, jurisdiction: Jurisdiction | None = None
    ) -> Select[IndustryTemplate]:
        query = self.scoped()
        if industry is not None:
            query = query.where(IndustryTemplate.industry == industry)
        if jurisdiction is not None:
            query = query.where(IndustryTemplate.jurisdiction == jurisdiction)
        return query

    async def of(self, industry: Industry, jurisdiction: Jurisdiction) -> IndustryTemplate:
        """The global template of an industry in a jurisdiction."""
        query = self.by(industry=industry, jurisdiction=jurisdiction).where(
            IndustryTemplate.tenant_id == GLOBAL_TENANT_ID
        )
        template = (await self.session.scalars(query)).one_or_none()
        if template is None:
            raise self.missing
        return template


class IndustryVersionCrud(Crud[IndustryTemplateVersion]):
    model: ClassVar[type[IndustryTemplateVersion]] = IndustryTemplateVersion
    missing = IndustryVersionNotFound
    sortable: ClassVar = {"number": IndustryTemplateVersion.number}
    order = "-number"

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[IndustryTemplateVersion]:
        return select(IndustryTemplateVersion).where(
            or_(IndustryTemplateVersion.tenant_id == tenant_id, IndustryTemplateVersion.tenant_id == GLOBAL_TENANT_ID)
        )

    def of(self, template: IndustryTemplate) -> Select[IndustryTemplateVersion]:
        return self.scoped().where(
            IndustryTemplateVersion.tenant_id == template.tenant_id, IndustryTemplateVersion.template_id == template.id
        )

    async def numbered(self, template: IndustryTemplate, number: int) -> IndustryTemplateVersion:
        query = self.of(template).where(IndustryTemplateVersion.number == number)
        version = (await self.session.scalars(query)).one_or_none()
        if version is None:
            raise self.missing
        return version

    async def current(self, templates: Iterable[IndustryTemplate]) -> dict[UUID, IndustryTemplateVersion]:
        """The newest version of each template, by the template's id."""
        wanted = [
            and_(
                IndustryTemplateVersion.tenant_id == template.tenant_id,
                IndustryTemplateVersion.template_id == template.id,
                IndustryTemplateVersion.number == template.current_version,
            )
            for template in templates
        ]
        if not wanted:
            return {}
        versions = await self.session.scalars(self.scoped().where(or_(*wanted)))
        return {version.template_id: version for version in versions}


# Brought in -----------------------------------------------------------------------------------------------------------

# As the tables were when they were made, and not as the models are now: a migration writes through these, too.
_JSON = ("template_data", "ai_prompts", "domain_objects", "integration_patterns", "compliance_frameworks")
_TEMPLATES = sa.table(
    "industry_templates",
    sa.column("tenant_id", sa.Uuid()),
    sa.column("id", sa.Uuid()),
    *(sa.column(name, sa.Text()) for name in ("name", "industry", "jurisdiction", "description")),
    sa.column("current_version", sa.BigInteger()),
    sa.column("updated_at", sa.DateTime(timezone=True)),
)
_VERSIONS = sa.table(
    "industry_template_versions",
    sa.column("tenant_id", sa.Uuid()),
    sa.column("id", sa.Uuid()),
    sa.column("template_id", sa.Uuid()),
    sa.column("number", sa.BigInteger()),
    *(sa.column(name, JSONB()) for name in _JSON),
    sa.column("digest", sa.Text()),
)


def template_id(industry: Industry, jurisdiction: Jurisdiction) -> UUID:
    """The id of a global template: the same in every deployment, so that documentation and tests may name it."""
    place = list(Industry).index(industry) * 16 + list(Jurisdiction).index(jurisdiction)
    return UUID(int=(0x7000 << 64) + (0x8007 << 48) + 0x11 + place)


def publish(connection: Connection, contents: Sequence[IndustryContent]) -> int:
    """Makes a new version of each global template whose content has changed; returns how many it made.

    Versions that are there stay as they are. The connection must be one that writes for the global tenant.
    """
    rows = connection.execute(
        select(_VERSIONS.c.template_id, _VERSIONS.c.number, _VERSIONS.c.digest)
        .where(_VERSIONS.c.tenant_id == GLOBAL_TENANT_ID)
        .order_by(_VERSIONS.c.number)
    )
    latest = {row.template_id: (row.number, row.digest) for row in rows}
    made = 0
    for content in contents:
        id_ = template_id(content.industry, content.jurisdiction)
        number, digest = latest.get(id_, (0, ""))
        is_new = digest != content.digest()
        for statement in publication(content, number + is_new, is_new=is_new):
            connection.execute(statement)
        made += is_new
    return made


def publication(content: IndustryContent, number: int, *, is_new: bool = True) -> Iterator[Executable]:
    """What puts a template in, or right where its name or description has changed; with its version if that is new."""
    id_ = template_id(content.industry, content.jurisdiction)
    values = {"name": content.name, "description": content.description, "current_version": number}
    yield (
        insert(_TEMPLATES)
        .values(
            tenant_id=GLOBAL_TENANT_ID,
            id=id_,
            industry=content.industry.value,
            jurisdiction=content.jurisdiction.value,
            **values,
        )
        .on_conflict_do_update(
            index_elements=["tenant_id", "id"],
            set_={**values, "updated_at": sa.func.now()},
            where=or_(*(_TEMPLATES.c[name].is_distinct_from(value) for name, value in values.items())),
        )
    )
    if is_new:
        yield sa.insert(_VERSIONS).values(
            tenant_id=GLOBAL_TENANT_ID,
            id=uuid7(),
            template_id=id_,
            number=number,
            digest=content.digest(),
            # Cast from text: Alembic, when it writes a script, knows how to write text only.
            **{
                name: sa.cast(sa.literal(json.dumps(value, ensure_ascii=False), sa.Text()), JSONB())
                for name, value in content.versioned().items()
            },
        )

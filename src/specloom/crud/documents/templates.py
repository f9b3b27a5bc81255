"""Templates and their immutable versions: the tenant's own, and those that everyone has."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.core.tenancy import GLOBAL_TENANT_ID
from specloom.models.documents import Template, TemplateVersion


class TemplateNotFound(NotFound):
    code = "template_not_found"
    default_message = "There is no such template."


class TemplateCrud(Crud[Template]):
    """Reads also the global templates. `lock` takes the tenant's own only: PostgreSQL shows no others for writing."""

    model: ClassVar[type[Template]] = Template
    missing = TemplateNotFound
    sortable: ClassVar = {"name": Template.name}

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[Template]:
        return select(Template).where(
            or_(Template.tenant_id == tenant_id, Template.tenant_id == GLOBAL_TENANT_ID),
            Template.deleted_at.is_(None),
        )

    def by(self, *, q: str | None = None, is_global: bool | None = None) -> Select[Template]:
        query = self.scoped()
        if q is not None:
            query = query.where(Template.name.icontains(q, autoescape=True))
        if is_global is not None:
            query = query.where((Template.tenant_id == GLOBAL_TENANT_ID) == is_global)
        return query

    async def default(self, template_type: str) -> Template:
        """The tenant's default, or else the global one."""
        query = (
            self.scoped()
            .where(Template.is_default, Template.template_type == template_type)
            .order_by(Template.tenant_id == GLOBAL_TENANT_ID)
            .limit(1)
        )
        template = (await self.session.scalars(query)).one_or_none()
        if template is None:
            raise self.missing
        return template

    async def own_default(self, template_type: str) -> Template | None:
        return (await self.session.scalars(self._own_default(template_type))).one_or_none()

    async def lock_default(self, template_type: str) -> Template | None:
        """The tenant's own default as it is now; nobody changes it or chooses another before the transaction ends."""
        await self.session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"default template {self.tenant_id}", 0)))
        )
        query = self._own_default(template_type).with_for_update().execution_options(populate_existing=True)
        return (await self.session.scalars(query)).one_or_none()

    def _own_default(self, template_type: str) -> Select[Template]:
        return self.scoped().where(
            Template.tenant_id == self.tenant_id, Template.is_default, Template.template_type == template_type
        )


class TemplateVersionCrud(Crud[TemplateVersion]):
    model: ClassVar[type[TemplateVersion]] = TemplateVersion
    sortable: ClassVar = {"number": TemplateVersion.number}
    order = "-number"

    @classmethod
    def rows_of(cls, tenant_id: Any) -> Select[TemplateVersion]:
        return select(TemplateVersion).where(
            or_(TemplateVersion.tenant_id == tenant_id, TemplateVersion.tenant_id == GLOBAL_TENANT_ID)
        )

    def of(self, template: Template) -> Select[TemplateVersion]:
        return self.scoped().where(
            TemplateVersion.tenant_id == template.tenant_id, TemplateVersion.template_id == template.id
        )

    async def current(self, templates: Iterable[Template]) -> dict[UUID, TemplateVersion]:
        """The current version of each template, by the template's id."""
        wanted = [
            and_(
                TemplateVersion.tenant_id == template.tenant_id,
                TemplateVersion.template_id == template.id,
                TemplateVersion.number == template.current_version,
            )
            for template in templates
        ]
        if not wanted:
            return {}
        versions = await self.session.scalars(self.scoped().where(or_(*wanted)))
        return {version.template_id: version for version in versions}

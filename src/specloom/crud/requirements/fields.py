"""The custom fields of a tenant."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import Select

from specloom.core.crud import Crud
from specloom.core.errors import NotFound
from specloom.models.requirements import CustomField
from specloom.vocabulary.requirements import RequirementKind


class CustomFieldNotFound(NotFound):
    code = "custom_field_not_found"
    default_message = "There is no such custom field."


class CustomFieldCrud(Crud[CustomField]):
    model: ClassVar[type[CustomField]] = CustomField
    missing = CustomFieldNotFound
    sortable: ClassVar = {"name": CustomField.name, "label": CustomField.label}
    order = "name"

    def by(self, kind: RequirementKind | None = None) -> Select[CustomField]:
        query = self.scoped()
        return query if kind is None else query.where(CustomField.kind == kind)

    async def all_of(self, kind: RequirementKind) -> Sequence[CustomField]:
        return (await self.session.scalars(self.by(kind).order_by(CustomField.name))).all()

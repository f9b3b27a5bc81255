"""Many new requirements of one product at once: the same as `backlog.create` one by one, in a few statements."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import RequirementCrud
from specloom.crud.requirements.requirements import ROOM
from specloom.models.requirements import Requirement
from specloom.schemas.requirements import RequirementCreate
from specloom.services.requirements import history, places
from specloom.services.requirements.kinds import KINDS, publish
from specloom.vocabulary.requirements import RequirementKind, RequirementStatus

_NO_CONTENT = {"custom_fields", "priority", "key"}


@dataclass(slots=True)
class Arrivals:
    """Collects new drafts of the product, whose row is locked; `write` gives them keys and places and keeps them."""

    uow: UnitOfWork
    product: Requirement
    _made: list[Requirement] = field(default_factory=list)

    def add(
        self,
        kind: RequirementKind,
        parent: Requirement,
        data: RequirementCreate,
        custom: Mapping[str, Any],
        external_id: str | None,
    ) -> Requirement:
        """A draft behind its siblings, without a key yet. The parent is one of the product, or was added before;
        `custom` has been checked. Raises `RequirementArchived`."""
        places.must_be_open(parent)
        values = data.model_dump(mode="json", exclude=_NO_CONTENT)
        made = Requirement(
            tenant_id=self.uow.tenant_id,
            id=uuid7(),
            kind=kind,
            product_id=self.product.id,
            parent_id=parent.id,
            external_id=external_id,
            name=values.pop(KINDS[kind].title),
            status=RequirementStatus.DRAFT,
            priority=getattr(data, "priority", None),
            fields=values,
            custom_fields=dict(custom),
            version=1,
            created_by=self.uow.user_id,
        )
        self._made.append(made)
        return made

    async def write(self) -> Sequence[Requirement]:
        await self._give_keys()
        await self._give_positions()
        self.uow.session.add_all(self._made)
        await self.uow.session.flush()
        for made in self._made:
            history.write_first(self.uow, made)
            publish(self.uow, "created", made)
        await self.uow.session.flush()
        return self._made

    async def _give_keys(self) -> None:
        numbers: dict[RequirementKind, int] = {}
        for kind, count in Counter(made.kind for made in self._made).items():
            prefix, numbers[kind] = await RequirementCrud(self.uow).count_keys(self.product.id, kind, count)
        for made in self._made:
            made.key = f"{prefix}-{KINDS[made.kind].letter}{numbers[made.kind]}"
            numbers[made.kind] += 1

    async def _give_positions(self) -> None:
        new = {made.id for made in self._made}
        last: defaultdict[UUID, int] = defaultdict(int)
        for parent_id in {made.parent_id for made in self._made} - new:
            if parent_id is not None:
                last[parent_id] = await RequirementCrud(self.uow).last_position(parent_id)
        for made in self._made:
            if made.parent_id is not None:
                last[made.parent_id] += ROOM
                made.position = last[made.parent_id]

"""A product as a tree, each node with the sum of what stands under it."""

from collections import Counter
from uuid import UUID

from specloom.core.uow import UnitOfWork
from specloom.crud.requirements import Outline, RequirementCrud
from specloom.schemas.requirements import TreeNodeRead
from specloom.services.requirements import backlog
from specloom.vocabulary.requirements import RequirementKind


async def outline(uow: UnitOfWork, product_id: UUID) -> list[Outline]:
    """A product and all that is in it in reading order, without the texts. Raises `ProductNotFound`."""
    found = await RequirementCrud(uow).outline(product_id)
    if not found:
        await backlog.get(uow, RequirementKind.PRODUCT, product_id)
    return found


def nest(outlines: list[Outline]) -> TreeNodeRead:
    """The tree of outlines in reading order."""
    nodes = dict[UUID, TreeNodeRead]()
    for each in outlines:
        # Built without checks: all of it comes from typed columns, and there may be thousands.
        nodes[each.id] = TreeNodeRead.model_construct(
            id=each.id,
            kind=each.kind,
            key=each.key,
            name=each.name,
            status=each.status,
            priority=each.priority,
            version=each.version,
            approved_version=each.approved_version,
            descendants=0,
            statuses=Counter(),
            effort=each.effort or 0,
            children=[],
        )
    for each in reversed(outlines):
        node, parent = nodes[each.id], nodes.get(each.parent_id) if each.parent_id else None
        node.children.reverse()
        if parent is not None:
            parent.children.append(node)
            parent.descendants += 1 + node.descendants
            parent.effort += node.effort
            statuses = Counter(parent.statuses)
            statuses.update(node.statuses)
            statuses[node.status] += 1
            parent.statuses = dict(statuses)
    return nodes[outlines[0].id]

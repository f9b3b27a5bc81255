"""A backlog with everything that files find hard, and the way of a file back into one."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from specloom.exchange.backlog import Backlog, CustomColumn, Entry, Quote, ValueForm
from specloom.exchange.columns import EPIC, FEATURE, PRODUCT, STORY
from specloom.exchange.completing import Completed, complete
from specloom.exchange.incoming import Incoming, Table
from specloom.exchange.interpretation import interpret
from specloom.exchange.placing import Known, Placement, place
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

SAMPLES = Path(__file__).parent / "samples"
WRITTEN_AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SHOP = Known("SHOP", PRODUCT, None)
HARD = [
    '=HYPERLINK("http://evil.example","click"), he said; "really"\nand more\n\n\n  indented\tby a tab',
    "• a bullet inside\n• and another",
    "- a dash, 'quoted'",
    "'=an apostrophe before a formula",
    "Given a basket with <b>2</b> & more\nWhen I pay\nThen I see “thanks” 😀 支払い שלום",
    "＋full width",
]
COLUMNS = (
    CustomColumn("risk", "Risk class", ValueForm.CHOICE, frozenset({EPIC}), ("low", "high")),
    CustomColumn("markets", "Markets", ValueForm.CHOICES, frozenset({EPIC, STORY}), ("EU", "UK, Ireland")),
    CustomColumn("priority", "Priority", ValueForm.TEXT, frozenset({FEATURE})),
)


def entry(number: int, kind: RequirementKind, key: str, parent: str | None, name: str, **values: Any) -> Entry:
    default = {"status": RequirementStatus.DRAFT, "priority": None if kind is PRODUCT else Priority.MEDIUM}
    return Entry(UUID(int=number), kind, key, parent, name, changed_at=WRITTEN_AT, **{**default, **values})


BACKLOG = Backlog(
    (
        entry(
            *(1, PRODUCT, "SHOP", None, "Shop & <sons>"),
            fields={"description": "A shop.\n\n# No heading\n\n<script>alert(1)</script>", "vision": "=1+1 for all"},
        ),
        entry(
            *(2, EPIC, "SHOP-E1", "SHOP", "Checkout | pay"),
            status=RequirementStatus.APPROVED,
            priority=Priority.CRITICAL,
            fields={
                "description": "Two  spaces,\n\n\n\nfour line ends",
                "business_value": "+20 % revenue, they say",
                "acceptance_criteria": HARD,
                "bounded_contexts": ["Payment"],
            },
            custom={"risk": "was a choice once", "markets": ["EU", "UK, Ireland"]},
        ),
        entry(
            *(4, FEATURE, "SHOP-F2", "SHOP-E1", "Vouchers"),
            fields={
                "description": "@tag at the start\nScenario: none at all",
                "functional_requirements": ["It takes codes.", "Line one\nline two"],
            },
            custom={"priority": "beyond all"},
        ),
        entry(
            *(5, STORY, "SHOP-S1", "SHOP-F2", "Pay with a voucher"),
            status=RequirementStatus.REVIEW,
            fields={
                "as_a": "customer",
                "i_want": "to enter a voucher code",
                "so_that": "I pay less than others",
                "acceptance_criteria": HARD,
                "estimated_effort": 5,
            },
            custom={"markets": ["EU"]},
            citations=(Quote("Brief.pdf", "Vouchers lower\nthe price."),),
        ),
        entry(3, FEATURE, "SHOP-F1", "SHOP-E1", "Cards", fields={"description": "Credit and debit cards."}),
        entry(
            *(6, EPIC, "SHOP-E2", "SHOP", "Delivery"),
            fields={"description": "Parcels reach people.", "business_value": "Nobody buys without."},
        ),
    ),
    COLUMNS,
    WRITTEN_AT,
)


def understood(
    table: Table, columns: Iterable[CustomColumn] = COLUMNS, mapping: dict[str, str | None] | None = None
) -> tuple[Incoming, Placement, list[Completed]]:
    incoming = interpret(table, columns, mapping)
    placement = place(incoming.rows, {}, SHOP)
    return incoming, placement, [complete(placed) for placed in placement.placed]


def tree(completed: Iterable[Completed]) -> list[tuple[int, str, str]]:
    """Depth, kind and name of each in order."""

    def depth(placed: object) -> int:
        parent = getattr(placed, "parent", None)
        return 0 if parent is None or isinstance(parent, Known) else 1 + depth(parent)

    return [(depth(each.placed), each.placed.kind.value, each.name) for each in completed]


def again(backlog: Backlog, completed: Iterable[Completed]) -> Backlog:
    """The backlog with what came out of a file in place of what it says."""
    entries = []
    for old, new in zip(backlog.entries, completed, strict=True):
        row, parent = new.placed.row, new.placed.parent
        forms = {column.name: column.form for column in backlog.custom_columns}
        custom = {
            name: text.removeprefix("• ").split("\n• ") if forms[name] is ValueForm.CHOICES else text
            for name, text in row.custom.items()
        }
        entries.append(
            replace(
                old,
                kind=new.placed.kind,
                key=row.key or "",
                parent=None if parent is None or isinstance(parent, Known) else parent.row.key,
                name=new.name,
                status=row.status or RequirementStatus.DRAFT,
                priority=row.priority,
                fields=dict(new.fields),
                custom=custom,
            )
        )
    return replace(backlog, entries=tuple(entries))

"""A backlog as ReqIF 1.2 for DOORS, Polarion, Jama and the like; identifiers stay the same from export to export."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reqif.models.reqif_core_content import ReqIFCoreContent
from reqif.models.reqif_data_type import (
    ReqIFDataTypeDefinitionEnumeration,
    ReqIFDataTypeDefinitionInteger,
    ReqIFDataTypeDefinitionString,
    ReqIFDataTypeDefinitionXHTML,
    ReqIFEnumValue,
)
from reqif.models.reqif_namespace_info import ReqIFNamespaceInfo
from reqif.models.reqif_req_if_content import ReqIFReqIFContent
from reqif.models.reqif_reqif_header import ReqIFReqIFHeader
from reqif.models.reqif_spec_hierarchy import ReqIFSpecHierarchy
from reqif.models.reqif_spec_object import ReqIFSpecObject, SpecObjectAttribute
from reqif.models.reqif_spec_object_type import ReqIFSpecObjectType, SpecAttributeDefinition
from reqif.models.reqif_specification import ReqIFSpecification
from reqif.models.reqif_specification_type import ReqIFSpecificationType
from reqif.models.reqif_types import SpecObjectAttributeType
from reqif.object_lookup import ReqIFObjectLookup
from reqif.reqif_bundle import ReqIFBundle
from reqif.unparser import ReqIFUnparser

from specloom.exchange.backlog import Backlog, CustomColumn, Entry, ValueForm
from specloom.exchange.columns import (
    FIELDS,
    LEVELS,
    PRODUCT,
    SOURCES,
    STORY,
    VERSION,
    custom_headers,
    kind_label,
    written,
)
from specloom.exchange.stories import written_story
from specloom.exchange.xhtml import list_as_xhtml, text_as_xhtml, xml_safe
from specloom.vocabulary.requirements import Priority, RequirementKind, RequirementStatus

_ENUMERATION, _INTEGER, _STRING, _XHTML = (
    SpecObjectAttributeType.ENUMERATION,
    SpecObjectAttributeType.INTEGER,
    SpecObjectAttributeType.STRING,
    SpecObjectAttributeType.XHTML,
)
_OURS = "specloom."
_PLACE = "place."
# XML names in the narrow sense that every tool takes.
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,199}")
# The types change with the format only, not from export to export.
_TYPES_CHANGED = "2026-01-01T00:00:00Z"
_MAX_INTEGER = "2147483647"


@dataclass(frozen=True, slots=True)
class _Attribute:
    """An attribute of a kind: where its values come from, and how they are written."""

    name: str
    label: str
    type: SpecObjectAttributeType
    datatype: str
    several: bool = False


def write_reqif(backlog: Backlog) -> bytes:
    """One specification, in which the product is the root; texts as XHTML; names as the implementation guide has them.

    Objects that were imported keep the identifier they came with.
    """
    identifiers = _identifiers(backlog.entries)
    enumerations = _enumerations(backlog)
    attributes = {kind: _attributes(kind, backlog.custom_columns) for kind in LEVELS}
    content = ReqIFReqIFContent(
        data_types=[*_plain_datatypes(), *enumerations.values()],
        spec_types=[*(_spec_type(kind, attributes[kind]) for kind in LEVELS), _specification_type()],
        spec_objects=[
            _spec_object(entry, identifiers[entry.key], attributes[entry.kind], enumerations)
            for entry in backlog.entries
        ],
        specifications=[
            ReqIFSpecification(
                identifier=_PLACE + "backlog",
                last_change=_moment(max(entry.changed_at for entry in backlog.entries)),
                long_name=xml_safe(backlog.product.name),
                specification_type=_OURS + "backlog",
                children=[_hierarchy(backlog, backlog.product, identifiers, 1)],
            )
        ],
    )
    bundle = ReqIFBundle(
        namespace_info=ReqIFNamespaceInfo.create_default(),
        req_if_header=ReqIFReqIFHeader(
            identifier=_OURS + "header",
            creation_time=_moment(backlog.written_at),
            req_if_tool_id="Specloom",
            req_if_version="1.0",  # what the schema of ReqIF 1.2 demands
            source_tool_id="Specloom",
            title=backlog.product.key,
        ),
        core_content=ReqIFCoreContent(req_if_content=content),
        tool_extensions_tag_exists=False,
        lookup=ReqIFObjectLookup.empty(),
        exceptions=[],
    )
    return str(ReqIFUnparser.unparse(bundle)).encode()


def _identifiers(entries: Iterable[Entry]) -> dict[str, str]:
    """The identifier of each entry by its key: the foreign one where it can be used, else made from its id."""
    taken: set[str] = set()
    identifiers = {}
    for entry in entries:
        foreign = entry.foreign_id or ""
        usable = _IDENTIFIER.fullmatch(foreign) and not foreign.startswith((_OURS, _PLACE)) and foreign not in taken
        identifiers[entry.key] = foreign if usable else f"_{entry.id}"
        taken.add(identifiers[entry.key])
    return identifiers


def _attributes(kind: RequirementKind, custom_columns: Sequence[CustomColumn]) -> list[_Attribute]:
    headers = custom_headers(custom_columns)
    attributes = [
        _Attribute("key", "ReqIF.ForeignID", _STRING, "string"),
        _Attribute("name", "ReqIF.Name", _XHTML, "xhtml"),
        _Attribute("description", "ReqIF.Text", _XHTML, "xhtml"),
        _Attribute("status", "Status", _ENUMERATION, "status"),
    ]
    if kind is not PRODUCT:
        attributes.append(_Attribute("priority", "Priority", _ENUMERATION, "priority"))
    for column in FIELDS:
        if kind in column.kinds and column.name != "description":
            number = column.form is ValueForm.NUMBER
            attributes.append(
                _Attribute(column.name, column.label, _INTEGER if number else _XHTML, "integer" if number else "xhtml")
            )
    return [
        *attributes,
        *(_custom_attribute(custom, headers[custom.name]) for custom in custom_columns if kind in custom.kinds),
        _Attribute(SOURCES.name, SOURCES.label, _XHTML, "xhtml"),
        _Attribute(VERSION.name, VERSION.label, _INTEGER, "integer"),
    ]


def _custom_attribute(column: CustomColumn, label: str) -> _Attribute:
    name = f"custom.{column.name}"
    if column.form in {ValueForm.CHOICE, ValueForm.CHOICES}:
        return _Attribute(name, label, _ENUMERATION, _custom_datatype(column), column.form is ValueForm.CHOICES)
    if column.form in {ValueForm.NUMBER, ValueForm.FLAG, ValueForm.DATE}:
        return _Attribute(name, label, _STRING, "string")
    return _Attribute(name, label, _XHTML, "xhtml")


def _custom_datatype(column: CustomColumn) -> str:
    return f"custom.{column.name}.{'.'.join(sorted(column.kinds))}"


def _plain_datatypes() -> list[Any]:
    changed = _TYPES_CHANGED
    return [
        ReqIFDataTypeDefinitionString(_OURS + "string", last_change=changed, long_name="String", max_length="4000"),
        ReqIFDataTypeDefinitionXHTML(_OURS + "xhtml", last_change=changed, long_name="Text", is_self_closed=True),
        ReqIFDataTypeDefinitionInteger(
            _OURS + "integer", last_change=changed, long_name="Integer", max_value=_MAX_INTEGER, min_value="0"
        ),
    ]


def _enumerations(backlog: Backlog) -> dict[str, ReqIFDataTypeDefinitionEnumeration]:
    """The enumerations by their datatype; a choice that is none any more is kept for those who have it."""
    options: dict[str, tuple[str, list[str]]] = {
        "status": ("Status", [status.value for status in RequirementStatus]),
        "priority": ("Priority", [priority.value for priority in Priority]),
    }
    for column in backlog.custom_columns:
        if column.form in {ValueForm.CHOICE, ValueForm.CHOICES}:
            used = [
                choice
                for entry in backlog.entries
                if entry.kind in column.kinds
                for choice in _chosen(entry.custom.get(column.name))
            ]
            options[_custom_datatype(column)] = (column.label, list(dict.fromkeys([*column.options, *used])))
    return {
        name: ReqIFDataTypeDefinitionEnumeration(
            _OURS + name,
            last_change=_TYPES_CHANGED,
            long_name=xml_safe(label),
            values=[
                ReqIFEnumValue(
                    f"{_OURS}{name}-{number}",
                    str(number),
                    last_change=_TYPES_CHANGED,
                    other_content="",
                    long_name=xml_safe(choice),
                )
                for number, choice in enumerate(choices, 1)
            ],
        )
        for name, (label, choices) in options.items()
    }


def _spec_type(kind: RequirementKind, attributes: Iterable[_Attribute]) -> ReqIFSpecObjectType:
    return ReqIFSpecObjectType(
        _OURS + kind.value,
        last_change=_TYPES_CHANGED,
        long_name=kind_label(kind),
        attribute_definitions=[
            SpecAttributeDefinition(
                attribute.type,
                _definition(kind, attribute),
                _OURS + attribute.datatype,
                last_change=_TYPES_CHANGED,
                long_name=xml_safe(attribute.label),
                multi_valued=attribute.several if attribute.type is _ENUMERATION else None,
            )
            for attribute in attributes
        ],
    )


def _specification_type() -> ReqIFSpecificationType:
    return ReqIFSpecificationType(
        _OURS + "backlog", last_change=_TYPES_CHANGED, long_name="Backlog", is_self_closed=True
    )


def _definition(kind: RequirementKind, attribute: _Attribute) -> str:
    return f"{_OURS}{kind.value}.{attribute.name}"


def _spec_object(
    entry: Entry,
    identifier: str,
    attributes: Iterable[_Attribute],
    enumerations: dict[str, ReqIFDataTypeDefinitionEnumeration],
) -> ReqIFSpecObject:
    values = _values(entry)
    return ReqIFSpecObject(
        identifier,
        [
            SpecObjectAttribute(
                attribute.type, _definition(entry.kind, attribute), _value(attribute, value, enumerations)
            )
            for attribute in attributes
            if (value := values.get(attribute.name)) not in (None, "", [])
        ],
        _OURS + entry.kind.value,
        last_change=_moment(entry.changed_at),
    )


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key,
        "name": entry.name,
        "status": entry.status.value,
        "priority": entry.priority and entry.priority.value,
        **({"description": written_story(entry.fields)} if entry.kind is STORY else {}),
        **entry.fields,
        **{f"custom.{name}": value for name, value in entry.custom.items()},
        "sources": [f"{cited.title}: “{cited.quote}”" for cited in entry.citations],
        "version": entry.version,
    }


def _value(
    attribute: _Attribute, value: Any, enumerations: dict[str, ReqIFDataTypeDefinitionEnumeration]
) -> str | list[str]:
    if attribute.type is _ENUMERATION:
        # The names are unique and whole here; what XML cannot hold was replaced in both places.
        identifiers = {each.long_name: each.identifier for each in enumerations[attribute.datatype].values or ()}
        return [identifiers[xml_safe(choice)] for choice in _chosen(value)]
    if attribute.type is _XHTML:
        return list_as_xhtml(map(str, value)) if isinstance(value, list) else text_as_xhtml(written(value))
    return written(value)


def _chosen(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)] if value else []


def _hierarchy(backlog: Backlog, entry: Entry, identifiers: dict[str, str], level: int) -> ReqIFSpecHierarchy:
    children = [_hierarchy(backlog, child, identifiers, level + 1) for child in backlog.children(entry)]
    return ReqIFSpecHierarchy(
        identifier=_PLACE + identifiers[entry.key],
        spec_object=identifiers[entry.key],
        level=level,
        children=children or None,
        last_change=_moment(entry.changed_at),
        editable=None,
        is_table_internal=None,
    )


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")

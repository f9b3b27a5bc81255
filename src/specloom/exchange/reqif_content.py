"""What a ReqIF file holds, taken from its XML piece by piece, so that a large or hostile one takes little memory."""

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from specloom.exchange.incoming import MAX_ROWS, TooManyRows, UnreadableFile, UnsafeFile
from specloom.exchange.xhtml import local_name, xhtml_as_text

_NAMESPACE = "http://www.omg.org/spec/ReqIF/"
_MAX_LEVEL = 100
_MAX_NAME = 200
_MAX_DEPTH = 500
_MAX_ATTRIBUTES = 10_000
_MAX_ELEMENTS = 1_500_000
_MAX_ELEMENTS_OF_PIECE = 50_000
_PIECES = frozenset({"ENUM-VALUE", "SPEC-OBJECT", "SPEC-OBJECT-REF", "SPEC-OBJECT-TYPE"})


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute definition; `default` is what objects have that do not give a value."""

    identifier: str
    name: str
    form: str
    default: "Value | None"


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it stands: a text, or the identifiers of enumeration values."""

    definition: str
    text: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Type:
    name: str
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True, slots=True)
class Object:
    identifier: str
    type: str
    long_name: str
    description: str
    values: tuple[Value, ...]


@dataclass(slots=True)
class Place:
    level: int
    object: str = ""


@dataclass(slots=True)
class Content:
    """`choices` are the names of enumeration values by their identifier; `places` come in the order of the trees;
    `repeated` are identifiers of objects that stand in the file again."""

    choices: dict[str, str] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    objects: dict[str, Object] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    relations: int = 0


def parse(data: bytes) -> Content:
    """Raises UnreadableFile, UnsafeFile for a document type or absurd nesting, TooManyRows."""
    taking = _Taking()
    parser = DefusedXMLParser(target=taking, forbid_dtd=True)
    try:
        # All at once: fed in pieces, a value of many megabytes would be looked through again with each of them.
        parser.feed(data)
        parser.close()
    except UnreadableFile:
        raise
    except DefusedXmlException as error:
        raise UnsafeFile("The file declares a document type or entities, which ReqIF files never do.") from error
    except (ParseError, LookupError, ValueError) as error:
        raise UnreadableFile(f"The file is no well-formed XML: {error}.") from error
    return taking.content


class _Taking:
    """The parser's target: builds the pieces that matter, one at a time, and lets go of everything else."""

    def __init__(self) -> None:
        self.content = Content()
        self._open: list[Place] = []
        self._piece: TreeBuilder | None = None
        self._piece_depth = 0
        self._piece_elements = 0
        self._depth = 0
        self._elements = 0
        self._attributes = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if not self._elements:
            _check_root(tag, name)
        self._depth += 1
        self._elements += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise UnsafeFile("The file holds more XML elements, or nests them deeper, than any backlog needs.")
        if self._piece is None and name in _PIECES:
            self._piece, self._piece_depth, self._piece_elements = TreeBuilder(), self._depth, 0
        if self._piece is not None:
            self._piece_elements += 1
            if self._piece_elements > _MAX_ELEMENTS_OF_PIECE:
                raise UnsafeFile(f"One object of the file holds more than {_MAX_ELEMENTS_OF_PIECE:,} XML elements.")
            self._piece.start(tag, attributes)
        elif name == "SPEC-HIERARCHY":
            self._enter()
        elif name == "SPEC-RELATION":
            self.content.relations += 1

    def data(self, text: str) -> None:
        if self._piece is not None:
            self._piece.data(text)

    def end(self, tag: str) -> None:
        if self._piece is not None:
            self._piece.end(tag)
            if self._depth == self._piece_depth:
                piece, self._piece = self._piece.close(), None
                self._take(piece)
        elif tag.rpartition("}")[2] == "SPEC-HIERARCHY":
            self._open.pop()
        self._depth -= 1

    def close(self) -> None:
        """Nothing is left to do at the end of the file."""

    def _enter(self) -> None:
        if len(self._open) == _MAX_LEVEL:
            raise UnsafeFile(f"The file nests its objects more than {_MAX_LEVEL} levels deep.")
        if len(self.content.places) > 2 * MAX_ROWS:
            raise TooManyRows
        self._open.append(Place(len(self._open) + 1))
        self.content.places.append(self._open[-1])

    def _take_type(self, piece: Element) -> None:
        definitions = _child(piece, "SPEC-ATTRIBUTES")
        found = tuple(map(_attribute, definitions)) if definitions is not None else ()
        self._attributes += len(found)
        if self._attributes > _MAX_ATTRIBUTES:
            raise UnreadableFile(f"The file defines more than {_MAX_ATTRIBUTES:,} attributes.")
        self.content.types[_identifier(piece)] = Type(_name(piece), found)

    def _take(self, piece: Element) -> None:
        match local_name(piece):
            case "ENUM-VALUE":
                embedded = next((each for each in piece.iter() if local_name(each) == "EMBEDDED-VALUE"), None)
                other = embedded.get("OTHER-CONTENT") or embedded.get("KEY") if embedded is not None else None
                self.content.choices[_identifier(piece)] = piece.get("LONG-NAME") or other or _identifier(piece)
            case "SPEC-OBJECT-TYPE":
                self._take_type(piece)
            case "SPEC-OBJECT":
                self._take_object(piece)
            case "SPEC-OBJECT-REF" if self._open:
                self._open[-1].object = (piece.text or "").strip()

    def _take_object(self, piece: Element) -> None:
        if len(self.content.objects) == MAX_ROWS:
            raise TooManyRows
        type_ref = _child(piece, "TYPE")
        values = _child(piece, "VALUES")
        found = Object(
            _identifier(piece),
            (type_ref[0].text or "").strip() if type_ref is not None and len(type_ref) else "",
            piece.get("LONG-NAME", ""),
            piece.get("DESC", ""),
            tuple(map(_value, values)) if values is not None else (),
        )
        if self.content.objects.setdefault(found.identifier, found) is not found:
            self.content.repeated.append(found.identifier)


def _check_root(tag: str, name: str) -> None:
    namespace = tag.rpartition("}")[0].removeprefix("{")
    if name != "REQ-IF" or not (namespace.startswith(_NAMESPACE) or not namespace):
        raise UnreadableFile(f"The file is XML but no ReqIF 1.x: it begins with <{name}>.")


def _attribute(element: Element) -> Attribute:
    default = _child(element, "DEFAULT-VALUE")
    return Attribute(
        _identifier(element),
        _name(element),
        local_name(element).removeprefix("ATTRIBUTE-DEFINITION-"),
        _value(default[0], _identifier(element)) if default is not None and len(default) else None,
    )


def _value(element: Element, definition: str = "") -> Value:
    reference = _child(element, "DEFINITION")
    if not definition and reference is not None and len(reference):
        definition = (reference[0].text or "").strip()
    chosen = _child(element, "VALUES")
    content = _child(element, "THE-VALUE")
    return Value(
        definition,
        element.get("THE-VALUE", "") if content is None else xhtml_as_text(content),
        tuple((choice.text or "").strip() for choice in chosen) if chosen is not None else (),
    )


def _identifier(element: Element) -> str:
    if identifier := element.get("IDENTIFIER"):
        return identifier
    raise UnreadableFile(f"The file is no valid ReqIF: a <{local_name(element)}> has no IDENTIFIER.")


def _name(element: Element) -> str:
    return " ".join((element.get("LONG-NAME") or _identifier(element))[:_MAX_NAME].split())


def _child(element: Element, name: str) -> Element | None:
    return next((child for child in element if local_name(child) == name), None)

"""Reads ReqIF 1.x as other tools write it: attributes of any name, with or without LONG-NAME, trees of any depth."""

from collections import defaultdict
from collections.abc import Iterator

from specloom.exchange.columns import guessed_as, known_as
from specloom.exchange.incoming import Problem, Record, Table
from specloom.exchange.lists import written_list
from specloom.exchange.reqif_content import Content, Object, Type, parse

_LONG_NAME, _DESC = "LONG-NAME", "DESC"
_NAMES = frozenset({"name", "i_want"})
_TEXTS = frozenset({"description", "i_want"})


def read_reqif(data: bytes) -> Table:
    """The objects of a ReqIF file in the order of its specifications, their attributes as cells.

    Where two specifications or places show the same object, the first counts. Objects that no specification shows come
    last. Raises UnreadableFile, UnsafeFile for a document type or absurd nesting, TooManyRows.
    """
    return _Reader(parse(data)).table()


class _Reader:
    def __init__(self, content: Content) -> None:
        self._content = content
        self._notes = [
            Problem(None, None, f"The object {identifier} is there twice: the first counts.")
            for identifier in content.repeated
        ]

    def table(self) -> Table:
        names = self._names()
        headers = tuple(dict.fromkeys(names.values()))
        guesses = self._guesses(names)
        records = []
        for number, (found, level) in enumerate(self._in_order(), 1):
            of_type = self._content.types.get(found.type)
            cells = self._cells(found, of_type, names)
            meant = {guesses.get(header) or known_as(header) or guessed_as(header) for header in cells}
            for header, text, columns in (
                (_LONG_NAME, found.long_name, _NAMES),
                (_DESC, found.description, _TEXTS),
            ):
                if text.strip() and not columns & meant:
                    cells[header] = text
            kind = of_type.name if of_type else None
            records.append(Record(number, cells, foreign_id=found.identifier, level=level, kind=kind))
        fallbacks = [header for header in (_LONG_NAME, _DESC) if any(header in record.cells for record in records)]
        if self._content.relations:
            self._notes.append(
                Problem(None, None, f"{self._content.relations:,} links between objects are not taken over.")
            )
        for header, column in guesses.items():
            self._notes.append(Problem(None, header, f"Taken for the {column}, by what stands in it."))
        return Table((*headers, *fallbacks), tuple(records), guesses, frozenset(fallbacks), tuple(self._notes))

    def _names(self) -> dict[str, str]:
        """The header of each attribute by its identifier; attributes of one type do not share any."""
        names = {}
        for each in self._content.types.values():
            seen: set[str] = set()
            for attribute in each.attributes:
                name, again = attribute.name, 2
                while name in seen:
                    name, again = f"{attribute.name} ({again})", again + 1
                seen.add(name)
                names[attribute.identifier] = name
        return names

    def _cells(self, found: Object, of_type: Type | None, names: dict[str, str]) -> dict[str, str]:
        defaults = [attribute.default for attribute in of_type.attributes if attribute.default] if of_type else []
        values = {value.definition: value for value in (*defaults, *found.values)}
        cells: dict[str, str] = {}
        for definition, value in values.items():
            text = value.text
            if value.choices:
                labels = [self._content.choices.get(choice, choice) for choice in value.choices]
                text = labels[0] if len(labels) == 1 else written_list(labels)
            if text.strip():
                cells[names.get(definition, definition)] = text
        return cells

    def _in_order(self) -> Iterator[tuple[Object, int]]:
        shown: set[str] = set()
        for place in self._content.places:
            found = self._content.objects.get(place.object)
            if found is None:
                message = f"The tree shows '{place.object[:100]}', which is no object of the file: left out."
                self._notes.append(Problem(None, None, message))
            elif place.object in shown:
                message = f"The tree shows the object {place.object} in several places: the first counts."
                self._notes.append(Problem(None, None, message))
            else:
                shown.add(place.object)
                yield found, place.level
        hidden = [found for found in self._content.objects.values() if found.identifier not in shown]
        if hidden and self._content.places:
            self._notes.append(
                Problem(None, None, f"{len(hidden):,} objects stand in no tree: they come last, on top.")
            )
        yield from ((found, 1) for found in hidden)

    def _guesses(self, names: dict[str, str]) -> dict[str, str]:
        """For types none of whose attributes tells its meaning: the longest texts are the description, the longest
        plain texts beside them the name."""
        lengths: defaultdict[str, int] = defaultdict(int)
        for found in self._content.objects.values():
            for value in found.values:
                lengths[value.definition] += len(value.text)
        guesses = {}
        for of_type in self._content.types.values():
            unknown = [each for each in of_type.attributes if lengths[each.identifier]]
            if any((known_as(each.name) or guessed_as(each.name)) in _NAMES | _TEXTS for each in unknown):
                continue
            rich = [each for each in unknown if each.form == "XHTML"]
            plain = [each for each in unknown if each.form == "STRING"]
            for column, candidates in (("description", rich or plain), ("name", plain)):
                left = [each for each in candidates if names[each.identifier] not in guesses]
                if left:
                    longest = max(left, key=lambda each: lengths[each.identifier])
                    guesses[names[longest.identifier]] = column
        return guesses

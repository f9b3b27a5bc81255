"""What differs between two states of a requirement, so that people can read it: word by word, entry by entry."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from specloom.schemas.requirements import (
    ChangeRead,
    ListChangeRead,
    MovedRead,
    PlacedRead,
    RewordedRead,
    RunRead,
    TextChangeRead,
    ValueChangeRead,
)

ALIKE = 0.5
"""From this ratio of common words on, a new entry counts as a removed one in other words."""

_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[ChangeRead]:
    """The fields that differ, those of the newer state first; a field that one of the two lacks has no value there."""
    return [
        _change(name, before.get(name), after.get(name))
        for name in {**after, **before}
        if before.get(name) != after.get(name)
    ]


def names(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Only which fields differ."""
    return [name for name in {**after, **before} if before.get(name) != after.get(name)]


def runs(before: str, after: str) -> list[RunRead]:
    """The two texts as one line of stretches that were kept, taken out or put in.

    White space between two changes is part of them: "two days" becomes "one day" in one go.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    found, deleted, inserted = list[RunRead](), "", ""
    # In long texts, what stands everywhere, such as a space, is not looked for: that would take minutes.
    for op, old_start, old_end, new_start, new_end in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[old_start:old_end]), "".join(new[new_start:new_end])
        if op != "equal" or (come.isspace() and deleted and inserted and new_end < len(new)):
            deleted += gone
            inserted += come
            continue
        found += _changed(deleted, inserted)
        found.append(RunRead(op="equal", text=come))
        deleted = inserted = ""
    return found + _changed(deleted, inserted)


def _changed(deleted: str, inserted: str) -> list[RunRead]:
    runs = (RunRead(op="delete", text=deleted), RunRead(op="insert", text=inserted))
    return [run for run in runs if run.text]


def _change(name: str, before: Any, after: Any) -> ChangeRead:
    if isinstance(before, str) and isinstance(after, str):
        return TextChangeRead(field=name, runs=runs(before, after))
    if _is_list(before) and _is_list(after) and (before or after):
        return _list_change(name, before or [], after or [])
    return ValueChangeRead(field=name, before=before, after=after)


def _is_list(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def _list_change(name: str, before: Sequence[str], after: Sequence[str]) -> ListChangeRead:
    kept_old, kept_new = set[int](), set[int]()
    moved = list[MovedRead]()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        kept_old |= set(range(block.a, block.a + block.size))
        kept_new |= set(range(block.b, block.b + block.size))
    gone = [n for n in range(len(before)) if n not in kept_old]
    come = [n for n in range(len(after)) if n not in kept_new]
    for new in list(come):
        old = next((n for n in gone if before[n] == after[new]), None)
        if old is not None:
            moved.append(MovedRead(from_position=old, to_position=new, value=after[new]))
            gone.remove(old)
            come.remove(new)
    reworded = list[RewordedRead]()
    for new in list(come):
        old = _most_alike(before, gone, after[new])
        if old is not None:
            reworded.append(RewordedRead(from_position=old, to_position=new, runs=runs(before[old], after[new])))
            gone.remove(old)
            come.remove(new)
    return ListChangeRead(
        field=name,
        added=[PlacedRead(position=n, value=after[n]) for n in come],
        removed=[PlacedRead(position=n, value=before[n]) for n in gone],
        reworded=reworded,
        moved=moved,
    )


def _most_alike(before: Sequence[str], gone: Sequence[int], text: str) -> int | None:
    """The place of the removed entry that has the most words in common with a text, if these are enough."""
    words = set(_words(text))
    best, place = ALIKE, None
    for n in gone:
        others = set(_words(before[n]))
        ratio = 2 * len(words & others) / max(1, len(words) + len(others))
        if ratio >= best and (place is None or ratio > best):
            best, place = ratio, n
    return place


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text) if not word.isspace()]

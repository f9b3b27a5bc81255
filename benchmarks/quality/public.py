"""Reads public labelled data, where it is: the folder $SPECLOOM_DATA names, or ../shared/data beside the project."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PLACE = Path(os.environ.get("SPECLOOM_DATA", ROOT.parent / "shared" / "data"))


def rows(name: str, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a table; none if it is not there."""
    file = PLACE / name
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def sources() -> list[Path]:
    """The texts that the product comes from, beside the data; none if they are not there."""
    return sorted((PLACE.parent / "sources").glob("*.txt"))


def files(folder: str, pattern: str) -> Iterator[Path]:
    """The files of a folder by name; none if it is not there."""
    yield from sorted((PLACE / folder).glob(pattern))

"""JSON: an object with a title and content is taken as the document it is; anything else becomes "key: value" lines."""

import json
from collections.abc import Iterator

from specloom.parsing.document import Draft, Source
from specloom.parsing.errors import TooDeeplyNested, TruncatedOrCorruptFile
from specloom.parsing.markdown import write_markdown
from specloom.parsing.plain import read_text
from specloom.parsing.writer import TextWriter

_CONTENT_KEYS = ("content", "text", "body")
_MAX_DEPTH = 100


def parse(source: Source) -> Draft:
    """Raises TruncatedOrCorruptFile where the JSON breaks off or errs, TooDeeplyNested beyond 100 levels."""
    text, encoding = read_text(source)
    value = _load(text)
    writer = TextWriter(source.limits.max_text_chars)
    title = None
    metadata: dict[str, str] = {}
    if isinstance(value, dict):
        declared = value.get("title")
        title = declared if isinstance(declared, str) else None
        key = next((key for key in _CONTENT_KEYS if isinstance(value.get(key), str) and value[key]), None)
        if key is not None:
            write_markdown(writer, value[key])
            rest = {name: field for name, field in value.items() if name not in {"title", key}}
            metadata = {name: field for name, field in rest.items() if isinstance(field, str)}
            value = {name: field for name, field in rest.items() if isinstance(field, dict | list)}
    writer.block("\n".join(_lines(value)))
    text, sections = writer.finish()
    return Draft(text, sections, title, encoding, metadata)


def _load(text: str) -> object:
    # Numbers stay as they are written: no rounding, no limit on digits; so do NaN and Infinity, which some programs
    # write.
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise TruncatedOrCorruptFile(
            f"The JSON is broken in line {error.lineno}, column {error.colno}: {error.msg}."
        ) from error
    except RecursionError:
        raise _too_deep() from None


def _lines(value: object, depth: int = 0) -> Iterator[str]:
    """`value` line by line: members under their key, elements behind a dash, what they hold indented; null left out."""
    if depth > _MAX_DEPTH:
        raise _too_deep()
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _labelled(f"{key}:", member, depth)
    elif isinstance(value, list):
        for element in value:
            yield from _labelled("-", element, depth)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, str):
        yield from value.strip().split("\n")


def _labelled(label: str, value: object, depth: int) -> Iterator[str]:
    lines = _lines(value, depth + 1)
    first = next(lines, "")
    if not first:
        return
    if isinstance(value, dict | list) and label != "-":
        yield label
        yield f"  {first}"
    else:
        yield f"{label} {first}"
    yield from (f"  {line}" for line in lines)


def _too_deep() -> TooDeeplyNested:
    return TooDeeplyNested(f"The JSON is nested more than {_MAX_DEPTH} levels deep.")

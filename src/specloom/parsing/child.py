"""The process that reads one untrusted file: it confines itself, parses its input, and answers on its output.

Its only argument is a JSON object: filename, declared_type, encoding, limits. The answer is a line of JSON, either
`{"error": ...}` or all of a document but its text, which follows in UTF-8.
"""

import json
import math
import os
import resource
import sys
from dataclasses import astuple
from typing import Any

from specloom.parsing.errors import ParseError
from specloom.parsing.limits import ParseLimits
from specloom.parsing.reading import only_parse_errors, read_document

_OPEN_FILES = 64


def confine(limits: ParseLimits) -> None:
    """Give up, for good, the means to exhaust the machine or to start other programs."""
    seconds = math.ceil(limits.seconds) + 1
    for kind, soft, hard in (
        (resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes),
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # the soft limit's signal tells why, the hard one just kills
        (resource.RLIMIT_FSIZE, limits.max_answer_bytes, limits.max_answer_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        _, ceiling = resource.getrlimit(kind)
        if ceiling == resource.RLIM_INFINITY:
            resource.setrlimit(kind, (soft, hard))
        else:  # only root may raise it
            resource.setrlimit(kind, (min(soft, ceiling), min(hard, ceiling)))


def answer(data: bytes, request: dict[str, Any]) -> bytes:
    """Parse `data` as `request` asks for; what goes wrong is part of the answer."""
    limits = ParseLimits(**request["limits"])
    try:
        with only_parse_errors(limits):  # memory may run out as late as over the answer
            document = read_document(
                data,
                filename=request["filename"],
                declared_type=request["declared_type"],
                encoding=request["encoding"],
                limits=limits,
            )
            head = {
                "title": document.title,
                "media_type": document.media_type,
                "sections": [astuple(section) for section in document.sections],
                "encoding": document.encoding,
                "metadata": dict(document.metadata),
            }
            return json.dumps(head, ensure_ascii=False).encode() + b"\n" + document.text.encode()
    except ParseError as error:
        notes = getattr(error, "__notes__", [])
        return json.dumps({"error": {"code": error.code, "message": str(error), "notes": notes}}).encode() + b"\n"


def main() -> None:
    request = json.loads(sys.argv[1])
    limits = ParseLimits(**request["limits"])
    confine(limits)
    # Whatever a library prints must not get into the answer.
    output = os.dup(sys.stdout.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    data = sys.stdin.buffer.read(limits.max_bytes + 1)
    with os.fdopen(output, "wb") as stream:
        stream.write(answer(data, request))


if __name__ == "__main__":
    main()

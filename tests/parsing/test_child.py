"""The child's answer holds everything about a document or about why there is none."""

import json
from dataclasses import asdict

from specloom.parsing.child import answer
from specloom.parsing.limits import DEFAULT_LIMITS


def request(filename: str) -> dict[str, object]:
    return {"filename": filename, "declared_type": None, "encoding": None, "limits": asdict(DEFAULT_LIMITS)}


def test_a_document() -> None:
    head, _, text = answer("# Größe\n\nübrig".encode(), request("a.md")).partition(b"\n")
    assert json.loads(head) == {
        "title": "Größe",
        "media_type": "text/markdown",
        "sections": [["heading", "Größe", 1, 0, 14]],
        "encoding": "utf-8",
        "metadata": {},
    }
    assert text.decode() == "# Größe\n\nübrig"


def test_a_refusal() -> None:
    error = json.loads(answer(b"[", request("a.json")))["error"]
    assert error["code"] == "truncated_or_corrupt_file"
    assert error["message"].startswith("The JSON is broken in line 1")


def test_a_parser_that_stumbles_says_where_but_not_over_what() -> None:
    error = json.loads(answer(b"%PDF-1.7 canary %%EOF", request("a.pdf")))["error"]
    assert error["code"] == "truncated_or_corrupt_file"
    error = json.loads(answer(b"PK\x05\x06" + bytes(18), request("canary.docx")))["error"]
    assert "canary" not in json.dumps(error["notes"])

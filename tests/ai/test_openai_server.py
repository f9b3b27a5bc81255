"""The fake provider stands in for the real one: also from other processes, and as strict about requests."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.fakes.openai_server import FakeOpenAI

ROOT = Path(__file__).parents[2]
MESSAGES = [{"role": "user", "content": "[1] It logs requests.\n[2] It keeps them."}]


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    with FakeOpenAI(key="sk", context_tokens=500) as fake:
        yield fake


def ask(url: str, key: str = "sk", **body: Any) -> httpx2.Response:
    asked = {"model": "gpt-6-luna", "messages": MESSAGES, **body}
    return httpx2.post(f"{url}/chat/completions", json=asked, headers={"Authorization": f"Bearer {key}"})


def test_an_answer_in_one_piece_says_what_the_stream_says(fake: FakeOpenAI) -> None:
    whole = ask(fake.base_url).json()
    stream = ask(fake.base_url, stream=True, stream_options={"include_usage": True}).text
    events = [event.removeprefix("data: ") for event in stream.split("\n\n") if event]
    assert events.pop() == "[DONE]"
    chunks = [json.loads(event) for event in events]
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks[:-1])
    assert text == whole["choices"][0]["message"]["content"] == "It logs requests. [1] It keeps them. [2]"
    assert chunks[-2]["choices"][0]["finish_reason"] == whole["choices"][0]["finish_reason"] == "stop"
    assert chunks[-1]["usage"] == whole["usage"]
    assert len(chunks) > 10


def test_json_is_made_to_any_schema(fake: FakeOpenAI) -> None:
    item = {
        "type": "object",
        "properties": {
            "quote": {"type": "string"},
            "priority": {"enum": ["high", "low"], "type": "string"},
            "confidence": {"type": "number"},
            "line": {"type": "integer"},
            "parent": {"anyOf": [{"type": "null"}, {"type": "string"}]},
        },
        "required": ["quote", "priority", "confidence", "line", "parent"],
        "additionalProperties": False,
    }
    schema = {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Item"}}},
        "required": ["items"],
        "additionalProperties": False,
        "$defs": {"Item": item},
    }
    response_format = {"type": "json_schema", "json_schema": {"name": "Items", "strict": True, "schema": schema}}
    content = ask(fake.base_url, response_format=response_format).json()["choices"][0]["message"]["content"]
    assert json.loads(content)["items"] == [
        {"quote": "It logs requests.", "priority": "high", "confidence": 0.5, "line": 1, "parent": None},
        {"quote": "It keeps them.", "priority": "high", "confidence": 0.5, "line": 2, "parent": None},
    ]

    del item["additionalProperties"]
    assert ask(fake.base_url, response_format=response_format).status_code == 400


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"max_tokens": 10}, "unsupported_parameter"),
        ({"max_completion_tokens": 490}, "context_length_exceeded"),
        ({"messages": [{"role": "user", "content": "word " * 600}]}, "context_length_exceeded"),
    ],
)
def test_what_the_real_one_refuses(fake: FakeOpenAI, body: dict[str, Any], code: str) -> None:
    response = ask(fake.base_url, **body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == code


def test_keys_and_versions_are_checked(fake: FakeOpenAI) -> None:
    assert ask(fake.base_url, key="other").status_code == 401
    azure = f"{fake.url}/openai/deployments/ours/chat/completions"
    body = {"model": "ours", "messages": MESSAGES}
    assert httpx2.post(azure, json=body, headers={"api-key": "sk"}).status_code == 404
    assert httpx2.post(f"{azure}?api-version=2024-10-21", json=body).status_code == 401
    assert httpx2.post(f"{azure}?api-version=2024-10-21", json=body, headers={"api-key": "sk"}).status_code == 200


def test_it_runs_for_other_processes() -> None:
    with FakeOpenAI() as here:  # a port that is free now
        port = here.url.rpartition(":")[2]
    command = [sys.executable, "-m", "tests.fakes.openai_server", "--port", port, "--delay", "0", "--no-usage"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            models = until_it_answers(f"{url}/v1/models")
            assert "gpt-6-luna" in {model["id"] for model in models["data"]}
            httpx2.post(f"{url}/_script", json=[{"kind": "status", "status": 503}]).raise_for_status()
            assert ask(f"{url}/v1").status_code == 503
            assert ask(f"{url}/v1").json()["usage"] is None
            seen = httpx2.get(f"{url}/_requests").json()
            assert [request["body"]["messages"] for request in seen] == [MESSAGES] * 2
        finally:
            process.terminate()


def until_it_answers(url: str) -> Any:
    for _ in range(100):
        try:
            return httpx2.get(url).json()
        except httpx2.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")

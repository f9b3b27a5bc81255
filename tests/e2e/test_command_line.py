"""`specloom up` and `specloom analyse` as a new user meets them, in processes of their own."""

import json
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import SPECLOOM, Up, bare_environment, running_processes, start_up

BRIEF = """# Parcel lockers

Nordpost wants parcel lockers at 40 railway stations by May 2027.

## Pick-up

The locker shall open within 2 seconds after a valid code was entered. Customers get the code by text message.
A parcel that is not picked up within 72 hours goes back to the depot.

## Operation

Each locker reports its state every 5 minutes. Anna Berg will order the first ten lockers by 14 March.
"""


def analyse(*arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SPECLOOM, "analyse", *arguments],
        env=bare_environment(),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    path = tmp_path / "brief.md"
    path.write_text(BRIEF)
    return path


def test_analyse_prints_the_summary_and_where_each_sentence_stands(up: Up, brief: Path) -> None:
    result = analyse(str(brief), "--data-dir", str(up.data_dir))
    assert result.returncode == 0, result.stderr
    assert "Parcel lockers" in result.stdout
    assert "Where it stands" in result.stdout
    assert re.search(r"^[1-9]\d* requirements?\s*$", result.stdout, re.MULTILINE)
    assert "unsupported" not in result.stdout


def test_analyse_json_is_one_object_in_the_shapes_of_the_api(up: Up, brief: Path) -> None:
    result = analyse(str(brief), "--json", "--data-dir", str(up.data_dir))
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert set(found) == {"document", "summary", "analysis"}
    assert found["analysis"] == up.client.get(f"/analyses/{found['analysis']['event_id']}").json()
    assert found["analysis"]["status"] == "completed"
    assert found["analysis"]["identified_requirements"]
    for requirement in found["analysis"]["identified_requirements"]:
        citation = requirement["citation"]
        assert citation["document_id"] == found["document"]["id"]
        assert citation["quote"] == BRIEF[citation["start"] : citation["end"]]
    assert found["document"] == up.client.get(f"/documents/{found['document']['id']}").json()
    assert found["summary"] == up.client.get(f"/summaries/{found['summary']['id']}").json()
    assert found["summary"]["status"] == "complete"
    for sentence in found["summary"]["sentences"]:
        for source in sentence["sources"]:
            assert BRIEF[source["start"] : source["end"]]


def test_analyse_reads_standard_input(up: Up) -> None:
    result = analyse("-", "--json", "--title", "From a pipe", "--data-dir", str(up.data_dir), stdin=BRIEF)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert found["document"]["title"] == "From a pipe"
    places = {source["label"] for sentence in found["summary"]["sentences"] for source in sentence["sources"]}
    assert "Pick-up" in places


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "empty"),
        ("broken.pdf", b"%PDF-1.7 nothing", "PDF"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64, "Supported are PDF"),
    ],
)
def test_analyse_says_what_is_wrong_with_a_file(up: Up, tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = analyse(str(path), "--data-dir", str(up.data_dir))
    assert result.returncode == 1
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_analyse_says_that_a_file_is_not_there(up: Up) -> None:
    result = analyse("/nowhere/to/be/found.md", "--data-dir", str(up.data_dir))
    assert result.returncode == 1
    assert "cannot be read" in result.stderr


def test_analyse_starts_everything_itself_and_stops_it_cleanly(brief: Path, tmp_path: Path) -> None:
    """Twice in a row over the same directory: the second finds what the first left."""
    for _ in range(2):
        result = analyse(str(brief), "--json", "--data-dir", str(tmp_path / "own"))
        assert result.returncode == 0, result.stderr
        assert json.loads(result.stdout)["summary"]["model_used"] == "embedded"
        assert not [command for command in running_processes().values() if str(tmp_path / "own") in command]


def test_up_comes_back_after_kill_9_with_everything_that_was_there(tmp_path: Path) -> None:
    first = start_up(tmp_path / "data")
    document = first.upload("note.txt", b"The committee meets on Monday. It decides about the budget of 4,000 euros.")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    first.stop()
    second = start_up(tmp_path / "data")
    try:
        assert second.demo == first.demo
        assert second.client.get(f"/documents/{document['id']}").json()["title"] == document["title"]
    finally:
        second.stop()
    assert second.process.returncode == 0
    time.sleep(0.5)
    assert not [command for command in running_processes().values() if str(tmp_path / "data") in command]


def test_doctor_finds_nothing_wrong_with_a_running_server(up: Up) -> None:
    result = subprocess.run(
        [*SPECLOOM, "doctor", "--data-dir", str(up.data_dir)],
        env=bare_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    assert "bad" not in result.stdout


def test_doctor_names_what_is_wrong(tmp_path: Path) -> None:
    environment = bare_environment(
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1/0"
    )
    result = subprocess.run(
        [*SPECLOOM, "doctor", "--data-dir", str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "PostgreSQL: cannot be reached" in result.stdout
    assert "Redis: cannot be reached" in result.stdout


def test_doctor_looks_at_the_servers_that_env_names(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("DATABASE_URL=postgresql://nobody@127.0.0.1:1/none\nREDIS_URL=redis://127.0.0.1:1/0\n")
    result = subprocess.run(
        [*SPECLOOM, "doctor", "--data-dir", str(tmp_path)],
        env=bare_environment(SPECLOOM_ENV_FILE=str(env_file)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "PostgreSQL: cannot be reached" in result.stdout
    assert "Redis: cannot be reached" in result.stdout


def test_half_a_login_is_not_taken_for_the_demo_login(up: Up, brief: Path) -> None:
    result = analyse(str(brief), "--email", "ada@example.com", "--data-dir", str(up.data_dir))
    assert result.returncode == 1
    assert "name both" in result.stderr


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    environment = bare_environment(API_PORT="many", LOG_LEVEL="loud", APP_ENV="prod")
    result = subprocess.run(
        [*SPECLOOM, "up", "--data-dir", str(tmp_path)], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert "API_PORT" in result.stderr
    assert "LOG_LEVEL" in result.stderr


def test_an_operator_makes_tenants_and_rotates_keys_beside_a_running_server(up: Up) -> None:
    def specloom(*arguments: str) -> str:
        result = subprocess.run(
            [*SPECLOOM, *arguments, "--data-dir", str(up.data_dir)],
            env=bare_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, result.stderr
        return result.stdout.strip()

    token = specloom("operator-token", "--minutes", "5")
    tenant = {
        "name": "By the operator",
        "subdomain": "by-the-operator",
        "business_context": {"industry": "retail", "jurisdiction": "eu", "company_size": "sme"},
    }
    made = up.client.post("/tenants", json=tenant, headers={"Authorization": f"Bearer {token}"})
    assert made.status_code == 201, made.text
    assert "Published the key" in specloom("rotate-keys")
    assert up.client.get("/auth/me").status_code == 200


def test_an_operator_is_told_that_the_database_is_away(tmp_path: Path) -> None:
    environment = bare_environment(DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    result = subprocess.run(
        [*SPECLOOM, "operator-token", "--data-dir", str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "does not answer" in result.stderr
    assert "Traceback" not in result.stderr

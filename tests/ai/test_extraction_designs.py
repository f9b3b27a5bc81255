"""Design documents and specifications: what they settle in lists, decisions, tables and code, and what stays silent."""

import pytest

from specloom.ai.extraction import THRESHOLD, find
from specloom.vocabulary.requirements import Form

_STACK = (
    "## Technology stack\n\n- **Storage**: SQLite with write-ahead logging\n"
    "- **Kiln bus**: MQTT with retained messages\n- **Panel**: Qt on a touch screen\n\n"
)
_MODEL = (
    "## Data model\n\n```python\nclass Curve(Record):\n    name: str = Field(..., min_length=1, max_length=80)\n"
    "    cone: int = Field(6, ge=1, le=14)\n    state: String (enum: draft, fired)\n"
    "    remark: str = Field(default='')\n    potter: UUID\n\n    def fire(self, speed: int = 3):\n"
    "        return self.kiln.start(speed)\n```\n"
)
_CHOICES = (
    '## Platform\n\n```yaml\nstorage:\n  engine: "SQLite 3.45"\n  backup: "nightly copy to the office"\npanel:\n'
    '  toolkit: "Qt 6 on Wayland"\n```\n'
)


def wordings(text: str) -> list[str]:
    return [each.words(text) for each in find(text)]


@pytest.mark.parametrize(
    "title",
    ["Design Document", "Kiln panel: Technical Specification", "System Architecture", "ADR 7: storage of curves"],
)
def test_the_choices_of_a_design_are_constraints_of_middling_confidence(title: str) -> None:
    text = f"# {title}\n\n{_STACK}"
    found = list(find(text))
    assert [each.words(text) for each in found] == [
        "Storage SQLite with write-ahead logging",
        "Kiln bus MQTT with retained messages",
        "Panel Qt on a touch screen",
    ]
    assert all(THRESHOLD <= each.confidence <= 0.75 for each in found)


@pytest.mark.parametrize("title", ["Kiln panel", "README", "Tutorial: the architecture of a kiln", "Shopping"])
def test_the_same_lists_and_code_elsewhere_say_nothing(title: str) -> None:
    assert wordings(f"# {title}\n\n{_STACK}{_MODEL}{_CHOICES}") == []


def test_a_concern_in_the_heading_makes_its_bare_items_constraints() -> None:
    text = (
        "# Kiln panel, design document\n\n## Isolation\n\n- Filters on the workshop ensure that no potter sees others\n"
        "- Foreign keys keep curves and firings together\n\n## Logging\n\n- Structured lines\n"
    )
    assert wordings(text) == [
        "Filters on the workshop ensure that no potter sees others",
        "Foreign keys keep curves and firings together",
        "Logging Structured lines",
    ]


def test_of_a_decision_record_decision_need_and_duty_count() -> None:
    text = (
        "# ADR 3: message bus\n\n## Context\n\nWe need to connect 40 kilns over unreliable radio. Radio is cheap.\n\n"
        "## Options considered\n\n### Option 1: polling\n\n- **Pros:** simple, known\n- **Cons:** must run all day\n\n"
        "## Decision\n\nUse **MQTT** with retained messages.\n\n## Rationale\n\n- Small footprint\n- Well known\n\n"
        "## Consequences\n\n- Fast start\n- Must check the certificate of each kiln\n"
        "- Requires a broker in each workshop\n"
    )
    assert wordings(text) == [
        "We need to connect 40 kilns over unreliable radio.",
        "Use **MQTT** with retained messages.",
        "Must check the certificate of each kiln",
        "Requires a broker in each workshop",
    ]


def test_a_decision_may_be_a_mere_name() -> None:
    assert wordings("# Architecture\n\n### Decision\n\n**Signed tokens** with rotating keys.\n") == [
        "**Signed tokens** with rotating keys."
    ]


@pytest.mark.parametrize(
    "lines",
    [
        "## Technology stack\n\n- **Storage**: [SQLite, PostgreSQL, etc.]\n- **Cache**: to follow later\n",
        "## Unit tests\n\n- **Curves**: Test the limits of a curve\n- **Kilns**: Test the start of a kiln\n",
        "## Configuration files\n\n- `kiln.toml`: limits of the kiln\n- `panel.toml`: colours of the panel\n",
        "## Open questions\n\n- **Storage**: SQLite or files?\n- **Recommendation**: files\n",
        "## Files\n\n```\nkiln/\n├── panel.py   # must be short\n└── curve.py\n```\n",
        "## Storage\n\n```sql\nCREATE TABLE curve (id INT NOT NULL, name TEXT UNIQUE);\n```\n",
        '## Answer\n\n```json\n{"state": "fired", "cone": 6}\n```\n',
        '## Start\n\n```yaml\nservices:\n  broker:\n    image: mosquitto:2\n    ports:\n      - "1883:1883"\n```\n',
    ],
)
def test_placeholders_tests_names_trees_and_settings_to_run_are_no_constraints(lines: str) -> None:
    assert wordings(f"# Design document\n\n{lines}") == []


def test_declared_limits_are_rules_for_data_and_logic_is_none() -> None:
    text = f"# Technical specification\n\n{_MODEL}"
    found = list(find(text))
    assert [text[each.start : each.end] for each in found] == [
        "name: str = Field(..., min_length=1, max_length=80)",
        "cone: int = Field(6, ge=1, le=14)",
        "state: String (enum: draft, fired)",
    ]
    assert {text[each.context[0].start : each.context[0].end] for each in found} == {"class Curve(Record):"}
    assert {each.form for each in found} == {Form.ROW}
    assert all(THRESHOLD <= each.confidence <= 0.6 for each in found)


def test_choices_in_yaml_carry_the_keys_above_them() -> None:
    assert wordings(f"# Technical specification\n\n{_CHOICES}") == [
        'storage engine: "SQLite 3.45"',
        'storage backup: "nightly copy to the office"',
        'panel toolkit: "Qt 6 on Wayland"',
    ]


def test_a_table_of_threats_gives_what_is_done_against_them() -> None:
    text = (
        "# Security architecture\n\n## Threats\n\n| Threat | Mitigation |\n|---|---|\n"
        "| Stolen panel | Session lock after five minutes |\n| Forged curve | Signature check |\n"
    )
    assert wordings(text) == [
        "Mitigation Stolen panel Session lock after five minutes",
        "Mitigation Forged curve Signature check",
    ]


def test_items_among_requirements_are_judged_like_their_siblings() -> None:
    items = "- Export of curves as CSV\n- The panel shall lock itself\n- Alarm by text message\n- Glaze, kiln, cone\n"
    assert len(wordings(f"# Kiln\n\n## Requirements\n\n{items}")) == 4

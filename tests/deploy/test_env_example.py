"""`.env.example` and the settings tell the same story: every variable, its default, and nothing that nobody reads."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings

from specloom.core.config import INSECURE_SECRET, Settings, SettingsError, load_settings
from tests.deploy.reading import ROOT, compose_variables, read_env_example

EXAMPLE = read_env_example()
# What is read by uvicorn, obstore, OpenTelemetry, prometheus-client and the command line rather than by the settings.
READ_ELSEWHERE = {
    *("FORWARDED_ALLOW_IPS", "OTEL_SERVICE_NAME", "PROMETHEUS_MULTIPROC_DIR"),
    *("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT"),
    *("SPECLOOM_ENV_FILE", "SPECLOOM_URL", "SPECLOOM_TENANT", "SPECLOOM_EMAIL", "SPECLOOM_PASSWORD"),
    "SPECLOOM_DEMO_PASSWORD",
}


def variables() -> Iterator[tuple[str, Any]]:
    """Name and default of every setting."""
    for group in Settings.model_fields.values():
        assert isinstance(group.annotation, type)
        assert issubclass(group.annotation, BaseSettings)
        prefix = group.annotation.model_config.get("env_prefix", "")
        for name, field in group.annotation.model_fields.items():
            yield str(field.validation_alias or f"{prefix}{name}".upper()), field.default


SETTINGS = dict(variables())


def written(default: Any) -> str:
    """A default as one writes it in the environment."""
    match default:
        case None:
            return ""
        case bool():
            return str(default).lower()
        case SecretStr():
            return default.get_secret_value()
        case tuple():
            return ",".join(written(each) for each in default)
        case _:
            return str(default)


def test_every_setting_is_explained_and_every_variable_is_read() -> None:
    assert SETTINGS.keys() <= EXAMPLE.keys()
    assert EXAMPLE.keys() <= SETTINGS.keys() | READ_ELSEWHERE | compose_variables().keys()


@pytest.mark.parametrize("name", SETTINGS)
def test_the_default_is_the_one_of_the_code(name: str) -> None:
    assert EXAMPLE[name].default == written(SETTINGS[name])


@pytest.mark.parametrize("name", EXAMPLE)
def test_the_explanation_is_a_sentence(name: str) -> None:
    assert EXAMPLE[name].explanation[0].isalnum() or EXAMPLE[name].explanation[0] == "`"
    assert EXAMPLE[name].explanation.endswith(".")


def test_a_copy_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in EXAMPLE:
        monkeypatch.delenv(name, raising=False)
    assert _values(load_settings(ROOT / ".env.example")) == _values(load_settings(ROOT / "there-is-no-such-file"))


def test_all_that_is_uncommented_is_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in EXAMPLE:
        monkeypatch.delenv(name, raising=False)
    (tmp_path / ".env").write_text("\n".join(f"{name}={each.default}" for name, each in EXAMPLE.items()))
    assert _values(load_settings(tmp_path / ".env")) == _values(load_settings(tmp_path / "there-is-no-such-file"))


def test_prod_refuses_the_secret_that_is_written_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.delenv("SECRET_KEYS", raising=False)
    monkeypatch.setenv("APP_ENV", "prod")
    assert EXAMPLE["SECRET_KEYS"].default == INSECURE_SECRET
    (tmp_path / ".env").write_text(f"SECRET_KEYS=a-new-one,{INSECURE_SECRET}\n")
    with pytest.raises(SettingsError, match="SECRET_KEYS"):
        load_settings(tmp_path / ".env")


def _values(settings: BaseModel) -> dict[str, Any]:
    return settings.model_dump()

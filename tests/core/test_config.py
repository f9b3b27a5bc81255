"""The settings: read from the environment, checked as a whole, each wrong variable named, and no secret shown."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from specloom.core.config import (
    INSECURE_SECRET,
    AppSettings,
    DatabaseSettings,
    Environment,
    LlmSettings,
    RedisSettings,
    Settings,
    SettingsError,
    load_settings,
)

GROUPS = [field.annotation for field in Settings.model_fields.values()]
NOWHERE = Path("/nonexistent")


def variables() -> list[tuple[Any, str, str]]:
    """(group, field, variable) of every setting."""
    found = []
    for group in GROUPS:
        assert group is not None
        prefix = str(group.model_config.get("env_prefix", ""))
        for name, field in group.model_fields.items():
            found.append((group, name, str(field.validation_alias or f"{prefix}{name}".upper())))
    return found


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for _, _, variable in variables():
        monkeypatch.delenv(variable, raising=False)


def problems(monkeypatch: pytest.MonkeyPatch, **values: str) -> list[str]:
    """What is wrong with an environment, line by line."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings(NOWHERE)
    first, *lines = str(caught.value).splitlines()
    assert first == "The settings cannot be used:"
    return [line.strip() for line in lines]


def test_everything_has_a_default_that_works() -> None:
    settings = load_settings(NOWHERE)
    assert settings.app.env is Environment.DEV
    assert settings.tokens.access_minutes == 15
    assert settings.tokens.refresh_days == 7
    assert not settings.llm.uses_llm


def test_each_variable_belongs_to_one_setting() -> None:
    names = [variable for _, _, variable in variables()]
    assert len(names) == len(set(names))
    assert {"APP_ENV", "LOG_LEVEL", "DATABASE_URL", "DB_POOL_SIZE", "REDIS_URL", "API_HOST", "API_PORT"} <= set(names)
    assert {"API_WORKERS", "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "AZURE_OPENAI_ENDPOINT"} <= set(names)


WRONG = {
    "APP_ENV": "mars",
    "LOG_LEVEL": "LOUD",
    "LOG_FORMAT": "xml",
    "SECRET_KEYS": ",",
    "API_PORT": "70000",
    "API_WORKERS": "0",
    "API_MAX_BODY_BYTES": "-1",
    "HSTS_SECONDS": "-1",
    "SECURITY_HEADERS": "perhaps",
    "DATABASE_URL": "mysql://localhost/x",
    "MIGRATION_DATABASE_URL": "nothing",
    "DB_APP_ROLE": "a role; DROP TABLE users",
    "DB_POOL_SIZE": "many",
    "DB_MAX_OVERFLOW": "-1",
    "DB_STATEMENT_TIMEOUT_MS": "1",
    "REDIS_URL": "http://localhost",
    "REDIS_TIMEOUT_SECONDS": "0",
    "JWT_ACCESS_MINUTES": "0",
    "JWT_REFRESH_DAYS": "1000",
    "JWT_STREAM_TICKET_SECONDS": "1",
    "JOB_LEASE_SECONDS": "0",
    "JOB_MAX_ATTEMPTS": "0",
    "STORAGE_URL": "ftp://files",
    "DOCUMENT_MAX_BYTES": "0",
    "DOCUMENT_PARSE_CONCURRENCY": "0",
    "AI_ENGINE": "magic",
    "OPENAI_TIMEOUT_SECONDS": "0",
    "OPENAI_CONTEXT_TOKENS": "1",
    "OPENAI_EMBEDDING_DIMENSIONS": "0",
    "OTEL_ENABLED": "perhaps",
}


@pytest.mark.parametrize(("variable", "value"), WRONG.items())
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    (line,) = problems(monkeypatch, **{variable: value})
    name, _, reason = line.partition(": ")
    assert name == variable
    assert reason


def test_all_wrong_variables_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = problems(monkeypatch, **WRONG)
    assert {line.partition(":")[0] for line in lines} == set(WRONG)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"AZURE_OPENAI_ENDPOINT": "https://x.openai.azure.com"}, "AZURE_OPENAI_API_KEY"),
        ({"AI_ENGINE": "openai"}, "OPENAI_API_KEY"),
        ({"OPENAI_CONTEXT_TOKENS": "2000", "OPENAI_MAX_OUTPUT_TOKENS": "2000"}, "OPENAI_MAX_OUTPUT_TOKENS"),
        ({"APP_ENV": "prod"}, "SECRET_KEYS"),
        ({"APP_ENV": "production"}, "SECRET_KEYS"),
        ({"APP_ENV": "prod", "SECRET_KEYS": f"good-one,{INSECURE_SECRET}"}, "SECRET_KEYS"),
    ],
)
def test_what_does_not_go_together_is_named(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], named: str
) -> None:
    (line,) = problems(monkeypatch, **values)
    assert named in line


def test_production_runs_with_a_secret_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "prod")
    monkeypatch.setenv("SECRET_KEYS", "new-one, old-one ,")
    settings = load_settings(NOWHERE)
    assert settings.app.env is Environment.PROD
    assert [key.get_secret_value() for key in settings.app.secret_keys] == ["new-one", "old-one"]


@pytest.mark.parametrize(("written", "meant"), [("development", "dev"), ("staging", "staging"), ("dev", "dev")])
def test_environments_have_long_names_too(monkeypatch: pytest.MonkeyPatch, written: str, meant: str) -> None:
    monkeypatch.setenv("APP_ENV", written)
    assert load_settings(NOWHERE).app.env == meant


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@h:5/d",
        "postgresql://u:p@h:5/d",
        "postgresql+asyncpg://u:p@h:5/d",
        "postgresql+psycopg://u:p@h:5/d",
    ],
)
def test_every_way_to_write_a_database_means_asyncpg(url: str) -> None:
    settings = DatabaseSettings(DATABASE_URL=SecretStr(url))
    assert settings.url.get_secret_value() == "postgresql+asyncpg://u:p@h:5/d"
    assert settings.owner_url == settings.url


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("OPENAI_API_KEY", "API_PORT", "CORS_ORIGINS", "SECRET_KEYS"):
        monkeypatch.setenv(variable, "")
    settings = load_settings(NOWHERE)
    assert (settings.llm.api_key, settings.api.port, settings.api.cors_origins) == (None, 8000, ())


def test_the_environment_comes_before_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('API_PORT=9000\nLOG_LEVEL="warn"\nCORS_ORIGINS=https://a.example, https://b.example\nUNKNOWN=1\n')
    monkeypatch.setenv("API_PORT", "9001")
    settings = load_settings(file)
    assert (settings.api.port, settings.app.log_level) == (9001, "WARNING")
    assert settings.api.cors_origins == ("https://a.example", "https://b.example")


def test_a_key_chooses_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    assert load_settings(NOWHERE).llm.uses_llm
    monkeypatch.setenv("AI_ENGINE", "embedded")
    assert not load_settings(NOWHERE).llm.uses_llm


def test_settings_do_not_change() -> None:
    settings = load_settings(NOWHERE)
    group: BaseModel
    for group, name in ((settings, "app"), (settings.api, "port"), (settings.tokens, "issuer")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(group, name, getattr(group, name))


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    canary = "canary-7f3a"
    for variable, value in {
        "DATABASE_URL": f"postgresql://u:{canary}@h/d",
        "MIGRATION_DATABASE_URL": f"postgresql://o:{canary}@h/d",
        "REDIS_URL": f"redis://:{canary}@h/0",
        "SECRET_KEYS": canary,
        "OPENAI_API_KEY": canary,
        "AZURE_OPENAI_API_KEY": canary,
    }.items():
        monkeypatch.setenv(variable, value)
    settings = load_settings(NOWHERE)
    assert canary not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "canary-7f3a"),
        ("DATABASE_URL", "mysql://u:canary-7f3a@h/d"),
        ("MIGRATION_DATABASE_URL", "canary-7f3a"),
        ("REDIS_URL", "canary-7f3a"),
    ],
)
def test_no_secret_is_shown_in_what_is_wrong(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    (line,) = problems(monkeypatch, **{variable: value})
    assert "canary" not in line


def test_groups_can_be_given_one_by_one() -> None:
    settings = Settings(
        app=AppSettings(LOG_LEVEL="ERROR"), redis=RedisSettings(), llm=LlmSettings(AI_ENGINE="embedded")
    )
    assert settings.app.log_level == "ERROR"
    with pytest.raises(ValidationError):
        Settings(nonsense=1)  # type: ignore[call-arg]

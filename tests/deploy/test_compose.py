"""docker-compose.yml, as far as it shows without a Docker engine: order, health, secrets, limits, and real commands."""

import re
from typing import Any

import pytest

from specloom.core.config import JobSettings, load_settings
from specloom.core.queue import QUEUES
from tests.deploy.reading import ROOT, MissingVariable, compose_variables, help_of, read_compose, read_env_example
from tests.deploy.test_env_example import SETTINGS

SECRETS = {
    name: f"secret-of-{name.lower()}".replace("_", "-")
    for name in (
        "SECRET_KEYS",
        "POSTGRES_PASSWORD",
        "POSTGRES_OWNER_PASSWORD",
        "POSTGRES_APP_PASSWORD",
        "REDIS_PASSWORD",
    )
}
SERVICES = read_compose(SECRETS)
WORKERS = [name for name in SERVICES if name.startswith("worker-")]
OURS = ["migrate", "api", *WORKERS]


def seconds(duration: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([sm])", duration).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "m": 60}[unit]


def test_there_is_one_worker_for_each_queue() -> None:
    assert {SERVICES[name]["command"][-1] for name in WORKERS} == set(QUEUES)
    for name in WORKERS:
        assert SERVICES[name]["command"] == ["specloom", "worker", "--queue", name.removeprefix("worker-")]


@pytest.mark.parametrize("name", OURS)
def test_commands_exist(name: str) -> None:
    program, command, *options = SERVICES[name].get("command", ["specloom", "api"])
    assert program == "specloom"
    explanation = help_of(command)
    for option in options[::2]:
        assert option in explanation


@pytest.mark.parametrize("name", SERVICES)
def test_everything_that_stays_up_says_how_it_is(name: str) -> None:
    service = SERVICES[name]
    if name == "migrate":
        assert service["healthcheck"] == {"disable": True}
        assert service["restart"] == "no"
        return
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout", "retries", "start_period"} <= service["healthcheck"].keys()
    assert service["restart"] == "unless-stopped"


def test_each_worker_is_asked_for_its_own_queue() -> None:
    for name in WORKERS:
        check = SERVICES[name]["healthcheck"]["test"]
        assert check == ["CMD", "python", "/app/deploy/worker_health.py", name.removeprefix("worker-")]


def test_nothing_serves_before_the_database_is_migrated() -> None:
    assert SERVICES["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ["api", *WORKERS]:
        conditions = {on: each["condition"] for on, each in SERVICES[name]["depends_on"].items()}
        assert conditions == {
            "migrate": "service_completed_successfully",
            "postgres": "service_healthy",
            "redis": "service_healthy",
        }


@pytest.mark.parametrize("name", SERVICES)
def test_every_container_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "pids_limit"} <= service.keys()
    assert any(place.startswith("/tmp") for place in service["tmpfs"])
    assert not service.keys() & {"privileged", "network_mode", "pid", "ipc", "devices"}
    if name not in OURS:  # the user of ours is in the Dockerfile
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])


def test_a_worker_has_the_memory_that_is_promised() -> None:
    assert {SERVICES[name]["mem_limit"] for name in WORKERS} == {"512m"}


def test_a_worker_has_the_time_to_hand_its_job_back() -> None:
    for name in WORKERS:
        assert seconds(SERVICES[name]["stop_grace_period"]) > JobSettings(_env_file=None).grace_seconds + 5


@pytest.mark.parametrize("name", SERVICES)
def test_images_have_versions(name: str) -> None:
    assert re.search(r":\d+\.\d+", SERVICES[name]["image"])


def test_only_the_api_is_reached_from_outside_and_by_default_from_this_host_only() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "api": ["127.0.0.1:8000:8000"]
    }
    assert read_compose({**SECRETS, "SPECLOOM_PUBLISH": "0.0.0.0:80"})["api"]["ports"] == ["0.0.0.0:80:8000"]
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["backend"]


def test_data_is_in_volumes_and_files_are_shared() -> None:
    places = {name: {v.split(":")[1] for v in service["volumes"]} for name, service in SERVICES.items()}
    # From version 18 on, the image keeps its data in a folder below this one, by major version.
    assert "/var/lib/postgresql" in places["postgres"]
    assert "/data" in places["redis"]
    for name in OURS:
        assert SERVICES[name]["volumes"] == ["files:/var/lib/specloom/files"]
        assert SERVICES[name]["environment"]["STORAGE_URL"] == "file:///var/lib/specloom/files"


def test_redis_keeps_what_waits() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    for option in ("--appendonly yes", "--maxmemory-policy noeviction", '--requirepass "$REDISCLI_AUTH"'):
        assert option in command


@pytest.mark.parametrize("name", SECRETS)
def test_nothing_starts_without_its_secret(name: str) -> None:
    with pytest.raises(MissingVariable, match=name):
        read_compose({each: value for each, value in SECRETS.items() if each != name})
    with pytest.raises(MissingVariable, match=name):
        read_compose({**SECRETS, name: ""})


def test_each_service_knows_only_the_secrets_it_needs() -> None:
    held = {
        name: {secret for secret, value in SECRETS.items() if value in str(service["environment"])}
        for name, service in SERVICES.items()
    }
    working = {"SECRET_KEYS", "POSTGRES_APP_PASSWORD", "REDIS_PASSWORD"}
    assert held == {
        "postgres": {"POSTGRES_PASSWORD", "POSTGRES_OWNER_PASSWORD", "POSTGRES_APP_PASSWORD"},
        "redis": {"REDIS_PASSWORD"},
        "migrate": {*working, "POSTGRES_OWNER_PASSWORD"},
        **dict.fromkeys(["api", *WORKERS], working),
    }


def test_every_variable_is_explained() -> None:
    assert compose_variables().keys() <= read_env_example().keys()


def test_every_setting_reaches_the_containers_but_what_the_image_and_the_init_script_decide() -> None:
    example = {name: f"value-of-{name.lower()}" for name in SETTINGS}
    passed = read_compose({**example, **SECRETS})["api"]["environment"]
    decided_here = {"API_HOST", "API_PORT", "DB_APP_ROLE", "DATABASE_URL", "REDIS_URL", "MIGRATION_DATABASE_URL"}
    for name in SETTINGS.keys() - decided_here - SECRETS.keys():
        assert passed.get(name) == example[name], name
    assert not {"API_HOST", "API_PORT", "DB_APP_ROLE", "MIGRATION_DATABASE_URL"} & passed.keys()


@pytest.mark.parametrize("name", OURS)
def test_the_settings_that_a_container_gets_are_accepted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for each in SETTINGS:
        monkeypatch.delenv(each, raising=False)
    given: dict[str, Any] = SERVICES[name]["environment"]
    for each, value in given.items():
        monkeypatch.setenv(each, value)
    settings = load_settings(ROOT / "there-is-no-such-file")
    assert settings.app.env == "prod"
    assert settings.database.url.get_secret_value().endswith("@postgres:5432/specloom")
    owner = "specloom_owner" if name == "migrate" else "specloom_app"
    assert settings.database.owner_url.get_secret_value().startswith(f"postgresql+asyncpg://{owner}:")
    assert settings.redis.url.get_secret_value() == f"redis://:{SECRETS['REDIS_PASSWORD']}@redis:6379/0"

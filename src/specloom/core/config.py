"""The settings: one frozen tree, read once from the environment and `.env`, checked as a whole, then passed down."""

import os
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

INSECURE_SECRET = "insecure-development-secret"  # noqa: S105 - prod refuses it


class Environment(StrEnum):
    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


class SettingsError(Exception):
    """The environment holds values that cannot be used; the text names each variable and what is wrong with it."""


def _config(prefix: str = "") -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
        validate_default=True,
    )


def _split(value: Any) -> Any:
    """Lists are written with commas in the environment: `a,b`."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


class AppSettings(BaseSettings):
    model_config = _config()

    name: str = Field("specloom", validation_alias="APP_NAME")
    env: Environment = Field(Environment.DEV, validation_alias="APP_ENV")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", validation_alias="LOG_LEVEL")
    log_format: Literal["json", "console"] = Field("json", validation_alias="LOG_FORMAT")
    secret_keys: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (SecretStr(INSECURE_SECRET),), validation_alias="SECRET_KEYS", min_length=1
    )
    """Encrypt what is secret at rest; the first one encrypts, all of them decrypt."""
    trial_days: int | None = Field(None, ge=1, le=3650, validation_alias="TRIAL_DAYS")
    """How long the trial of a new tenant lasts; left out, until an operator ends it."""

    _split = field_validator("secret_keys", mode="before")(_split)

    @field_validator("env", mode="before")
    @classmethod
    def _long_names(cls, value: Any) -> Any:
        return {"development": "dev", "production": "prod"}.get(value, value) if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return {"WARN": "WARNING"}.get(value.upper(), value.upper()) if isinstance(value, str) else value


class ApiSettings(BaseSettings):
    model_config = _config("API_")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(1, ge=1, le=64)
    max_body_bytes: int = Field(2 * 1024 * 1024, ge=1024)
    """For everything but uploads, which have a limit of their own."""
    shutdown_grace_seconds: int = Field(5, ge=1)
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field((), validation_alias="CORS_ORIGINS")
    hsts_seconds: int = Field(0, ge=0, validation_alias="HSTS_SECONDS")
    """`Strict-Transport-Security`; 0 leaves it out. Set it when TLS ends in front of the API."""
    security_headers: bool = Field(True, validation_alias="SECURITY_HEADERS")

    _split = field_validator("cors_origins", mode="before")(_split)


class DatabaseSettings(BaseSettings):
    model_config = _config("DB_")

    url: SecretStr = Field(
        SecretStr("postgresql+asyncpg://specloom_app@127.0.0.1:5432/specloom"), validation_alias="DATABASE_URL"
    )
    migration_url: SecretStr | None = Field(None, validation_alias="MIGRATION_DATABASE_URL")
    """The owner of the tables; migrations run as this login. Left out, `DATABASE_URL` serves both."""
    app_role: str = Field("specloom_app", pattern=r"^[a-z_][a-z0-9_]*$")
    """The role that requests and jobs act as. It owns nothing and cannot bypass row-level security."""
    pool_size: int = Field(20, ge=1)
    max_overflow: int = Field(0, ge=0)
    """Connections beyond the pool, each opened for one use: more than a moment's rush is better met by a larger pool.
    """
    pool_timeout_seconds: float = Field(5, gt=0)
    statement_timeout_ms: int = Field(15_000, ge=100)

    @field_validator("url", "migration_url", mode="after")
    @classmethod
    def _asyncpg(cls, value: SecretStr | None) -> SecretStr | None:
        """`postgres://` and `postgresql://` mean asyncpg here."""
        if value is None:
            return None
        scheme, separator, rest = value.get_secret_value().partition("://")
        if not separator or scheme.split("+")[0] not in {"postgresql", "postgres"}:
            raise ValueError("must look like postgresql://user:password@host:5432/database")
        return SecretStr(f"postgresql+asyncpg://{rest}")

    @property
    def owner_url(self) -> SecretStr:
        return self.migration_url or self.url


class RedisSettings(BaseSettings):
    model_config = _config("REDIS_")

    url: SecretStr = Field(SecretStr("redis://127.0.0.1:6379/0"), validation_alias="REDIS_URL")
    timeout_seconds: float = Field(0.25, gt=0)
    """How long a request waits for Redis before it goes on without."""

    @field_validator("url", mode="after")
    @classmethod
    def _scheme(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value().partition("://")[0] not in {"redis", "rediss", "unix"}:
            raise ValueError("must look like redis://host:6379/0, rediss://… or unix:///path?db=0")
        return value


class TokenSettings(BaseSettings):
    model_config = _config("JWT_")

    issuer: str = "specloom"
    audience: str = "specloom-api"
    access_minutes: int = Field(15, ge=1, le=24 * 60)
    refresh_days: int = Field(7, ge=1, le=365)
    refresh_grace_seconds: int = Field(10, ge=0, le=60)
    """How long a refresh token that was just rotated still yields its successor, for clients that ask twice at once."""
    stream_ticket_seconds: int = Field(30, ge=5, le=300)
    key_activation_seconds: int = Field(60, ge=0)
    """A new signing key is published this long before it signs, so that every node knows it by then."""


class JobSettings(BaseSettings):
    model_config = _config("JOB_")

    lease_seconds: float = Field(6, gt=0)
    """A worker that has not renewed its lease for so long is taken for dead."""
    max_attempts: int = Field(3, ge=1)
    backoff_seconds: float = Field(2, ge=0)
    """Wait before the second attempt; doubles with each further one."""
    timeout_seconds: int = Field(1800, ge=1)
    grace_seconds: float = Field(10, ge=0)
    """How long a worker that has to stop lets its job go on before it hands it back."""
    sweep_seconds: float = Field(1, gt=0)
    retention_days: int = Field(7, ge=1)
    """How long the event log of finished jobs is kept."""


class StorageSettings(BaseSettings):
    model_config = _config("STORAGE_")

    url: str = "file://./.specloom/files"
    """`file:///path` or `s3://bucket/prefix`; S3 credentials and endpoint by the usual AWS_… variables."""

    @field_validator("url", mode="after")
    @classmethod
    def _scheme(cls, value: str) -> str:
        if value.partition("://")[0] not in {"file", "s3", "memory"}:
            raise ValueError("must look like file:///path or s3://bucket/prefix")
        return value


class DocumentSettings(BaseSettings):
    model_config = _config("DOCUMENT_")

    max_bytes: int = Field(25 * 1024 * 1024, ge=1)
    max_pages: int = Field(2000, ge=1)
    max_characters: int = Field(10_000_000, ge=1000)
    max_expansion_bytes: int = Field(200 * 1024 * 1024, ge=1)
    parse_seconds: float = Field(30, gt=0)
    parse_memory_bytes: int = Field(512 * 1024 * 1024, ge=64 * 1024 * 1024)
    parse_concurrency: int = Field(2, ge=1)


class LlmSettings(BaseSettings):
    model_config = _config("OPENAI_")

    engine: Literal["auto", "openai", "embedded"] = Field("auto", validation_alias="AI_ENGINE")
    """`auto` takes the LLM when a key is set and the embedded engine otherwise."""
    api_key: SecretStr | None = None
    base_url: str | None = None
    model: str = "gpt-4.1-mini"
    timeout_seconds: float = Field(45, gt=0)
    """Longest silence of the provider; an answer that keeps coming may take `deadline_seconds` in all."""
    deadline_seconds: float = Field(300, gt=0)
    context_tokens: int = Field(100_000, ge=2000)
    max_output_tokens: int = Field(4_000, ge=100)
    embedding_model: str = "text-embedding-3-small"
    embedding_dimensions: int = Field(512, ge=8, le=4_000)
    """As many numbers as the model is asked for; more find better, and take more room. A `halfvec` index takes 4,000.
    """
    azure_api_key: SecretStr | None = Field(None, validation_alias="AZURE_OPENAI_API_KEY")
    azure_endpoint: str | None = Field(None, validation_alias="AZURE_OPENAI_ENDPOINT")
    azure_api_version: str = Field("2024-10-21", validation_alias="AZURE_OPENAI_API_VERSION")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.azure_endpoint and not self.azure_api_key:
            raise ValueError("AZURE_OPENAI_ENDPOINT needs AZURE_OPENAI_API_KEY")
        if self.max_output_tokens >= self.context_tokens:
            raise ValueError("OPENAI_MAX_OUTPUT_TOKENS must be below OPENAI_CONTEXT_TOKENS")
        if self.engine == "openai" and not (self.api_key or self.azure_api_key):
            raise ValueError("AI_ENGINE=openai needs OPENAI_API_KEY, or AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT")
        return self

    @property
    def uses_llm(self) -> bool:
        has_key = bool(self.api_key or (self.azure_api_key and self.azure_endpoint))
        return self.engine == "openai" or (self.engine == "auto" and has_key)


class BudgetSettings(BaseSettings):
    """The most that the tenants of each plan may take of language models in a calendar month (UTC): a tenant's own
    budget stays within it. `none` stands for no limit. The embedded engine costs nothing and knows none."""

    model_config = _config("BUDGET_")

    free_tokens: int | None = Field(2_000_000, ge=0)
    free_cost: Decimal | None = Field(Decimal(10), ge=0)
    """US dollars."""
    enterprise_tokens: int | None = Field(100_000_000, ge=0)
    enterprise_cost: Decimal | None = Field(Decimal(500), ge=0)

    @field_validator("*", mode="before")
    @classmethod
    def _unlimited(cls, value: Any) -> Any:
        return None if value == "none" else value


class ConversationSettings(BaseSettings):
    model_config = _config("CONVERSATION_")

    idle_hours: float = Field(24, gt=0, le=24 * 365)
    """A session in which nothing was said for so long expires."""

    @property
    def idle(self) -> timedelta:
        return timedelta(hours=self.idle_hours)


class TelemetrySettings(BaseSettings):
    model_config = _config("OTEL_")

    enabled: bool = False
    exporter_otlp_endpoint: str | None = None


class Settings(BaseSettings):
    """The whole tree. Groups may be given one by one; those left out are read from the environment."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid")

    app: AppSettings = Field(default_factory=AppSettings)
    api: ApiSettings = Field(default_factory=ApiSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    redis: RedisSettings = Field(default_factory=RedisSettings)
    tokens: TokenSettings = Field(default_factory=TokenSettings)
    jobs: JobSettings = Field(default_factory=JobSettings)
    storage: StorageSettings = Field(default_factory=StorageSettings)
    documents: DocumentSettings = Field(default_factory=DocumentSettings)
    llm: LlmSettings = Field(default_factory=LlmSettings)
    budgets: BudgetSettings = Field(default_factory=BudgetSettings)
    conversations: ConversationSettings = Field(default_factory=ConversationSettings)
    telemetry: TelemetrySettings = Field(default_factory=TelemetrySettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The groups read the environment; the tree itself takes only what it is given."""
        return (init_settings,)

    @model_validator(mode="after")
    def _production(self) -> Self:
        if self.app.env is Environment.PROD and any(
            key.get_secret_value() == INSECURE_SECRET for key in self.app.secret_keys
        ):
            raise ValueError("SECRET_KEYS must be set when APP_ENV is prod: `openssl rand -base64 32` makes one")
        return self


def load_settings(env_file: Path | None = None) -> Settings:
    """Reads and checks the environment; raises `SettingsError` that names every wrong variable."""
    groups: dict[str, BaseSettings] = {}
    problems: list[str] = []
    for name, field in Settings.model_fields.items():
        group = field.annotation
        assert isinstance(group, type)  # noqa: S101 - every field of the tree is a group
        assert issubclass(group, BaseSettings)  # noqa: S101
        try:
            groups[name] = group(_env_file=env_file or os.environ.get("SPECLOOM_ENV_FILE", ".env"))
        except ValidationError as error:
            problems += [f"{_variable(group, problem)}: {_reason(problem)}" for problem in error.errors()]
    if not problems:
        try:
            return Settings(**groups)  # type: ignore[arg-type]
        except ValidationError as error:
            problems = [_reason(problem) for problem in error.errors()]
    raise SettingsError("The settings cannot be used:\n" + "\n".join(f"  {problem}" for problem in problems))


def _variable(group: type[BaseSettings], problem: Any) -> str:
    if not problem["loc"]:
        return "settings"
    name = str(problem["loc"][0])
    if name not in group.model_fields:
        return name.upper()
    return str(group.model_fields[name].validation_alias or f"{group.model_config.get('env_prefix', '')}{name}".upper())


def _reason(problem: Any) -> str:
    return str(problem["msg"]).removeprefix("Value error, ")

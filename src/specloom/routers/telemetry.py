"""OpenTelemetry by setting: FastAPI traces requests itself, the instrumentors SQLAlchemy and Redis."""

from collections.abc import MutableMapping
from typing import Any

from fastapi.telemetry import TelemetryConfig
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.sqlalchemy import SQLAlchemyInstrumentor

from specloom.core.config import Settings

_UNTRACED = ("/health", "/metrics")


def configure_telemetry(settings: Settings) -> TelemetryConfig:
    """What FastAPI has to know. When enabled, the exporters are configured by the standard OTEL_… variables."""
    if not settings.telemetry.enabled:
        return {"tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}
    # Its declared bound on SQLAlchemy is older than what it works with.
    SQLAlchemyInstrumentor().instrument(skip_dep_check=True)
    RedisInstrumentor().instrument()
    return {"auto_configure": True, "exclude": _is_untraced}


def _is_untraced(scope: MutableMapping[str, Any]) -> bool:
    return str(scope.get("path", "")).startswith(_UNTRACED)

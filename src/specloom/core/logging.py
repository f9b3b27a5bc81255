"""Structured logs: one JSON object a line, with request, tenant and user ids, and no secrets."""

import logging
import logging.config
import sys
from typing import Any

import structlog
from asgi_correlation_id import correlation_id

from specloom.core.config import AppSettings


def _add_request_id(_: Any, __: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    if request_id := correlation_id.get():
        event.setdefault("request_id", request_id)
    return event


def configure_logging(settings: AppSettings) -> None:
    """Sends structlog and the standard library's loggers to standard error in the same form."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_request_id,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    last: list[structlog.types.Processor] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if settings.log_format == "json"
        else [structlog.dev.ConsoleRenderer()]
    )
    structlog.configure(
        processors=[*shared, *last],
        # Straight to the stream: the standard library's way takes several times as long, for each request.
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                    "foreign_pre_chain": [*shared, structlog.stdlib.add_logger_name],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
            "root": {"handlers": ["stderr"], "level": settings.log_level},
            "loggers": {
                name: {"level": "WARNING"}
                for name in ("uvicorn.access", "httpx", "httpx2", "openai", "rq.worker", "asyncio", "alembic.runtime")
            },
        }
    )


def get_logger(name: str) -> structlog.typing.FilteringBoundLogger:
    """A logger for a module: `log = get_logger(__name__)`."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(module=name)
    return logger

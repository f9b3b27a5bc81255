"""What operators' commands share: the settings of the servers that run here, and a word when the database does not."""

import os
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from specloom.cli import terminal
from specloom.cli.embedded import EmbeddedServers
from specloom.core.config import Settings
from specloom.core.failures import is_database_away

T = TypeVar("T")


def settings(data_dir: Path) -> Settings:
    """The settings; where they name no database, that of the `specloom up` over this data directory."""
    found = terminal.settings()
    data_dir = data_dir.expanduser().resolve()
    if "url" in found.database.model_fields_set or not (data_dir / "postgres").is_dir():
        return found
    urls = EmbeddedServers(data_dir).urls
    os.environ.update(
        DATABASE_URL=urls.database_url, MIGRATION_DATABASE_URL=urls.migration_database_url, REDIS_URL=urls.redis_url
    )
    if "secret_keys" not in found.app.model_fields_set:
        os.environ["SECRET_KEYS"] = (data_dir / "secret.key").read_text().strip()
    return terminal.settings()


def run(work: Coroutine[Any, Any, T]) -> T:
    """Like `terminal.run`, and says so when the database is not to be had."""
    try:
        return terminal.run(work)
    except Exception as error:
        if not is_database_away(error):
            raise
        terminal.fail("The database does not answer. Is it running? `specloom doctor` says more.")

"""Runs Alembic from the command line and from `specloom up`."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from pydantic import SecretStr

from specloom.cli.errors import Explained
from specloom.core.config import load_settings
from specloom.core.logging import get_logger
from specloom.core.runtime import open_runtime
from specloom.core.tenancy import GLOBAL_TENANT_ID, TenantContext
from specloom.services.identity import industry

log = get_logger(__name__)


class MigrationsMissing(Explained):
    """The folder `alembic` of the repository is neither beside the package nor in the working directory."""


def alembic_config(url: str | None = None) -> Config:
    """Alembic's configuration for the database of `url`; without one, for the one that the settings name."""
    for place in (Path(__file__).parents[3], Path.cwd()):
        if (place / "alembic.ini").is_file():
            config = Config(place / "alembic.ini")
            config.attributes["url"] = url or load_settings().database.owner_url.get_secret_value()
            return config
    raise MigrationsMissing("alembic.ini is not to be found: run this in the folder that holds it")


def migrate(url: str | None = None, revision: str = "head", *, application_url: str | None = None) -> None:
    """Brings the database up to a revision; up to the newest one, also the industry templates that came along.

    `url` is the owner's, `application_url` the application's; without them, those that the settings name.
    """
    command.upgrade(alembic_config(url), revision)
    if revision == "head":
        asyncio.run(_bring_in_industry_templates(application_url))


async def _bring_in_industry_templates(url: str | None) -> None:
    """As the application does it: the owner of the tables does not get past row-level security either."""
    settings = load_settings()
    if url is not None:
        database = settings.database.model_copy(update={"url": SecretStr(url)})
        settings = settings.model_copy(update={"database": database})
    async with (
        open_runtime(settings, pool_size=1) as runtime,
        runtime.uow(TenantContext(GLOBAL_TENANT_ID)) as uow,
    ):
        made = await industry.bring_in(uow)
    if made:
        log.info("industry_templates_brought_in", new_versions=made)


def newest_revision() -> str | None:
    """The revision that this version of the code expects."""
    return ScriptDirectory.from_config(alembic_config("postgresql+asyncpg://")).get_current_head()

"""Runs Alembic from the command line and from `specloom up`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from specloom.cli.errors import Explained
from specloom.core.config import load_settings


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


def migrate(url: str | None = None, revision: str = "head") -> None:
    """Brings the database up to a revision."""
    command.upgrade(alembic_config(url), revision)


def newest_revision() -> str | None:
    """The revision that this version of the code expects."""
    return ScriptDirectory.from_config(alembic_config("postgresql+asyncpg://")).get_current_head()

"""A PostgreSQL and a Redis as the containers have them at their first start: empty, and with passwords asked for."""

from collections.abc import Iterator

import pytest

from specloom.cli.embedded import EmbeddedServers

ASK_FOR_PASSWORDS = """\
local all postgres trust
local all all scram-sha-256
"""


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    directory = tmp_path_factory.mktemp("deployment")
    (directory / "pg_hba.conf").write_text(ASK_FOR_PASSWORDS)
    settings = {"fsync": "off", "hba_file": str(directory / "pg_hba.conf")}
    with EmbeddedServers(directory / "data", postgres_settings=settings) as running:
        yield running

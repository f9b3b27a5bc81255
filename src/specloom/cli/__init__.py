"""The command line: `specloom --help`."""

from specloom.cli.commands import app

__all__ = ["app"]

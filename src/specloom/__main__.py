"""`python -m specloom` is `specloom`."""

from specloom.cli import app

app()

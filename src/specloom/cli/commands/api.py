"""`specloom api`: the API alone, for operators."""

import uvicorn

from specloom.cli import terminal
from specloom.cli.supervisor import follow_supervisor


def api() -> None:
    """Run the API alone (API_HOST, API_PORT, API_WORKERS)."""
    follow_supervisor()
    settings = terminal.settings()
    uvicorn.run(
        "specloom.main:create_app",
        factory=True,
        host=settings.api.host,
        port=settings.api.port,
        workers=settings.api.workers if settings.api.workers > 1 else None,
        timeout_graceful_shutdown=settings.api.shutdown_grace_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
    )


app = terminal.command(api)

"""Tells a database that is away or overloaded from a mistake of ours."""

from errno import EDQUOT, ENOSPC

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# Classes and codes of SQLSTATE: connection trouble, too many connections, the server going down or coming up, a
# deadlock or a serialisation that lost, a statement that took too long, a lock that was not to be had.
_PASSING = ("08", "53300", "57P", "40001", "40P01", "57014", "55P03", "25P03")


def is_database_away(error: BaseException) -> bool:
    """Whether trying again in a moment may help: the server restarts, all connections are in use, it is overloaded."""
    if isinstance(error, PoolTimeout):
        return True
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause: BaseException | None = error
    while cause is not None:
        code = getattr(cause, "sqlstate", None)
        if isinstance(code, str) and code.startswith(_PASSING):
            return True
        # While PostgreSQL restarts, connecting fails with a plain OSError that nobody wraps.
        if isinstance(cause, ConnectionError | FileNotFoundError | asyncpg.CannotConnectNowError):
            return True
        # The server has said good-bye, and the end of the connection has not come in yet: asyncpg is out of step.
        if isinstance(cause, asyncpg.InternalClientError):
            return True
        cause = cause.__cause__
    return False


def is_disk_full(error: BaseException) -> bool:
    """Whether PostgreSQL (SQLSTATE 53100) or a disk of this machine has no room left."""
    cause: BaseException | None = error
    while cause is not None:
        if getattr(cause, "sqlstate", None) == "53100" or getattr(cause, "errno", None) in (ENOSPC, EDQUOT):
            return True
        cause = cause.__cause__
    return False

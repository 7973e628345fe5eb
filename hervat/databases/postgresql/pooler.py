"""A pooler that gives each transaction another session (pgbouncer in transaction mode): locks would hold nothing."""

from sqlalchemy import Connection, Engine, text

SHARED_SESSIONS = (
    "a pooler is between it and hervat that gives each transaction whichever session is free (pgbouncer: pool_mode ="
    " transaction), so that a lock or a setting would be anybody's; name the server itself in the URL, or a pool with"
    " pool_mode = session"
)
_ROUNDS = 4  # a pooler that takes sessions in turn comes by the first one again


def shares_sessions(engine: Engine) -> bool:
    """True if transactions of one connection may run in several sessions, and those of several in one.

    Asked before a lock is taken: in such a session it would stay behind. Raises SQLAlchemyError.
    """
    with engine.connect() as connection, engine.connect() as beside:
        own = _session(connection)
        for _ in range(_ROUNDS):
            if _session(beside, ends=False) == own or _session(connection) != own:
                return True
            beside.rollback()
    return False


def _session(connection: Connection, ends: bool = True) -> int:
    """Return the number of the server's process behind a connection; ends: its transaction ends with it."""
    number = connection.execute(text("select pg_backend_pid()")).scalar_one()
    if ends:
        connection.rollback()
    return int(number)

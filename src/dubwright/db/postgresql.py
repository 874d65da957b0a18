"""PostgreSQL through psycopg 3: limits on every wait, times in UTC."""

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy.pool import NullPool

CONNECT_TIMEOUT_S = 5

_SESSION = {
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "30s",
    "lock_timeout": "30s",
    "statement_timeout": "60s",
}


def postgresql_engine(url: sa.URL) -> sa.Engine:
    """At most 40 connections; those that broke meanwhile are replaced before use."""
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=30,
        pool_timeout=10,
        connect_args=connect_arguments(_SESSION),
    )
    sa.event.listen(engine, "handle_error", _hide_details)
    return engine


def postgresql_migration_engine(url: sa.URL) -> sa.Engine:
    """One connection whose statements may take long."""
    patient = _SESSION | {"statement_timeout": "0", "lock_timeout": "10min"}
    return sa.create_engine(
        url, hide_parameters=True, poolclass=NullPool, connect_args=connect_arguments(patient)
    )


def listening_connection(url: sa.URL) -> psycopg.Connection:
    """A connection of its own for LISTEN. Raises `psycopg.OperationalError`."""
    text = url.set(drivername="postgresql").render_as_string(hide_password=False)
    arguments = connect_arguments({"timezone": "UTC"})
    return psycopg.connect(make_conninfo(text, **arguments), autocommit=True)


def connect_arguments(session: dict[str, str]) -> dict[str, str]:
    """What libpq is told: a server that is gone is noticed within about 15 s."""
    return {
        "application_name": "dubwright",
        "connect_timeout": str(CONNECT_TIMEOUT_S),
        "keepalives": "1",
        "keepalives_idle": "5",
        "keepalives_interval": "3",
        "keepalives_count": "3",
        "tcp_user_timeout": "15000",
        "options": " ".join(f"-c {name}={value}" for name, value in session.items()),
    }


def postgresql_may_pass(error: BaseException | None) -> bool:
    """Whether the same statement may work later: no connection, lock, deadlock, disk, shutdown."""
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)


def _hide_details(context: sa.ExceptionContext) -> None:
    # The server's DETAIL line quotes the row; its first line names table, column and constraint.
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\n")[0], *error.args[1:])

"""Thousands of requests made from the API's description, on both databases.

python bench/contract.py [--cases 2000]

Prints how many were made, what was answered, and what did not hold; ends with 0 if all of it held.
"""

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "api")]

from clients import NotedEngine  # noqa: E402  # found on the path that is made above

from contract import Contract, Told  # noqa: E402
from dubwright.db.engine import Database  # noqa: E402
from dubwright.db.migrate import upgrade  # noqa: E402
from dubwright.jobs.service import Service, ServiceOptions  # noqa: E402
from dubwright.storage.local import LocalObjectStore  # noqa: E402
from dubwright.storage.signing import UrlSigner  # noqa: E402
from postgresql_server import PostgresqlServer, programs_folder  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2_000, help="at least, on each database")
    asked = parser.parse_args()
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=quiet)
    told = {}
    with TemporaryDirectory(prefix="dubwright-contract-") as name, _postgresql() as postgresql:
        told["sqlite"] = _proved(f"sqlite:///{name}/dubwright.sqlite", Path(name), asked.cases)
        if postgresql is not None:
            told["postgresql"] = _proved(postgresql, Path(name), asked.cases)
    return 1 if any(one.broken for one in told.values()) else 0


def _proved(url: str, folder: Path, cases: int) -> Told:
    """What was seen on one database."""
    began = time.monotonic()
    database = Database(url)
    upgrade(database)
    store = LocalObjectStore(folder / "objects", UrlSigner(b"0123456789abcdef"))
    contract = Contract(Service(database, store, NotedEngine(), ServiceOptions(data_folder=folder)))
    told = Told()
    each = -(-cases // len(contract.names))
    for name in contract.names:
        contract.prove(name, cases=each, told=told)
    # Where an address has no variable part there may be nothing to vary: others get more.
    for name in contract.names:
        if told.cases < cases:
            contract.prove(name, cases=2 * each, told=told)
    database.close()
    print(
        json.dumps(
            {
                "database": "PostgreSQL" if database.is_postgresql else "SQLite",
                "operations": len(contract.names),
                "cases": told.cases,
                "answers": {str(status): told.statuses[status] for status in sorted(told.statuses)},
                "failures": len(told.broken),
                "seconds": round(time.monotonic() - began),
            }
        ),
        flush=True,
    )
    for broken in told.broken.values():
        print(broken, flush=True)
    return told


@contextmanager
def _postgresql() -> Iterator[str | None]:
    """The address of a database on a server of its own; None where PostgreSQL is not installed."""
    programs = programs_folder()
    if programs is None:
        print("PostgreSQL is not installed")
        yield None
        return
    server = PostgresqlServer(programs)
    try:
        server.start()
        server.execute("CREATE DATABASE contract")
        yield server.url("contract")
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())

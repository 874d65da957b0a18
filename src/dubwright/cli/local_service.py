"""The service of this machine, for commands that work on its database itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from dubwright import bootstrap
from dubwright.domain.errors import InputError

if TYPE_CHECKING:
    from dubwright.jobs.caller import Caller
    from dubwright.jobs.service import Service


@contextmanager
def local_service() -> "Iterator[Service]":
    """The means of its use cases. Raises `InputError` where its packages are missing."""
    try:
        service = bootstrap.build_service(bootstrap.load_settings())
    except ModuleNotFoundError as exc:
        raise InputError(
            f"the service needs the package {exc.name!r}",
            hint="install it with `pip install dubwright[service]`",
        ) from exc
    try:
        yield service
    finally:
        service.database.close()


def operator_of(account: str) -> "Caller":
    """Whoever can write to the database may do anything with an account's things."""
    from dubwright.jobs.caller import ALL_SCOPES, Caller

    return Caller(account, None, ALL_SCOPES, "cli")

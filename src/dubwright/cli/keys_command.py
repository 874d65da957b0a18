"""`dubwright keys`: the keys of the service, for whoever runs it on this machine.

The commands work on the database itself, so they need no key; the first one is made here.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from dubwright import bootstrap
from dubwright.domain.errors import InputError

if TYPE_CHECKING:
    from dubwright.jobs.accounts import KeyResource
    from dubwright.jobs.caller import Caller, Scope
    from dubwright.jobs.service import Service

keys = typer.Typer(help="Keys of the service on this machine: create, list, revoke.")

_LOCAL = "acc_local"
_PAGE = 200

Account = Annotated[
    str, typer.Option(help="Whose key; see `dubwright keys accounts`.", metavar="ID")
]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@keys.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What the key is for, such as `build server`.")],
    scope: Annotated[
        str, typer.Option(help="`read`, `write` (with `read`) or `admin` (with both).")
    ] = "admin",
    days: Annotated[
        int | None, typer.Option(min=1, help="Days until it expires; never, if not given.")
    ] = None,
    new_account: Annotated[
        str | None, typer.Option(help="Make an account of this name; the key is its first one.")
    ] = None,
    account: Account = _LOCAL,
    as_json: AsJson = False,
) -> None:
    """Make a key. Its token is printed this once, alone on standard output."""
    with _service() as service:
        from dubwright.jobs import accounts

        owner = accounts.create_account(service, new_account).id if new_account else account
        made = accounts.create_first_key(
            service,
            name,
            owner,
            scopes=frozenset({_scope(scope)}),
            expires_at=service.now() + timedelta(days=days) if days else None,
        )
    if as_json:
        sys.stdout.write(made.model_dump_json() + "\n")
        return
    Console(stderr=True, markup=False).print(
        f"key {made.id} of {owner}; the token is shown this once:", highlight=False
    )
    sys.stdout.write(f"{made.token}\n")


@keys.command("list")
def list_all(account: Account = _LOCAL, as_json: AsJson = False) -> None:
    """List the keys of an account, revoked ones too. Tokens are kept nowhere."""
    with _service() as service:
        found = list(_all_keys(service, _operator(account)))
    if as_json:
        rows = [one.model_dump(mode="json") for one in found]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return
    table = Table("id", "name", "scopes", "state", "last used", box=None, pad_edge=False)
    for one in found:
        used = "never" if one.last_used_at is None else f"{one.last_used_at:%Y-%m-%d %H:%M} UTC"
        table.add_row(one.id, one.name, ", ".join(one.scopes), _state(one), used)
    Console(markup=False, soft_wrap=True).print(table)


@keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, as `dubwright keys list` shows it.")],
    account: Account = _LOCAL,
) -> None:
    """Make a key worthless at once. The last admin key of an account stays."""
    with _service() as service:
        from dubwright.jobs.accounts import revoke_key

        revoke_key(service, _operator(account), key)
    sys.stdout.write(f"{key} is revoked\n")


@keys.command("accounts")
def list_accounts(as_json: AsJson = False) -> None:
    """List the accounts. Nobody sees another account's things."""
    with _service() as service:
        from dubwright.jobs import accounts

        found = accounts.list_accounts(service)
    if as_json:
        rows = [one.model_dump(mode="json") for one in found]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return
    for one in found:
        sys.stdout.write(f"{one.id}  {one.name}\n")


@contextmanager
def _service() -> "Iterator[Service]":
    try:
        service = bootstrap.build_service(bootstrap.load_settings())
    except ModuleNotFoundError as exc:
        raise InputError(
            f"keys need the package {exc.name!r}",
            hint="install it with `pip install dubwright[service]`",
        ) from exc
    try:
        yield service
    finally:
        service.database.close()


def _operator(account: str) -> "Caller":
    """Whoever can write to the database may do anything with an account's keys."""
    from dubwright.jobs.caller import Caller

    return Caller(account, None, frozenset({"read", "write", "admin"}), "cli")


def _scope(raw: str) -> "Scope":
    match raw:
        case "read" | "write" | "admin":
            return raw
    raise InputError(f"there is no scope {raw!r}", hint="use `read`, `write` or `admin`")


def _all_keys(service: "Service", operator: "Caller") -> "Iterator[KeyResource]":
    from dubwright.jobs.accounts import list_keys
    from dubwright.jobs.paging import Cursor

    after: str | None = None
    while True:
        page = list_keys(service, operator, Cursor(_PAGE, after))
        yield from page.items
        after = page.next_cursor
        if after is None:
            return


def _state(key: "KeyResource") -> str:
    if key.revoked_at is not None:
        return f"revoked {key.revoked_at:%Y-%m-%d}"
    return "valid" if key.expires_at is None else f"until {key.expires_at:%Y-%m-%d %H:%M} UTC"

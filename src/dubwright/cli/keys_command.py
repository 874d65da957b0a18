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

from dubwright.cli.accounts_command import print_whole
from dubwright.cli.local_service import local_service, operator_of
from dubwright.cli.sizes import parse_quota, shown_quota, shown_size
from dubwright.domain.errors import InputError, NotFoundError
from dubwright.jobs.names import require_name

if TYPE_CHECKING:
    from dubwright.jobs.caller import Caller, Scope
    from dubwright.jobs.keys import KeyResource
    from dubwright.jobs.service import Service

keys = typer.Typer(help="Keys of the service on this machine: create, list, limit, revoke.")

_LOCAL = "acc_local"
_PAGE = 200

Account = Annotated[
    str, typer.Option(help="Whose key; see `dubwright accounts list`.", metavar="ID")
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
    require_name("a key", name)
    scopes = frozenset({_scope(scope)})
    with local_service() as service:
        from dubwright.jobs.accounts import create_account
        from dubwright.jobs.keys import create_first_key

        # Whatever can be wrong is found before there is an account without a key.
        expires_at = None if days is None else service.now() + _life(days)
        owner = account if new_account is None else create_account(service, new_account).id
        made = create_first_key(service, name, owner, scopes=scopes, expires_at=expires_at)
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
    with local_service() as service:
        from dubwright.jobs.keys import check_account

        check_account(service, account)
        found = list(_all_keys(service, operator_of(account)))
    if as_json:
        rows = [one.model_dump(mode="json") for one in found]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return
    table = Table(
        "id", "name", "scopes", "state", "uploaded", "quota", "last used", box=None, pad_edge=False,
    )  # fmt: skip
    for one in found:
        used = "never" if one.last_used_at is None else f"{one.last_used_at:%Y-%m-%d %H:%M} UTC"
        size, quota_shown = shown_size(one.uploaded_bytes), shown_quota(one.quota_bytes)
        table.add_row(one.id, one.name, ", ".join(one.scopes), _state(one), size, quota_shown, used)
    print_whole(table)


@keys.command("revoke")
def revoke(
    key: Annotated[str, typer.Argument(help="The key's id, as `dubwright keys list` shows it.")],
    account: Account = _LOCAL,
) -> None:
    """Make a key worthless at once. The last admin key of an account stays."""
    with local_service() as service, _hint_for(account):
        from dubwright.jobs.keys import revoke_key

        revoke_key(service, operator_of(account), key)
    sys.stdout.write(f"{key} is revoked\n")


@keys.command("quota")
def quota(
    key: Annotated[str, typer.Argument(help="The key's id, as `dubwright keys list` shows it.")],
    size: Annotated[str, typer.Argument(help="How much: `10GiB`, or `none`.")],
    account: Account = _LOCAL,
) -> None:
    """Limit how much may be held of what is uploaded with a key."""
    quota_bytes = parse_quota(size)
    with local_service() as service, _hint_for(account):
        from dubwright.jobs.keys import KeyChanges, change_key

        changes = KeyChanges(quota_bytes=quota_bytes)
        shown = change_key(service, operator_of(account), key, changes)
    sys.stdout.write(
        f"{key} uploaded {shown_size(shown.uploaded_bytes)}; quota {shown_quota(quota_bytes)}\n"
    )


def _life(days: int) -> timedelta:
    from dubwright.jobs.keys import LONGEST_LIFE

    if days > LONGEST_LIFE.days:
        raise InputError(
            f"a key cannot expire in {days} days",
            hint=f"use at most {LONGEST_LIFE.days}, or leave `--days` out for a key without an end",
        )
    return timedelta(days=days)


def _scope(raw: str) -> "Scope":
    match raw:
        case "read" | "write" | "admin":
            return raw
    raise InputError(f"there is no scope {raw!r}", hint="use `read`, `write` or `admin`")


@contextmanager
def _hint_for(account: str) -> Iterator[None]:
    """Name the command that lists keys where a key is not found: the API's hint is a route."""
    try:
        yield
    except NotFoundError as exc:
        hint = f"`dubwright keys list --account {account}` lists them"
        raise NotFoundError(exc.message, hint=hint) from exc


def _all_keys(service: "Service", operator: "Caller") -> "Iterator[KeyResource]":
    from dubwright.jobs.keys import list_keys
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

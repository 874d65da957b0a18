"""`dubwright accounts`: whose things the service holds, and how much, for whoever runs it."""

import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from dubwright.cli.local_service import local_service
from dubwright.cli.sizes import parse_quota, shown_quota, shown_size

_UNLIMITED_WIDTH = 10_000

accounts = typer.Typer(help="Accounts of the service on this machine: list, limit.")


@accounts.command("list")
def list_all(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, sizes in bytes.")] = False,
) -> None:
    """List the accounts, what they hold and how much they may. Nobody sees another's things."""
    with local_service() as service:
        from dubwright.jobs.accounts import list_accounts

        found = list_accounts(service)
    if as_json:
        rows = [one.model_dump(mode="json") for one in found]
        sys.stdout.write(json.dumps(rows, indent=2, ensure_ascii=False) + "\n")
        return
    table = Table("id", "name", "holds", "quota", "since", box=None, pad_edge=False)
    for one in found:
        size, quota = shown_size(one.stored_bytes), shown_quota(one.quota_bytes)
        table.add_row(one.id, one.name, size, quota, f"{one.created_at:%Y-%m-%d}")
    print_whole(table)


@accounts.command("quota")
def quota(
    account: Annotated[
        str, typer.Argument(help="The account's id, as `dubwright accounts list` shows it.")
    ],
    size: Annotated[str, typer.Argument(help="How much it may hold: `10GiB`, or `none`.")],
) -> None:
    """Limit how much an account may hold. What it holds already stays, even if it is more."""
    quota_bytes = parse_quota(size)
    with local_service() as service:
        from dubwright.jobs.accounts import set_quota

        shown = set_quota(service, account, quota_bytes)
    sys.stdout.write(
        f"{shown.id} holds {shown_size(shown.stored_bytes)}; quota {shown_quota(quota_bytes)}\n"
    )


def print_whole(table: Table) -> None:
    """Print a table as wide as it is: an id that is cut is worth nothing, here or in a pipe."""
    Console(markup=False, soft_wrap=True, width=_UNLIMITED_WIDTH).print(table)

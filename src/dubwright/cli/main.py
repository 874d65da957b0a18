"""The `dubwright` command: dub, serve, qc, keys, accounts, providers, models, doctor."""

import json
import sys

import typer
from rich.console import Console

from dubwright import __version__, bootstrap
from dubwright.cli.accounts_command import accounts
from dubwright.cli.dub_command import dub
from dubwright.cli.inspect_commands import doctor, models, providers
from dubwright.cli.keys_command import keys
from dubwright.cli.qc_command import qc
from dubwright.cli.serve_command import serve
from dubwright.domain.errors import Cancelled, DubError
from dubwright.jobs.exit_codes import exit_code

_GO_ON = "run the same command again to go on from here"

app = typer.Typer(
    help="Dub a video into another language, on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


def main() -> None:
    """The entry point: an expected failure becomes one sentence, its remedy and its exit code."""
    bootstrap.share_memory_between_threads()
    try:
        app()
    except DubError as exc:
        explain(exc, as_json="--json" in sys.argv)
        sys.exit(exit_code(exc))


def explain(error: DubError, *, as_json: bool) -> None:
    """Say what went wrong and what to do next: to people on stderr, to programs on stdout."""
    hint = error.hint or (_GO_ON if isinstance(error, Cancelled) else None)
    if as_json:
        line = {"event": "failed", "code": error.code, "message": error.message, "hint": hint}
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
        return
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    console.print(f"{error.code}: {error.message}", markup=False)
    if hint:
        console.print(f"→ {hint}", markup=False)


def _version(wanted: bool) -> None:  # typer calls it with the flag
    if wanted:
        sys.stdout.write(f"dubwright {__version__}\n")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(  # the callback acts on it
        False,
        "--version",
        callback=_version,
        is_eager=True,
        help="Print the version.",
    ),
) -> None:
    """Dub a video into another language, on this machine."""


app.command()(dub)
app.command()(serve)
app.command()(qc)
app.command()(providers)
app.command()(doctor)
app.add_typer(models, name="models")
app.add_typer(keys, name="keys")
app.add_typer(accounts, name="accounts")

if __name__ == "__main__":
    main()

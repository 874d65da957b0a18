"""The `dubwright` command: dub, qc, providers, models, doctor."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer
from rich.console import Console

from dubwright import __version__
from dubwright.cli.exit_codes import exit_code
from dubwright.domain.errors import DubError

P = ParamSpec("P")


def _explained(command: Callable[P, None]) -> Callable[P, None]:
    """Turn an expected failure into one sentence, its remedy and its exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except DubError as exc:
            _explain(exc)
            raise typer.Exit(exit_code(exc)) from exc

    return run


def _explain(error: DubError) -> None:
    console = Console(stderr=True)
    console.print(f"[bold]{error.code}[/bold]: ", end="", highlight=False)
    console.print(error.message, highlight=False, markup=False)
    if error.hint:
        console.print(f"→ {error.hint}", highlight=False, markup=False)


def _version(wanted: bool) -> None:  # typer calls it with the flag
    if wanted:
        sys.stdout.write(f"dubwright {__version__}\n")
        raise typer.Exit


app = typer.Typer(
    help="Dub a video into another language, on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)

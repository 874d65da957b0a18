"""`dubwright serve`: the service on this machine, or one part of it."""

import os
import sys
from enum import StrEnum
from typing import Annotated

import typer

_MODULES = {
    "all": ["dubwright.worker", "--role", "all"],
    "api": ["dubwright.api"],
    "worker": ["dubwright.worker"],
}


class Role(StrEnum):
    """Which part of the service to run."""

    all = "all"
    api = "api"
    worker = "worker"


def serve(
    role: Annotated[
        Role, typer.Option(help="Everything, or on one of several machines a part of it.")
    ] = Role.all,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
) -> None:
    """Run the service: the API and a worker, on http://127.0.0.1:8000.

    Settings come from `dubwright.toml` and the environment, see docs/settings.md.
    """
    for name, value in (("HOST", host), ("PORT", port)):
        if value is not None:
            os.environ[f"DUBWRIGHT_SERVER__{name}"] = str(value)
    # The parts are programs of their own; this one becomes the one that was asked for.
    os.execv(sys.executable, [sys.executable, "-m", *_MODULES[role]])  # noqa: S606  # no shell is wanted

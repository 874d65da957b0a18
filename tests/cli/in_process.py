"""The command line within the tests' own process, where nothing depends on having one of its own."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

from dubwright.cli.main import main

WIDE = {"COLUMNS": "160"}


def run(
    folder: Path, *arguments: str, environment: Mapping[str, str] = WIDE
) -> subprocess.CompletedProcess[str]:
    """What `dubwright` with these arguments answers in a folder."""
    told, complained = io.StringIO(), io.StringIO()
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["dubwright", *arguments]),
        contextlib.redirect_stdout(told),
        contextlib.redirect_stderr(complained),
    ):
        code = _exit_code()
    return subprocess.CompletedProcess(
        arguments, code, stdout=told.getvalue(), stderr=complained.getvalue()
    )


def _exit_code() -> int:
    try:
        main()
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    return 0

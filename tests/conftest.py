"""What every test folder shares: where the evaluation data is, and databases of one's own."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from dubwright.bootstrap import keep_engines_silent

keep_engines_silent()

# Tests start hundreds of programs: each shall find the package compiled, whatever the shell prefers.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

pytest_plugins = ("databases", "dubwright.testing.google.fixtures")

# Machines are shared: how long an example takes says nothing about the code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def evaluation() -> Path:
    """The folder of the evaluation data; tests that need it are skipped where it is not."""
    folder = Path(os.environ.get("DUBWRIGHT_EVAL", ROOT.parent / "shared" / "eval"))
    if not (folder / "MANIFEST.json").is_file():
        pytest.skip("the evaluation data is not here: set DUBWRIGHT_EVAL to its folder")
    return folder


@pytest.fixture(autouse=True)
def _logs_as_at_the_start() -> Iterator[None]:
    """What a test does to logging ends with it."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()

"""Node and the studio's tools, for tests that run them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WEB = ROOT / "web"
REQUIRED = "DUBWRIGHT_REQUIRE_STUDIO"


def environment() -> dict[str, str]:
    """With the Node that the setup installed before that of the machine."""
    programs = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": os.pathsep.join((programs, os.environ.get("PATH", "")))}


def require_tools() -> None:
    """Skip where the studio's tools are not installed, unless they have to be."""
    missing = [
        name
        for name, is_here in (
            ("node", shutil.which("node", path=environment()["PATH"]) is not None),
            ("web/node_modules", (WEB / "node_modules" / "vitest").is_dir()),
        )
        if not is_here
    ]
    if not missing:
        return
    reason = f"{' and '.join(missing)} missing: `make setup-dev` installs the studio's tools"
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{reason}, and {REQUIRED}=1")
    pytest.skip(reason)


def run(*command: str, folder: Path = WEB, timeout_s: float = 300) -> str:
    """What a command prints; the test fails with it where the command does."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout

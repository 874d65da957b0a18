"""Packages of others: copied, and installed by pip into a folder of their own."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def copied(example: str, folders: pytest.TempPathFactory) -> Path:
    """A copy of a package of the examples, because building leaves files behind."""
    ignored = shutil.ignore_patterns("__pycache__", ".*", "dist", "build")
    return shutil.copytree(EXAMPLES / example, folders.mktemp("source") / "package", ignore=ignored)


def installed(package: Path, folders: pytest.TempPathFactory) -> Path:
    """Where pip put it. Nothing is downloaded."""
    site = folders.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check"]
    command += ["--target", str(site), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return site

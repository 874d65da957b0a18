"""The wheel brings the studio, and is made without it where it cannot be built."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from node import ROOT, environment, require_tools


def _wheel(folder: Path, **more: str) -> zipfile.ZipFile:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"),
            *("--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)),
        ],
        env={**environment(), **more},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    [wheel] = folder.glob("*.whl")
    return zipfile.ZipFile(wheel)


def test_the_wheel_brings_the_studio_precompressed(tmp_path: Path) -> None:
    require_tools()
    with _wheel(tmp_path) as wheel:
        names = set(wheel.namelist())
    assert "dubwright/web/index.html" in names
    scripts = {name for name in names if name.startswith("dubwright/web/assets/index-")}
    assert any(name.endswith(".js.br") for name in scripts)
    assert any(name.endswith(".js.gz") for name in scripts)


def test_a_wheel_can_be_made_without_the_studio(tmp_path: Path) -> None:
    with _wheel(tmp_path, DUBWRIGHT_SKIP_WEB="1") as wheel:
        names = wheel.namelist()
    assert "dubwright/api/app.py" in names
    assert not [name for name in names if name.startswith("dubwright/web/")]


@pytest.mark.parametrize("name", ["web/dist", "web/node_modules"])
def test_what_was_built_is_not_kept_in_the_repository(name: str) -> None:
    listed = subprocess.run(
        ["git", "ls-files", name], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert listed.stdout == ""

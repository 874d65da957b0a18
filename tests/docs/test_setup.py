"""The set-up script says what is missing and how to get it, before it does anything."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELL_TOOLS = ("cat", "cksum", "dirname", "find", "id", "mkdir", "rm", "sort")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the set-up script, and in `bin` the few programs that every machine has."""
    for folder in ("scripts", "requirements"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "bin").mkdir()
    for tool in SHELL_TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def add_program(checkout: Path, name: str, *, exit_code: int = 0) -> Path:
    program = checkout / "bin" / name
    program.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    program.chmod(0o755)
    return program


def set_up(checkout: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": str(checkout / "bin"), "HOME": str(checkout), **variables}
    return subprocess.run(
        ["/bin/sh", checkout / "scripts/setup.sh", *arguments],
        env=environment, capture_output=True, text=True, timeout=20, check=False,
    )  # fmt: skip


def test_a_machine_without_espeak_is_told_how_to_install_it(checkout: Path) -> None:
    done = set_up(checkout)
    assert done.returncode == 1
    assert "brew install espeak-ng" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_too_old_is_named(checkout: Path) -> None:
    for program in ("espeak-ng", "ffmpeg", "ffprobe"):
        add_program(checkout, program)
    old = add_program(checkout, "python2", exit_code=1)
    done = set_up(checkout, PYTHON=str(old))
    assert done.returncode == 1
    assert str(old) in done.stderr
    assert "3.11" in done.stderr


def test_a_machine_without_python_is_told_so(checkout: Path) -> None:
    for program in ("espeak-ng", "ffmpeg", "ffprobe"):
        add_program(checkout, program)
    done = set_up(checkout)
    assert done.returncode == 1
    assert done.stderr.startswith("error: Python 3.11 or newer is missing")


def test_an_unknown_purpose_is_refused(checkout: Path) -> None:
    done = set_up(checkout, "prod")
    assert done.returncode == 1
    assert "`prod`" in done.stderr


def test_a_finished_set_up_does_nothing_the_second_time(checkout: Path) -> None:
    for program in ("espeak-ng", "ffmpeg", "ffprobe", "npm"):
        add_program(checkout, program)
    (checkout / "pyproject.toml").write_text("")
    python = checkout / "bin/python3"
    # A Python that only writes down how it was called, and makes itself an environment.
    python.write_text(
        '#!/bin/sh\necho "$*" >>"$HOME/calls"\n'
        'case "$*" in *venv\\ --clear*) mkdir -p .venv/bin; for name in python dubwright; '
        'do cat "$HOME/bin/python3" >".venv/bin/$name"; "$HOME/bin/chmod" +x ".venv/bin/$name"; '
        "done ;; esac\n"
    )
    python.chmod(0o755)
    (checkout / "bin/chmod").symlink_to(shutil.which("chmod") or "chmod")
    models = str(checkout / "models")
    Path(models).mkdir()

    first = set_up(checkout, DUBWRIGHT_MODELS_FOLDER=models)
    assert first.returncode == 0, first.stderr
    calls = (checkout / "calls").read_text().splitlines()
    assert "models prepare" in calls
    assert len([call for call in calls if "--require-hashes" in call]) == 3

    second = set_up(checkout, DUBWRIGHT_MODELS_FOLDER=models)
    new_calls = (checkout / "calls").read_text().splitlines()[len(calls) :]
    assert (second.returncode, second.stderr) == (0, "")
    assert [call for call in new_calls if "version_info" not in call] == []

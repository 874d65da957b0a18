"""The page docs/add-a-provider.md does what it says: its files make a package that works."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dubwright import registry
from dubwright.testing import contracts

PAGE = Path(__file__).resolve().parents[2] / "docs" / "add-a-provider.md"
PROGRAM = "from dubwright.cli.main import main; main()"
NAMED_BLOCK = re.compile(r"```(?:python|toml)\n# (?P<file>\S+)\n(?P<text>.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the page."""
    folder = tmp_path_factory.mktemp("shout")
    for block in NAMED_BLOCK.finditer(PAGE.read_text()):
        (folder / block["file"]).write_text(block["text"])
    return folder


@pytest.fixture(scope="module")
def site(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--disable-pip-version-check"]
    command += ["--target", str(site), str(package)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return site


def run(site: Path, *arguments: str, folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "300"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_first_provider_on_the_page_is_short():
    first = NAMED_BLOCK.search(PAGE.read_text())
    assert first is not None
    written = [line for line in first["text"].splitlines() if line.strip()]
    assert len(written) <= 14


def test_its_tests_pass(site, package):
    assert " passed" in run(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=package)


def test_the_list_of_providers_has_the_line_shown(site, tmp_path):
    shown = re.search(r"```text\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert shown is not None
    listed = run(site, "-c", PROGRAM, "providers", folder=tmp_path)
    assert shown[1].split() in [line.split() for line in listed.splitlines()]


def test_every_kind_is_listed_with_its_port_and_contract():
    page = PAGE.read_text()
    for kind in registry.KINDS:
        port = kind.title().replace("_To_", "To").replace("_", "")
        assert f"| `{kind}` | `{port}` | `{port}Contract` |" in page
        assert hasattr(contracts, f"{port}Contract")


def test_the_options_on_the_page_are_a_model_that_describes_its_fields(package, tmp_path):
    code = (
        "from options import ShoutOptions;"
        "print([f.description for f in ShoutOptions.model_fields.values()])"
    )
    assert "ends with" in run(package, "-c", code, folder=tmp_path)

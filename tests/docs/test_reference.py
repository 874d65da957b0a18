"""The reference pages name everything there is, and their generated parts are fresh."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

from dubwright.catalogue import entries
from dubwright.cli.main import app
from dubwright.domain.errors import DubError
from dubwright.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def headings(page: str) -> set[str]:
    return set(re.findall(r"^## (.+)$", (DOCS / page).read_text(), re.MULTILINE))


def error_codes(kind: type[DubError]) -> Iterator[str]:
    yield kind.code
    for narrower in kind.__subclasses__():
        yield from error_codes(narrower)


def command_names(words: str, command: object) -> Iterator[str]:
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from command_names(f"{words} {name}", inner)
    elif isinstance(command, TyperCommand):
        yield words


def test_every_error_code_has_a_heading_and_every_heading_an_error_code() -> None:
    assert headings("errors.md") == set(error_codes(DubError))


def test_every_command_has_a_heading_and_every_heading_a_command() -> None:
    commands = command_names("dubwright", typer.main.get_command(app))
    assert headings("command-line.md") == set(commands)


def test_every_setting_stands_on_the_settings_page() -> None:
    page = (DOCS / "settings.md").read_text()
    assert [name for name in Settings.model_fields if f"| `{name}" not in page] == []


def test_every_model_stands_on_the_models_page() -> None:
    page = (DOCS / "languages-and-models.md").read_text()
    assert [entry.id for entry in entries() if f"`{entry.id}`" not in page] == []


def test_the_generated_parts_of_the_pages_are_fresh() -> None:
    script = ROOT / "scripts/write_docs.py"
    check = subprocess.run(
        [sys.executable, script, "--check"], capture_output=True, text=True, timeout=60, check=False
    )
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")

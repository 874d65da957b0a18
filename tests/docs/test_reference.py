"""The reference pages name everything there is, and their generated parts are fresh."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

from dubwright.api.metrics import Instruments
from dubwright.api.problems import HTTP_KINDS, KINDS
from dubwright.catalogue import entries
from dubwright.cli.main import app
from dubwright.domain.errors import DubError
from dubwright.jobs.census import Census
from dubwright.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NAMED_ROUTE = re.compile(r"`(GET|PUT|POST|PATCH|DELETE) (/[^`\s]+)`")


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


def codes_of_operations() -> set[str]:
    """The codes that operations end with and no exception has."""
    sources = [path.read_text() for path in (ROOT / "src").rglob("*.py")]
    found = {code for text in sources for code in re.findall(r'Failure\(\s*code="(\w+)"', text)}
    return found - set(error_codes(DubError))


def test_every_error_code_has_a_heading_and_every_heading_an_error_code() -> None:
    codes = set(error_codes(DubError)) | set(KINDS) | set(HTTP_KINDS) | codes_of_operations()
    assert headings("errors.md") == codes
    assert "worker_crashed" in codes


def test_every_error_code_has_a_row_in_the_table() -> None:
    rows = re.findall(r"^\| \[`(\w+)`\]", (DOCS / "errors.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(headings("errors.md"))


def test_every_metric_stands_on_the_page_for_operators() -> None:
    nothing = Census(operations={}, oldest_queued_s={}, workers=0, provider_calls={}, errors={})
    served = re.findall(r"^# TYPE (\w+) ", Instruments().render(nothing).decode(), re.MULTILINE)
    page = (DOCS / "run-it-for-a-team.md").read_text()
    names = [name for name in served if not name.endswith("_created")]
    assert len(names) >= 10
    assert [name for name in names if f"| `{name}` |" not in page] == []


def test_every_route_that_a_page_names_exists() -> None:
    described = json.loads((DOCS / "openapi.json").read_text())["paths"]
    routes = {
        (method.upper(), placeless(path))
        for path, methods in described.items()
        for method in methods
    }
    named = {
        (page.name, method, placeless(path))
        for page in [*DOCS.glob("*.md"), *ROOT.glob("*.md")]
        for method, path in NAMED_ROUTE.findall(page.read_text())
    }
    assert len(named) >= 10
    assert [one for one in named if one[1:] not in routes] == []


def placeless(path: str) -> str:
    """An address without its query, and with nameless places."""
    return re.sub(r"\{[^}]*\}", "{}", path.partition("?")[0])


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

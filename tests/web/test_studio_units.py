"""The studio's own tests, its generated client, its texts and what its pages weigh."""

import json
import re
from pathlib import Path

import pytest
from node import ROOT, WEB, require_tools, run

from dubwright.api.studio_pages import PAGES
from dubwright.api.studio_parts import preload_header, read_parts

LOCALES = sorted((WEB / "src" / "locales").iterdir())
PLACEHOLDER = re.compile(r"\{(\w+)[,}]")
CASE = re.compile(r"(?:zero|one|two|few|many|other|female|male|neutral|=\d+) \{\w+\}")


@pytest.fixture(autouse=True)
def _tools() -> None:
    require_tools()


def test_every_unit_test_of_the_studio_passes(tmp_path: Path) -> None:
    told = tmp_path / "report.json"
    run("npx", "vitest", "run", "--reporter=dot", "--reporter=json", f"--outputFile.json={told}")
    report = json.loads(told.read_text(encoding="utf-8"))
    assert report["success"]
    assert report["numPassedTests"] > 50
    assert report["numPendingTests"] == 0


def test_the_client_is_generated_from_the_present_description(tmp_path: Path) -> None:
    fresh = tmp_path / "schema.d.ts"
    run("npx", "openapi-typescript", str(ROOT / "docs" / "openapi.json"), "--output", str(fresh))
    kept = WEB / "src" / "api" / "schema.d.ts"
    assert fresh.read_text(encoding="utf-8") == kept.read_text(encoding="utf-8"), (
        "run `npm run client` in web/"
    )


def test_every_page_keeps_to_its_budget(tmp_path: Path) -> None:
    # Not in web/dist: a service of another test may be reading that.
    run("npx", "vite", "build", "--outDir", str(tmp_path), "--emptyOutDir")
    told = run("node", "scripts/sizes.mjs", str(tmp_path))
    assert "src/home/Home.tsx" in told
    assert "src/studio/StudioPage.tsx" in told
    ahead = preload_header(read_parts(tmp_path), PAGES["/"])
    assert "/assets/Home-" in ahead
    assert ahead.count("as=font") == 1


@pytest.mark.parametrize("locale", LOCALES, ids=lambda folder: folder.name)
def test_every_language_of_the_page_has_every_text(locale: Path) -> None:
    english, translated = _texts(WEB / "src" / "locales" / "en"), _texts(locale)
    assert set(translated) == set(english)
    assert all(text.strip() for text in translated.values())
    differing = {
        key
        for key, text in english.items()
        if _placeholders(text) != _placeholders(translated[key])
    }
    assert differing == set()


def _texts(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for area in sorted(folder.glob("*.json")):
        texts |= json.loads(area.read_text(encoding="utf-8"))
    return texts


def _placeholders(text: str) -> set[str]:
    """Names of what is filled in; a case of one word, as in `one {once}`, is a text."""
    return set(PLACEHOLDER.findall(CASE.sub("", text)))

"""A service that asks for a key: signing in, media through signed addresses, signing out."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fleet
import pytest
from playwright.sync_api import Browser, Page, expect
from studio import made_dub, open_studio, players, wait_until


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[fleet.Fleet]:
    """A service with a key, which lies in the file `key` of its folder."""
    folder = tmp_path_factory.mktemp("guarded")
    settings = fleet.stand_in_settings()
    running = fleet.Fleet(folder, settings)
    environment = {**os.environ, **settings, "DUBWRIGHT_DATA_FOLDER": str(folder / "data")}
    with running.running():
        made = subprocess.run(
            [str(Path(sys.executable).parent / "dubwright"), "keys", "create", "studio"],
            env=environment,
            capture_output=True,
            check=True,
        )
        (folder / "key").write_bytes(made.stdout.strip())
        yield running


@pytest.fixture(scope="module")
def key(guarded: fleet.Fleet) -> str:
    return (guarded.folder / "key").read_text()


@pytest.fixture
def visitor(browser: Browser, guarded: fleet.Fleet) -> Iterator[Page]:
    context = browser.new_context(base_url=guarded.url, locale="en-US")
    yield context.new_page()
    context.close()


def test_a_wrong_key_is_told_and_the_right_one_opens_the_library(visitor: Page, key: str) -> None:
    visitor.goto("/library")
    expect(visitor.get_by_role("heading", name="Sign in")).to_be_visible()
    field = visitor.get_by_role("textbox", name="Key")
    field.fill("dw_wrong")
    field.press("Enter")
    told = visitor.get_by_role("alert")
    expect(told).to_contain_text("This key does not fit.")
    expect(told).to_contain_text("ask whoever runs this")
    field.fill(key)
    expect(told).to_be_hidden()
    visitor.get_by_role("button", name="Sign in").click()
    expect(visitor.get_by_role("heading", name="Library")).to_be_visible()
    visitor.reload()
    expect(visitor.get_by_role("heading", name="Library")).to_be_visible()


def test_the_studio_plays_and_gives_files_with_a_key_until_one_signs_out(
    visitor: Page, guarded: fleet.Fleet, key: str, talk: Path, tmp_path: Path
) -> None:
    client = fleet.Client(guarded.url, key)
    project = made_dub(client, talk)
    client.http.close()
    refused: list[str] = []
    visitor.add_init_script(f"sessionStorage.setItem('dubwright.key', '{key}')")
    visitor.on(
        "response",
        lambda answer: refused.append(answer.url) if answer.status in (401, 403, 404) else None,
    )
    open_studio(visitor, project)
    visitor.get_by_role("button", name="Play", exact=True).first.click()
    wait_until(visitor, "document.querySelector('video').currentTime > 0.5")
    assert players(visitor)["dub"] > 0
    assert not players(visitor)["dubMuted"]
    wait_until(
        visitor,
        "performance.getEntriesByType('resource').some((one) => one.name.includes('peaks-'))",
    )
    visitor.get_by_role("button", name="Download").click()
    with visitor.expect_download() as download:
        visitor.get_by_role("menuitem", name="Video").first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.stat().st_size > 10_000
    assert refused == []


def test_signing_out_forgets_the_key(visitor: Page, key: str) -> None:
    visitor.goto("/settings")
    visitor.get_by_role("textbox", name="Key").fill(key)
    visitor.get_by_role("button", name="Sign in").click()
    visitor.get_by_role("button", name="Sign out").click()
    expect(visitor.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.evaluate("sessionStorage.length + localStorage.length") == 0

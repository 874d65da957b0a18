"""The way of somebody who has never seen the studio: from a video to a corrected dub."""

import json
import re
import subprocess
from pathlib import Path

import fleet
import pytest
from axe import violations
from playwright.sync_api import Page, expect
from studio import (
    EXAMPLE,
    choose_language,
    choose_video,
    line,
    play_until,
    players,
    translation,
    wait_until,
    wait_until_dubbed,
)

IN_STEP = (
    "Math.abs(document.querySelector('video').currentTime"
    " - document.querySelector('audio').currentTime) <= 0.06"
)


@pytest.fixture(scope="module")
def dubbed() -> dict[str, str]:
    """Where the project is that the first test makes; the others go on with it."""
    return {}


def test_a_video_becomes_a_dub(page: Page, dubbed: dict[str, str]) -> None:
    page.goto("/")
    choose_video(page)
    choose_language(page, "Spoken language", "engl", "English")
    expect(page.get_by_role("grid", name="Dub into")).to_contain_text("Portuguese")
    page.get_by_role("button", name="Start dubbing").click()
    page.wait_for_url(re.compile(r"/p/prj_"), timeout=60_000)
    wait_until_dubbed(page)
    expect(line(page, 1)).to_contain_text("Printing")
    dubbed["address"] = page.url


def test_both_voices_are_heard_at_the_same_place(page: Page, dubbed: dict[str, str]) -> None:
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    page.get_by_role("button", name="Play", exact=True).first.click()
    play_until(page, 3)
    wait_until(page, IN_STEP)
    before = players(page)
    assert before["videoMuted"]
    assert not before["dubMuted"]
    page.keyboard.press("o")
    after = players(page)
    assert not after["videoMuted"]
    assert after["dubMuted"]
    assert 0 <= after["video"] - before["video"] < 1.5
    page.keyboard.press("o")
    play_until(page, 7)
    wait_until(page, IN_STEP)
    page.keyboard.press(" ")
    expect(page.get_by_role("button", name="Play", exact=True).first).to_be_visible()
    assert players(page)["paused"]


def test_a_corrected_line_is_spoken_again_and_no_other(
    page: Page, service: fleet.Fleet, dubbed: dict[str, str]
) -> None:
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    translation(page, 4).fill("Acredito que este país deve assumir o compromisso")
    translation(page, 4).blur()
    expect(line(page, 4)).to_contain_text("Edited, not spoken yet")
    line(page, 4).get_by_role("button", name="Speak again").click()
    expect(line(page, 4)).not_to_contain_text("Edited, not spoken yet", timeout=120_000)
    wait_until_dubbed(page)
    project = re.search(r"prj_\w+", dubbed["address"])
    assert project is not None
    client = fleet.Client(service.url)
    newest = client.call("GET", f"/v1/operations?project={project[0]}").json()["items"][0]
    log = client.call("GET", f"/v1/operations/{newest['id']}/logs").json()["items"]
    client.http.close()
    spoken = [told["fields"] for told in log if told["fields"].get("call") == "synthesize"]
    assert len(spoken) == 1, json.dumps(log)[:2000]


def test_an_edit_is_undone_and_done_again(page: Page, dubbed: dict[str, str]) -> None:
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    before = translation(page, 1).input_value()
    translation(page, 1).fill("Outra coisa.")
    translation(page, 1).blur()
    expect(line(page, 1)).to_contain_text("Edited, not spoken yet")
    page.get_by_role("button", name="Undo").click()
    expect(translation(page, 1)).to_have_value(before)
    expect(line(page, 1)).not_to_contain_text("Edited, not spoken yet")
    page.get_by_role("button", name="Redo").click()
    expect(translation(page, 1)).to_have_value("Outra coisa.")
    page.get_by_role("button", name="Undo").click()
    expect(translation(page, 1)).to_have_value(before)


def test_the_dub_is_downloaded_and_plays(
    page: Page, dubbed: dict[str, str], tmp_path: Path
) -> None:
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name=re.compile("video", re.IGNORECASE)).first.click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name == "two_voices.pt.mp4"
    probed = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "json", str(file)],
        capture_output=True,
        check=True,
    )
    kinds = [stream["codec_type"] for stream in json.loads(probed.stdout)["streams"]]
    assert kinds.count("video") == 1
    assert kinds.count("audio") == 2
    assert file.stat().st_size > EXAMPLE.stat().st_size // 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_studio_is_accessible(page: Page, dubbed: dict[str, str], scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    assert violations(page) == []
    for tab in ("Speakers", "Glossary", "Sound", "Line"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], tab


def test_the_studio_fits_a_phone(page: Page, dubbed: dict[str, str]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 391
    assert violations(page) == []


def test_every_shortcut_is_listed_on_a_sheet(page: Page, dubbed: dict[str, str]) -> None:
    page.goto(dubbed["address"])
    wait_until_dubbed(page)
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    assert violations(page, "[role=dialog]") == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

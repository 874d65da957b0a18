"""Files on their way to the server: refused, paused, cut off and resumed."""

import subprocess
from pathlib import Path

import fleet
import pytest
from playwright.sync_api import Page, Route, expect
from studio import client_of, wait_until_drawn


def test_another_kind_of_file_is_refused_before_it_is_sent(
    quick_page: Page, tmp_path: Path
) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("not a video")
    asked: list[str] = []
    quick_page.on("request", lambda request: asked.append(request.url))
    quick_page.goto("/")
    _choose(quick_page, notes)
    told = quick_page.get_by_role("alert")
    expect(told).to_contain_text("“notes.txt” is not a video that can be dubbed here.")
    expect(told).to_contain_text("Choose an MP4, MOV, MKV or WebM file.")
    assert not [url for url in asked if "/v1/uploads" in url]
    expect(quick_page.get_by_role("button", name="Choose a file")).to_be_enabled()


def test_a_video_without_sound_is_refused_after_the_check(quick_page: Page, tmp_path: Path) -> None:
    silent = tmp_path / "silent.mp4"
    _ffmpeg("-f", "lavfi", "-i", "testsrc2=d=2:s=160x90:r=10", "-pix_fmt", "yuv420p", str(silent))
    quick_page.goto("/")
    _choose(quick_page, silent)
    told = quick_page.get_by_role("main").get_by_role("alert")
    expect(told).to_contain_text("no sound", timeout=30_000)
    expect(told).to_contain_text("Choose a video in which somebody speaks.")
    expect(quick_page.get_by_role("button", name="Choose a file")).to_be_enabled()


def test_an_upload_survives_a_pause_and_a_lost_connection(
    quick_page: Page, stand_ins: fleet.Fleet, large: Path
) -> None:
    held: list[Route] = []
    quick_page.route("**/v1/uploads/*", lambda route: _hold_what_is_sent(route, held))
    quick_page.goto("/")
    _choose(quick_page, large)
    quick_page.get_by_role("button", name="Pause", exact=True).click()
    expect(quick_page.get_by_text("Paused. What is uploaded stays.")).to_be_visible()
    quick_page.unroute("**/v1/uploads/*")
    quick_page.context.set_offline(True)
    quick_page.get_by_role("button", name="Go on").click()
    expect(quick_page.get_by_text("No connection. It goes on by itself")).to_be_visible(
        timeout=20_000
    )
    quick_page.context.set_offline(False)
    expect(quick_page.get_by_text("Less than a minute on this server.")).to_be_visible(
        timeout=40_000
    )
    client = client_of(stand_ins)
    newest = client.call("GET", "/v1/projects?limit=1").json()["items"][0]
    client.http.close()
    assert newest["source"]["size_bytes"] == large.stat().st_size


@pytest.fixture(scope="module")
def large(talk: Path) -> Path:
    """A video of 20 MB, of which most is a note that players skip."""
    file = talk.parent / "large.mp4"
    _ffmpeg("-i", str(talk), "-c", "copy", str(file))
    with file.open("ab") as opened:
        size = 20_000_000
        opened.write(size.to_bytes(4, "big") + b"free" + bytes(size - 8))
    return file


def _choose(page: Page, file: Path) -> None:
    wait_until_drawn(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)


def _ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True, timeout=60)


def _hold_what_is_sent(route: Route, held: list[Route]) -> None:
    if route.request.method == "PATCH":
        held.append(route)
    else:
        route.continue_()

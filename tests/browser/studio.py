"""What a person does in the studio, in words for the tests."""

import re
import time
import uuid
from pathlib import Path

import fleet
from playwright.sync_api import Locator, Page, expect

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "two_voices.mp4"
DUB_MS = 240_000


def choose_video(page: Page, video: Path = EXAMPLE) -> None:
    """Choose a file on the page for a new dub, and wait until the server took it."""
    wait_until_drawn(page)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(video)
    expect(page.get_by_role("heading", name=video.name)).to_be_visible()


def wait_until_drawn(page: Page) -> None:
    """Wait until the page for a new dub has its fonts and fields, and nothing moves any more."""
    expect(page.get_by_role("combobox", name="Spoken language")).to_be_visible()
    page.evaluate("() => document.fonts.ready.then(() => undefined)")


def choose_language(page: Page, label: str, typed: str, name: str) -> None:
    """Choose a language by typing a part of its name."""
    page.get_by_role("button", name=re.compile(label)).or_(
        page.get_by_role("combobox", name=label)
    ).first.click()
    box = page.get_by_role("combobox", name=label)
    expect(box).to_be_visible()
    box.fill(typed)
    page.get_by_role("option", name=re.compile(name)).click()


def wait_until_dubbed(page: Page) -> None:
    """Wait in the studio until nothing works any more and the dub can be heard."""
    expect(dubbed_voice(page)).to_be_enabled(timeout=DUB_MS)
    expect(page.get_by_role("button", name="Cancel")).to_be_hidden(timeout=DUB_MS)


def dubbed_voice(page: Page) -> Locator:
    """The button that lets one hear the dub; it is disabled before there is one."""
    return page.get_by_role("group", name="Who is heard").get_by_role("button", name="Dubbed")


def line(page: Page, number: int) -> Locator:
    """A line of the list, counted from 1."""
    return page.get_by_role("feed", name="Lines").get_by_role("article").nth(number - 1)


def translation(page: Page, number: int) -> Locator:
    """The field with a line's translation."""
    return line(page, number).get_by_role("textbox", name="Translation")


def players(page: Page) -> dict[str, float | bool]:
    """Where picture and dub are, in seconds, and which of them is heard."""
    return page.evaluate(
        """() => {
          const video = document.querySelector('video'), dub = document.querySelector('audio')
          return {
            video: video.currentTime, dub: dub.currentTime,
            videoMuted: video.muted, dubMuted: dub.muted, paused: video.paused,
          }
        }"""
    )


def client_of(service: fleet.Fleet) -> fleet.Client:
    """A client for what a test prepares or looks up beside the browser."""
    return fleet.Client(service.url)


def made_dub(
    client: fleet.Client, video: Path, *, targets: tuple[str, ...] = ("pt",), name: str = "A talk"
) -> str:
    """A finished dub, made without the browser; gives the project's id."""
    project = made_project(client, video, targets=targets, name=name)
    ended = client.wait([client.run(project, key=uuid.uuid4().hex)], within_s=DUB_MS / 1000)
    assert [one["state"] for one in ended.values()] == ["succeeded"]
    return project


def made_project(
    client: fleet.Client, video: Path, *, targets: tuple[str, ...] = ("pt",), name: str = "A talk"
) -> str:
    """A project that nothing was worked on yet; gives its id."""
    upload = client.upload(video)
    return client.project(upload, key=uuid.uuid4().hex, targets=list(targets), name=name)


def open_studio(page: Page, project: str, **search: str | int) -> None:
    """Open a project with a finished dub, and wait until its lines are there."""
    query = "&".join(f"{name}={value}" for name, value in search.items())
    page.goto(f"/p/{project}?{query}")
    expect(line(page, 1)).to_be_visible()
    expect(dubbed_voice(page)).to_be_enabled()


def lines_of(client: fleet.Client, project: str, language: str = "pt") -> list[dict[str, object]]:
    """The lines as the server keeps them."""
    script = client.call("GET", f"/v1/projects/{project}/targets/{language}/utterances").json()
    found: list[dict[str, object]] = script["utterances"]
    return found


def play_until(page: Page, second: float) -> None:
    """Let it play until the picture is there. The page's policy allows no evaluated conditions."""
    for _ in range(300):
        if players(page)["video"] >= second:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"the video never came to second {second}")


def wait_until(page: Page, claim: str, *, within_s: float = 20) -> None:
    """Wait until a claim in JavaScript holds. The page's own rules forbid it to poll by itself."""
    deadline = time.monotonic() + within_s
    while not page.evaluate(f"() => {claim}"):
        assert time.monotonic() < deadline, claim
        page.wait_for_timeout(50)

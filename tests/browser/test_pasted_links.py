"""A link in place of a file: what is refused at once, and what the server refuses."""

import re

import pytest
from playwright.sync_api import Page, expect
from studio import choose_video

REFUSED = [
    ("https://exa mple.com/talk.mp4", "This is not a link.", "Copy it from the browser’s"),
    ("https://192.168.0.1/talk.mp4", "not public", "Upload the file instead."),
    ("https://www.youtube.com/playlist?list=PL1234567890", "a list", "Open one video there"),
    ("https://someone:secret@example.com/talk.mp4", "a user name", "before the @"),
    ("ftp://example.com/talk.mp4", "https://", "Only links that begin with"),
    ("https://www.yout", "The link is not complete.", "leads to a video file"),
]


@pytest.mark.parametrize(("link", "what", "remedy"), REFUSED)
def test_a_link_that_cannot_be_followed_is_refused_while_it_is_written(
    quick_page: Page, link: str, what: str, remedy: str
) -> None:
    quick_page.goto("/")
    field = quick_page.get_by_role("textbox", name="Paste a link")
    field.fill(link)
    field.blur()
    section = quick_page.get_by_role("region", name="Paste a link")
    expect(section).to_contain_text(what)
    expect(section).to_contain_text(remedy)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(quick_page.get_by_role("button", name="Fetch it")).to_be_hidden()


def test_a_link_is_fetched_only_by_whoever_has_the_right_to_it(quick_page: Page) -> None:
    quick_page.goto("/")
    quick_page.get_by_role("textbox", name="Paste a link").fill("https://example.com/talk.mp4")
    fetch = quick_page.get_by_role("button", name="Fetch it")
    expect(fetch).to_be_disabled()
    quick_page.get_by_role("button", name="Start dubbing").click()
    expect(quick_page.get_by_text("Confirm that you have the right to dub")).to_be_visible()
    quick_page.get_by_text("I have the right to dub this video.").click()
    expect(fetch).to_be_enabled()


def test_a_link_that_cannot_be_fetched_says_why_and_the_page_stays_usable(
    quick_page: Page,
) -> None:
    quick_page.goto("/")
    quick_page.get_by_role("textbox", name="Paste a link").fill("https://video.invalid/talk.mp4")
    quick_page.get_by_text("I have the right to dub this video.").click()
    quick_page.get_by_role("button", name="Fetch it").click()
    told = quick_page.get_by_role("main").get_by_role("alert")
    expect(told).to_contain_text(
        re.compile(r"upload the file|try again", re.IGNORECASE), timeout=30_000
    )
    another = quick_page.get_by_role("button", name="Choose another video")
    if another.is_visible():
        another.click()
    choose_video(quick_page)

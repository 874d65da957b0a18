"""The frame of every page: navigation, language, look, and accessibility."""

import fleet
import pytest
from axe import violations
from playwright.sync_api import Browser, Page, expect

PAGES = ["/", "/library", "/glossaries", "/settings", "/health"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_accessible(page: Page, path: str, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert violations(page) == []


def test_the_language_of_the_page_is_changed_in_a_menu(page: Page) -> None:
    page.goto("/settings")
    page.get_by_role("button", name="Language and look").click()
    page.get_by_role("menuitemradio", name="Português").click()
    expect(page.get_by_role("link", name="Biblioteca")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "pt"


def test_arabic_runs_from_right_to_left(page: Page) -> None:
    page.goto("/")
    page.evaluate("localStorage.setItem('dubwright.locale', 'ar')")
    page.goto("/library")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("document.documentElement.dir") == "rtl"
    mark, menu = page.locator("header a").first, page.locator("header button").last
    assert mark.bounding_box()["x"] > menu.bounding_box()["x"]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_on_a_phone(
    browser: Browser, service: fleet.Fleet, path: str
) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        base_url=service.url,
        is_mobile=True,
        has_touch=True,
    )
    phone = context.new_page()
    phone.goto(path)
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.wait_for_load_state("networkidle")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 391
    context.close()


def test_a_lost_server_is_told_and_the_page_goes_on_by_itself(
    browser: Browser, service: fleet.Fleet
) -> None:
    context = browser.new_context(base_url=service.url)
    page = context.new_page()
    page.goto("/library")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.set_offline(True)
    service.api.kill()
    expect(page.get_by_text("This page goes on by itself")).to_be_visible()
    context.set_offline(False)
    expect(page.get_by_text("This page goes on by itself")).to_be_hidden(timeout=60_000)
    context.close()

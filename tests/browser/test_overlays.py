"""Everything that opens over the studio is accessible, by day and by night."""

import re
from collections.abc import Callable
from pathlib import Path

import fleet
import pytest
from axe import violations
from playwright.sync_api import Page, expect
from studio import client_of, line, made_dub, open_studio, translation


def _ask_to_delete(page: Page) -> None:
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Delete the project").click()


OPENERS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "download menu": (
        "[role=menu]",
        lambda page: page.get_by_role("button", name="Download").click(),
    ),
    "more menu": (
        "[role=menu]",
        lambda page: page.get_by_role("button", name="More", exact=True).click(),
    ),
    "language picker": (
        "[role=dialog]",
        lambda page: page.get_by_role("button", name="Add a language").click(),
    ),
    "keyboard sheet": ("[role=dialog]", lambda page: page.keyboard.press("?")),
    "insert": (
        "[role=dialog]",
        lambda page: page.get_by_role("button", name="Insert after").click(),
    ),
    "delete the project": ("[role=alertdialog]", _ask_to_delete),
    "speed menu": (
        "[role=menu]",
        lambda page: page.get_by_role("button", name=re.compile("^Speed")).first.click(),
    ),
    "look menu": (
        "[role=menu]",
        lambda page: page.get_by_role("button", name="Language and look").click(),
    ),
}


@pytest.fixture(scope="module")
def project(stand_ins: fleet.Fleet, talk: Path) -> str:
    client = client_of(stand_ins)
    made = made_dub(client, talk, name="An overlaid talk")
    client.http.close()
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_overlay_of_the_studio_is_accessible(
    quick_page: Page, project: str, scheme: str
) -> None:
    quick_page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    open_studio(quick_page, project, line=1)
    for name, (selector, open_it) in OPENERS.items():
        open_it(quick_page)
        overlay = quick_page.locator(selector).last
        expect(overlay, name).to_be_visible()
        assert violations(quick_page, selector) == [], name
        quick_page.keyboard.press("Escape")
        expect(overlay, name).to_be_hidden()


def test_renaming_in_the_library_is_accessible(quick_page: Page, project: str) -> None:
    quick_page.goto("/library")
    quick_page.get_by_role("button", name="More for An overlaid talk").click()
    expect(quick_page.get_by_role("menu")).to_be_visible()
    assert violations(quick_page, "[role=menu]") == []
    quick_page.get_by_role("menuitem", name="Rename").click()
    window = quick_page.get_by_role("dialog", name="Give it another name")
    expect(window).to_be_visible()
    assert violations(quick_page, "[role=dialog]") == []
    window.get_by_role("textbox", name="Name").fill("A talk " + "very " * 30 + "long")
    window.get_by_role("button", name="Save").click()
    expect(window).to_be_hidden()
    quick_page.goto(f"/p/{project}")
    expect(line(quick_page, 1)).to_be_visible()
    assert quick_page.evaluate("document.documentElement.scrollWidth") <= 1360
    assert quick_page.get_by_role("button", name="Download").is_visible()


def test_two_texts_for_one_line_are_both_shown_and_one_is_chosen(
    quick_page: Page, project: str
) -> None:
    other = quick_page.context.new_page()
    open_studio(quick_page, project)
    open_studio(other, project)
    translation(quick_page, 2).fill("[pt] da primeira")
    translation(quick_page, 2).blur()
    expect(line(quick_page, 2)).to_contain_text("Edited, not spoken yet")
    expect(quick_page.get_by_text("Saving…")).to_be_hidden()
    translation(other, 2).fill("[pt] da segunda")
    translation(other, 2).blur()
    asked = other.get_by_role("alertdialog", name="Somebody else changed this line")
    expect(asked).to_contain_text("[pt] da primeira")
    expect(asked).to_contain_text("[pt] da segunda")
    assert violations(other, "[role=alertdialog]") == []
    asked.get_by_role("button", name="Take theirs").click()
    expect(translation(other, 2)).to_have_value("[pt] da primeira")
    other.close()


def test_the_same_nudge_in_two_places_has_two_names(quick_page: Page, project: str) -> None:
    open_studio(quick_page, project, line=2)
    for what in ("Start", "End"):
        name = re.compile(f"{what}.*a tenth of a second later")
        buttons = quick_page.get_by_role("button", name=name)
        expect(buttons).to_have_count(2)
        names = [buttons.nth(place).get_attribute("aria-label") for place in range(2)]
        assert len(set(names)) == 2


def test_a_project_that_is_not_there_has_a_calm_page(quick_page: Page) -> None:
    quick_page.goto("/p/prj_doesnotexist")
    expect(quick_page.get_by_role("heading", name="There is no such page.")).to_be_visible()
    expect(quick_page.get_by_role("alert")).to_be_hidden()
    assert violations(quick_page) == []
    quick_page.get_by_role("main").get_by_role("link", name="Library").click()
    expect(quick_page.get_by_role("heading", name="Library")).to_be_visible()


def test_a_project_deleted_elsewhere_says_so_where_it_is_open(
    quick_page: Page, stand_ins: fleet.Fleet, talk: Path
) -> None:
    client = client_of(stand_ins)
    made = made_dub(client, talk)
    open_studio(quick_page, made)
    client.call("DELETE", f"/v1/projects/{made}")
    client.http.close()
    translation(quick_page, 1).fill("[pt] too late")
    translation(quick_page, 1).blur()
    expect(quick_page.get_by_role("heading", name="There is no such page.")).to_be_visible()


def test_a_phone_shows_more_lines_than_picture(quick_page: Page, project: str) -> None:
    quick_page.set_viewport_size({"width": 390, "height": 844})
    open_studio(quick_page, project)
    room = quick_page.get_by_role("feed", name="Lines").locator("..").bounding_box()
    picture = quick_page.locator("video").bounding_box()
    assert room is not None
    assert picture is not None
    assert room["height"] >= 260
    assert room["height"] > 1.5 * picture["height"]
    assert quick_page.evaluate("document.documentElement.scrollWidth") <= 390


def test_what_is_chosen_shows_without_colours_of_its_own(quick_page: Page, project: str) -> None:
    quick_page.emulate_media(forced_colors="active")
    open_studio(quick_page, project)
    colour = "(button) => getComputedStyle(button).backgroundColor"
    voices = quick_page.get_by_role("group", name="Who is heard")
    chosen = voices.get_by_role("button", pressed=True).evaluate(colour)
    assert chosen != voices.get_by_role("button", pressed=False).evaluate(colour)

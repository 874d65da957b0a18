"""One project in several languages."""

from pathlib import Path

import fleet
import pytest
from playwright.sync_api import Page, expect
from studio import (
    choose_language,
    client_of,
    line,
    lines_of,
    made_dub,
    open_studio,
    translation,
    wait_until_dubbed,
)


@pytest.fixture(scope="module")
def project(stand_ins: fleet.Fleet, talk: Path) -> str:
    client = client_of(stand_ins)
    made = made_dub(client, talk, targets=("pt", "es"))
    client.http.close()
    return made


def test_an_edit_in_one_language_leaves_the_other_as_it_is(
    quick_page: Page, stand_ins: fleet.Fleet, project: str
) -> None:
    open_studio(quick_page, project, lang="pt")
    tabs = quick_page.get_by_role("navigation", name="Languages of this project")
    expect(tabs.get_by_role("link", name="Português")).to_have_attribute("aria-current", "page")
    translation(quick_page, 1).fill("[pt] Bom dia.")
    translation(quick_page, 1).blur()
    expect(line(quick_page, 1)).to_contain_text("Edited, not spoken yet")
    expect(tabs.get_by_role("link", name="Português")).to_contain_text("1 edited line")
    tabs.get_by_role("link", name="Español").click()
    expect(translation(quick_page, 1)).to_have_value("[es] Good morning. This")
    expect(tabs.get_by_role("link", name="Español")).to_contain_text("ready")
    expect(quick_page.get_by_text("Edited, not spoken yet")).to_be_hidden()
    tabs.get_by_role("link", name="Português").click()
    expect(translation(quick_page, 1)).to_have_value("[pt] Bom dia.")
    client = client_of(stand_ins)
    assert [one["stale"] for one in lines_of(client, project, "es")].count(True) == 0
    assert [one["stale"] for one in lines_of(client, project, "pt")].count(True) == 1
    client.http.close()


def test_a_language_is_added_in_the_studio_and_dubbed_at_once(
    quick_page: Page, stand_ins: fleet.Fleet, talk: Path
) -> None:
    client = client_of(stand_ins)
    made = made_dub(client, talk, targets=("pt",))
    client.http.close()
    open_studio(quick_page, made)
    quick_page.get_by_role("button", name="Add a language").click()
    choose_language(quick_page, "Dub into", "span", "Spanish")
    quick_page.get_by_role("button", name="Add and dub").click()
    added = quick_page.get_by_role("link", name="Español")
    expect(added).to_have_attribute("aria-current", "page", timeout=20_000)
    wait_until_dubbed(quick_page)
    expect(translation(quick_page, 1)).to_have_value("[es] Good morning. This")
    expect(quick_page.get_by_role("link", name="Português")).to_contain_text("ready")

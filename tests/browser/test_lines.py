"""Work on single lines: their texts, their structure, their voices and recordings."""

import re
from collections.abc import Iterator
from pathlib import Path

import fleet
import pytest
from playwright.sync_api import Locator, Page, expect
from studio import client_of, line, lines_of, made_dub, open_studio, translation, wait_until_dubbed

Text = tuple[object, object]


@pytest.fixture
def client(stand_ins: fleet.Fleet) -> Iterator[fleet.Client]:
    made = client_of(stand_ins)
    yield made
    made.http.close()


@pytest.fixture
def project(client: fleet.Client, talk: Path) -> str:
    """A dub of its own for each test: its work is cached."""
    return made_dub(client, talk)


def test_a_split_cuts_both_texts_and_undo_gives_them_back(
    quick_page: Page, client: fleet.Client, project: str
) -> None:
    before = _texts(client, project)
    open_studio(quick_page, project, line=1)
    field = translation(quick_page, 1)
    field.click()
    field.press("Home")
    for _ in "[pt] Good":
        field.press("ArrowRight")
    line(quick_page, 1).get_by_role("button", name="Split here").click()
    expect(translation(quick_page, 1)).to_have_value("[pt] Good")
    expect(translation(quick_page, 2)).to_have_value("morning. This")
    expect(line(quick_page, 1)).to_have_attribute("aria-setsize", str(len(before) + 1))
    quick_page.get_by_role("button", name="Undo").first.click()
    expect(line(quick_page, 1)).to_have_attribute("aria-setsize", str(len(before)))
    expect(translation(quick_page, 1)).to_have_value("[pt] Good morning. This")
    _expect_texts(quick_page, client, project, before)


@pytest.mark.parametrize(
    ("work", "told"), [("Join with next", "The lines were joined."), ("Delete", "was deleted.")]
)
def test_a_change_of_the_structure_is_told_and_undone_there(
    quick_page: Page, client: fleet.Client, project: str, work: str, told: str
) -> None:
    before = _texts(client, project)
    open_studio(quick_page, project, line=2)
    _actions(quick_page).get_by_role("button", name=work).click()
    toast = quick_page.get_by_role("status").filter(has_text=told)
    expect(toast).to_be_visible()
    expect(line(quick_page, 1)).to_have_attribute("aria-setsize", str(len(before) - 1))
    toast.get_by_role("button", name="Undo").click()
    expect(line(quick_page, 1)).to_have_attribute("aria-setsize", str(len(before)))
    _expect_texts(quick_page, client, project, before)


def test_a_line_is_put_into_a_pause(quick_page: Page, client: fleet.Client, project: str) -> None:
    open_studio(quick_page, project, line=1)
    _actions(quick_page).get_by_role("button", name="Insert after").click()
    dialog = quick_page.get_by_role("dialog", name="Insert a line")
    dialog.get_by_label("What is said").fill("Well.")
    dialog.get_by_label(re.compile("^Translation")).fill("Bem.")
    dialog.get_by_role("button", name="Insert the line").click()
    expect(dialog).to_be_hidden()
    expect(translation(quick_page, 2)).to_have_value("Bem.")
    assert ("Well.", "Bem.") in _texts(client, project)


def test_a_line_that_looks_fine_leaves_the_list_of_those_that_need_a_look(
    quick_page: Page, client: fleet.Client, project: str
) -> None:
    open_studio(quick_page, project)
    wanted = sum(1 for one in lines_of(client, project) if one["look"])
    assert wanted > 1
    quick_page.get_by_role("button", name=f"Need a look ({wanted})").click()
    first = line(quick_page, 1)
    expect(first).to_have_attribute("aria-setsize", str(wanted))
    first.get_by_role("button", name="Looks fine").click()
    expect(quick_page.get_by_role("button", name=f"Need a look ({wanted - 1})")).to_be_visible()
    expect(line(quick_page, 1)).to_have_attribute("aria-setsize", str(wanted - 1))


def test_another_voice_for_a_speaker_makes_their_lines_stale(
    quick_page: Page, client: fleet.Client, project: str
) -> None:
    open_studio(quick_page, project, tab="speakers")
    card = quick_page.get_by_role("article", name="Speaker 1", exact=True)
    card.get_by_role("button", name=re.compile("^Voice")).click()
    card.get_by_role("button", name="Listen to this text in the voice Low beep").click()
    expect(card.get_by_role("button", name="Stop")).to_be_visible()
    chosen = card.get_by_role("button", name=re.compile("^Low beep"))
    if chosen.get_attribute("aria-pressed") == "true":
        chosen = card.get_by_role("button", name=re.compile("^High beep"))
    chosen.click()
    expect(chosen).to_have_attribute("aria-pressed", "true")
    expect(quick_page.get_by_role("button", name="Speak 7 edited lines").first).to_be_visible()
    assert all(one["stale"] for one in lines_of(client, project))


def test_an_earlier_recording_is_used_again(
    quick_page: Page, client: fleet.Client, project: str
) -> None:
    open_studio(quick_page, project, line=4)
    before = translation(quick_page, 4).input_value()
    translation(quick_page, 4).fill("[pt] linha nova")
    translation(quick_page, 4).blur()
    line(quick_page, 4).get_by_role("button", name="Speak again").click()
    expect(line(quick_page, 4)).not_to_contain_text("Edited, not spoken yet", timeout=60_000)
    wait_until_dubbed(quick_page)
    takes = quick_page.get_by_role("region", name="Last recordings")
    expect(takes.get_by_role("listitem")).to_have_count(2)
    expect(takes.get_by_text("In the dub now")).to_have_count(1)
    takes.get_by_role("button", name="Use this one").click()
    expect(translation(quick_page, 4)).to_have_value(before)


def test_a_speed_of_its_own_makes_a_line_stale(quick_page: Page, project: str) -> None:
    open_studio(quick_page, project, line=3)
    speed = quick_page.get_by_role("group", name="Speed")
    field = speed.get_by_role("textbox", name="Speed")
    expect(field).to_be_disabled()
    speed.get_by_text("Automatic").click()
    expect(field).to_be_enabled()
    field.fill("1.3")
    field.press("Enter")
    expect(line(quick_page, 3)).to_contain_text("Edited, not spoken yet")
    expect(field).to_have_value("1.3")


def test_a_word_is_fixed_in_the_glossary_tab(quick_page: Page, project: str) -> None:
    open_studio(quick_page, project, tab="glossary")
    panel = quick_page.get_by_role("tabpanel", name="Glossary")
    panel.get_by_label("Word in English").fill("test")
    panel.get_by_label("Always in Portuguese").fill("prova")
    expect(panel.get_by_text("It stands in 2 lines.")).to_be_visible()
    panel.get_by_role("button", name="Add a term").click()
    expect(quick_page.get_by_text("“test” is in")).to_be_visible()


def test_another_background_is_mixed_and_no_line_is_spoken(
    quick_page: Page, client: fleet.Client, project: str
) -> None:
    open_studio(quick_page, project, tab="sound")
    panel = quick_page.get_by_role("tabpanel", name="Sound")
    panel.get_by_text("Leave the original voices audible").click()
    expect(panel.get_by_role("button", name="Mix again")).to_be_visible()
    expect(quick_page.get_by_text("Edited, not spoken yet")).to_be_hidden()
    assert not any(one["stale"] for one in lines_of(client, project))
    panel.get_by_role("button", name="Mix again").click()
    wait_until_dubbed(quick_page)
    expect(panel.get_by_role("button", name="Mix again")).to_be_hidden()


def _actions(page: Page) -> Locator:
    return page.get_by_role("region", name="Work on this line")


def _texts(client: fleet.Client, project: str) -> list[Text]:
    return [(one["source_text"], one["target_text"]) for one in lines_of(client, project)]


def _expect_texts(page: Page, client: fleet.Client, project: str, wanted: list[Text]) -> None:
    """What the page shows is right at once; the server has it when nothing is being saved."""
    expect(page.get_by_text("Saving…")).to_be_hidden()
    assert _texts(client, project) == wanted

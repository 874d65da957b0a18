"""The power goes while a dub is made and somebody watches."""

import uuid
from pathlib import Path

import fleet
from playwright.sync_api import Page, expect
from studio import client_of, line, made_project, wait_until_dubbed


def test_the_studio_says_that_the_server_is_gone_and_reaches_the_dub_by_itself(
    slow_page: Page, slow_stand_ins: fleet.Fleet, talk: Path
) -> None:
    client = client_of(slow_stand_ins)
    project = made_project(client, talk)
    client.run(project, key=uuid.uuid4().hex)
    slow_page.goto(f"/p/{project}")
    expect(slow_page.get_by_role("region", name="Progress")).to_contain_text(
        "Speak", timeout=60_000
    )
    before = slow_stand_ins.api.starts
    for part in (slow_stand_ins.api, *slow_stand_ins.crew):
        part.kill()
    expect(slow_page.get_by_text("The server cannot be reached.")).to_be_visible(timeout=15_000)
    expect(slow_page.get_by_text("The server cannot be reached.")).to_be_hidden(timeout=60_000)
    assert slow_stand_ins.api.starts > before
    wait_until_dubbed(slow_page)
    expect(line(slow_page, 1)).to_contain_text("Good morning.")
    expect(slow_page.get_by_role("alert")).to_be_hidden()
    operations = client.call("GET", f"/v1/operations?project={project}").json()["items"]
    client.http.close()
    assert [one["state"] for one in operations] == ["succeeded"]

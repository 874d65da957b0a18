"""What is heard under a dub, as a setting of a project."""

import pytest
from journeys import dubbed_project

from dubwright.db.tables import Project, Target


@pytest.fixture
def dubbed(client, service):
    """A dubbed project whose target knows how its last dub was spoken."""
    dubbed = dubbed_project(client, service)
    with service.database.writing() as session:
        session.query(Target).filter_by(project_id=dubbed.id).one().receipt_key = "documents/r.json"
    return dubbed


def changed(client, dubbed, **settings):
    answer = client.patch(dubbed.url, json={"settings": settings}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text
    return client.get(dubbed.target_url).json()


def receipt(service, dubbed):
    with service.database.reading() as session:
        return session.query(Target).filter_by(project_id=dubbed.id).one().receipt_key


@pytest.mark.parametrize("settings", [{"background_db": -6.5}, {"voice_over": True}])
def test_another_bed_makes_a_dub_stale_and_forgets_nothing_of_it(client, service, dubbed, settings):
    assert changed(client, dubbed, **settings)["stale"]
    assert receipt(service, dubbed) == "documents/r.json"


def test_with_any_other_setting_everything_is_decided_anew(client, service, dubbed):
    assert changed(client, dubbed, background_db=-6.5, keep_background=False)["stale"]
    assert receipt(service, dubbed) is None


def test_the_settings_of_an_older_project_are_those_it_was_dubbed_with(client, service, dubbed):
    with service.database.writing() as session:
        project = session.get_one(Project, dubbed.id)
        new = ("background_db", "voice_over")
        project.settings = {k: v for k, v in project.settings.items() if k not in new}
    shown = client.get(dubbed.url).json()["settings"]
    assert (shown["background_db"], shown["voice_over"]) == (0.0, False)
    assert not changed(client, dubbed, background_db=0.0, voice_over=False)["stale"]


@pytest.mark.parametrize(
    "settings",
    [{"background_db": -40.5}, {"background_db": 7}, {"background_db": "0"}, {"voice_over": 1}],
)
def test_a_bed_that_cannot_be_is_refused(client, dubbed, settings):
    answer = client.patch(dubbed.url, json={"settings": settings}, headers={"If-Match": "*"})
    assert answer.status_code == 422

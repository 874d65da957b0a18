"""`:package` through the API: which dubs it takes, and where its files are found."""

import pytest
from journeys import SOURCE, dubbed_project, new_project, started

from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import Outcome
from dubwright.jobs.concluding import conclude_operation
from dubwright.jobs.packing import pack_text


def test_all_finished_dubs_are_packaged_with_their_files(client, service):
    dubbed = dubbed_project(client, service)
    client.post(f"{dubbed.url}/targets", json={"language": "fr"})  # of which there is no dub yet
    answer = client.post(f"{dubbed.url}:package")
    assert answer.status_code == 202, answer.text
    assert answer.json()["kind"] == "package"
    work = begin_operation(service, answer.json()["id"], 1)
    assert [target.language for target in work.targets] == ["de"]
    assert {"video.mp4", "subtitles.de.srt"} <= work.targets[0].files.keys()
    assert work.project.name == "A talk.mp4"


def test_what_was_packaged_belongs_to_the_project(client, service):
    dubbed = dubbed_project(client, service)
    operation = started(client, f"{dubbed.url}:package", {"targets": ["de"]})
    assert begin_operation(service, operation, 1) is not None
    made = tuple(
        pack_text(service.store, name, "x") for name in ("video.all-languages.mp4", "youtube.zip")
    )
    conclude_operation(service, operation, 1, Outcome(source=SOURCE, artifacts=made))
    ended = client.get(f"/v1/operations/{operation}").json()
    assert ended["result"]["artifacts"] == ["video.all-languages.mp4", "youtube.zip"]
    video = client.get(f"{dubbed.url}/artifacts/video.all-languages.mp4")
    assert video.headers["Content-Type"] == "video/mp4"
    assert 'filename="A talk.all-languages.mp4"' in video.headers["Content-Disposition"]
    archive = client.get(f"{dubbed.url}/artifacts/youtube.zip")
    assert archive.headers["Content-Type"] == "application/zip"


@pytest.mark.parametrize("asked", [{"targets": ["fr"]}, {"targets": ["de", "fr"]}])
def test_a_target_without_a_finished_dub_is_refused(client, service, asked):
    dubbed = dubbed_project(client, service)
    client.post(f"{dubbed.url}/targets", json={"language": "fr"})
    answer = client.post(f"{dubbed.url}:package", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert "'fr'" in answer.json()["detail"]
    assert ":run" in answer.json()["hint"]


def test_a_project_without_any_finished_dub_is_refused(client, service):
    project = new_project(client, service, "de")
    answer = client.post(f"/v1/projects/{project}:package")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_a_language_that_the_project_does_not_have_is_refused(client, service):
    dubbed = dubbed_project(client, service)
    answer = client.post(f"{dubbed.url}:package", json={"targets": ["sv"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")

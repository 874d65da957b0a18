import pytest
from journeys import OWNER, dubbed_project, finished_upload, new_project, started

from dubwright.jobs.concluding import mark_cancelled
from dubwright.jobs.uploads import NewUpload, create_upload


def test_a_project_is_made_of_an_upload(client, service):
    asked = {
        "upload": finished_upload(service),
        "targets": ["PT_br", "de", "pt-BR"],
        "source_language": "EN",
        "settings": {"speakers": 2, "engines": {"translator": "echo"}},
    }
    answer = client.post("/v1/projects", json=asked)
    assert answer.status_code == 201
    project = answer.json()
    assert answer.headers["Location"] == f"/v1/projects/{project['id']}"
    assert answer.headers["ETag"] == '"r1"'
    assert [target["language"] for target in project["targets"]] == ["pt-BR", "de"]
    assert (project["name"], project["source_language"]) == ("A talk.mp4", "en")
    assert project["settings"]["engines"] == {"translator": "echo"}
    assert client.get(answer.headers["Location"]).json() == project


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("targets", ["klingonese"]),
        ("targets", ["de", "<script>"]),
        ("name", "a\nb"),
        ("name", ""),
        ("source_language", "english please"),
        ("upload", "../../etc/passwd"),
        ("settings", {"engines": {"nonsense": "kokoro"}}),
        ("settings", {"engines": {"translator": "a b"}}),
        ("settings", {"speakers": 0}),
        ("colour", "red"),
    ],
)
def test_what_cannot_be_is_refused_by_field(client, service, field, value):
    asked = {"upload": finished_upload(service), field: value}
    answer = client.post("/v1/projects", json=asked)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert answer.json()["errors"][0]["pointer"].startswith(f"/body/{field}")


def test_an_upload_that_is_not_complete_makes_no_project(client, service):
    finished_upload(service)
    upload = create_upload(service, OWNER, NewUpload(size_bytes=10))
    answer = client.post("/v1/projects", json={"upload": upload.id})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_projects_are_listed_newest_first_page_by_page(client, service):
    made = [new_project(client, service) for _ in range(5)]
    first = client.get("/v1/projects", params={"limit": 3}).json()
    second = client.get("/v1/projects", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    listed = [project["id"] for page in (first, second) for project in page["items"]]
    assert listed == made[::-1]
    assert second["next_cursor"] is None


def test_an_edit_needs_the_revision_it_was_made_from(client, service):
    url = f"/v1/projects/{new_project(client, service)}"
    changes = {"name": "Another talk"}
    assert client.patch(url, json=changes).status_code == 428
    renamed = client.patch(url, json=changes, headers={"If-Match": '"r1"'})
    assert (renamed.status_code, renamed.headers["ETag"]) == (200, '"r2"')
    late = client.patch(url, json={"name": "Mine"}, headers={"If-Match": '"r1"'})
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert client.get(url).json()["name"] == "Another talk"


def test_a_star_edits_whatever_revision_there_is(client, service):
    url = f"/v1/projects/{new_project(client, service)}"
    assert client.patch(url, json={"name": "One"}, headers={"If-Match": "*"}).status_code == 200


def test_a_project_that_changed_without_an_edit_is_sent_in_full(client, service):
    project = new_project(client, service, "de")
    shown = client.get(f"/v1/projects/{project}")
    started(client, f"/v1/projects/{project}:run")
    again = client.get(f"/v1/projects/{project}", headers={"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 200
    assert again.json()["targets"][0]["status"] == "working"


@pytest.mark.parametrize("verb", ["ingest", "separate", "transcribe", "diarize", "run"])
def test_every_stage_of_a_source_is_an_operation(client, service, engine, verb):
    project = new_project(client, service, "de")
    answer = client.post(f"/v1/projects/{project}:{verb}")
    assert answer.status_code == 202
    operation = answer.json()
    assert operation["kind"] == verb
    assert operation["state"] == "queued"
    assert operation["project"] == project
    assert answer.headers["Operation-Location"] == f"/v1/operations/{operation['id']}"
    assert [one.operation for one in engine.submitted] == [operation["id"]]


def test_a_verb_that_is_not_there_is_no_part_of_an_id(client, service):
    project = new_project(client, service)
    assert client.post(f"/v1/projects/{project}:explode").status_code == 405
    assert client.get(f"/v1/projects/{project}:run").status_code == 404
    assert client.post(f"/v1/projects/{project}:x:run").status_code == 404


def test_the_same_key_starts_one_operation(client, service, engine):
    project = new_project(client, service, "de")
    headers = {"Idempotency-Key": "once"}
    first = client.post(f"/v1/projects/{project}:run", headers=headers)
    again = client.post(f"/v1/projects/{project}:run", headers=headers)
    assert again.json() == first.json()
    assert again.headers["Operation-Location"] == first.headers["Operation-Location"]
    assert len(engine.submitted) == 1
    other = client.post(f"/v1/projects/{project}:ingest", headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_a_run_may_name_its_targets(client, service):
    project = new_project(client, service, "de", "fr")
    unknown = client.post(f"/v1/projects/{project}:run", json={"targets": ["it"]})
    assert unknown.status_code == 422
    assert client.post(f"/v1/projects/{project}:run", json={"targets": ["FR"]}).status_code == 202


def test_a_run_without_targets_says_what_to_do(client, service):
    answer = client.post(f"/v1/projects/{new_project(client, service)}:run")
    assert answer.status_code == 422
    assert "/targets" in answer.json()["hint"]


def test_a_project_that_is_worked_on_is_not_deleted(client, service):
    project = new_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    refused = client.delete(f"/v1/projects/{project}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    mark_cancelled(service, operation, 1)
    assert client.delete(f"/v1/projects/{project}").status_code == 204
    assert client.get(f"/v1/projects/{project}").status_code == 404
    assert client.get(f"/v1/operations/{operation}").status_code == 404


def test_a_dubbed_project_goes_with_its_files(client, service):
    dubbed = dubbed_project(client, service)
    assert client.delete(dubbed.url).status_code == 204
    assert client.get(f"{dubbed.target_url}/artifacts/video.mp4").status_code == 404


@pytest.mark.parametrize("project", ["prj_x", "nope", "prj_aaaaaaaaaaaaaaaaaaaa", "%2e%2e"])
def test_what_is_no_id_is_answered_like_one_that_is_not_there(client, project):
    answer = client.get(f"/v1/projects/{project}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_engines_that_are_not_installed_are_refused_when_they_are_named(client, service):
    wrong = {"engines": {"speech_to_text": "nobody"}}
    asked = {"upload": finished_upload(service), "settings": wrong}
    refused = client.post("/v1/projects", json=asked)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")
    assert "`scripted`" in refused.json()["hint"]
    project = client.post("/v1/projects", json={**asked, "settings": {}}).json()["id"]
    url, any_revision = f"/v1/projects/{project}", {"If-Match": "*"}
    changed = client.patch(url, json={"settings": wrong}, headers=any_revision)
    assert changed.status_code == 422
    assert client.get(url).json()["settings"]["engines"] == {}


def test_a_kind_of_engine_that_there_is_not_is_refused(client, service):
    asked = {"upload": finished_upload(service), "settings": {"engines": {"singer": "tone"}}}
    answer = client.post("/v1/projects", json=asked)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
    assert "text_to_speech" in answer.text


def test_a_dub_may_do_without_separation(client, service):
    settings = {"engines": {"source_separator": "none"}}
    asked = {"upload": finished_upload(service), "settings": settings}
    assert client.post("/v1/projects", json=asked).status_code == 201

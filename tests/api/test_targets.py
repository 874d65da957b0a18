import pytest
from journeys import dubbed_project, new_project, started, transcribed_project


def test_a_language_is_added_once(client, service):
    project = new_project(client, service)
    url = f"/v1/projects/{project}/targets"
    added = client.post(url, json={"language": "pt_br"})
    assert added.status_code == 201
    assert added.headers["Location"] == f"{url}/pt-BR"
    assert added.json()["status"] == "empty"
    assert client.post(url, json={"language": "pt-BR"}).status_code == 409
    assert client.post(url, json={"language": "portuguese"}).status_code == 422
    assert [one["language"] for one in client.get(url).json()["items"]] == ["pt-BR"]


def test_a_target_is_found_in_any_spelling_of_its_language(client, service):
    project = new_project(client, service, "pt-BR")
    shown = client.get(f"/v1/projects/{project}/targets/PT_br")
    assert shown.json()["language"] == "pt-BR"
    assert client.get(f"/v1/projects/{project}/targets/fr").status_code == 404
    assert client.get(f"/v1/projects/{project}/targets/-").status_code == 422


def test_other_voices_make_a_target_stale(client, service):
    url = dubbed_project(client, service).target_url
    tag = client.get(url).headers["ETag"]
    changed = client.patch(url, json={"voices": {"S2": "af_sky"}}, headers={"If-Match": tag})
    assert changed.status_code == 200
    assert changed.json()["voices"] == {"S2": "af_sky"}
    assert changed.json()["status"] == "stale"
    assert changed.json()["output_revision"] < changed.json()["revision"]
    late = client.patch(url, json={"voices": {"S2": "x"}}, headers={"If-Match": tag})
    assert late.status_code == 412


@pytest.mark.parametrize("voices", [{"Speaker 1": "x"}, {"S1": ""}, {"S1": "a\u0007"}, {"S1": 4}])
def test_voices_that_cannot_be_are_refused(client, service, voices):
    url = f"/v1/projects/{new_project(client, service, 'de')}/targets/de"
    assert client.patch(url, json={"voices": voices}, headers={"If-Match": "*"}).status_code == 422


@pytest.mark.parametrize("verb", ["translate", "synthesize", "fit", "mix", "render", "run"])
def test_every_stage_of_a_target_is_an_operation(client, service, verb):
    project = transcribed_project(client, service, "de")
    answer = client.post(f"/v1/projects/{project}/targets/de:{verb}")
    assert answer.status_code == 202
    assert (answer.json()["kind"], answer.json()["target"]) == (verb, "de")
    busy = client.post(f"/v1/projects/{project}/targets/de:{verb}")
    assert (busy.status_code, busy.json()["code"]) == (409, "conflict")
    assert answer.json()["id"] in busy.json()["hint"]


def test_two_targets_of_a_project_are_worked_on_at_once(client, service):
    project = transcribed_project(client, service, "de", "fr")
    started(client, f"/v1/projects/{project}/targets/de:run")
    started(client, f"/v1/projects/{project}/targets/fr:run")


def test_a_deleted_target_is_gone(client, service):
    url = dubbed_project(client, service).target_url
    assert client.delete(url).status_code == 204
    assert client.get(url).status_code == 404

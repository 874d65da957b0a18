"""Lines split, merged, put in and taken out: in the transcript and in every target at once."""

import pytest
from journeys import SAID, concluded, script, started, transcribed_project
from spoken_lines import heard_outcome, made_target, spoken_project

from dubwright.domain.language import LanguageTag

ANY = {"If-Match": "*"}
NEW = {"speaker": "S2", "start_ms": 10_200, "end_ms": 10_900, "text": "Really?"}


@pytest.fixture
def dubbed(client, service):
    return spoken_project(client, service, "pt")


def post(client, dubbed, path, body=None):
    answer = client.post(f"{dubbed.url}/transcript/segments{path}", json=body, headers=ANY)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def ids(client, dubbed):
    return [one["id"] for one in client.get(f"{dubbed.url}/transcript").json()["segments"]]


def lines(client, dubbed, language="de"):
    url = f"{dubbed.url}/targets/{language}/utterances"
    return client.get(url).json()["utterances"]


def texts(client, dubbed, language="de"):
    return [line["target_text"] for line in lines(client, dubbed, language)]


def stale(client, dubbed):
    return [line["stale"] for line in lines(client, dubbed)]


def test_a_split_line_keeps_its_target_text_in_two_parts(client, dubbed):
    cut = {"after_characters": 13, "at_ms": 3_000, "targets": {"de": 5}}
    post(client, dubbed, "/1:split", cut)
    assert texts(client, dubbed) == ["Zeile", "1", "Zeile 2", "Zeile 3"]
    assert stale(client, dubbed) == [True, True, False, False]
    assert client.get(dubbed.target_url).json()["stale"] is True


def test_a_target_text_that_was_not_cut_waits_for_its_translation(client, dubbed):
    post(client, dubbed, "/1:split", {"after_characters": 13, "at_ms": 3_000})
    assert texts(client, dubbed) == ["", "", "Zeile 2", "Zeile 3"]


def test_a_split_that_is_taken_back_leaves_everything_as_it_was(client, dubbed):
    post(client, dubbed, "/1:split", {"after_characters": 13, "at_ms": 3_000})
    merged = post(client, dubbed, "/1:merge")
    assert [one["text"] for one in merged["segments"]] == list(SAID)
    assert texts(client, dubbed) == ["Zeile 1", "Zeile 2", "Zeile 3"]


def test_merged_lines_have_both_target_texts(client, dubbed):
    post(client, dubbed, "/1:merge")
    assert texts(client, dubbed) == ["Zeile 1 Zeile 2", "Zeile 3"]
    assert stale(client, dubbed) == [True, False]


def test_a_merge_that_is_taken_back_leaves_everything_as_it_was(client, dubbed):
    post(client, dubbed, "/1:merge")
    cut = {"after_characters": len(SAID[0]), "at_ms": 6_000, "targets": {"de": 7}}
    back = post(client, dubbed, "/1:split", cut)
    assert [one["text"] for one in back["segments"]] == list(SAID)
    assert texts(client, dubbed) == ["Zeile 1", "Zeile 2", "Zeile 3"]


def test_the_texts_of_a_merged_line_may_be_given(client, dubbed):
    merged = post(client, dubbed, "/1:merge", {"text": "Morning.", "targets": {"de": "Tach."}})
    assert merged["segments"][0]["text"] == "Morning."
    assert texts(client, dubbed) == ["Tach.", "Zeile 3"]


def test_a_line_is_put_in_where_it_is_said(client, dubbed):
    answer = post(client, dubbed, "", {**NEW, "targets": {"de": "Echt?", "pt": "Mesmo?"}})
    assert [one["text"] for one in answer["segments"]] == [SAID[0], SAID[1], "Really?", SAID[2]]
    assert texts(client, dubbed) == ["Zeile 1", "Zeile 2", "Echt?", "Zeile 3"]
    assert texts(client, dubbed, "pt") == ["", "", "Mesmo?", ""]
    assert stale(client, dubbed) == [False, False, True, False]


def test_a_line_that_is_put_in_without_target_text_is_to_be_translated(client, dubbed):
    post(client, dubbed, "", NEW)
    new = lines(client, dubbed)[2]
    assert (new["target_text"], new["look"]) == ("", [{"reason": "untranslated", "detail": ""}])


def test_a_line_that_is_taken_out_is_gone_in_every_language(client, dubbed):
    answer = client.delete(f"{dubbed.url}/transcript/segments/2", headers=ANY)
    assert answer.status_code == 200
    assert [one["text"] for one in answer.json()["segments"]] == [SAID[0], SAID[2]]
    assert texts(client, dubbed) == ["Zeile 1", "Zeile 3"]
    assert client.get(dubbed.target_url).json()["stale"] is True
    assert client.delete(f"{dubbed.url}/transcript/segments/2", headers=ANY).status_code == 404


def test_a_number_is_never_given_twice(client, dubbed):
    client.delete(f"{dubbed.url}/transcript/segments/3", headers=ANY)
    post(client, dubbed, "", NEW)
    assert ids(client, dubbed) == [1, 2, 4]
    client.delete(f"{dubbed.url}/transcript/segments/4", headers=ANY)
    post(client, dubbed, "", NEW)
    assert ids(client, dubbed) == [1, 2, 5]


def test_a_new_line_has_nothing_of_one_that_an_output_still_has(client, dubbed, service):
    client.delete(f"{dubbed.url}/transcript/segments/3", headers=ANY)
    post(client, dubbed, "", NEW)
    new = lines(client, dubbed)[2]
    assert (new["id"], new["placed_start_ms"], new["stale"]) == (4, None, True)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("", {**NEW, "end_ms": 10_200}, 422),
        ("", {**NEW, "end_ms": 99_000}, 409),
        ("", {**NEW, "text": "  "}, 422),
        ("", {**NEW, "speaker": "me"}, 422),
        ("", {**NEW, "targets": {"fr": "Vraiment?"}}, 422),
        ("", {**NEW, "targets": {"not a language": "x"}}, 422),
        ("/1:split", {"after_characters": 13, "at_ms": 3_000, "targets": {"de": 8}}, 422),
        ("/1:split", {"after_characters": 13, "at_ms": 3_000, "targets": {"de": -1}}, 422),
        ("/1:split", {"after_characters": 13, "at_ms": 3_000, "targets": {"fr": 1}}, 422),
        ("/2:merge", None, 422),
        ("/1:merge", {"targets": {"fr": "x"}}, 422),
        ("/9:split", {"after_characters": 1, "at_ms": 3_000}, 404),
    ],
)
def test_edits_that_cannot_be_change_nothing(client, dubbed, path, body, status):
    before = client.get(f"{dubbed.url}/transcript").json(), texts(client, dubbed)
    answer = client.post(f"{dubbed.url}/transcript/segments{path}", json=body, headers=ANY)
    assert answer.status_code == status, answer.text
    assert (client.get(f"{dubbed.url}/transcript").json(), texts(client, dubbed)) == before


def test_edits_need_the_revision_they_were_made_from(client, dubbed):
    url = f"{dubbed.url}/transcript/segments"
    old = {"If-Match": client.get(f"{dubbed.url}/transcript").headers["ETag"]}
    assert client.post(url, json=NEW).status_code == 428
    assert client.delete(f"{url}/2").status_code == 428
    first = client.post(url, json=NEW, headers=old)
    assert first.status_code == 201
    assert first.headers["ETag"] != old["If-Match"]
    assert client.post(url, json=NEW, headers=old).status_code == 412
    assert client.delete(f"{url}/2", headers=old).status_code == 412
    target = client.get(f"{dubbed.target_url}/utterances").json()
    assert first.headers["ETag"] == f'"r{target["project_revision"]}"'


def test_a_changed_source_text_is_translated_again_unless_its_target_text_is_given(client, dubbed):
    url = f"{dubbed.url}/transcript/segments"
    client.patch(f"{url}/1", json={"text": "Good evening."}, headers=ANY)
    assert texts(client, dubbed) == ["", "Zeile 2", "Zeile 3"]
    changes = {"text": "We begin, now.", "targets": {"de": "Zeile 2"}}
    assert client.patch(f"{url}/2", json=changes, headers=ANY).status_code == 200
    assert texts(client, dubbed) == ["", "Zeile 2", "Zeile 3"]
    assert stale(client, dubbed) == [True, False, False]


def test_a_source_text_that_is_put_back_brings_its_translation_back(client, dubbed):
    url = f"{dubbed.url}/transcript/segments/1"
    client.patch(url, json={"text": "Good evening."}, headers=ANY)
    post(client, dubbed, "/2:split", {"after_characters": 8, "at_ms": 8_000, "targets": {"de": 5}})
    client.patch(f"{dubbed.target_url}/utterances/3", json={"speed": 1.1}, headers=ANY)
    assert texts(client, dubbed)[0] == ""
    client.patch(url, json={"text": SAID[0]}, headers=ANY)
    assert texts(client, dubbed) == ["Zeile 1", "Zeile", "2", "Zeile 3"]


def test_a_line_is_edited_as_the_newest_transcript_has_it(client, dubbed):
    client.patch(f"{dubbed.url}/transcript/segments/1", json={"text": "Hi."}, headers=ANY)
    url = f"{dubbed.target_url}/utterances/1"
    edited = client.patch(url, json={"target_text": "Hallo."}, headers=ANY).json()
    assert (edited["source_text"], edited["target_text"]) == ("Hi.", "Hallo.")
    assert texts(client, dubbed) == ["Hallo.", "Zeile 2", "Zeile 3"]
    assert client.get(dubbed.target_url).json()["stale"] is True


def test_an_edit_of_lines_while_a_run_works_is_not_lost(client, service):
    project = transcribed_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    made = made_target(client, service, project, script())
    url = f"/v1/projects/{project}/transcript/segments"
    client.patch(f"{url}/1", json={"text": "Good evening."}, headers=ANY)
    client.delete(f"{url}/2", headers=ANY)
    concluded(
        service, operation, heard_outcome(service, made.model_copy(update={"finished": True}))
    )
    shown = client.get(f"/v1/projects/{project}/targets/de/utterances").json()
    said = [(one["source_text"], one["target_text"]) for one in shown["utterances"]]
    assert said == [("Good evening.", ""), (SAID[2], "Zeile 3")]
    assert shown["stale"] is True


def test_target_texts_carried_while_a_run_works_are_not_lost(client, service):
    project = transcribed_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    made = made_target(client, service, project, script())
    new = {**NEW, "targets": {"de": "Echt?"}}
    client.post(f"/v1/projects/{project}/transcript/segments", json=new, headers=ANY)
    concluded(service, operation, heard_outcome(service, made))
    shown = client.get(f"/v1/projects/{project}/targets/de/utterances").json()["utterances"]
    assert "Echt?" in [one["target_text"] for one in shown]


def test_each_language_is_cut_where_it_is_said(client, service, dubbed):
    operation = started(client, f"{dubbed.url}/targets/pt:translate")
    said = script().model_copy(update={"target_language": LanguageTag("pt")})
    made = made_target(client, service, dubbed.id, said, "pt")
    concluded(service, operation, heard_outcome(service, made))
    cut = {"after_characters": 13, "at_ms": 3_000, "targets": {"de": 5, "pt": 2}}
    post(client, dubbed, "/1:split", cut)
    assert texts(client, dubbed)[:2] == ["Zeile", "1"]
    assert texts(client, dubbed, "pt")[:2] == ["Ze", "ile 1"]

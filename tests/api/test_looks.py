"""Which lines of a target need a look, and that a person can find one fine."""

import pytest
from journeys import script, transcribed_project
from spoken_lines import VOICE, spoken_project, with_line

from dubwright.domain.quality import HeardLine

ANY = {"If-Match": "*"}
MISHEARD = HeardLine(utterance=1, spoken="Guten Morgen allerseits.", heard="Guter Wein steht da")


def looks(client, dubbed, number=1):
    shown = client.get(f"{dubbed.target_url}/utterances/{number}").json()
    return [(one["reason"], one["detail"]) for one in shown["look"]]


def edit(client, dubbed, number=1, **changes):
    answer = client.patch(f"{dubbed.target_url}/utterances/{number}", json=changes, headers=ANY)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_dub_without_trouble_needs_no_look(client, service):
    dubbed = spoken_project(client, service)
    shown = client.get(f"{dubbed.target_url}/utterances").json()
    assert shown["to_look_at"] == 0
    assert [line["stale"] for line in shown["utterances"]] == [False] * 3


def test_what_the_fit_and_the_recogniser_found_is_shown_until_the_line_is_edited(client, service):
    placed = {"measures": ("top_speed",), "speed": 1.31, "spoken_by": "tone"}
    dubbed = spoken_project(client, service, heard=(MISHEARD,), **placed)
    assert looks(client, dubbed) == [
        ("top_speed", "1.31"),
        ("heard_differently", MISHEARD.heard),
        ("fallback", "spoken by tone"),
    ]
    assert client.get(f"{dubbed.target_url}/utterances").json()["to_look_at"] == 1
    edit(client, dubbed, target_text="Kurz")
    assert looks(client, dubbed) == []


def test_a_line_put_back_as_it_was_shows_again_what_was_found(client, service):
    dubbed = spoken_project(client, service, heard=(MISHEARD,))
    edit(client, dubbed, speed=1.2)
    assert looks(client, dubbed) == []
    edit(client, dubbed, speed=None)
    assert looks(client, dubbed) == [("heard_differently", MISHEARD.heard)]


def test_a_line_found_fine_needs_no_look_until_it_is_edited(client, service):
    dubbed = spoken_project(client, service, heard=(MISHEARD,))
    before = client.get(dubbed.target_url).json()
    accepted = edit(client, dubbed, accepted=True)
    assert (accepted.json()["accepted"], accepted.json()["look"]) == (True, [])
    after = client.get(f"{dubbed.target_url}/utterances").json()
    assert (after["to_look_at"], after["stale"]) == (0, False)
    assert after["revision"] == before["revision"]
    edited = edit(client, dubbed, target_text="").json()
    assert edited["accepted"] is False
    assert [one["reason"] for one in edited["look"]] == ["untranslated"]


def test_a_line_can_be_found_not_fine_again(client, service):
    dubbed = spoken_project(client, service, heard=(MISHEARD,))
    edit(client, dubbed, accepted=True)
    assert edit(client, dubbed, accepted=False).json()["look"] != []


def test_a_line_is_edited_and_found_fine_at_once(client, service):
    dubbed = spoken_project(client, service)
    shown = edit(client, dubbed, target_text="", accepted=True).json()
    assert (shown["accepted"], shown["look"]) == (True, [])


def test_a_text_too_long_for_its_time_is_told(client, service):
    dubbed = spoken_project(client, service)
    edit(client, dubbed, target_text="Viel zu lang. " * 20)
    [(reason, detail)] = looks(client, dubbed)
    assert (reason, int(detail) > 40) == ("reads_fast", True)


def test_a_line_that_a_fallback_translated_is_told_until_a_person_writes_it(client, service):
    said = with_line(script(), 2, translated_by="echo")
    dubbed = spoken_project(client, service, said=said)
    assert looks(client, dubbed, 2) == [("fallback", "translated by echo")]
    edit(client, dubbed, 2, target_text="Los.")
    assert looks(client, dubbed, 2) == []


@pytest.mark.parametrize(("voice", "stale"), [(VOICE, False), ("bf_emma", True)])
def test_the_lines_of_a_speaker_with_another_voice_are_stale(client, service, voice, stale):
    dubbed = spoken_project(client, service)
    client.patch(dubbed.target_url, json={"voices": {"S2": voice}}, headers=ANY)
    shown = client.get(f"{dubbed.target_url}/utterances").json()["utterances"]
    assert [line["stale"] for line in shown] == [False, False, stale]


def test_lines_are_shown_before_they_are_translated(client, service):
    project = transcribed_project(client, service, "de")
    url = f"/v1/projects/{project}/targets/de/utterances"
    shown = client.get(url).json()
    assert [line["target_text"] for line in shown["utterances"]] == ["", "", ""]
    assert shown["to_look_at"] == 3
    assert shown["project_revision"] == client.get(f"/v1/projects/{project}").json()["revision"]
    written = client.patch(f"{url}/2", json={"target_text": "Los."}, headers=ANY)
    assert written.json()["target_text"] == "Los."
    texts = [line["target_text"] for line in client.get(url).json()["utterances"]]
    assert texts == ["", "Los.", ""]

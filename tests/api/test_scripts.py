import io
import wave

import numpy as np
import pytest
from journeys import dubbed_project, new_project

ANY = {"If-Match": "*"}


@pytest.fixture
def lines(client, service):
    return f"{dubbed_project(client, service).target_url}/utterances"


def test_a_script_shows_where_its_lines_were_placed(client, lines):
    answer = client.get(lines)
    first = answer.json()["utterances"][0]
    assert first["target_text"] == "Zeile 1"
    assert (first["placed_start_ms"], first["placed_end_ms"]) == (1_000, 4_000)
    assert first["placed_speed"] == 1.1
    assert answer.headers["ETag"] == f'"r{answer.json()["revision"]}"'


def test_there_is_no_script_before_the_translation(client, service):
    url = f"/v1/projects/{new_project(client, service, 'de')}/targets/de/utterances"
    answer = client.get(url)
    assert answer.status_code == 404
    assert ":translate" in answer.json()["hint"]


def test_an_edited_line_makes_the_target_stale(client, lines):
    shown = client.get(f"{lines}/2")
    changes = {"target_text": "Jetzt fangen wir an.", "voice": "bm_george", "speed": 1.1}
    edited = client.patch(f"{lines}/2", json=changes, headers={"If-Match": shown.headers["ETag"]})
    assert edited.status_code == 200
    assert edited.json() | changes == edited.json()
    assert edited.json()["variants"] == []
    script = client.get(lines)
    assert script.json()["stale"] is True
    assert script.headers["ETag"] == edited.headers["ETag"] != shown.headers["ETag"]


def test_null_takes_a_choice_back_and_the_rest_stays(client, lines):
    client.patch(f"{lines}/1", json={"voice": "x", "speed": 1.5, "locked": True}, headers=ANY)
    back = client.patch(f"{lines}/1", json={"voice": None}, headers=ANY).json()
    assert (back["voice"], back["speed"], back["locked"]) == (None, 1.5, True)
    assert back["target_text"] == "Zeile 1"


def test_an_edit_that_changes_nothing_leaves_the_target_as_it_is(client, lines):
    before = client.get(lines).json()["revision"]
    edited = client.patch(f"{lines}/1", json={"target_text": "Zeile 1"}, headers=ANY)
    assert edited.headers["ETag"] == f'"r{before}"'


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"speed": 9}, 422),
        ({"target_text": "x" * 5_001}, 422),
        ({"source_text": "no"}, 422),
        ({"voice": ""}, 422),
    ],
)
def test_edits_that_cannot_be_are_refused(client, lines, changes, status):
    assert client.patch(f"{lines}/1", json=changes, headers=ANY).status_code == status


def test_an_edit_needs_the_revision_it_was_made_from(client, lines):
    assert client.patch(f"{lines}/1", json={"locked": True}).status_code == 428
    late = client.patch(f"{lines}/1", json={"locked": True}, headers={"If-Match": '"r77"'})
    assert late.status_code == 412


def test_a_line_that_is_not_there_is_not_found(client, lines):
    assert client.get(f"{lines}/9").status_code == 404
    assert client.patch(f"{lines}/9", json={"locked": True}, headers=ANY).status_code == 404


def test_a_take_is_heard_as_it_was_spoken(client, lines):
    answer = client.get(f"{lines}/1/take")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24_000, 1, 2)
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32_767
    spoken = 0.25 * np.sin(np.arange(24_000) / 10)
    assert np.abs(heard - spoken).max() <= 1 / 32_767


def test_a_take_is_served_in_parts_and_not_twice(client, lines):
    url = f"{lines}/1/take"
    whole = client.get(url)
    part = client.get(url, headers={"Range": "bytes=44-143"})
    assert (part.status_code, part.content) == (206, whole.content[44:144])
    assert part.headers["Content-Range"] == f"bytes 44-143/{len(whole.content)}"
    head = client.head(url)
    assert (head.content, head.headers["Content-Length"]) == (b"", str(len(whole.content)))
    known = {"If-None-Match": whole.headers["ETag"]}
    assert client.get(url, headers=known).status_code == 304


def test_a_line_that_was_not_spoken_has_no_take(client, lines):
    answer = client.get(f"{lines}/2/take")
    assert answer.status_code == 404
    assert ":synthesize" in answer.json()["hint"]

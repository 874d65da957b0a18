"""Speakers that people add, and speakers who are one person."""

import pytest
from journeys import new_project
from spoken_lines import spoken_project

ANY = {"If-Match": "*"}


@pytest.fixture
def dubbed(client, service):
    return spoken_project(client, service)


def listed(client, dubbed):
    items = client.get(f"{dubbed.url}/speakers").json()["items"]
    return [(one["id"], one["name"]) for one in items]


def who_speaks(client, dubbed):
    return [one["speaker"] for one in client.get(f"{dubbed.url}/transcript").json()["segments"]]


def test_lines_are_given_to_a_speaker_who_was_added(client, dubbed):
    answer = client.post(f"{dubbed.url}/speakers", json={"name": "Narrator"})
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["name"]) == ("S3", "Narrator")
    assert listed(client, dubbed) == [("S1", "S1"), ("S2", "S2"), ("S3", "Narrator")]
    url = f"{dubbed.url}/transcript/segments/1"
    client.patch(url, json={"speaker": "S3"}, headers=ANY)
    shown = client.get(f"{dubbed.target_url}/utterances").json()["utterances"]
    assert [(line["speaker"], line["stale"]) for line in shown] == [
        ("S3", True),
        ("S1", False),
        ("S2", False),
    ]
    items = client.get(f"{dubbed.url}/speakers").json()["items"]
    assert [one["speech_ms"] for one in items] == [4_000, 4_000, 4_000]


def test_a_speaker_needs_a_name_and_somebody_who_speaks(client, service, dubbed):
    assert client.post(f"{dubbed.url}/speakers", json={"name": ""}).status_code == 422
    silent = f"/v1/projects/{new_project(client, service)}/speakers"
    assert client.post(silent, json={"name": "Ada"}).status_code == 404


def test_merged_speakers_are_one(client, dubbed):
    client.patch(f"{dubbed.url}/speakers/S2", json={"name": "Ada"})
    before = client.get(f"{dubbed.url}/transcript").headers["ETag"]
    answer = client.post(f"{dubbed.url}/speakers/S2:merge", json={"into": "S1"})
    assert answer.status_code == 200
    assert [(one["id"], one["speech_ms"]) for one in answer.json()["items"]] == [("S1", 12_000)]
    assert who_speaks(client, dubbed) == ["S1", "S1", "S1"]
    assert client.get(f"{dubbed.url}/transcript").headers["ETag"] != before
    shown = client.get(f"{dubbed.target_url}/utterances").json()
    assert [line["stale"] for line in shown["utterances"]] == [False, False, True]
    assert shown["stale"] is True


def test_the_number_of_a_merged_speaker_is_not_given_again(client, dubbed):
    client.post(f"{dubbed.url}/speakers/S2:merge", json={"into": "S1"})
    assert client.post(f"{dubbed.url}/speakers", json={"name": "Bo"}).json()["id"] == "S3"


def test_a_merged_speaker_is_there_again_with_a_line(client, dubbed):
    client.post(f"{dubbed.url}/speakers/S2:merge", json={"into": "S1"})
    client.patch(f"{dubbed.url}/transcript/segments/3", json={"speaker": "S2"}, headers=ANY)
    assert listed(client, dubbed) == [("S1", "S1"), ("S2", "S2")]


def test_speakers_are_merged_one_after_the_other(client, dubbed):
    client.post(f"{dubbed.url}/speakers", json={"name": "Ada"})
    client.post(f"{dubbed.url}/speakers/S1:merge", json={"into": "S2"})
    client.post(f"{dubbed.url}/speakers/S2:merge", json={"into": "S3"})
    assert listed(client, dubbed) == [("S3", "Ada")]
    assert who_speaks(client, dubbed) == ["S3", "S3", "S3"]


def test_subtitles_are_given_to_whom_a_speaker_was_merged_into(client, dubbed):
    client.post(f"{dubbed.url}/speakers/S2:merge", json={"into": "S1"})
    vtt = "WEBVTT\n\n00:12.000 --> 00:14.000\nTwo\n"
    client.put(
        f"{dubbed.url}/transcript",
        params={"language": "en"},
        content=vtt,
        headers={"Content-Type": "text/vtt", **ANY},
    )
    assert who_speaks(client, dubbed) == ["S1"]


@pytest.mark.parametrize(
    ("speaker", "into", "status"),
    [("S2", "S2", 422), ("S9", "S1", 404), ("S1", "S9", 404), ("S1", "nobody", 422)],
)
def test_a_merge_that_cannot_be_changes_nothing(client, dubbed, speaker, into, status):
    answer = client.post(f"{dubbed.url}/speakers/{speaker}:merge", json={"into": into})
    assert answer.status_code == status
    assert listed(client, dubbed) == [("S1", "S1"), ("S2", "S2")]


def test_whoever_is_named_in_subtitles_alone_is_listed(client, service):
    project = f"/v1/projects/{new_project(client, service)}"
    client.put(
        f"{project}/transcript",
        params={"language": "en"},
        content="WEBVTT\n\n00:01.000 --> 00:03.000\nOne\n",
        headers={"Content-Type": "text/vtt", **ANY},
    )
    items = client.get(f"{project}/speakers").json()["items"]
    assert [(one["id"], one["speech_ms"]) for one in items] == [("S1", 2_000)]

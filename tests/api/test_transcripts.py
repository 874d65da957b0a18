import pytest
from journeys import SAID, dubbed_project, new_project, transcribed_project

SRT = "1\n00:00:01,000 --> 00:00:03,000\nHallo zusammen.\n\n2\n00:00:06,000 --> 00:00:09,000\nEs geht los.\n\n"
ANY = {"If-Match": "*"}


@pytest.fixture
def project(client, service):
    return f"/v1/projects/{transcribed_project(client, service, 'de')}"


def test_there_is_no_transcript_before_somebody_listened(client, service):
    answer = client.get(f"/v1/projects/{new_project(client, service)}/transcript")
    assert answer.status_code == 404
    assert ":transcribe" in answer.json()["hint"]


def test_a_transcript_is_shown_with_its_revision(client, project):
    answer = client.get(f"{project}/transcript")
    assert [segment["text"] for segment in answer.json()["segments"]] == list(SAID)
    assert answer.headers["ETag"] == f'"r{answer.json()["revision"]}"'


@pytest.mark.parametrize(
    ("accept", "query", "media"),
    [
        ("*/*", "srt", "application/x-subrip"),
        ("application/x-subrip", None, "application/x-subrip"),
        ("text/vtt", None, "text/vtt; charset=utf-8"),
        ("application/json;q=0.1, text/vtt", None, "text/vtt; charset=utf-8"),
        ("text/vtt", "json", "application/json"),
        ("text/html, */*;q=0.8", None, "application/json"),
    ],
)
def test_a_transcript_comes_in_the_form_that_is_wanted(client, project, accept, query, media):
    params = {"format": query} if query else {}
    answer = client.get(f"{project}/transcript", params=params, headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media
    assert SAID[0] in answer.text


def test_a_form_that_is_not_spoken_is_refused(client, project):
    answer = client.get(f"{project}/transcript", headers={"Accept": "image/png"})
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")


def test_subtitles_become_the_transcript(client, service):
    url = f"/v1/projects/{new_project(client, service)}/transcript"
    headers = {"Content-Type": "application/x-subrip", "If-Match": '"r1"'}
    answer = client.put(url, params={"language": "DE"}, content=SRT, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["language"] == "de"
    assert client.get(url, params={"format": "srt"}).text == SRT


def test_subtitles_are_given_to_whoever_speaks_then(client, project):
    headers = {"Content-Type": "text/vtt", **ANY}
    vtt = "WEBVTT\n\n00:01.000 --> 00:03.000\nOne\n\n00:12.000 --> 00:14.000\nTwo\n"
    answer = client.put(
        f"{project}/transcript", params={"language": "en"}, content=vtt, headers=headers
    )
    assert [one["speaker"] for one in answer.json()["segments"]] == ["S1", "S2"]


@pytest.mark.parametrize(
    ("content", "media", "status"),
    [
        (SRT, "application/pdf", 415),
        (b"\xff\xfe\x00", "text/vtt", 400),
        ("nothing that is a cue", "application/x-subrip", 422),
        ("WEBVTT\n\n", "text/vtt", 422),
        ("1\n00:00:01,000 --> 09:00:00,000\nToo long\n", "application/x-subrip", 409),
    ],
)
def test_what_is_no_transcript_of_this_video_is_refused(client, project, content, media, status):
    headers = {"Content-Type": media, **ANY}
    answer = client.put(
        f"{project}/transcript", params={"language": "en"}, content=content, headers=headers
    )
    assert answer.status_code == status
    assert client.get(f"{project}/transcript").json()["segments"][0]["text"] == SAID[0]


def test_subtitles_need_the_revision_and_the_language(client, project):
    headers = {"Content-Type": "text/vtt"}
    url = f"{project}/transcript"
    assert client.put(url, content=SRT, headers=headers | ANY).status_code == 422
    params = {"language": "en"}
    assert client.put(url, params=params, content=SRT, headers=headers).status_code == 428


def test_an_edited_segment_makes_finished_targets_stale(client, service):
    dubbed = dubbed_project(client, service)
    assert client.get(dubbed.target_url).json()["status"] == "ready"
    tag = client.get(f"{dubbed.url}/transcript").headers["ETag"]
    changes = {"text": "Good evening.", "speaker": "S2", "end_ms": 4_000}
    url = f"{dubbed.url}/transcript/segments/1"
    answer = client.patch(url, json=changes, headers={"If-Match": tag})
    assert answer.status_code == 200
    assert answer.json()["segments"][0] == {"id": 1, "start_ms": 1_000, **changes}
    assert answer.headers["ETag"] != tag
    target = client.get(dubbed.target_url).json()
    assert (target["status"], target["stale"]) == ("stale", True)
    assert client.patch(url, json=changes, headers={"If-Match": tag}).status_code == 412


def test_a_segment_is_split_and_merged_again(client, project):
    url = f"{project}/transcript/segments/1"
    split = client.post(f"{url}:split", json={"after_characters": 13, "at_ms": 3_000}, headers=ANY)
    assert [one["text"] for one in split.json()["segments"][:2]] == ["Good morning,", "everyone."]
    merged = client.post(f"{url}:merge", headers={"If-Match": split.headers["ETag"]})
    assert [one["text"] for one in merged.json()["segments"]] == list(SAID)


def test_segments_of_two_speakers_are_not_merged(client, project):
    answer = client.post(f"{project}/transcript/segments/2:merge", headers=ANY)
    assert answer.status_code == 422


def test_a_segment_that_is_not_there_cannot_be_edited(client, project):
    answer = client.patch(f"{project}/transcript/segments/9", json={"text": "x"}, headers=ANY)
    assert answer.status_code == 404


def test_speakers_are_listed_and_named(client, project):
    renamed = client.patch(f"{project}/speakers/S2", json={"name": "Ada"})
    assert (renamed.status_code, renamed.json()["name"]) == (200, "Ada")
    listed = client.get(f"{project}/speakers").json()["items"]
    assert [(one["id"], one["name"]) for one in listed] == [("S1", "S1"), ("S2", "Ada")]
    assert client.patch(f"{project}/speakers/S9", json={"name": "Bo"}).status_code == 404

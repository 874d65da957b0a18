import dataclasses
from hashlib import sha256
from urllib.parse import quote, unquote

import pytest
from clients import LOCAL
from hypothesis import given
from hypothesis import strategies as st
from journeys import VIDEO, concluded, dubbed_project, new_project, started
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.routes.objects import objects_router
from dubwright.jobs.artifacts import download_name
from dubwright.jobs.assignments import Outcome
from dubwright.jobs.packing import pack_text
from dubwright.storage.disposition import disposition


@pytest.fixture
def video(client, service):
    return f"{dubbed_project(client, service).target_url}/artifacts/video.mp4"


def test_a_video_is_downloaded_whole_under_a_good_name(client, video):
    answer = client.get(video)
    assert (answer.status_code, answer.content) == (200, VIDEO)
    assert answer.headers["Content-Type"] == "video/mp4"
    assert answer.headers["ETag"] == f'"{sha256(VIDEO).hexdigest()}"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert 'filename="A talk.de.mp4"' in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=100-", 100, len(VIDEO)),
        ("bytes=-7", len(VIDEO) - 7, len(VIDEO)),
        ("bytes=5-999999", 5, len(VIDEO)),
        ("bytes=-999999", 0, len(VIDEO)),
    ],
)
def test_a_part_is_downloaded(client, video, asked, start, end):
    answer = client.get(video, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, VIDEO[start:end])
    assert answer.headers["Content-Range"] == f"bytes {start}-{end - 1}/{len(VIDEO)}"


@pytest.mark.parametrize("asked", [f"bytes={len(VIDEO)}-", "bytes=-0"])
def test_a_part_that_is_not_there_is_refused(client, video, asked):
    answer = client.get(video, headers={"Range": asked})
    assert (answer.status_code, answer.json()["code"]) == (416, "range_not_satisfiable")
    assert answer.headers["Content-Range"] == f"bytes */{len(VIDEO)}"


@pytest.mark.parametrize("asked", ["lines=1-2", "bytes=9-1", "bytes=a-b", "bytes=0-1,4-5"])
def test_a_range_that_makes_no_sense_is_ignored(client, video, asked):
    answer = client.get(video, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, VIDEO)


def test_a_part_of_another_version_is_not_mixed_in(client, video):
    part = {"Range": "bytes=0-9"}
    known = client.get(video).headers
    for version in (known["ETag"], known["Last-Modified"]):
        assert client.get(video, headers=part | {"If-Range": version}).status_code == 206
    assert client.get(video, headers=part | {"If-Range": '"old"'}).content == VIDEO


def test_what_the_caller_has_is_not_sent_again(client, video):
    tag = client.get(video).headers["ETag"]
    for known in (tag, f'"x", W/{tag}', "*"):
        answer = client.get(video, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["ETag"] == tag
    assert client.get(video, headers={"If-None-Match": '"x"'}).status_code == 200


def test_the_head_tells_all_but_the_content(client, video):
    head, whole = client.head(video), client.get(video)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "ETag", "Content-Type", "Content-Disposition"):
        assert head.headers[name] == whole.headers[name]


def test_a_link_serves_the_file_without_a_key(service, connect, token):
    headers = {"Authorization": f"Bearer {token}"}
    app = create_app(service, ApiOptions(), more=[objects_router(service.store.signer)])
    with TestClient(app, base_url=LOCAL, headers=headers) as owner:
        url = f"{dubbed_project(owner, service).target_url}/artifacts/video.mp4"
        link = owner.get(url, params={"link": True}).json()
    assert link["valid_s"] == 3600
    with TestClient(app, base_url=LOCAL) as anybody:
        assert anybody.get(url).status_code == 401
        assert anybody.get(link["url"]).content == VIDEO
        assert anybody.get(link["url"].replace("expires=", "expires=9")).status_code == 404


class FarStore:
    """A store on another machine: nothing of it lies here."""

    def __init__(self, near):
        self._near = near

    def __getattr__(self, name):
        return getattr(self._near, name)

    def local_path(self, key):
        return None


def test_a_file_that_lies_elsewhere_is_fetched_there(client, service, video):
    far = dataclasses.replace(service, store=FarStore(service.store))
    with TestClient(create_app(far, ApiOptions()), base_url=LOCAL) as elsewhere:
        answer = elsewhere.get(video, follow_redirects=False)
    assert answer.status_code == 307
    assert "/objects/artifacts/" in answer.headers["Location"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_of_a_file_that_lies_elsewhere_all_but_the_content_is_told_here(client, service, video):
    tag = client.get(video).headers["ETag"]
    far = dataclasses.replace(service, store=FarStore(service.store))
    with TestClient(create_app(far, ApiOptions()), base_url=LOCAL) as elsewhere:
        head = elsewhere.head(video, follow_redirects=False)
        known = elsewhere.get(video, headers={"If-None-Match": tag}, follow_redirects=False)
        outside = elsewhere.get(video, headers={"Range": "bytes=999999-"}, follow_redirects=False)
    assert (head.status_code, head.headers["ETag"]) == (200, tag)
    assert head.headers["Content-Length"] == str(len(VIDEO))
    assert (known.status_code, outside.status_code) == (304, 416)


def test_a_file_that_was_cleaned_up_is_not_found(client, service, video):
    service.store.delete(f"artifacts/{sha256(VIDEO).hexdigest()}")
    answer = client.get(video)
    assert answer.status_code == 404
    assert "again" in answer.json()["hint"]


def test_artifacts_are_listed_with_their_addresses(client, service):
    dubbed = dubbed_project(client, service)
    listed = client.get(f"{dubbed.target_url}/artifacts").json()["items"]
    names = ["fit.json", "qc.json", "subtitles.de.srt", "takes.json", "video.mp4"]
    assert [one["name"] for one in listed] == names
    assert all(client.get(one["url"]).status_code == 200 for one in listed)
    assert client.get(f"{dubbed.url}/artifacts").json()["items"] == []
    assert client.get(f"{dubbed.target_url}/artifacts/nothing.mp4").status_code == 404


def test_files_of_a_project_and_of_an_operation_have_places_of_their_own(client, service):
    text = pack_text(service.store, "transcript.srt", "1\n")
    project = new_project(client, service)
    of_project = started(client, f"/v1/projects/{project}:separate")
    concluded(service, of_project, Outcome(artifacts=(text,)))
    asked = {"texts": ["a"], "source_language": "en", "target_language": "de"}
    alone = started(client, "/v1/stages/translate", asked)
    concluded(service, alone, Outcome(artifacts=(text,)))
    for owner in (f"/v1/projects/{project}", f"/v1/operations/{alone}"):
        [one] = client.get(f"{owner}/artifacts").json()["items"]
        assert one["url"] == f"{owner}/artifacts/transcript.srt"
        assert client.get(one["url"]).text == "1\n"
    assert client.get(f"/v1/operations/{of_project}/artifacts").json()["items"] == []


def test_the_newest_fit_and_checks_are_served_as_json(client, service):
    url = dubbed_project(client, service).target_url
    assert client.get(f"{url}/fit").json()["placements"][0]["utterance"] == 1
    assert client.get(f"{url}/qc").json()["checks"][0]["name"] == "length"
    project = new_project(client, service, "de")
    assert client.get(f"/v1/projects/{project}/targets/de/qc").status_code == 404


@pytest.mark.parametrize(
    ("title", "language", "name", "expected"),
    [
        ("A talk.mp4", "de", "video.mp4", "A talk.de.mp4"),
        ("A talk.mp4", "pt-BR", "video.mkv", "A talk.pt-BR.mkv"),
        ("v1.2 final", "de", "qc.json", "v1.2 final.de.qc.json"),
        ("A talk", "de", "subtitles.en.srt", "A talk.en.srt"),
        ("A talk", None, "background.flac", "A talk.background.flac"),
        ("../../etc/passwd", "de", "video.mp4", "etc passwd.de.mp4"),
        ("...", "de", "video.mp4", "dub.de.mp4"),
    ],
)
def test_downloads_are_named_after_the_project(title, language, name, expected):
    assert download_name(title, language, name) == expected


@given(st.text(max_size=50))
def test_any_project_name_makes_a_header_that_a_client_can_read(title):
    name = download_name(title, "de", "video.mp4")
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    plain, encoded = header.removeprefix('attachment; filename="').split("\"; filename*=UTF-8''")
    assert '"' not in plain
    assert "/" not in plain
    assert unquote(encoded) == unquote(quote(name, errors="replace"))

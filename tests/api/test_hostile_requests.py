"""Requests that nobody sends by accident: each gets an answer that says what is wrong with it."""

import base64
import json
import zlib

import pytest
from clients import bearer
from journeys import VIDEO, dubbed_project, finished_upload, new_project
from structlog.testing import capture_logs

from dubwright.jobs.accounts import create_account
from dubwright.jobs.keys import create_first_key

NUL_IN_JSON = '{"name": "a\\u0000b"}'
BOUNDARY = b"limit"
LISTS = ("/v1/projects", "/v1/operations", "/v1/keys", "/v1/glossaries", "/v1/webhooks")


def posted_json(client, body, path="/v1/glossaries"):
    return client.post(path, content=body, headers={"Content-Type": "application/json"})


def form(*parts):
    """A form of (`Content-Disposition`, content)."""
    body = b"".join(
        b"--%b\r\nContent-Disposition: form-data; %b\r\n\r\n%b\r\n" % (BOUNDARY, head, content)
        for head, content in parts
    )
    media_type = f"multipart/form-data; boundary={BOUNDARY.decode()}"
    return {"content": body + b"--%b--\r\n" % BOUNDARY, "headers": {"Content-Type": media_type}}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1"])
def test_json_in_another_encoding_than_utf_8_is_refused(client, encoding):
    answer = posted_json(client, NUL_IN_JSON.replace("b", "é").encode(encoding))
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed_request"


def test_json_may_begin_with_a_byte_order_mark(client):
    asked = '{"name": "Names", "source_language": "en", "target_language": "de"}'
    assert posted_json(client, asked.encode("utf-8-sig")).status_code == 201


@pytest.mark.parametrize("depth", [900, 5_000, 300_000])
@pytest.mark.parametrize("path", ["/v1/glossaries", "/v1/dubs"])
def test_json_that_is_nested_too_deep_is_refused(client, path, depth):
    answer = posted_json(client, b'{"name": ' + b"[" * depth + b"]" * depth + b"}", path)
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize("settings", [b"[" * 60_000, b'{"speakers": ' + b"9" * 5_000 + b"}"])
def test_settings_of_a_form_that_no_reader_takes_are_refused(client, settings):
    video = (b'name="file"; filename="a.mp4"', VIDEO)
    asked = form((b'name="targets"', b"de"), (b'name="settings"', settings), video)
    answer = client.post("/v1/dubs", **asked)
    assert answer.status_code == 400
    assert "settings" in answer.json()["detail"]


@pytest.mark.parametrize(
    "name",
    [b"idna''a", b"undefined''a", b"%00''a", b"punycode''%ff", b"utf-16''%00%d8"],
)
def test_a_file_name_in_any_encoding_is_answered(client, name):
    video = (b'name="file"; filename*=' + name, VIDEO)
    answer = client.post("/v1/dubs", **form((b'name="targets"', b"de"), video))
    assert answer.status_code in (202, 400)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    "place", ["1.\x00", "1.", ".key_a", "1_0.a", "٣.a", "9" * 18 + ".a", "-1.a"]
)
def test_a_forged_cursor_is_refused(client, path, place):
    raw = place.encode()
    forged = base64.urlsafe_b64encode(zlib.crc32(raw).to_bytes(4, "big") + raw).decode()
    answer = client.get(path, params={"cursor": forged.rstrip("=")})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"


def test_what_a_path_would_tell_a_terminal_is_not_in_the_log(client):
    with capture_logs() as logged:
        assert client.get("/v1/%1b]0;mine%07/é%c2%9b").status_code == 404
    [answered] = [one for one in logged if one["event"] == "request.answered"]
    assert answered["path"] == r"/v1/\x1b]0;mine\x07/é\x9b"


def test_a_cursor_shows_nothing_of_the_account_that_it_came_from(client, service, token):
    for _ in range(2):
        finished_upload(service)
        asked = {"name": "N", "source_language": "en", "target_language": "de"}
        assert client.post("/v1/glossaries", json=asked, headers=bearer(token)).status_code == 201
    first = client.get("/v1/glossaries", params={"limit": 1}, headers=bearer(token)).json()
    other = create_first_key(service, "other", create_account(service, "Mallory").id).token
    place = {"cursor": first["next_cursor"]}
    assert client.get("/v1/glossaries", params=place, headers=bearer(other)).json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {f"unknown {number}": 1 for number in range(50_000)},
        {"~/" * 250_000: 1},
        {"terms": {f"{number}": "" for number in range(50_000)}},
    ],
)
def test_the_answer_to_a_large_wrong_body_is_small(client, body):
    answer = posted_json(client, json.dumps(body).encode())
    assert answer.status_code == 422
    assert len(answer.content) < 50_000


SUBTITLES = b"1\n00:00:01,000 --> 00:00:02,000\n%b\n"


def imported(client, service, content):
    url = f"/v1/projects/{new_project(client, service)}/transcript"
    headers = {"Content-Type": "application/x-subrip", "If-Match": "*"}
    return client.put(url, params={"language": "en"}, content=content, headers=headers)


def test_the_answer_to_what_is_no_subtitle_quotes_little_of_it(client, service):
    answer = imported(client, service, b"--> " * 200_000)
    assert answer.status_code == 422
    assert len(answer.content) < 5_000


def test_a_cue_is_no_longer_than_a_line_may_be(client, service):
    assert imported(client, service, SUBTITLES % (b"a" * 5_000)).status_code == 200
    answer = imported(client, service, SUBTITLES % (b"a" * 5_001))
    assert answer.status_code == 422
    assert "cue 1" in answer.json()["detail"]


def test_subtitles_with_a_nul_are_refused(client, service):
    assert imported(client, service, SUBTITLES % b"a\0b").status_code == 400


@pytest.mark.parametrize("number", [True, False, "5", 5.5, [5]])
def test_a_number_is_a_number(client, service, number):
    url = dubbed_project(client, service).url
    made = client.post("/v1/keys", json={"name": "k", "calls_per_minute": number})
    assert made.status_code == 422
    seen = {"If-Match": "*"}
    for path, changes in (
        ("/transcript/segments/1", {"start_ms": number}),
        ("/targets/de/utterances/1", {"speed": [number]}),
        ("", {"settings": {"speakers": number}}),
    ):
        assert client.patch(url + path, json=changes, headers=seen).status_code == 422, path


@pytest.mark.parametrize("claim", ["yes", "true", 1, 0])
def test_a_claim_is_true_or_false(client, service, claim):
    url = dubbed_project(client, service).url
    for path, changes in (
        ("/targets/de/utterances/1", {"locked": claim}),
        ("", {"settings": {"keep_background": claim}}),
    ):
        answer = client.patch(url + path, json=changes, headers={"If-Match": "*"})
        assert answer.status_code == 422, path

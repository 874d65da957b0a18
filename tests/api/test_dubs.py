import json

import pytest
from journeys import VIDEO, finished_upload
from sqlalchemy import func, select

from dubwright.db.tables import Operation, Project, Upload


def count_of(service, table):
    with service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_one_call_with_a_file_makes_a_project_and_runs_it(client, service, engine):
    answer = client.post(
        "/v1/dubs",
        data={"targets": ["de", "fr"], "source_language": "en", "settings": '{"speakers": 1}'},
        files={"file": ("Grüße.mp4", VIDEO, "video/mp4")},
    )
    assert answer.status_code == 202, answer.text
    operation = answer.json()
    assert operation["kind"] == "run"
    assert answer.headers["Operation-Location"] == f"/v1/operations/{operation['id']}"
    assert [one.operation for one in engine.submitted] == [operation["id"]]
    project = client.get(answer.headers["Location"]).json()
    assert project["name"] == "Grüße.mp4"
    assert [one["language"] for one in project["targets"]] == ["de", "fr"]
    assert project["settings"]["speakers"] == 1
    with service.database.reading() as session:
        [upload] = session.scalars(select(Upload))
    assert (upload.size_bytes, upload.received_bytes) == (len(VIDEO), len(VIDEO))
    assert service.store.local_path(upload.object_key).read_bytes() == VIDEO


@pytest.mark.parametrize("size", [1, 65_536, 3 * 2**20 + 17])
def test_a_file_of_any_size_arrives_as_it_was(client, service, size):
    content = (b"0123456789abcdef\r\n--" * (size // 20 + 1))[:size]
    answer = client.post("/v1/dubs", data={"targets": "de, fr"}, files={"file": content})
    assert answer.status_code == 202, answer.text
    with service.database.reading() as session:
        [key] = session.scalars(select(Upload.object_key))
    assert service.store.local_path(key).read_bytes() == content


def test_fields_may_come_after_the_file(client):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nabc\r\n'
        b'--x\r\nContent-Disposition: form-data; name="targets"\r\n\r\nde\r\n--x--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert client.post("/v1/dubs", content=body, headers=headers).status_code == 202


def test_one_call_with_an_upload_does_the_same(client, service):
    asked = {"upload": finished_upload(service), "targets": ["de"]}
    answer = client.post("/v1/dubs", json=asked)
    assert answer.status_code == 202
    assert client.get(answer.headers["Location"]).json()["name"] == "A talk.mp4"


@pytest.mark.parametrize(
    ("fields", "file", "status"),
    [
        ({"targets": "klingonese"}, b"abc", 422),
        ({}, b"abc", 422),
        ({"targets": "de", "settings": "{"}, b"abc", 400),
        ({"targets": "de", "settings": '{"speakers": 0}'}, b"abc", 422),
        ({"targets": "de", "colour": "red"}, b"abc", 400),
        ({"targets": "de", "name": ["a", "b"]}, b"abc", 400),
        ({"targets": "de"}, b"", 422),
        ({"targets": "x" * 70_000}, b"abc", 413),
    ],
)
def test_what_cannot_be_dubbed_leaves_nothing_behind(client, service, fields, file, status):
    answer = client.post("/v1/dubs", data=fields, files={"file": ("a.mp4", file, "video/mp4")})
    assert answer.status_code == status, answer.text
    assert [count_of(service, table) for table in (Upload, Project, Operation)] == [0, 0, 0]
    assert list(service.options.uploads_folder.glob("*.part")) == []


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"--x--\r\n", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"--x\r\n", "multipart/form-data"),
        (
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc',
            "multipart/form-data; boundary=x",
        ),
        (
            b'--x\r\nContent-Disposition: form-data; name="video"; filename="a"\r\n\r\na\r\n--x--',
            "multipart/form-data; boundary=x",
        ),
        (b"{", "application/json"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client, service, body, content_type):
    answer = client.post("/v1/dubs", content=body, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert count_of(service, Upload) == 0


def test_two_files_are_one_too_many(client, service):
    files = [("file", ("a.mp4", b"a")), ("file", ("b.mp4", b"b"))]
    answer = client.post("/v1/dubs", data={"targets": "de"}, files=files)
    assert answer.status_code == 400
    assert count_of(service, Upload) == 0


def test_a_form_that_does_not_say_its_length_is_sent_to_uploads(client):
    def pieces():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nabc\r\n'
        yield b"--x--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/v1/dubs", content=pieces(), headers=headers)
    assert answer.status_code == 400
    assert "/v1/uploads" in answer.json()["hint"]


def test_json_as_long_as_a_video_is_refused(client):
    asked = json.dumps({"upload": "upl_" + "a" * 20, "targets": ["de"], "name": "x" * 2**21})
    headers = {"Content-Type": "application/json"}
    assert client.post("/v1/dubs", content=asked, headers=headers).status_code == 413


def test_the_same_form_with_the_same_key_is_dubbed_once(client, service, engine):
    def send():
        return client.post(
            "/v1/dubs",
            data={"targets": "de"},
            files={"file": ("a.mp4", VIDEO, "video/mp4")},
            headers={"Idempotency-Key": "once"},
        )

    first, again = send(), send()
    assert again.json()["id"] == first.json()["id"]
    assert again.headers["Location"] == first.headers["Location"]
    assert count_of(service, Project) == len(engine.submitted) == 1


@pytest.mark.parametrize("field", ["budget", "settings"])
def test_an_empty_field_of_a_form_is_no_lack_of_a_limit(client, field):
    fields = {"targets": "de", field: ""}
    answer = client.post("/v1/dubs", data=fields, files={"file": ("a.mp4", b"x", "video/mp4")})
    assert answer.status_code == 422
    assert f"`{field}` is empty" in answer.json()["detail"]

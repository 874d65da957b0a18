"""The description of the API, and what holds for all of its routes."""

import re

import pytest
import schemathesis
from clients import LOCAL, NotedEngine, bearer
from journeys import dubbed_project, finished_upload
from sqlalchemy import func, select
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.db.engine import Database
from dubwright.db.tables import Table
from dubwright.jobs.accounts import create_account
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.service import Service, ServiceOptions
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

METHODS = {"get", "put", "post", "patch", "delete", "head", "options"}
ANY = {"If-Match": "*"}
TUS = {"Tus-Resumable": "1.0.0"}
BODIES = {
    "change_project": {"name": "Mine now"},
    "run_project": {"targets": ["de"]},
    "change_segment": {"text": "Mine now"},
    "split_segment": {"after_characters": 5, "at_ms": 2_000},
    "rename_speaker": {"name": "Mine now"},
    "add_target": {"language": "fr"},
    "change_target": {"voices": {"S1": "mine"}},
    "change_utterance": {"target_text": "Mine now"},
    "change_key": {"name": "Mine now"},
    "change_glossary": {"name": "Mine now"},
    "change_webhook": {"active": False},
    "insert_segment": {"speaker": "S1", "start_ms": 0, "end_ms": 900, "text": "Mine"},
    "add_speaker": {"name": "Mine"},
    "merge_speaker": {"into": "S2"},
}
OPEN = {"/v1/system/access"}
"""What everybody may ask for."""
GLOSSARY = {"name": "Names", "source_language": "en", "target_language": "de"}


@pytest.fixture
def app(service):
    return create_app(service, ApiOptions())


@pytest.fixture(scope="module")
def description(_sqlite_template, tmp_path_factory):
    """What an app says of itself, the same on either database; it takes a second to write."""
    database = Database(f"sqlite:///{_sqlite_template}")
    folder = tmp_path_factory.mktemp("described")
    store = LocalObjectStore(folder / "objects", UrlSigner(b"0123456789abcdef"))
    service = Service(database, store, NotedEngine(), ServiceOptions(data_folder=folder))
    yield create_app(service, ApiOptions()).openapi()
    database.close()


def operations(description):
    """Every (method, path, operation) that is described."""
    return [
        (method, path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
        if method in METHODS
    ]


def test_the_description_is_valid_openapi(description):
    schemathesis.openapi.from_dict(description).validate()


def test_every_reference_leads_somewhere(description):
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(description)))
    assert names <= set(description["components"]["schemas"])
    assert "Problem" in names


def test_every_operation_has_a_name_of_its_own_a_tag_and_a_sentence(description):
    ids = [operation["operationId"] for *_, operation in operations(description)]
    assert len(ids) == len(set(ids))
    for _, path, operation in operations(description):
        assert re.fullmatch(r"[a-z]+(_[a-z]+)+", operation["operationId"]), path
        assert operation["tags"], path
        assert operation.get("description", "").strip(), path


def test_every_operation_declares_its_errors(description):
    for method, path, operation in operations(description):
        if not path.startswith("/v1/") or path in OPEN:
            continue
        expected = {"401", "403", "422", "429", "500", "503"}
        expected |= {"404"} if "{" in path else set()
        expected |= {"400", "413"} if method in ("post", "put", "patch") else set()
        assert expected <= set(operation["responses"]), (method, path)


def test_everything_but_what_is_open_needs_a_key(connect, description):
    client = connect(ApiOptions(auth="required"))
    answered = {
        path
        for method, path, _ in operations(description)
        if method == "get" and path.startswith("/v1/") and client.get(path).status_code != 401
    }
    assert answered == OPEN


def test_every_error_is_a_problem(description):
    for method, path, operation in operations(description):
        for status, answer in operation["responses"].items():
            if path.startswith("/v1/") and int(status) >= 400:
                [media] = answer["content"]
                assert media == "application/problem+json", (method, path, status)


def test_every_edit_of_a_revision_asks_for_it(description):
    with_revision = [
        (method, path)
        for method, path, operation in operations(description)
        if "428" in operation["responses"]
    ]
    assert ("patch", "/v1/projects/{project}") in with_revision
    for method, path in with_revision:
        parameters = description["paths"][path][method]["parameters"]
        assert "if-match" in [one["name"].lower() for one in parameters], path


def test_every_action_says_where_to_watch_it(description):
    actions = [
        (path, operation)
        for method, path, operation in operations(description)
        if "202" in operation["responses"] and "OperationResource" in str(operation["responses"])
    ]
    assert len(actions) >= 18
    for path, operation in actions:
        assert "Operation-Location" in operation["responses"]["202"]["headers"], path
        assert "Idempotency-Key" in [one["name"] for one in operation["parameters"]], path


def made(client, path, body):
    """The id of a new thing."""
    answer = client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


class Others:
    """Addresses of things of the first account, asked for by the second."""

    def __init__(self, service, client, token):
        owner = bearer(token)
        client.headers.update(owner)
        dubbed = dubbed_project(client, service)
        self.values = {
            "project": dubbed.id,
            "language": "de",
            "operation": dubbed.operation,
            "segment": "1",
            "utterance": "1",
            "speaker": "S1",
            "name": "video.mp4",
            "upload_id": finished_upload(service),
            "key_id": client.get("/v1/keys").json()["items"][0]["id"],
            "glossary": made(client, "/v1/glossaries", GLOSSARY),
            "webhook": made(client, "/v1/webhooks", {"url": "https://example.org/told"}),
        }
        told = client.post(f"/v1/webhooks/{self.values['webhook']}:test")
        self.values["delivery"] = told.json()["id"]
        self.owner = owner
        account = create_account(service, "Mallory")
        self.other = bearer(create_first_key(service, "m", account.id).token)
        client.headers.clear()

    def url(self, path):
        """Takes have names too, of a kind of their own."""
        named = path.replace("/takes/{name}", "/takes/0123456789abcdef01234567")
        return re.sub(r"\{(\w+)\}", lambda found: self.values[found[1]], named)


def asked(operation):
    """What makes the request right in every respect but whose things it names."""
    wanted = {"headers": ANY | TUS}
    if operation["operationId"] == "import_transcript":
        content = "1\n00:00:01,000 --> 00:00:02,000\nMine\n"
        wanted |= {"content": content, "params": {"language": "en"}}
        wanted["headers"] |= {"Content-Type": "text/vtt"}
    elif operation["operationId"] == "send_piece":
        piece = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        wanted |= {"content": b"", "headers": wanted["headers"] | piece}
    elif operation["operationId"] in BODIES:
        wanted["json"] = BODIES[operation["operationId"]]
    return wanted


def rows_of(service):
    with service.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table))
            for table in Table.metadata.sorted_tables
            if table.name not in ("audit", "account", "api_key")
        }


def test_things_of_others_do_not_exist_on_any_route(service, app, token, description):
    with TestClient(app, base_url=LOCAL) as client:
        things = Others(service, client, token)
        before = rows_of(service)
        for method, path, operation in operations(description):
            if "{" not in path:
                continue
            wanted = asked(operation)
            wanted["headers"] = wanted["headers"] | things.other
            answer = client.request(method, things.url(path), **wanted)
            assert answer.status_code == 404, (method, path, answer.text)
            if method != "head":
                assert answer.json()["code"] == "not_found", (method, path)
        assert rows_of(service) == before


def test_the_same_requests_find_the_things_of_their_owner(service, app, token, description):
    not_of_a_dub = (
        "/v1/projects/{project}/artifacts/{name}",
        "/v1/operations/{operation}/artifacts/{name}",
    )
    with TestClient(app, base_url=LOCAL) as client:
        things = Others(service, client, token)
        found = 0
        for method, path, _ in operations(description):
            parts = re.findall(r"\{(\w+)\}", path)
            known = parts and set(parts) <= set(things.values)
            if method not in ("get", "head") or not known or path in not_of_a_dub:
                continue
            headers = TUS | things.owner
            answer = client.request(method, things.url(path), headers=headers)
            assert answer.status_code == 200, (method, path, answer.text)
            found += 1
        assert found >= 20


def test_lists_show_nothing_of_others(service, app, token):
    with TestClient(app, base_url=LOCAL) as client:
        things = Others(service, client, token)
        for path in ("/v1/projects", "/v1/operations", "/v1/glossaries", "/v1/webhooks"):
            assert client.get(path, headers=things.owner).json()["items"]
            assert client.get(path, headers=things.other).json()["items"] == []


def test_another_accounts_upload_makes_no_project(service, app, token):
    with TestClient(app, base_url=LOCAL) as client:
        things = Others(service, client, token)
        asked_for = {"upload": things.values["upload_id"], "targets": ["de"]}
        for path in ("/v1/projects", "/v1/dubs"):
            answer = client.post(path, json=asked_for, headers=things.other)
            assert answer.status_code == 404


def test_another_accounts_glossary_serves_no_project(service, app, token):
    with TestClient(app, base_url=LOCAL) as client:
        things = Others(service, client, token)
        client.headers.update(things.other)
        piece = {"Content-Type": "application/offset+octet-stream", "Upload-Length": "5"}
        sent = client.post("/v1/uploads", content=b"video", headers=TUS | piece)
        upload = sent.json()["id"]
        theirs = {"settings": {"glossaries": [things.values["glossary"]]}}
        assert client.post("/v1/projects", json={"upload": upload} | theirs).status_code == 404
        asked_for = {"upload": upload, "targets": ["de"]}
        assert client.post("/v1/dubs", json=asked_for | theirs).status_code == 404
        project = made(client, "/v1/projects", asked_for)
        answer = client.patch(f"/v1/projects/{project}", json=theirs, headers=ANY)
        assert answer.status_code == 404


def test_a_key_that_may_read_changes_nothing(service, app, token, description):
    with TestClient(app, base_url=LOCAL) as client:
        things = Others(service, client, token)
        made = client.post(
            "/v1/keys", json={"name": "reader", "scopes": ["read"]}, headers=things.owner
        )
        reader = bearer(made.json()["token"])
        for method, path, operation in operations(description):
            if method in ("get", "head", "options") or path.endswith((":estimate", ":ticket")):
                continue
            wanted = asked(operation)
            wanted["headers"] = wanted["headers"] | reader
            answer = client.request(method, things.url(path), **wanted)
            assert answer.status_code == 403, (method, path, answer.text)

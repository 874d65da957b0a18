"""Every failure is a problem: a status, a stable code and a next step, and nothing that leaks."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from clients import Connect
from fastapi import APIRouter, HTTPException
from pydantic import BaseModel
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.problems import HTTP_KINDS, KINDS, MEDIA_TYPE, Problem
from dubwright.domain.errors import (
    DubError,
    InputError,
    ProviderThrottled,
    StorageError,
    StorageFull,
)
from dubwright.jobs.service import Service

SAID = "the launch code is four"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: it plays no part here."""
    return sqlite_url


def kinds_of(kind: type[DubError]) -> Iterator[type[DubError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds_of(narrower)


def problem_of(answer: object) -> Problem:
    assert answer.headers["content-type"] == MEDIA_TYPE
    problem = Problem.model_validate(answer.json())
    assert problem.status == answer.status_code
    assert problem.request_id == answer.headers["x-request-id"]
    assert problem.hint
    return problem


class Asked(BaseModel):
    count: int
    names: list[str] = []


def failing(service: Service, error: Exception) -> TestClient:
    """A client of an API whose only other route fails with `error`."""
    router = APIRouter()

    @router.get("/fail")
    def fail() -> None:
        raise error

    @router.post("/ask")
    def ask(asked: Asked, limit: int = 1) -> int:
        return asked.count * limit

    app = create_app(service, ApiOptions(), more=[router])
    return TestClient(app, base_url="http://127.0.0.1")


@pytest.fixture
def asking(service: Service) -> TestClient:
    return failing(service, InputError("no"))


def test_every_code_has_a_status_and_every_status_a_code() -> None:
    # The errors of the product; those of tests and plug-ins are narrower ones with its codes.
    assert {kind.code for kind in kinds_of(DubError)} == set(KINDS)
    assert not set(KINDS) & set(HTTP_KINDS)


def test_a_problem_says_what_happened_and_what_to_do(service: Service) -> None:
    error = InputError("'xx' is no language", hint="`GET /v1/languages` lists them")
    problem = problem_of(failing(service, error).get("/v1/fail"))
    assert (problem.status, problem.code) == (422, "invalid_input")
    assert (problem.detail, problem.hint) == (error.message, error.hint)
    assert problem.type == "/docs/errors#invalid_input"


def test_a_type_leads_to_a_page_that_explains_it(client: TestClient) -> None:
    page = client.get("/docs/errors").text
    assert [code for code in (*KINDS, *HTTP_KINDS) if f'id="{code}"' not in page] == []


def test_an_engine_that_wants_a_pause_says_how_long(service: Service) -> None:
    error = ProviderThrottled("slow down", provider="tone", retry_after_s=6.2)
    answer = failing(service, error).get("/v1/fail")
    assert problem_of(answer).retryable
    assert answer.headers["retry-after"] == "7"


@pytest.mark.parametrize(("error", "status"), [(StorageError, 503), (StorageFull, 507)])
def test_folders_and_hosts_of_the_storage_are_not_told(
    service: Service, error: type[StorageError], status: int
) -> None:
    answer = failing(service, error("/srv/secret on db.internal failed")).get("/v1/fail")
    assert problem_of(answer).status == status
    assert "secret" not in answer.text
    assert "internal" not in answer.text


@pytest.mark.parametrize("error", [KeyError(SAID), ValueError(SAID), AssertionError(SAID)])
def test_a_fault_is_answered_without_its_cause_and_logged_without_what_was_said(
    service: Service, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = failing(service, error).get("/v1/fail")
    problem = problem_of(answer)
    assert (problem.status, problem.code) == (500, "internal")
    printed = capsys.readouterr().out
    assert SAID not in answer.text + printed
    assert type(error).__name__ in printed
    assert "in fail" in printed
    assert problem.request_id in printed


def test_an_address_that_is_not_served_is_a_problem(client: TestClient) -> None:
    assert problem_of(client.get("/v1/nothing")).code == "not_found"
    assert problem_of(client.get("/nothing")).code == "not_found"


def test_another_method_is_a_problem_that_names_the_right_ones(client: TestClient) -> None:
    answer = client.put("/v1/keys")
    assert problem_of(answer).code == "method_not_allowed"
    assert answer.headers["allow"]


def test_each_wrong_field_is_named_and_no_value_repeated(asking: TestClient) -> None:
    answer = asking.post("/v1/ask?limit=many", json={"count": SAID, "names": [SAID, {"a/b": SAID}]})
    problem = problem_of(answer)
    assert problem.code == "invalid_input"
    assert {error.pointer for error in problem.errors} == {
        "/query/limit",
        "/body/count",
        "/body/names/1",
    }
    assert SAID not in answer.text
    assert "many" not in answer.text


@pytest.mark.parametrize(
    "body", [b"{", b"", b"\xff\xfe{", b'{"count": NaN}', b'{"count": 1, "names": ["a\\u0000b"]}']
)
def test_a_body_that_cannot_be_read_is_the_callers_mistake(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/keys", content=body, headers=headers)
    assert problem_of(answer).status in (400, 422)


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"name": ' + b"1" * 5_000 + b"}"])
def test_a_body_that_breaks_readers_is_the_callers_mistake(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/keys", content=body, headers=headers)
    assert problem_of(answer).status in (400, 422)


def test_an_escaped_backslash_before_u0000_is_only_text(client: TestClient) -> None:
    made = client.post(
        "/v1/keys",
        content=rb'{"name": "a\\u0000b"}',
        headers={"Content-Type": "application/json"},
    )
    assert made.json()["name"] == r"a\u0000b"


@pytest.mark.parametrize("path", ["/v1/keys/a%00b", "/v1/keys?cursor=%00"])
def test_a_nul_in_an_address_is_the_callers_mistake(client: TestClient, path: str) -> None:
    assert problem_of(client.get(path)).code == "malformed_request"


def test_the_frameworks_own_errors_keep_their_status(service: Service) -> None:
    teapot = failing(service, HTTPException(418, detail=SAID))
    answer = teapot.get("/v1/fail")
    assert problem_of(answer).status == 418
    assert SAID not in answer.text


def test_every_route_declares_the_problems_that_any_route_can_have(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    assert {"Problem", "FieldProblem"} <= set(description["components"]["schemas"])
    assert "HTTPValidationError" not in json.dumps(description)
    for path, methods in description["paths"].items():
        if not path.startswith("/v1/") or path.startswith(("/v1/objects", "/v1/system/access")):
            continue  # nobody has to say who they are there
        for route in methods.values():
            assert {"400", "401", "403", "422", "429", "500", "503"} <= set(route["responses"])


def test_every_reference_in_the_description_leads_somewhere(client: TestClient) -> None:
    text = client.get("/openapi.json").text
    description = json.loads(text)
    names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert names <= set(description["components"]["schemas"])


def test_operations_are_named_by_a_verb_and_a_noun_once(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"].values()
    names = [route["operationId"] for methods in paths for route in methods.values()]
    assert len(names) == len(set(names))
    assert [name for name in names if "_" not in name] == []


def test_the_reference_needs_nothing_from_outside(connect: Connect) -> None:
    page = connect().get("/docs")
    assert "POST /v1/keys" in page.text
    assert "<script" not in page.text
    assert "src=" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_table_of_codes_is_the_one_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs/errors.md").read_text()
    assert [code for code in (*KINDS, *HTTP_KINDS) if f"# {code}\n" not in page] == []

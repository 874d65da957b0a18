"""The same request, sent again, is answered again and not done again."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Annotated

import pytest
from clients import LOCAL, bearer
from fastapi import File, Response, UploadFile
from starlette.testclient import TestClient

from dubwright.api.access import WriteCaller
from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.api.routing import UploadRoute, service_router
from dubwright.db.tables import IdempotentCall
from dubwright.domain.errors import ConflictError, StillRunning
from dubwright.domain.timeline import Document
from dubwright.jobs.accounts import create_account
from dubwright.jobs.caller import Claim
from dubwright.jobs.idempotency import (
    KEPT_FOR,
    SILENT_FOR,
    StoredAnswer,
    claim_key,
    keep_answer,
    release_key,
    renew_claim,
)
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.service import Service

KEY = {"Idempotency-Key": "4f9d"}


class Asked(Document):
    number: int


class Till:
    """A router that counts how often something was really done."""

    def __init__(self) -> None:
        self.sales = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.has_begun = threading.Event()
        self.router = service_router("till", route=UploadRoute)
        self.router.post("/sales", status_code=202)(self.sell_thing)
        self.router.post("/files", status_code=202)(self.send_file)
        self.router.post("/failures")(self.fail_once)
        self.router.post("/silence", status_code=204)(self.say_nothing)

    def sell_thing(self, asked: Asked, caller: WriteCaller, response: Response) -> dict[str, int]:
        self.has_begun.set()
        assert self.may_go_on.wait(10)
        self.sales += 1
        response.headers["Operation-Location"] = f"/v1/operations/op_{self.sales}"
        return {"sale": self.sales, "number": asked.number}

    def send_file(self, file: Annotated[UploadFile, File()]) -> int:
        self.sales += 1
        return len(file.file.read())

    def fail_once(self) -> int:
        self.sales += 1
        if self.sales == 1:
            raise ConflictError("not now")
        return self.sales

    def say_nothing(self) -> None:
        self.sales += 1


@pytest.fixture
def till() -> Till:
    return Till()


@pytest.fixture
def client(service: Service, till: Till) -> TestClient:
    return TestClient(create_app(service, ApiOptions(), more=[till.router]), base_url=LOCAL)


def sell(client: TestClient, number: int = 1, **headers: str) -> Response:
    return client.post("/v1/sales", json={"number": number}, headers={**KEY, **headers})


def test_a_request_sent_again_gets_the_same_answer_and_is_done_once(
    client: TestClient, till: Till
) -> None:
    first, again = sell(client), sell(client)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert again.headers["operation-location"] == first.headers["operation-location"]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert till.sales == 1


def test_an_answer_without_a_body_is_given_again_without_one(
    client: TestClient, till: Till
) -> None:
    answers = [client.post("/v1/silence", headers=KEY) for _ in range(2)]
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 2
    assert till.sales == 1


def test_without_a_key_each_request_is_done(client: TestClient, till: Till) -> None:
    for _ in range(2):
        client.post("/v1/sales", json={"number": 1})
    assert till.sales == 2


def test_another_request_with_the_same_key_is_refused(client: TestClient, till: Till) -> None:
    sell(client)
    other = sell(client, number=2)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    elsewhere = client.post("/v1/failures", headers=KEY)
    assert elsewhere.json()["code"] == "idempotency_key_reused"
    query = client.post("/v1/sales?a=b", json={"number": 1}, headers=KEY)
    assert query.json()["code"] == "idempotency_key_reused"
    assert till.sales == 1


def test_another_account_may_use_the_same_key(
    client: TestClient, service: Service, till: Till
) -> None:
    other = create_account(service, "others")
    tokens = [create_first_key(service, "k", account).token for account in ("acc_local", other.id)]
    answers = [sell(client, **bearer(token)) for token in tokens]
    assert [answer.json()["sale"] for answer in answers] == [1, 2]


def test_a_failure_is_not_kept(client: TestClient, till: Till) -> None:
    answers = [client.post("/v1/failures", headers=KEY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [409, 200, 200]
    assert till.sales == 2


def test_a_request_that_is_not_valid_leaves_the_key_free(client: TestClient) -> None:
    assert client.post("/v1/sales", json={}, headers=KEY).status_code == 422
    assert sell(client).status_code == 202


@pytest.mark.parametrize("key", ["", " ", "a" * 129, "a b", "\u00e4".encode()])
def test_a_key_that_is_none_is_refused(client: TestClient, till: Till, key: str | bytes) -> None:
    answer = client.post("/v1/sales", json={"number": 1}, headers={"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
    assert till.sales == 0


def test_a_request_that_is_still_answered_is_told_to_come_back(
    client: TestClient, till: Till
) -> None:
    till.may_go_on.clear()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(sell, client)
        assert till.has_begun.wait(10)
        second = sell(client)
        till.may_go_on.set()
    assert (second.status_code, second.json()["code"]) == (409, "still_running")
    assert second.json()["retryable"] is True
    assert second.headers["retry-after"]
    assert first.result().status_code == 202
    assert sell(client).json() == first.result().json()
    assert till.sales == 1


def test_of_many_at_once_one_is_done(client: TestClient, till: Till) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: sell(client), range(8)))
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert {answer.json()["sale"] for answer in answers if answer.status_code == 202} == {1}
    assert till.sales == 1


def test_a_form_sent_again_is_the_same_though_its_boundary_is_not(
    client: TestClient, till: Till
) -> None:
    film = b"\r\n--film--" * 100_000
    answers = [client.post("/v1/files", files={"file": film}, headers=KEY) for _ in range(2)]
    assert [answer.json() for answer in answers] == [len(film)] * 2
    sent = [answer.request.headers["content-type"] for answer in answers]
    assert sent[0] != sent[1]
    other = client.post("/v1/files", files={"file": film + b"!"}, headers=KEY)
    assert other.json()["code"] == "idempotency_key_reused"
    assert till.sales == 1


def test_keys_are_made_anew_each_time_for_their_secrets_are_not_kept(client: TestClient) -> None:
    first = client.post("/v1/keys", json={"name": "k", "scopes": ["admin"]}, headers=KEY).json()
    again = client.post("/v1/keys", json={"name": "k"}, headers={**KEY, **bearer(first["token"])})
    assert again.json()["id"] != first["id"]


def aged(service: Service, by: timedelta) -> None:
    with service.database.writing() as session:
        for row in session.query(IdempotentCall):
            row.created_at -= by


def test_an_answer_is_kept_for_a_day(client: TestClient, service: Service, till: Till) -> None:
    sell(client)
    aged(service, KEPT_FOR - timedelta(minutes=1))
    assert sell(client).json()["sale"] == 1
    aged(service, timedelta(minutes=2))
    assert sell(client, number=5).json()["sale"] == 2
    assert till.sales == 2


CLAIM = Claim("acc_1", "k", "first", str)
OTHER = Claim("acc_1", "k", "second", str)
ANSWER = StoredAnswer("sum", 202, {"etag": "r1"}, {"id": "op_1"})


def test_a_claim_whose_process_died_is_taken_over_and_cannot_come_back(service: Service) -> None:
    assert claim_key(service, CLAIM) is None
    aged(service, SILENT_FOR + timedelta(seconds=1))
    assert claim_key(service, OTHER) is None
    keep_answer(service, CLAIM, ANSWER)
    release_key(service, CLAIM)
    with pytest.raises(StillRunning):
        claim_key(service, CLAIM)
    keep_answer(service, OTHER, ANSWER)
    assert claim_key(service, CLAIM) == ANSWER


def test_a_claim_that_is_renewed_is_not_taken_over(service: Service) -> None:
    claim_key(service, CLAIM)
    aged(service, SILENT_FOR + timedelta(seconds=1))
    renew_claim(service, CLAIM)
    with pytest.raises(StillRunning):
        claim_key(service, OTHER)


def test_of_many_that_claim_at_once_one_gets_the_key(service: Service) -> None:
    def got(number: int) -> bool:
        try:
            return claim_key(service, Claim("acc_1", "k", str(number), str)) is None
        except StillRunning:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(got, range(16))) == 1
    aged(service, SILENT_FOR + timedelta(seconds=1))
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(got, range(16))) == 1

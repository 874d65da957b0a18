"""Numbers for Prometheus: what was asked, and what there is."""

from datetime import timedelta

import pytest
from clients import Connect, bearer
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from dubwright.api.options import ApiOptions
from dubwright.db.ids import new_id
from dubwright.db.tables import Operation, ProviderCall
from dubwright.jobs.accounts import LOCAL_ACCOUNT
from dubwright.jobs.caller import Caller
from dubwright.jobs.keys import NewKey, create_key
from dubwright.jobs.service import Service

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


def samples(client: TestClient) -> Samples:
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float | None:
    return found.get((name, frozenset(labels.items())))


def test_requests_are_counted_by_route_and_not_by_id(client: TestClient) -> None:
    for number in range(3):
        client.get(f"/v1/keys/key_{number}")
    client.get("/no/such/place")
    client.request("BREW", "/v1/keys")
    found = samples(client)
    labels = {"route": "show_key", "method": "GET"}
    assert value(found, "dubwright_requests_total", **labels, status="4xx") == 3
    assert value(found, "dubwright_request_seconds_count", **labels) == 3
    none = {"route": "none", "method": "GET", "status": "4xx"}
    assert value(found, "dubwright_requests_total", **none) == 1
    assert not [name for name in found if "key_1" in str(name) or "BREW" in str(name)]


def test_a_request_is_in_flight_while_it_is_answered(client: TestClient) -> None:
    assert value(samples(client), "dubwright_requests_in_flight") == 1


def test_each_application_counts_for_itself(connect: Connect) -> None:
    one, other = connect(), connect()
    one.get("/healthz")
    labels = {"route": "show_health", "method": "GET", "status": "2xx"}
    assert value(samples(one), "dubwright_requests_total", **labels) == 1
    assert value(samples(other), "dubwright_requests_total", **labels) is None


def test_refused_keys_are_counted(client: TestClient) -> None:
    client.get("/v1/keys", headers=bearer("dw_no"))
    assert value(samples(client), "dubwright_rejected_keys_total") == 1


def test_streams_are_counted_while_they_are_open(client: TestClient) -> None:
    instruments = client.app.state.instruments
    with instruments.listening(), pytest.raises(RuntimeError), instruments.listening():
        assert value(samples(client), "dubwright_listeners") == 2
        raise RuntimeError
    assert value(samples(client), "dubwright_listeners") == 0


def test_the_database_tells_what_waits_and_what_was_called(
    client: TestClient, service: Service
) -> None:
    client.get("/v1/keys")
    now = service.now()
    with service.database.writing() as session:
        for state, waited_s in (("queued", 90), ("queued", 30), ("succeeded", 900)):
            operation = Operation(
                id=new_id("op"),
                account_id=LOCAL_ACCOUNT,
                kind="run",
                queue="long",
                state=state,
                created_at=now - timedelta(seconds=waited_s),
                last_news_at=now,
            )
            session.add(operation)
        session.flush()
        for outcome in ("ok", "ok", "provider_unavailable"):
            session.add(
                ProviderCall(
                    operation_id=operation.id,
                    account_id=LOCAL_ACCOUNT,
                    kind="translator",
                    provider="echo",
                    call="translate",
                    elapsed_ms=5,
                    outcome=outcome,
                    at=now,
                )
            )
    found = samples(client)
    assert value(found, "dubwright_operations", queue="long", state="queued") == 2
    assert value(found, "dubwright_operations", queue="long", state="succeeded") == 1
    oldest_s = value(found, "dubwright_oldest_queued_seconds", queue="long")
    assert oldest_s is not None
    assert 90 <= oldest_s < 120
    calls = {"kind": "translator", "provider": "echo"}
    assert value(found, "dubwright_provider_calls", **calls, outcome="ok") == 2
    assert value(found, "dubwright_provider_calls", **calls, outcome="provider_unavailable") == 1
    assert value(found, "dubwright_workers") == 0


def test_numbers_are_for_admins_only(connect: Connect, service: Service, token: str) -> None:
    writer = create_key(
        service, Caller(LOCAL_ACCOUNT, None, frozenset(), "req_tests"), NewKey(name="w")
    )
    client = connect()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=bearer(writer.token)).status_code == 403
    assert client.get("/metrics", headers=bearer(token)).status_code == 200


def test_the_operator_may_open_the_numbers_to_all(connect: Connect, token: str) -> None:
    assert connect(ApiOptions(open_metrics=True)).get("/metrics").status_code == 200

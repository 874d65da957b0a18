from datetime import UTC, date, datetime, timedelta

import pytest
from journeys import OWNER, finished_upload, new_project, started
from sqlalchemy import select

from dubwright.db.tables import Account, ProviderCall

LATE = datetime(2026, 3, 29, 23, 59, 59, 999_999, tzinfo=UTC)


FREE = {"product": "", "billed": False, "billed_units": 0, "cost_micro_usd": None}


def add_calls(service, *calls, account=OWNER.account_id, operation="op"):
    with service.database.writing() as session:
        for at, changes in calls:
            values = {
                "kind": "translator", "provider": "cloud", "call": "translate", "units": 10,
                "unit": "characters", "product": "nmt", "billed": True, "billed_units": 10,
                "cost_micro_usd": 200, "elapsed_ms": 5, "outcome": "ok",
            } | changes  # fmt: skip
            session.add(ProviderCall(operation_id=operation, account_id=account, at=at, **values))


def test_calls_are_added_up_by_day_and_engine(client, service):
    finished_upload(service)
    add_calls(
        service,
        (LATE, {}),
        (LATE, {"units": 5, **FREE, "product": "nmt"}),
        (LATE, {"outcome": "provider_unavailable", **FREE, "product": "nmt"}),
        (LATE, {"outcome": "provider_unavailable"}),
        (LATE + timedelta(microseconds=1), {}),
        (LATE, {"kind": "text_to_speech", "provider": "kokoro", **FREE}),
    )
    params = {"from": "2026-03-29", "to": "2026-03-30"}
    usage = client.get("/v1/usage", params=params).json()
    assert (usage["first_day"], usage["last_day"]) == ("2026-03-29", "2026-03-30")
    day = {"kind": "translator", "provider": "cloud", "product": "nmt", "unit": "characters"}
    assert usage["lines"] == [
        {
            "day": "2026-03-29", "kind": "text_to_speech", "provider": "kokoro",
            "product": "", "unit": "characters", "calls": 1, "units": 10, "billed_units": 0,
            "errors": 0, "cost": 0.0,
        },
        {
            "day": "2026-03-29", **day, "calls": 4, "units": 15, "billed_units": 20,
            "errors": 2, "cost": 0.0004,
        },
        {
            "day": "2026-03-30", **day, "calls": 1, "units": 10, "billed_units": 10,
            "errors": 0, "cost": 0.0002,
        },
    ]  # fmt: skip
    assert usage["cost"] == 0.0006


def test_a_cost_that_is_not_known_is_null_and_so_is_the_sum(client, service):
    finished_upload(service)
    add_calls(service, (LATE, {}), (LATE, {"product": "new", "cost_micro_usd": None}))
    usage = client.get("/v1/usage", params={"from": "2026-03-29", "to": "2026-03-29"}).json()
    assert {line["product"]: line["cost"] for line in usage["lines"]} == {
        "nmt": 0.0002,
        "new": None,
    }
    assert usage["cost"] is None


def test_an_operation_tells_what_its_calls_used_and_cost(client, service):
    operation = started(client, f"/v1/projects/{new_project(client, service, 'de')}:run")
    add_calls(
        service,
        (LATE, {"prices_as_of": date(2026, 3, 1)}),
        (LATE, {"prices_as_of": date(2026, 2, 1), "outcome": "provider_failed"}),
        (LATE, {"provider": "bergamot", **FREE}),
        operation=operation,
    )
    add_calls(service, (LATE, {}), operation="op_another")
    usage = client.get(f"/v1/operations/{operation}/usage").json()
    line = {"kind": "translator", "call": "translate", "unit": "characters"}
    free = {"provider": "bergamot", "product": "", "billed_units": 0, "cost": 0.0}
    paid = {"provider": "cloud", "product": "nmt", "billed_units": 20, "cost": 0.0004}
    assert usage == {
        "operation": operation,
        "lines": [
            {**line, **free, "calls": 1, "units": 10, "errors": 0},
            {**line, **paid, "calls": 2, "units": 10, "errors": 1},
        ],
        "cost": 0.0004,
        "prices_as_of": "2026-02-01",
    }


def test_the_usage_of_anothers_operation_does_not_exist(client):
    answer = client.get("/v1/operations/op_aaaaaaaaaaaaaaaaaaaa/usage")
    assert answer.status_code == 404


def test_usage_is_of_the_days_asked_for_and_of_nobody_else(client, service):
    finished_upload(service)
    with service.database.writing() as session:
        session.add(Account(id="acc_other", name="Bo", created_at=LATE))
    add_calls(service, (LATE, {}), account="acc_other")
    add_calls(service, (LATE - timedelta(days=1), {}), (LATE + timedelta(days=1), {}))
    params = {"from": "2026-03-29", "to": "2026-03-29"}
    assert client.get("/v1/usage", params=params).json()["lines"] == []


def test_usage_tells_the_space_that_files_take(client, service):
    finished_upload(service, b"12345")
    with service.database.writing() as session:
        session.scalars(select(Account)).one().quota_bytes = 1_000
    storage = client.get("/v1/usage").json()["storage"]
    assert storage == {"uploads_bytes": 5, "artifacts_bytes": 0, "quota_bytes": 1_000}


def test_without_days_the_last_thirty_are_shown(client, service):
    usage = client.get("/v1/usage").json()
    first, last = (datetime.fromisoformat(usage[name]) for name in ("first_day", "last_day"))
    assert last - first == timedelta(days=29)
    assert last.date() == service.now().date()


@pytest.mark.parametrize(
    "params",
    [
        {"from": "2026-03-02", "to": "2026-03-01"},
        {"from": "2020-01-01", "to": "2026-01-01"},
        {"from": "soon"},
        {"from": "9999-12-31", "to": "0001-01-01"},
        {"to": "0001-01-01"},
        {"from": "9999-12-31", "to": "9999-12-31"},
    ],
)
def test_days_that_make_no_span_are_refused(client, params):
    assert client.get("/v1/usage", params=params).status_code == 422

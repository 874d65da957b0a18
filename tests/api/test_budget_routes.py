"""Budgets through the API, and what operations are allowed to spend of them."""

import pytest
from journeys import VIDEO, finished_upload, new_project, started

from dubwright.jobs.assigning import begin_operation
from dubwright.jobs.assignments import CallNews
from dubwright.jobs.concluding import mark_cancelled, record_news

DOLLAR = 1_000_000


def bill(service, operation, cost_micro_usd, *, billed=True, outcome="ok"):
    """Let the worker tell of a call."""
    news = CallNews(
        kind="text_to_speech", provider="cloud", call="synthesize", units=10, unit="characters",
        product="voice", billed=billed, billed_units=10, cost_micro_usd=cost_micro_usd,
        elapsed_ms=5, outcome=outcome,
    )  # fmt: skip
    record_news(service, operation, news.model_dump_json())


def allowance(service, operation, attempt=1):
    return begin_operation(service, operation, attempt).allowance


def change(client, project, **changes):
    return client.patch(f"/v1/projects/{project}", json=changes, headers={"If-Match": "*"})


def shown(client, project):
    return client.get(f"/v1/projects/{project}").json()


def test_a_project_may_have_a_budget_and_shows_what_was_spent(client, service):
    project = new_project(client, service, "de", budget=2.5)
    told = shown(client, project)
    assert (told["budget"], told["spent"], told["unpriced_calls"]) == (2.5, 0, 0)


def test_a_budget_is_changed_taken_away_and_left_alone(client, service):
    project = new_project(client, service, "de", budget=1)
    assert change(client, project, budget=2).json()["budget"] == 2
    assert change(client, project, name="Other").json()["budget"] == 2
    assert change(client, project, budget=None).json()["budget"] is None
    assert change(client, project, budget=0).json()["budget"] == 0


@pytest.mark.parametrize("budget", [-1, "2.50", True, 2_000_000])
def test_what_is_no_amount_of_money_is_refused(client, service, budget):
    project = new_project(client, service, "de")
    assert change(client, project, budget=budget).status_code == 422


def test_a_dub_in_one_call_may_have_a_budget(client, service):
    form = {"targets": "de", "budget": "0.75"}
    answer = client.post("/v1/dubs", data=form, files={"file": ("a.mp4", VIDEO, "video/mp4")})
    assert shown(client, answer.json()["project"])["budget"] == 0.75
    asked = {"upload": finished_upload(service), "targets": ["de"], "budget": 0.5}
    project = client.post("/v1/dubs", json=asked).json()["project"]
    assert shown(client, project)["budget"] == 0.5


def test_a_budget_in_a_form_that_is_no_number_is_refused(client):
    form = {"targets": "de", "budget": "much"}
    answer = client.post("/v1/dubs", data=form, files={"file": ("a.mp4", VIDEO, "video/mp4")})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")


def test_without_a_budget_nothing_is_limited(client, service):
    operation = started(client, f"/v1/projects/{new_project(client, service, 'de')}:run")
    assert allowance(service, operation) is None


def test_bills_are_put_on_the_project_and_the_next_attempt_has_what_is_left(client, service):
    project = new_project(client, service, "de", budget=3)
    operation = started(client, f"/v1/projects/{project}:run")
    first = allowance(service, operation)
    assert (first.spent_micro_usd, first.left_micro_usd) == (0, 3 * DOLLAR)
    bill(service, operation, DOLLAR)
    bill(service, operation, DOLLAR // 2, outcome="provider_failed")
    bill(service, operation, None, billed=False, outcome="provider_throttled")
    assert shown(client, project)["spent"] == 1.5
    again = allowance(service, operation)
    assert (again.spent_micro_usd, again.left_micro_usd) == (1_500_000, 1_500_000)
    assert f"/v1/operations/{operation}:retry" in again.remedy


def test_a_lowered_budget_leaves_nothing_rather_than_less(client, service):
    project = new_project(client, service, "de", budget=3)
    operation = started(client, f"/v1/projects/{project}:run")
    begin_operation(service, operation, 1)
    bill(service, operation, 2 * DOLLAR)
    change(client, project, budget=1)
    assert allowance(service, operation).left_micro_usd == 0


def test_calls_without_a_known_price_are_counted_and_not_taken_for_free(client, service):
    project = new_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    begin_operation(service, operation, 1)
    bill(service, operation, None)
    bill(service, operation, DOLLAR)
    told = shown(client, project)
    assert (told["spent"], told["unpriced_calls"]) == (1, 1)
    assert client.get(f"/v1/operations/{operation}/usage").json()["cost"] is None


def test_a_call_of_an_attempt_that_is_over_is_billed_all_the_same(client, service):
    project = new_project(client, service, "de")
    operation = started(client, f"/v1/projects/{project}:run")
    begin_operation(service, operation, 1)
    mark_cancelled(service, operation, 1)
    bill(service, operation, DOLLAR)
    assert shown(client, project)["spent"] == 1
    assert client.get(f"/v1/operations/{operation}/usage").json()["cost"] == 1


def test_a_project_with_a_budget_does_one_thing_at_a_time(client, service):
    project = new_project(client, service, "de", "fr", budget=1)
    started(client, f"/v1/projects/{project}/targets/de:translate")
    answer = client.post(f"/v1/projects/{project}/targets/fr:translate")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    free = new_project(client, service, "de", "fr")
    started(client, f"/v1/projects/{free}/targets/de:translate")
    started(client, f"/v1/projects/{free}/targets/fr:translate")


def test_operations_that_were_under_way_before_share_what_is_left(client, service):
    project = new_project(client, service, "de", "fr")
    both = [
        started(client, f"/v1/projects/{project}/targets/{language}:translate")
        for language in ("de", "fr")
    ]
    change(client, project, budget=1)
    shares = [allowance(service, operation).left_micro_usd for operation in both]
    assert shares == [DOLLAR // 2, DOLLAR // 2]

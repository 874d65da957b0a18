"""How much accounts and keys may hold, and who may say so."""

import pytest
from clients import LOCAL, bearer
from journeys import VIDEO, dubbed_project
from starlette.testclient import TestClient

from dubwright.api.app import create_app
from dubwright.api.options import ApiOptions
from dubwright.domain.errors import NotFoundError
from dubwright.jobs.accounts import LOCAL_ACCOUNT, create_account, list_accounts, set_quota


@pytest.fixture
def admin(service, token):
    with TestClient(
        create_app(service, ApiOptions()), base_url=LOCAL, headers=bearer(token)
    ) as connected:
        yield connected


def new_key(admin, **asked):
    answer = admin.post("/v1/keys", json={"name": "a guest", **asked})
    assert answer.status_code == 201, answer.text
    return answer.json()


def announced(admin, key, size):
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size)}
    return admin.post("/v1/uploads", headers={**tus, **bearer(key["token"])})


def test_an_account_shows_what_it_holds_and_may_hold(client, service):
    dubbed_project(client, service)
    shown = client.get("/v1/account").json()
    assert (shown["id"], shown["quota_bytes"]) == (LOCAL_ACCOUNT, None)
    assert shown["stored_bytes"] > 2 * len(VIDEO)  # its source, its dub, and what is beside it
    set_quota(service, LOCAL_ACCOUNT, 10 * 2**30)
    assert client.get("/v1/account").json()["quota_bytes"] == 10 * 2**30


def test_the_operator_sees_and_limits_every_account(service):
    other = create_account(service, "others")
    set_quota(service, other.id, 5_000)
    assert {one.name: one.quota_bytes for one in list_accounts(service)} == {"others": 5_000}
    set_quota(service, other.id, None)
    assert [one.quota_bytes for one in list_accounts(service)] == [None]
    with pytest.raises(NotFoundError, match="acc_nobody"):
        set_quota(service, "acc_nobody", 1)


def test_a_quota_below_what_is_held_keeps_it_and_takes_no_more(client, service):
    url = dubbed_project(client, service).url
    set_quota(service, LOCAL_ACCOUNT, 1)
    assert client.get(url).status_code == 200
    answer = client.post("/v1/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": "1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")


def test_an_admin_of_the_account_cannot_change_its_quota(admin):
    for method in ("PATCH", "PUT", "POST"):
        answer = admin.request(method, "/v1/account", json={"quota_bytes": None})
        assert answer.status_code == 405


def test_a_key_uploads_no_more_than_its_quota(admin):
    key = new_key(admin, quota_bytes=1_000)
    assert announced(admin, key, 1_000).status_code == 201
    answer = announced(admin, key, 1)
    assert (answer.status_code, answer.json()["code"]) == (403, "quota_exceeded")
    assert "this key" in answer.json()["detail"]
    shown = admin.get(f"/v1/keys/{key['id']}").json()
    assert (shown["uploaded_bytes"], shown["quota_bytes"]) == (1_000, 1_000)


def test_the_quota_of_a_key_is_no_other_keys(admin):
    full, free = new_key(admin, quota_bytes=10), new_key(admin)
    assert announced(admin, full, 10).status_code == 201
    assert announced(admin, full, 1).status_code == 403
    assert announced(admin, free, 5_000).status_code == 201


def test_what_is_deleted_makes_room_for_the_key(admin):
    key = new_key(admin, quota_bytes=10)
    upload = announced(admin, key, 10).headers["Location"]
    admin.delete(upload, headers={"Tus-Resumable": "1.0.0"})
    assert announced(admin, key, 10).status_code == 201


def test_a_keys_quota_is_changed_and_taken_away(admin):
    key = new_key(admin, quota_bytes=10)
    url = f"/v1/keys/{key['id']}"
    assert admin.patch(url, json={"quota_bytes": 20}).json()["quota_bytes"] == 20
    assert admin.patch(url, json={"name": "the same guest"}).json()["quota_bytes"] == 20
    assert admin.patch(url, json={"quota_bytes": None}).json()["quota_bytes"] is None
    assert announced(admin, key, 5_000).status_code == 201


def test_the_accounts_quota_holds_for_a_key_with_room(admin, service):
    set_quota(service, LOCAL_ACCOUNT, 100)
    answer = announced(admin, new_key(admin, quota_bytes=1_000), 101)
    assert answer.status_code == 403
    assert "the account" in answer.json()["detail"]


@pytest.mark.parametrize("wrong", [-1, 1.5, "10GiB", True, 2**53])
def test_what_is_no_amount_of_bytes_is_no_quota(admin, wrong):
    answer = admin.post("/v1/keys", json={"name": "x", "quota_bytes": wrong})
    assert answer.status_code == 422

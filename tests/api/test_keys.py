"""Keys through the API: made, listed, changed, rotated, revoked."""

from datetime import timedelta

import pytest
from clients import bearer
from starlette.testclient import TestClient

from dubwright.db.tables import ApiKey
from dubwright.domain.errors import InputError, NotFoundError
from dubwright.jobs.accounts import create_account, list_accounts
from dubwright.jobs.keys import create_first_key
from dubwright.jobs.service import Service


@pytest.fixture
def admin(client: TestClient, token: str) -> TestClient:
    """A client with an admin key."""
    client.headers.update(bearer(token))
    return client


def make(admin: TestClient, **asked: object) -> dict[str, object]:
    made = admin.post("/v1/keys", json={"name": "build server", **asked})
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/v1/keys/{made.json()['id']}"
    return made.json()


def works(client: TestClient, token: object) -> bool:
    return client.get("/v1/uploads/upl_x", headers=bearer(str(token))).status_code != 401


def test_a_token_is_shown_once_and_kept_nowhere(admin: TestClient, service: Service) -> None:
    made = make(admin)
    token = str(made.pop("token"))
    secret = token.split("_")[2]
    assert len(secret) == 52
    shown = admin.get(f"/v1/keys/{made['id']}")
    assert shown.json() == made
    with service.database.reading() as session:
        row = session.get_one(ApiKey, made["id"])
        assert secret not in str(vars(row))


def test_a_key_may_read_and_write_unless_more_is_asked(admin: TestClient) -> None:
    assert make(admin)["scopes"] == ["read", "write"]
    assert make(admin, scopes=["read"])["scopes"] == ["read"]
    assert make(admin, scopes=["admin"])["scopes"] == ["read", "write", "admin"]


@pytest.mark.parametrize(
    "asked",
    [
        {"name": ""},
        {"name": "k" * 101},
        {"scopes": []},
        {"scopes": ["root"]},
        {"calls_per_minute": 0},
        {"expires_at": "2020-01-01T00:00:00Z"},
        {"expires_at": "2030-01-01T00:00:00"},
        {"expires_at": "9999-12-31T23:59:59-14:00"},
        {"account": "acc_other"},
    ],
)
def test_a_key_that_makes_no_sense_is_refused(admin: TestClient, asked: dict[str, object]) -> None:
    refused = admin.post("/v1/keys", json={"name": "k", **asked})
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_input")


def test_keys_are_listed_newest_first_page_by_page(admin: TestClient) -> None:
    made = [make(admin)["id"] for _ in range(5)]
    listed: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = admin.get("/v1/keys", params={"limit": "2", **cursor}).json()
        listed += [key["id"] for key in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert listed[:5] == made[::-1]
    assert len(listed) == len(set(listed)) == 6


def test_what_is_left_out_of_a_change_stays_and_null_takes_a_limit_away(admin: TestClient) -> None:
    key = make(admin, calls_per_minute=60)
    path = f"/v1/keys/{key['id']}"
    renamed = admin.patch(path, json={"name": "other"}).json()
    assert (renamed["name"], renamed["calls_per_minute"]) == ("other", 60)
    unlimited = admin.patch(path, json={"calls_per_minute": None}).json()
    assert (unlimited["name"], unlimited["calls_per_minute"]) == ("other", None)


def test_a_rotated_key_has_a_new_token_and_the_old_one_is_worthless(admin: TestClient) -> None:
    old = make(admin)
    new = admin.post(f"/v1/keys/{old['id']}:rotate").json()
    assert new["id"] == old["id"]
    assert works(admin, new["token"])
    assert not works(admin, old["token"])


def test_a_revoked_key_is_worthless_and_stays_in_the_list(admin: TestClient) -> None:
    key = make(admin)
    path = f"/v1/keys/{key['id']}"
    assert [admin.delete(path).status_code for _ in range(2)] == [204, 204]
    assert not works(admin, key["token"])
    assert admin.get(path).json()["revoked_at"] is not None
    assert admin.post(f"{path}:rotate").status_code == 409


def test_the_last_admin_key_stays(admin: TestClient, service: Service) -> None:
    [last] = admin.get("/v1/keys").json()["items"]
    make(admin, scopes=["write"])
    refused = admin.delete(f"/v1/keys/{last['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    expiring = make(admin, scopes=["admin"])
    with service.database.writing() as session:
        session.get_one(ApiKey, expiring["id"]).expires_at = service.now() - timedelta(days=1)
    assert admin.delete(f"/v1/keys/{last['id']}").status_code == 409
    make(admin, scopes=["admin"])
    assert admin.delete(f"/v1/keys/{last['id']}").status_code == 204


def test_the_command_line_makes_accounts_and_their_first_keys(service: Service) -> None:
    account = create_account(service, "newsroom")
    key = create_first_key(service, "laptop", account.id)
    assert key.scopes == ("read", "write", "admin")
    assert account in list_accounts(service)
    with pytest.raises(NotFoundError):
        create_first_key(service, "laptop", "acc_nobody")


@pytest.mark.parametrize("days", [-1, 365 * 101])
def test_a_first_key_ends_neither_in_the_past_nor_after_everybody(
    service: Service, days: int
) -> None:
    with pytest.raises(InputError):
        create_first_key(service, "laptop", expires_at=service.now() + timedelta(days=days))


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "\x1b[31mred", "n" * 101])
def test_an_account_is_never_made_with_a_name_that_cannot_be_shown(service, name):
    with pytest.raises(InputError, match="an account cannot be called") as refused:
        create_account(service, name)
    assert "printable" in str(refused.value.hint)
    assert list_accounts(service) == ()

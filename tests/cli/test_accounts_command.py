"""Accounts and keys on the command line: made, listed, limited."""

import json
from pathlib import Path

import pytest
from in_process import run

from dubwright.cli.sizes import parse_quota, shown_quota
from dubwright.domain.errors import InputError


def told(folder: Path, *arguments: str) -> str:
    done = run(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_an_operator_limits_an_account_and_a_key(tmp_path: Path) -> None:
    made = json.loads(
        told(tmp_path, "keys", "create", "guest", "--new-account", "Guests", "--json")
    )
    [account] = json.loads(told(tmp_path, "accounts", "list", "--json"))
    assert (account["name"], account["stored_bytes"], account["quota_bytes"]) == ("Guests", 0, None)
    assert "quota 10.0GiB" in told(tmp_path, "accounts", "quota", account["id"], "10GiB")
    told(tmp_path, "keys", "quota", made["id"], "500MB", "--account", account["id"])
    assert "10.0GiB" in told(tmp_path, "accounts", "list")
    [key] = json.loads(told(tmp_path, "keys", "list", "--account", account["id"], "--json"))
    assert key["quota_bytes"] == 500_000_000
    assert "quota none" in told(tmp_path, "accounts", "quota", account["id"], "none")
    nobody = run(tmp_path, "accounts", "quota", "acc_nobody", "1GiB")
    assert nobody.returncode != 0
    assert "there is no account 'acc_nobody'" in nobody.stderr


def refused(folder: Path, *arguments: str) -> str:
    done = run(folder, *arguments)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    return " ".join(done.stderr.split())


def test_what_cannot_be_made_leaves_neither_account_nor_key(tmp_path: Path) -> None:
    no_account, no_key = "an account cannot be called", "a key cannot be called"
    create = ("keys", "create")
    assert no_account in refused(tmp_path, *create, "guest", "--new-account", "")
    assert no_account in refused(tmp_path, *create, "guest", "--new-account", "\x1b[31mred")
    assert no_account in refused(tmp_path, *create, "guest", "--new-account", "n" * 101)
    guests = (*create, "--new-account", "Guests")
    assert no_key in refused(tmp_path, *guests, "")
    assert no_key in refused(tmp_path, *guests, "k" * 200)
    assert "no scope 'root'" in refused(tmp_path, *guests, "guest", "--scope", "root")
    assert "99999999999 days" in refused(tmp_path, *guests, "guest", "--days", "99999999999")
    assert "at most 36500" in refused(tmp_path, *guests, "guest", "--days", "36501")
    assert json.loads(told(tmp_path, "accounts", "list", "--json")) == []


def test_a_key_may_last_as_long_as_the_api_allows(tmp_path: Path) -> None:
    made = json.loads(told(tmp_path, "keys", "create", "k", "--days", "36500", "--json"))
    assert made["expires_at"] is not None


def test_ids_are_listed_whole_however_narrow_the_screen(tmp_path: Path) -> None:
    arguments = ("keys", "create", "k" * 100, "--new-account", "n" * 100, "--json")
    made = json.loads(told(tmp_path, *arguments))
    narrow = {"COLUMNS": "40"}
    [account] = json.loads(told(tmp_path, "accounts", "list", "--json"))
    listed = run(tmp_path, "accounts", "list", environment=narrow).stdout.splitlines()[1]
    assert listed.split()[:2] == [account["id"], "n" * 100]
    listed = run(tmp_path, "keys", "list", "--account", account["id"], environment=narrow).stdout
    assert listed.splitlines()[1].split()[:2] == [made["id"], "k" * 100]


def test_keys_of_no_account_are_not_an_empty_list(tmp_path: Path) -> None:
    assert json.loads(told(tmp_path, "keys", "list", "--json")) == []
    assert "there is no account 'acc_nope'" in refused(
        tmp_path, "keys", "list", "--account", "acc_nope"
    )


def test_a_key_that_is_not_found_is_answered_with_a_command(tmp_path: Path) -> None:
    for arguments in (("quota", "key_nope", "1GiB"), ("revoke", "key_nope")):
        said = refused(tmp_path, "keys", *arguments)
        assert "there is no key 'key_nope'" in said
        assert "dubwright keys list --account acc_local" in said
        assert "/v1/" not in said


@pytest.mark.parametrize(
    ("text", "size_bytes"),
    [
        ("10GiB", 10 * 2**30),
        ("1.5 TiB", 3 * 2**39),
        ("500MB", 500_000_000),
        ("0", 0),
        ("none", None),
        (" None ", None),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, size_bytes: int | None) -> None:
    assert parse_quota(text) == size_bytes


@pytest.mark.parametrize("text", ["", "much", "-1GiB", "10 apples", "1e400", "9999999TiB"])
def test_what_is_no_amount_says_how_to_write_one(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_quota(text)
    assert "`10GiB`" in str(refused.value.hint)


def test_no_quota_is_shown_as_it_is_written() -> None:
    assert parse_quota(shown_quota(None)) is None

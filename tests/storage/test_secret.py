"""The secret: made once, kept, and for its owner alone."""

import subprocess
import sys

import pytest

from dubwright.domain.errors import StorageError
from dubwright.storage.secret import load_or_create_secret


def test_the_secret_stays_the_same(tmp_path):
    first = load_or_create_secret(tmp_path / "new" / "secret")
    assert len(first) == 32
    assert load_or_create_secret(tmp_path / "new" / "secret") == first


def test_two_installations_have_two_secrets(tmp_path):
    assert load_or_create_secret(tmp_path / "a") != load_or_create_secret(tmp_path / "b")


def test_only_the_owner_may_read_it(tmp_path):
    load_or_create_secret(tmp_path / "secret")
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_processes_that_start_together_agree(tmp_path):
    code = (
        "import sys; from pathlib import Path; from dubwright.storage.secret import *;"
        "sys.stdin.readline(); print(load_or_create_secret(Path(sys.argv[1])).hex())"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, tmp_path / "secret"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for one in started:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    answers = {one.communicate(timeout=60)[0] for one in started}
    assert answers == {f"{(tmp_path / 'secret').read_bytes().hex()}\n"}


def test_a_damaged_secret_is_told_with_its_remedy(tmp_path):
    (tmp_path / "secret").write_bytes(b"half")
    with pytest.raises(StorageError, match="4 bytes") as told:
        load_or_create_secret(tmp_path / "secret")
    assert "delete it" in str(told.value.hint)


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="secret"):
        load_or_create_secret(tmp_path / "file" / "secret")

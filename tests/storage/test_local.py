"""Objects in a folder: links, copies, full disks, and what a killed writer leaves."""

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from dubwright.domain.errors import StorageError, StorageFull, storage_failure
from dubwright.media.checksums import sha256_of
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner


@pytest.fixture
def store(tmp_path: Path) -> LocalObjectStore:
    return LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))


def made(path: Path, content: bytes = b"content", *, mode: int = 0o644) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def kept(store: LocalObjectStore, key: str) -> Path:
    path = store.local_path(key)
    assert path is not None
    return path


def test_a_finished_file_is_kept_without_a_copy(store, tmp_path):
    file = made(tmp_path / "finished", mode=0o444)
    store.put("a", file)
    assert kept(store, "a").samefile(file)


def test_a_file_that_may_still_be_written_is_copied(store, tmp_path):
    file = made(tmp_path / "open")
    store.put("a", file)
    assert not kept(store, "a").samefile(file)


@pytest.mark.parametrize("mode", [0o644, 0o444])
def test_nobody_may_write_an_object(store, tmp_path, mode):
    store.put("a", made(tmp_path / "file", mode=mode))
    assert kept(store, "a").stat().st_mode & 0o777 == 0o444


def test_what_a_symbolic_link_leads_to_is_kept_not_the_link(store, tmp_path):
    file = made(tmp_path / "file", b"far", mode=0o444)
    (tmp_path / "link").symlink_to(file)
    store.put("a", tmp_path / "link")
    assert not kept(store, "a").is_symlink()
    assert kept(store, "a").read_bytes() == b"far"


def test_the_last_object_takes_its_folders_along(store, tmp_path):
    file = made(tmp_path / "file")
    store.put("a/b/c", file)
    store.put("a/d", file)
    store.delete("a/b/c")
    assert sorted(p.name for p in store.folder.rglob("*")) == ["a", "d"]
    store.delete("a/d")
    assert list(store.folder.iterdir()) == []


def test_a_key_that_goes_on_from_another_one_fails_and_harms_neither(store, tmp_path):
    file = made(tmp_path / "file")
    store.put("a", file)
    with pytest.raises(StorageError):
        store.put("a/b", file)
    store.put("c/d", file)
    with pytest.raises(StorageError):
        store.put("c", file)
    assert list(store.keys("")) == ["a", "c/d"]


def test_a_half_written_object_is_no_object_and_is_swept_when_it_is_old(store, tmp_path):
    store.put("a/b", made(tmp_path / "file"))
    old, new = (made(store.folder / "a" / f"PART-{age}") for age in ("old", "new"))
    os.utime(old, (0, 0))
    assert list(store.keys("")) == ["a/b"]
    assert store.sweep() == 1
    assert (old.exists(), new.exists(), kept(store, "a/b").exists()) == (False, True, True)


def test_a_checksum_is_that_of_the_whole_file(tmp_path):
    file = made(tmp_path / "file", b"x" * 3_000_001)
    told = subprocess.run(["sha256sum", file], capture_output=True, text=True, check=True)
    assert sha256_of(file) == told.stdout.split()[0]


@pytest.mark.parametrize("code", [28, 122], ids=["disk", "quota"])
def test_no_room_has_a_code_of_its_own(code):
    failure = storage_failure(OSError(code, "no room"), "cannot keep 'a'", hint="make room")
    assert (type(failure), failure.code) == (StorageFull, "storage_full")
    assert failure.message == "cannot keep 'a': no room"


FULL = textwrap.dedent("""
    import sys
    from pathlib import Path
    from dubwright.domain.errors import StorageFull
    from dubwright.storage.local import LocalObjectStore
    from dubwright.storage.signing import UrlSigner

    store = LocalObjectStore(Path(sys.argv[1]), UrlSigner(b"0" * 32))
    try:
        store.put("large/one", Path(sys.argv[2]))
    except StorageFull:
        print(sorted(store.keys("")), [p.name for p in store.folder.rglob("*") if p.is_file()])
""")


@pytest.mark.skipif(shutil.which("unshare") is None, reason="unshare is not installed")
def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    place = tmp_path / "small"
    place.mkdir()
    file = made(tmp_path / "file", b"x" * 200_000)
    mount = 'mount -t tmpfs -o size=64k none "$1" && exec "$2" -c "$3" "$1" "$4"'
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", mount, "sh", place, sys.executable, FULL, file],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if "unshare failed" in done.stderr or "mount:" in done.stderr:
        pytest.skip("this machine lets nobody mount a small disk")
    assert (done.stdout, done.stderr) == ("[] []\n", "")

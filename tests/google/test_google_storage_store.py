"""The store in a bucket, where things go wrong on the way."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from storage_rig import BUCKET, QUICK, Rig, storage_rig

from dubwright.domain.errors import StorageError
from dubwright.pipeline.workspace import StoreWorkspace
from dubwright.ports.object_store import DirectUploads, ObjectStore
from dubwright.storage.google import GoogleObjectStore
from dubwright.testing.google.storage_failures import (
    CutWhileAnswered,
    CutWhileAsked,
    Damaged,
    Late,
    Refused,
)
from dubwright.testing.google.tls import make_authority

MIB = 2**20
LARGE = os.urandom(20 * MIB + 77)
INSERT, RESUME, GET = "storage.objects.insert", "storage.objects.resume", "storage.objects.get"
# Google's library leaves a connection open whose answer it did not want to read.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
UNAVAILABLE, FORBIDDEN = Refused(503), Refused(403, "forbidden")


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with storage_rig(tmp_path_factory.mktemp("account")) as rig:
        yield rig


@pytest.fixture
def rig(shared: Rig) -> Iterator[Rig]:
    """The double of the module, empty again."""
    yield shared
    shared.close()
    shared.double.faults.clear()
    shared.double.notes.clear()
    for name in shared.double.contents.names(BUCKET):
        shared.double.contents.delete(BUCKET, name, {})


@pytest.fixture
def store(rig: Rig) -> GoogleObjectStore:
    return rig.store("p")


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A file of two pieces and a half."""
    file = tmp_path / "large"
    file.write_bytes(LARGE)
    return file


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small"
    file.write_bytes(b"small")
    return file


def ranges(rig: Rig) -> list[str]:
    return [note.content_range.split("/")[0] for note in rig.double.notes if note.method == RESUME]


def test_a_store_in_a_bucket_takes_uploads_past_us(store: GoogleObjectStore) -> None:
    assert isinstance(store, ObjectStore)
    assert isinstance(store, DirectUploads)


def test_a_large_file_goes_in_pieces(rig: Rig, store: GoogleObjectStore, large: Path) -> None:
    store.put("a", large)
    assert rig.content("p/a") == LARGE
    pieces = [f"bytes {start * MIB}-{end * MIB - 1}" for start, end in ((0, 8), (8, 16))]
    assert ranges(rig) == [*pieces, f"bytes {16 * MIB}-{len(LARGE) - 1}"]


def test_a_piece_that_fails_is_sent_again_alone(
    rig: Rig, store: GoogleObjectStore, large: Path
) -> None:
    rig.double.faults.plan(RESUME, UNAVAILABLE, after=1)
    rig.double.faults.plan(RESUME, CutWhileAsked(after_bytes=MIB + 5), after=2)
    store.put("a", large)
    assert rig.content("p/a") == LARGE
    assert ranges(rig).count(f"bytes 0-{8 * MIB - 1}") == 1


def test_an_upload_whose_answer_was_lost_is_not_made_twice(
    rig: Rig, store: GoogleObjectStore, small: Path
) -> None:
    rig.double.faults.plan(INSERT, CutWhileAnswered())
    store.put("a", small)
    assert rig.content("p/a") == b"small"


def test_a_refused_upload_fails_at_once_and_names_the_role(
    rig: Rig, store: GoogleObjectStore, small: Path
) -> None:
    asked = rig.asked(INSERT)
    rig.double.faults.plan(INSERT, FORBIDDEN)
    with pytest.raises(StorageError, match=r"'a'.*403") as refused:
        store.put("a", small)
    assert "roles/storage.objectUser" in (refused.value.hint or "")
    assert rig.asked(INSERT) == asked + 1
    assert rig.content("p/a") is None


def test_an_object_that_is_there_is_not_sent_again_when_it_is_large(
    rig: Rig, store: GoogleObjectStore, large: Path
) -> None:
    store.put("a", large)
    begun = rig.asked(INSERT)
    store.put("a", large)
    assert rig.asked(INSERT) == begun


@pytest.mark.parametrize("size", ["small", "large"])
def test_an_object_that_is_put_again_counts_as_put_now(
    rig: Rig, store: GoogleObjectStore, size: str, request: pytest.FixtureRequest
) -> None:
    file = request.getfixturevalue(size)
    store.put("a", file)
    first = store.last_put_s("a")
    long_ago = datetime.now(UTC) - timedelta(days=3)
    rig.double.contents.delete(BUCKET, "p/a", {})
    told = {"customTime": long_ago.strftime("%Y-%m-%dT%H:%M:%SZ")}
    rig.double.contents.put(BUCKET, "p/a", b"older", metadata=told, conditions={})
    assert store.last_put_s("a") == pytest.approx(long_ago.timestamp(), abs=1)
    store.put("a", file)
    assert (store.last_put_s("a") or 0) >= (first or 0)
    assert rig.content("p/a") == b"older"


def test_an_object_of_another_program_was_put_when_it_was_made(
    rig: Rig, store: GoogleObjectStore
) -> None:
    rig.double.write(f"gs://{BUCKET}/p/a", b"")
    assert store.last_put_s("a") == pytest.approx(datetime.now(UTC).timestamp(), abs=60)


@pytest.mark.parametrize(
    "failure", [UNAVAILABLE, Refused(429), CutWhileAnswered(MIB), CutWhileAnswered()]
)
def test_a_download_goes_on_after_a_failure(
    rig: Rig, store: GoogleObjectStore, large: Path, tmp_path: Path, failure: object
) -> None:
    store.put("a", large)
    rig.double.faults.plan(GET, failure)
    store.fetch("a", tmp_path / "got" / "a")
    assert (tmp_path / "got" / "a").read_bytes() == LARGE
    assert [one.name for one in (tmp_path / "got").iterdir()] == ["a"]


def test_a_download_that_was_cut_goes_on_where_it_was(
    rig: Rig, store: GoogleObjectStore, large: Path, tmp_path: Path
) -> None:
    store.put("a", large)
    rig.double.faults.plan(GET, CutWhileAnswered(after_bytes=9 * MIB))
    store.fetch("a", tmp_path / "a")
    again = [note.range for note in rig.double.notes if note.method == GET and note.range]
    assert len(again) == 1
    assert int(again[0].removeprefix("bytes=").rstrip("-")) > MIB


def test_a_damaged_download_is_told_and_nothing_of_it_is_left(
    rig: Rig, store: GoogleObjectStore, small: Path, tmp_path: Path
) -> None:
    store.put("a", small)
    rig.double.faults.plan(GET, Damaged())
    with pytest.raises(StorageError, match="damaged"):
        store.fetch("a", tmp_path / "got" / "a")
    assert list((tmp_path / "got").iterdir()) == []


def test_a_bucket_that_stays_silent_is_given_up(
    rig: Rig, store: GoogleObjectStore, small: Path
) -> None:
    rig.double.faults.plan(INSERT, Late(60), times=5)
    with pytest.raises(StorageError, match="does not answer"):
        store.put("a", small)


def test_a_bucket_that_is_down_for_long_is_given_up(rig: Rig, store: GoogleObjectStore) -> None:
    rig.double.faults.plan("storage.objects.list", UNAVAILABLE, times=100)
    with pytest.raises(StorageError, match="503") as failed:
        list(store.keys("a"))
    assert failed.value.retryable


def test_no_failure_looks_like_an_empty_bucket(rig: Rig, tmp_path: Path, small: Path) -> None:
    bucket = rig.bucket(bucket="not-there")
    store = GoogleObjectStore(bucket, rig.links(), patience=QUICK)
    for call in (
        lambda: store.size_bytes("a"),
        lambda: store.last_put_s("a"),
        lambda: store.fetch("a", tmp_path / "a"),
        lambda: store.read("a"),
        lambda: store.delete("a"),
        lambda: store.put("a", small),
        lambda: list(store.keys("")),
        lambda: store.arrived("a"),
    ):
        with pytest.raises(StorageError) as refused:
            call()
        assert "storage.bucket" in (refused.value.hint or "")


def test_a_store_says_that_nothing_listens_at_its_endpoint(rig: Rig, small: Path) -> None:
    bucket = rig.bucket(endpoint="http://127.0.0.1:9")
    store = GoogleObjectStore(bucket, rig.links(), patience=QUICK)
    with pytest.raises(StorageError, match="does not answer"):
        store.put("a", small)


def test_services_that_share_a_bucket_do_not_see_each_other(rig: Rig, small: Path) -> None:
    first, second = rig.store("one"), rig.store("one/more")
    second.put("a", small)
    first.put("b", small)
    rig.double.write(f"gs://{BUCKET}/one/Not Ours", b"")
    assert list(second.keys("")) == ["a"]
    assert list(first.keys("")) == ["b", "more/a"]
    assert first.size_bytes("a") is None


def test_another_machine_finds_what_was_made_in_the_bucket(rig: Rig, tmp_path: Path) -> None:
    made: list[str] = []
    contents = []
    for machine in ("one", "two"):
        workspace = StoreWorkspace(tmp_path / machine, rig.store("p"), "work/abc")
        path = workspace.path("speak", "k1", ".npy")
        if not workspace.find(path):
            made.append(machine)
            workspace.write(path, lambda part: part.write_bytes(b"sound") and None)
        contents.append(path.read_bytes())
    assert made == ["one"]
    assert contents == [b"sound", b"sound"]
    assert rig.content("p/work/abc/speak/k1.npy") == b"sound"


def test_the_way_with_tls_and_real_credentials_works(
    tmp_path: Path, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = make_authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.roots_file))
    with storage_rig(tmp_path, is_open=False, authority=authority) as rig:
        store = rig.store()
        store.put("a", small)
        store.fetch("a", tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == b"small"
        assert rig.asked("oauth2.exchange") >= 1

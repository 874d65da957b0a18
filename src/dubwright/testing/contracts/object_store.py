"""What every `ObjectStore` must do. Subclass it and supply `store`, a fresh and empty one.

class TestBucket(ObjectStoreContract):
    @pytest.fixture
    def store(self, bucket) -> ObjectStore:
        return BucketStore(bucket)
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dubwright.domain.errors import NotFoundError, StorageError
from dubwright.ports.object_store import ObjectStore

_PARTS = st.text("abcxyz0189._-", min_size=1, max_size=20).filter(lambda p: p not in (".", ".."))
KEYS = st.lists(_PARTS, min_size=1, max_size=4).map("/".join)

# What reaches outside, means the same as another key, or is not the same everywhere.
BAD_KEYS = [
    "", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "a/./b", "a/../../b", "A", "a b", "a\\b", "a\n",
    "ä", "a\0", "a?b", "a%2fb", "~", "c:a", "a" * 513, "a/" * 256 + "aa",
]  # fmt: skip

Made = Callable[[bytes], Path]


class ObjectStoreContract:
    @pytest.fixture
    def made(self, tmp_path: Path) -> Made:
        """Writes a file with the given bytes, each under a name of its own."""
        folder = tmp_path / "made"
        folder.mkdir()

        def write(content: bytes) -> Path:
            path = folder / f"file-{len(list(folder.iterdir()))}"
            path.write_bytes(content)
            return path

        return write

    def test_what_was_put_is_fetched(self, store: ObjectStore, made: Made, tmp_path: Path) -> None:
        store.put("takes/one.npy", made(b"sound"))
        store.fetch("takes/one.npy", tmp_path / "new" / "folder" / "copy.npy")
        assert (tmp_path / "new" / "folder" / "copy.npy").read_bytes() == b"sound"

    def test_fetching_replaces_what_is_there_and_leaves_nothing_beside(
        self, store: ObjectStore, made: Made, tmp_path: Path
    ) -> None:
        store.put("a", made(b"new"))
        to = tmp_path / "here" / "a"
        to.parent.mkdir()
        to.write_bytes(b"older and longer")
        store.fetch("a", to)
        store.fetch("a", to)
        assert (to.read_bytes(), list(to.parent.iterdir())) == (b"new", [to])

    def test_an_empty_file_is_an_object(self, store: ObjectStore, made: Made) -> None:
        store.put("empty", made(b""))
        assert store.size_bytes("empty") == 0

    def test_the_first_object_under_a_key_stays(
        self, store: ObjectStore, made: Made, tmp_path: Path
    ) -> None:
        store.put("a", made(b"first"))
        store.put("a", made(b"second"))
        store.fetch("a", tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == b"first"

    def test_a_file_changed_after_it_was_put_does_not_change_the_object(
        self, store: ObjectStore, made: Made, tmp_path: Path
    ) -> None:
        file = made(b"as it was")
        store.put("a", file)
        file.write_bytes(b"changed")
        store.fetch("a", tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == b"as it was"

    def test_a_finished_read_only_file_may_be_deleted_after_it_was_put(
        self, store: ObjectStore, made: Made, tmp_path: Path
    ) -> None:
        file = made(b"finished")
        file.chmod(0o444)
        store.put("a", file)
        file.unlink()
        store.fetch("a", tmp_path / "a")
        assert (tmp_path / "a").read_bytes() == b"finished"

    def test_what_was_fetched_is_the_callers_or_read_only(
        self, store: ObjectStore, made: Made, tmp_path: Path
    ) -> None:
        store.put("a", made(b"object"))
        mine = tmp_path / "mine"
        store.fetch("a", mine)
        if mine.stat().st_mode & 0o222:
            mine.write_bytes(b"changed")
        store.fetch("a", tmp_path / "again")
        assert (tmp_path / "again").read_bytes() == b"object"

    def test_any_part_of_an_object_is_read(self, store: ObjectStore, made: Made) -> None:
        store.put("a/b", made(b"0123456789"))
        assert store.read("a/b") == b"0123456789"
        assert store.read("a/b", start=3, size_bytes=4) == b"3456"
        assert store.read("a/b", start=8, size_bytes=100) == b"89"
        assert store.read("a/b", start=10) == store.read("a/b", size_bytes=0) == b""
        for missing in ("b", "a", "a/b/c"):
            with pytest.raises(NotFoundError, match=missing):
                store.read(missing)

    def test_an_object_that_is_put_again_counts_as_put_now(
        self, store: ObjectStore, made: Made
    ) -> None:
        assert store.last_put_s("a") is None
        store.put("a", made(b"first"))
        before = store.last_put_s("a")
        store.put("a", made(b"second"))
        after = store.last_put_s("a")
        assert before is not None
        assert after is not None
        assert after >= before

    def test_what_is_missing_is_told_so(self, store: ObjectStore, tmp_path: Path) -> None:
        assert store.size_bytes("no/such") is None
        path = store.local_path("no/such")
        assert path is None or not path.exists()
        with pytest.raises(NotFoundError, match="no/such"):
            store.fetch("no/such", tmp_path / "nothing")
        assert not (tmp_path / "nothing").exists()

    def test_putting_a_file_that_is_not_there_fails_and_keeps_nothing(
        self, store: ObjectStore, tmp_path: Path
    ) -> None:
        with pytest.raises(StorageError):
            store.put("a/b", tmp_path / "nothing")
        assert list(store.keys("")) == []

    def test_a_deleted_object_is_gone_and_can_be_put_again(
        self, store: ObjectStore, made: Made
    ) -> None:
        store.put("a/b", made(b"old"))
        store.delete("a/b")
        store.delete("a/b")
        assert store.size_bytes("a/b") is None
        store.put("a/b", made(b"newer"))
        assert store.size_bytes("a/b") == 5

    def test_keys_are_those_below_the_parts_of_the_prefix_in_order(
        self, store: ObjectStore, made: Made
    ) -> None:
        for key in ("b/2", "b/10", "a/b/c", "b.x/1", "bb/1", "b/1/z"):
            store.put(key, made(b"."))
        assert list(store.keys("b")) == ["b/1/z", "b/10", "b/2"]
        assert list(store.keys("a/b/c")) == ["a/b/c"]
        assert list(store.keys("nothing/here")) == []
        assert list(store.keys("")) == sorted(("b/2", "b/10", "a/b/c", "b.x/1", "bb/1", "b/1/z"))

    @pytest.mark.parametrize("key", BAD_KEYS)
    def test_a_key_that_breaks_the_rule_is_refused_everywhere(
        self, store: ObjectStore, made: Made, tmp_path: Path, key: str
    ) -> None:
        calls: list[Callable[[], object]] = [
            lambda: store.put(key, made(b"x")),
            lambda: store.fetch(key, tmp_path / "out"),
            lambda: store.read(key),
            lambda: store.size_bytes(key),
            lambda: store.last_put_s(key),
            lambda: store.delete(key),
            lambda: store.local_path(key),
            lambda: store.download_url(key, file_name="a", content_type="a/b", expires_s=1),
        ]
        for call in calls:
            with pytest.raises(ValueError, match="key"):
                call()

    # Every store's class inherits this test, so it has several owners.
    @settings(
        suppress_health_check=[
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
        ],
        max_examples=50,
    )
    @given(key=KEYS, content=st.binary(max_size=100))
    def test_every_key_by_the_rule_keeps_its_object(
        self, store: ObjectStore, made: Made, tmp_path: Path, key: str, content: bytes
    ) -> None:
        store.put(key, made(content))
        try:
            store.fetch(key, tmp_path / "out")
            assert (tmp_path / "out").read_bytes() == content
            assert store.size_bytes(key) == len(content)
            assert list(store.keys("")) == list(store.keys(key)) == [key]
        finally:
            store.delete(key)
        assert list(store.keys("")) == []

    def test_who_puts_one_key_at_once_agree_on_one_whole_object(
        self, store: ObjectStore, made: Made, tmp_path: Path
    ) -> None:
        versions = [bytes([n]) * 300_000 for n in range(4)]
        files = [made(version) for version in versions]
        for turn in range(8):
            with ThreadPoolExecutor(4) as threads:
                list(threads.map(partial(store.put, f"turn/{turn}"), files))
            store.fetch(f"turn/{turn}", tmp_path / "out")
            assert (tmp_path / "out").read_bytes() in versions
        assert list(store.keys("turn")) == [f"turn/{turn}" for turn in range(8)]

    def test_putting_and_deleting_neighbours_at_once_loses_nothing(
        self, store: ObjectStore, made: Made
    ) -> None:
        file = made(b"neighbour")

        def come_and_go(name: str) -> None:
            for _ in range(30):
                store.put(f"deep/er/{name}", file)
                assert store.size_bytes(f"deep/er/{name}") == 9
                store.delete(f"deep/er/{name}")

        with ThreadPoolExecutor(3) as threads:
            list(threads.map(come_and_go, ("a", "b", "c")))
        assert list(store.keys("")) == []

    def test_a_download_address_is_one_line_of_plain_characters(
        self, store: ObjectStore, made: Made
    ) -> None:
        store.put("a/b.mp4", made(b"x"))
        url = store.download_url(
            "a/b.mp4", file_name='Größe "1"\r\n.mp4', content_type="video/mp4", expires_s=60
        )
        assert url.isascii()
        assert url.isprintable()
        assert " " not in url

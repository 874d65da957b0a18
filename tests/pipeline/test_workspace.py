"""Workspaces: who holds a folder, what a store keeps of it, and what a kill leaves."""

import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dubwright.domain.errors import StorageError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.workspace import StoreWorkspace, Workspace, claim_any
from dubwright.storage.local import LocalObjectStore
from dubwright.storage.signing import UrlSigner

calls: list[str] = []


@stage(version=1)
def guess(clue: str) -> LanguageGuess:
    calls.append(clue)
    return LanguageGuess(language=LanguageTag("en"), confidence=0.5)


@stage(version=1)
def write(to: Path, text: str) -> None:
    calls.append(text)
    to.write_text(text)


@stage(version=1)
def fill(to: Path, text: str) -> None:
    calls.append(text)
    to.mkdir()
    (to / "samples").write_text(text)


@pytest.fixture(autouse=True)
def no_calls_yet() -> None:
    calls.clear()


@pytest.fixture
def store(tmp_path: Path) -> LocalObjectStore:
    return LocalObjectStore(tmp_path / "objects", UrlSigner(b"0" * 32))


def runner(folder: Path, store: LocalObjectStore, prefix: str = "work") -> Runner:
    workspace = StoreWorkspace(folder, store, prefix)
    return Runner(workspace, workers=1, progress=lambda _: None, is_cancelled=lambda: False)


def dub(run: Runner) -> tuple[LanguageGuess, str]:
    return run.document(LanguageGuess, guess, "clue"), run.file(".txt", write, "text").read_text()


def test_a_second_machine_with_an_empty_folder_makes_nothing_again(tmp_path, store):
    first = dub(runner(tmp_path / "one", store))
    assert dub(runner(tmp_path / "two", store)) == first
    assert calls == ["clue", "text"]


def test_another_prefix_shares_nothing(tmp_path, store):
    dub(runner(tmp_path / "one", store, "mine"))
    dub(runner(tmp_path / "two", store, "theirs"))
    assert calls == ["clue", "text"] * 2


def test_results_lie_in_the_store_under_prefix_and_stage(tmp_path, store):
    path = runner(tmp_path / "one", store).file(".txt", write, "text")
    assert list(store.keys("")) == [f"work/write/{path.name}"]


def test_a_finished_file_is_not_kept_twice_on_one_disk(tmp_path, store):
    path = runner(tmp_path / "one", store).file(".txt", write, "text")
    kept = store.local_path(f"work/write/{path.name}")
    assert kept is not None
    assert kept.samefile(path)


def test_folders_and_decoded_sound_stay_on_the_machine(tmp_path, store):
    for folder in ("one", "two"):
        run = runner(tmp_path / folder, store)
        run.file("", fill, "stems")
        run.file(".raw", write, "sound")
    assert calls == ["stems", "sound"] * 2
    assert list(store.keys("")) == []


def test_an_empty_result_does_not_take_its_place_in_the_store(tmp_path, store):
    runner(tmp_path / "one", store).file(".txt", write, "")
    assert list(store.keys("")) == []


def test_a_result_the_store_cannot_keep_is_not_found_here_either(tmp_path, store):
    store.folder.write_text("a file where the folder should be")
    run = runner(tmp_path / "one", store)
    with pytest.raises(StorageError):
        run.file(".txt", write, "text")
    assert [path for path in (tmp_path / "one").rglob("*.txt") if ".part" not in path.name] == []
    store.folder.unlink()
    dub(run)
    assert len(list(store.keys("work"))) == 2


def test_two_that_make_the_same_file_at_once_both_get_it_whole(tmp_path, store):
    text = "x" * 200_000
    runs = [runner(tmp_path / "shared", store), runner(tmp_path / "shared", store)]
    with ThreadPoolExecutor(2) as threads:
        made = list(threads.map(lambda run: run.file(".txt", write, text).read_text(), runs))
    assert made == [text, text]
    assert [p.name for p in (tmp_path / "shared" / "write").iterdir() if ".part" in p.name] == []


KILLED = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from dubwright.pipeline.workspace import StoreWorkspace
    from dubwright.storage.local import LocalObjectStore
    from dubwright.storage.signing import UrlSigner

    class Deadly(LocalObjectStore):
        def put(self, key, file):
            if sys.argv[2] == "after":
                super().put(key, file)
            os.kill(os.getpid(), signal.SIGKILL)

    folder = Path(sys.argv[1])
    store = Deadly(folder / "objects", UrlSigner(b"0" * 32))
    workspace = StoreWorkspace(folder / "one", store, "work")
    with workspace.claimed():
        path = workspace.path("write", "key", ".txt")
        workspace.write(path, lambda part: part.write_text("text"))
""")


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_round_the_put_leaves_all_or_nothing(tmp_path, store, moment):
    done = subprocess.run([sys.executable, "-c", KILLED, tmp_path, moment], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL
    workspace = StoreWorkspace(tmp_path / "one", store, "work")
    path = workspace.path("write", "key", ".txt")
    assert not path.exists()
    with workspace.claimed():
        assert list(path.parent.iterdir()) == []
        assert workspace.find(path) is (moment == "after")
        workspace.write(path, lambda part: part.write_text("text"))
    other = StoreWorkspace(tmp_path / "two", store, "work")
    assert other.find(other.path("write", "key", ".txt"))


def test_a_plain_workspace_finds_only_what_is_in_its_folder(tmp_path):
    workspace = Workspace(tmp_path)
    path = workspace.path("write", "key", ".txt")
    assert not workspace.find(path)
    workspace.write(path, lambda part: part.write_text("text"))
    assert workspace.find(path)


def test_each_that_works_at_once_gets_a_folder_of_its_own(tmp_path):
    with claim_any(tmp_path) as first, claim_any(tmp_path) as second:
        assert (first, second) == (tmp_path / "0", tmp_path / "1")
        assert first.is_dir()


def test_a_folder_given_back_is_taken_again_with_what_is_in_it(tmp_path):
    with claim_any(tmp_path) as first:
        (first / "made").write_text("made")
        (first / "made.part-1").write_text("half")
    with claim_any(tmp_path) as again:
        assert [path.name for path in again.iterdir()] == ["made"]


def test_a_folder_whose_holder_was_killed_is_free(tmp_path):
    code = (
        "import sys; from pathlib import Path; from dubwright.pipeline.workspace import *\n"
        "with claim_any(Path(sys.argv[1])) as f: print(f.name, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"0\n"
        with claim_any(tmp_path) as beside:
            assert beside.name == "1"
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(timeout=30)
    with claim_any(tmp_path) as freed:
        assert freed.name == "0"

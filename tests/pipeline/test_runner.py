"""The runner: what is reused, what is made again, what a crash leaves."""

from pathlib import Path

import pytest

from dubwright.domain.errors import Cancelled, ConflictError, MediaError
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import LanguageGuess
from dubwright.pipeline.keys import stage_key
from dubwright.pipeline.progress import StageEvent
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.workspace import Workspace


def never() -> bool:
    return False


@pytest.fixture
def events() -> list[StageEvent]:
    return []


@pytest.fixture
def run(tmp_path: Path, events: list[StageEvent]) -> Runner:
    return Runner(Workspace(tmp_path), workers=1, progress=events.append, is_cancelled=never)


calls: list[object] = []


@pytest.fixture(autouse=True)
def no_calls_yet():
    calls.clear()


@stage(version=1)
def guess(clue: str) -> LanguageGuess:
    calls.append(clue)
    return LanguageGuess(language=LanguageTag("en"), confidence=0.5)


@stage(version=1)
def write(to: Path, text: str) -> None:
    calls.append(text)
    to.write_text(text)


@stage(version=1)
def break_off(to: Path, text: str) -> None:
    to.write_text(text[: len(text) // 2])
    raise MediaError("broke off")


def test_a_document_is_made_once_for_the_same_inputs(run, events):
    first = run.document(LanguageGuess, guess, "hello")
    second = run.document(LanguageGuess, guess, "hello")
    assert first == second
    assert calls == ["hello"]
    assert [event.state for event in events] == ["finished", "reused"]


def test_other_inputs_make_another_document(run):
    run.document(LanguageGuess, guess, "hello")
    run.document(LanguageGuess, guess, "hallo")
    assert calls == ["hello", "hallo"]


def test_a_new_version_of_a_stage_makes_its_documents_again():
    assert stage_key("guess", 1, ["x"]) != stage_key("guess", 2, ["x"])


def test_inputs_that_only_join_up_alike_have_different_keys():
    assert stage_key("s", 1, ["a", "b"]) != stage_key("s", 1, ["a\n'b'"])
    assert stage_key("s", 1, [("a", "b")]) != stage_key("s", 1, ["a", "b"])


def test_a_value_without_a_key_is_refused():
    with pytest.raises(TypeError, match="no key"):
        stage_key("s", 1, [object()])


def test_a_file_that_was_not_finished_is_not_there(run, tmp_path):
    with pytest.raises(MediaError):
        run.file(".txt", break_off, "half of this")
    assert [path for path in (tmp_path / "break_off").iterdir() if "part" not in path.name] == []


def test_left_overs_of_a_killed_run_are_swept(run, tmp_path):
    with pytest.raises(MediaError):
        run.file(".txt", break_off, "half of this")
    with Workspace(tmp_path).claimed():
        assert list((tmp_path / "break_off").iterdir()) == []


def test_a_finished_file_is_found_again(run):
    path = run.file(".txt", write, "whole")
    assert run.file(".txt", write, "whole") == path
    assert (path.read_text(), calls) == ("whole", ["whole"])


def test_a_cancelled_run_makes_nothing_but_still_reads(tmp_path, events, run):
    run.document(LanguageGuess, guess, "known")
    stopped = Runner(
        Workspace(tmp_path), workers=1, progress=events.append, is_cancelled=lambda: True
    )
    assert stopped.document(LanguageGuess, guess, "known").language == "en"
    with pytest.raises(Cancelled):
        stopped.document(LanguageGuess, guess, "unknown")


def test_two_runs_cannot_work_in_one_folder(tmp_path):
    with Workspace(tmp_path).claimed(), pytest.raises(ConflictError):
        Workspace(tmp_path).claimed().__enter__()


def test_progress_counts_the_pieces_of_a_stage(run, events):
    run.tally.expect("guess", 2)
    run.document(LanguageGuess, guess, "one")
    run.document(LanguageGuess, guess, "two")
    assert [(e.state, e.done, e.total) for e in events] == [
        ("started", 0, 2),
        ("advanced", 1, 2),
        ("finished", 2, 2),
    ]

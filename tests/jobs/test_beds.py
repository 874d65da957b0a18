"""What is heard under a dub: louder or quieter, with the original voices or without."""

import json
from pathlib import Path

import pytest
from workbench import Workbench, named, project, talk_over_noise, target

from dubwright.domain.quality import Check, QcReport
from dubwright.jobs.assignments import Outcome
from dubwright.jobs.receipts import Receipt

BED_DB = -52.0


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talk_over_noise(tmp_path_factory.mktemp("talk") / "t.mp4", bursts=4, noise_db=BED_DB)


@pytest.fixture(scope="module")
def worked(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Where the talk was dubbed as usual: a run finds all of it again."""
    bench = Workbench(tmp_path_factory.mktemp("worked"))
    bench.take(talk)
    assert bench.perform("run", project(), target("pt")).failure is None
    return bench


@pytest.fixture
def bench(worked: Workbench, tmp_path: Path) -> Workbench:
    return worked.copied(tmp_path / "bench")


def again(bench: Workbench, first: Outcome, **changed: object) -> Outcome:
    """The same target, run once more with other settings of its project."""
    (made,) = first.targets
    bench.told.clear()
    known = {"source": first.source, "lines_key": first.lines_key, "files": ("peaks-20.dat",)}
    spoken = target("pt", script_key=made.script_key, receipt_key=made.receipt_key)
    return bench.perform("run", project(**known, **changed), spoken)


def checks(bench: Workbench, outcome: Outcome) -> dict[str, Check]:
    (made,) = outcome.targets
    report = bench.file(named(made.artifacts)["qc.json"]).read_text()
    return {check.name: check for check in QcReport.model_validate_json(report).checks}


@pytest.mark.parametrize("background_db", [-12.0, 6.0])
def test_another_level_of_the_background_speaks_nothing_again_and_keeps_every_promise(
    bench: Workbench, background_db: float
) -> None:
    first = bench.perform("run", project(), target("pt"))
    assert first.failure is None
    other = again(bench, first, background_db=background_db)
    assert other.failure is None
    assert bench.lines_spoken() == 0
    before, after = checks(bench, first), checks(bench, other)
    assert abs(before["bed between lines"].value or 0) <= 1
    assert after["bed between lines"].limit == f"{background_db:+g} ± 1 dB"
    assert after["bed between lines"].value == pytest.approx(background_db, abs=1)
    assert [check.name for check in after.values() if not check.passed] == [
        check.name for check in before.values() if not check.passed
    ]


def test_a_background_can_be_taken_away(bench: Workbench) -> None:
    first = bench.perform("run", project(), target("pt"))
    other = again(bench, first, background_db=-40.0)
    assert other.failure is None
    assert checks(bench, other)["bed between lines"].passed


def test_the_usual_level_gives_the_same_bytes_as_before(bench: Workbench) -> None:
    first = bench.perform("run", project(), target("pt"))
    other = again(bench, again(bench, first, background_db=-12.0))
    (before,), (after,) = first.targets, other.targets
    assert named(before.artifacts)["video.mp4"] == named(after.artifacts)["video.mp4"]


def test_in_a_voice_over_the_original_voices_stay_and_are_no_fault(bench: Workbench) -> None:
    first = bench.perform("run", project(), target("pt"))
    other = again(bench, first, voice_over=True)
    assert other.failure is None
    assert bench.lines_spoken() == 0
    for name in ("speech inside its slots", "word errors heard back"):
        check = checks(bench, other)[name]
        assert (check.value, check.passed) == (None, True)
        assert "original voices" in check.note


def test_a_receipt_from_before_there_was_a_choice_means_the_usual_bed(bench: Workbench) -> None:
    first = bench.perform("run", project(), target("pt"))
    path = bench.store.local_path(first.targets[0].receipt_key or "")
    assert path is not None
    told = json.loads(path.read_text())
    del told["decided"]["bed"]
    decided = Receipt.model_validate(told).decided
    assert decided is not None
    assert (decided.bed.background_db, decided.bed.voice_over) == (0.0, False)

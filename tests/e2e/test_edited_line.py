"""Editing one line of a longer video: nothing else is spoken, moved or heard differently."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from making import make_video

from dubwright import bootstrap
from dubwright.domain.language import parse_language
from dubwright.jobs.dub_video import DubOutcome, DubRequest, Running, dub_video
from dubwright.media.probe import probe
from dubwright.testing.stand_ins import STAND_INS

RATE = 48_000
BURSTS = 24
AROUND_MS = 2_000


def dub(video: Path, output: Path, *, workers: int = 2) -> DubOutcome:
    tools = bootstrap.build_tools(bootstrap.load_settings(), chosen=STAND_INS)
    running = Running(workers=workers, progress=lambda _: None, is_cancelled=lambda: False)
    request = DubRequest(
        video=video,
        output=output,
        target_language=parse_language("pt"),
        source_language=parse_language("en"),
    )
    return dub_video(request, tools, running)


@pytest.fixture(scope="module")
def long_talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More than a minute: three blocks of the mix."""
    return make_video(tmp_path_factory.mktemp("long") / "long.mp4", bursts=BURSTS)


@pytest.fixture(scope="module")
def dubbed(long_talk: Path, tmp_path_factory: pytest.TempPathFactory) -> DubOutcome:
    return dub(long_talk, tmp_path_factory.mktemp("dubbed"))


@pytest.fixture
def project(dubbed: DubOutcome, tmp_path: Path) -> Path:
    """A copy of the dubbed project, to be edited."""
    return Path(shutil.copytree(dubbed.folder.parent, tmp_path / "project"))


@dataclass(frozen=True)
class Edited:
    """A dub in which one line was reworded, and the work files that it had before."""

    folder: Path
    before: dict[str, set[str]]
    outcome: DubOutcome


@pytest.fixture(scope="module")
def edited(long_talk: Path, dubbed: DubOutcome, tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """For what is only looked at."""
    folder = Path(shutil.copytree(dubbed.folder.parent, tmp_path_factory.mktemp("edited") / "it"))
    before = {stage: files(folder, stage) for stage in ("speak", "read", "mix", "hear_back")}
    edit(folder, 15, target_text="Uma linha nova.")
    return Edited(folder, before, dub(long_talk, folder))


def script_of(output: Path) -> Path:
    (path,) = output.glob("*/script.json")
    return path


def edit(output: Path, line: int, **change: object) -> None:
    script = json.loads(script_of(output).read_text())
    script["utterances"][line].update(change)
    script_of(output).write_text(json.dumps(script))


def sound_of(video: Path) -> np.ndarray:
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(video), "-map", "0:a:0", "-f", "f32le", "-"],
        check=True,
        capture_output=True,
        timeout=60,
    ).stdout
    return np.frombuffer(raw, "<f4").reshape(-1, 2)


def files(output: Path, stage: str) -> set[str]:
    return {path.name for path in output.glob(f".dubwright/*/{stage}/*")}


def changed_ms(before: np.ndarray, after: np.ndarray) -> tuple[int, int]:
    """From where to where two sounds differ."""
    assert len(before) == len(after)
    differ = np.flatnonzero((before != after).any(axis=1))
    assert len(differ), "nothing has changed"
    return int(differ[0]) * 1000 // RATE, int(differ[-1]) * 1000 // RATE


def moved_ms(before: DubOutcome, after: DubOutcome, line: int) -> tuple[int, int]:
    """The time round everything that moved, and the line that was edited."""
    old = {p.utterance: p for p in before.dub.fit.placements}
    new = {p.utterance: p for p in after.dub.fit.placements}
    touched = {n for n in old.keys() | new.keys() if old.get(n) != new.get(n)} | {line}
    spans = [p.span for places in (old, new) for n, p in places.items() if n in touched]
    spans += [u.span for u in after.dub.script.utterances if u.id in touched]
    return min(s.start_ms for s in spans), max(s.end_ms for s in spans)


CHANGES = {
    "reworded": {"target_text": "Outro texto, novo."},
    "kept": {"keep_original": True},
    "slower": {"speed": 0.9},
    "another voice": {"voice": "low"},
}


@pytest.mark.parametrize(
    ("line", "change"),
    [(0, "reworded"), (15, "another voice"), (15, "kept"), (15, "slower"), (-1, "reworded")],
)
def test_outside_the_edit_every_sample_of_the_dub_is_the_same(
    dubbed, long_talk, project, line, change
):
    spoken = files(project, "speak")
    edit(project, line, **CHANGES[change])
    after = dub(long_talk, project)
    number = after.dub.script.utterances[line].id
    first_ms, last_ms = changed_ms(sound_of(dubbed.video), sound_of(after.video))
    start_ms, end_ms = moved_ms(dubbed, after, number)
    assert start_ms - AROUND_MS <= first_ms
    assert last_ms <= end_ms + AROUND_MS
    assert len(files(project, "speak") - spoken) <= 1


def test_an_edit_speaks_plans_and_mixes_only_what_it_touches(dubbed, edited):
    after = edited.outcome
    fresh = {
        stage: len(files(edited.folder, stage) - known) for stage, known in edited.before.items()
    }
    assert fresh["speak"] == fresh["read"] == 1
    assert 1 <= fresh["mix"] <= 2
    assert 1 <= fresh["hear_back"] <= 2
    old = {p.utterance: p for p in dubbed.dub.fit.placements}
    moved = [p for p in after.dub.fit.placements if old[p.utterance] != p]
    assert [p.utterance for p in moved] == [after.dub.script.utterances[15].id]


def test_the_file_of_an_edited_dub_is_whole_and_proved(dubbed, long_talk, edited):
    after = edited.outcome
    names = [check.name for check in dubbed.dub.quality.checks]
    assert [check.name for check in after.dub.quality.checks] == names
    assert after.dub.quality.completed
    finished, source = probe(after.video), probe(long_talk)
    assert abs(finished.duration_ms - source.duration_ms) <= source.video.frame_ms
    assert "nova" in (after.folder / "subtitles.pt.srt").read_text()


def test_a_line_too_long_for_its_room_moves_as_few_others_as_it_takes(dubbed, long_talk, project):
    edit(project, 15, target_text="Um texto que precisa de muito mais tempo do que a linha tinha.")
    after = dub(long_talk, project)
    old = {p.utterance: p for p in dubbed.dub.fit.placements}
    moved = [p.utterance for p in after.dub.fit.placements if old[p.utterance] != p]
    assert 1 <= len(moved) <= 4
    first_ms, last_ms = changed_ms(sound_of(dubbed.video), sound_of(after.video))
    start_ms, end_ms = moved_ms(dubbed, after, moved[0])
    assert start_ms - AROUND_MS <= first_ms
    assert last_ms <= end_ms + AROUND_MS
    assert after.dub.quality.completed


def test_a_deleted_line_leaves_the_others_where_they_were(dubbed, long_talk, project):
    script = json.loads(script_of(project).read_text())
    gone = script["utterances"].pop(15)["id"]
    script_of(project).write_text(json.dumps(script))
    after = dub(long_talk, project)
    kept = tuple(p for p in dubbed.dub.fit.placements if p.utterance != gone)
    assert after.dub.fit.placements == kept


def test_a_second_edit_leaves_the_first_as_it_was(long_talk, project):
    edit(project, 5, target_text="A primeira linha nova.")
    once = sound_of(dub(long_talk, project).video)
    edit(project, 21, target_text="A segunda linha nova.")
    second = dub(long_talk, project)
    first_ms, _ = changed_ms(once, sound_of(second.video))
    assert first_ms > 55_000
    texts = [line.target_text for line in second.dub.script.utterances]
    assert (texts[5], texts[21]) == ("A primeira linha nova.", "A segunda linha nova.")


def test_taking_an_edit_back_gives_the_dub_of_before(dubbed, long_talk, project):
    old = dubbed.dub.script.utterances[15].target_text
    edit(project, 15, target_text="Por enquanto assim.")
    dub(long_talk, project, workers=1)
    edit(project, 15, target_text=old)
    after = dub(long_talk, project, workers=1)
    placed = {p.utterance: p for p in after.dub.fit.placements}
    others = [p for p in dubbed.dub.fit.placements if p.utterance != 16]
    assert all(placed[p.utterance] == p for p in others)


def test_correcting_what_the_original_said_leaves_the_sound_alone(dubbed, long_talk, project):
    edit(project, 15, source_text="What was really said.")
    after = dub(long_talk, project)
    assert np.array_equal(sound_of(after.video), sound_of(dubbed.video))
    assert "really said" in (after.folder / "subtitles.en.srt").read_text()


def test_an_edit_killed_half_way_completes_with_the_same_sound(long_talk, project, edited):
    edit(project, 15, target_text="Uma linha nova.")
    whole = sound_of(edited.outcome.video)
    use = [word for kind, name in STAND_INS.items() for word in ("--use", f"{kind}={name}")]
    command = [
        *(sys.executable, "-m", "dubwright.cli.main", "dub", str(long_talk), "--to", "pt"),
        *("--from", "en", "--output", str(project), "--json", *use),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        for told in program.stdout:
            if json.loads(told).get("stage") == "speak":
                break
        os.kill(program.pid, signal.SIGKILL)
    began = time.monotonic()
    assert np.array_equal(sound_of(dub(long_talk, project).video), whole)
    assert time.monotonic() - began < 120


def test_a_folder_of_an_older_version_can_still_be_edited(long_talk, project):
    (receipt,) = project.glob("*/.receipt.json")
    older = json.loads(receipt.read_text())
    del older["decided"]
    receipt.write_text(json.dumps(older))
    edit(project, 15, target_text="Uma linha nova.")
    after = dub(long_talk, project)
    assert after.dub.script.utterances[15].target_text == "Uma linha nova."
    assert after.dub.quality.completed

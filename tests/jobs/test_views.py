"""The small files that the studio shows a video by: which there are, and that they are in step."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from workbench import WEBM, Workbench, film, named, project, target

from dubwright.jobs.assignments import Outcome
from dubwright.media.aac import PACKET

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "e2e"))

from making import make_video  # it lies beside the end-to-end tests

PT = target("pt")
OF_SOURCE = {"poster.jpg", "peaks-20.dat", "peaks-100.dat"}
OF_DUB = {"audio.m4a", "peaks-20.dat", "peaks-100.dat"}
BURSTS = 3


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_video(tmp_path_factory.mktemp("talk") / "talk.mp4", bursts=BURSTS)


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return Workbench(tmp_path)


@pytest.fixture(scope="module")
def worked(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Where the talk was dubbed."""
    bench = Workbench(tmp_path_factory.mktemp("worked"))
    bench.take(talk)
    return bench


@pytest.fixture(scope="module")
def dubbed(worked: Workbench) -> Outcome:
    """That dub."""
    outcome = worked.perform("run", project(), PT)
    assert outcome.failure is None
    return outcome


def loudest(dat: Path) -> npt.NDArray[np.int8]:
    """How loud each pair is."""
    pairs = np.frombuffer(dat.read_bytes(), np.int8, offset=20).reshape(-1, 2)
    return pairs[:, 1]


def decoded(file: Path) -> npt.NDArray[np.float32]:
    """The first sound track as a player gives it, from time 0 on: silence where it says nothing."""
    whole = "aresample=48000:async=1:first_pts=0"
    words = ["-map", "0:a:0", "-ac", "1", "-af", whole, "-f", "f32le", "pipe:1"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(file), *words],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return np.frombuffer(done.stdout, "<f4")


def test_looking_into_a_video_gives_its_poster_and_how_its_sound_runs(
    bench: Workbench, talk: Path
) -> None:
    bench.take(talk)
    outcome = bench.perform("ingest", project())
    assert outcome.failure is None
    made = named(outcome.artifacts)
    assert made.keys() == OF_SOURCE
    assert made["poster.jpg"].content_type == "image/jpeg"
    assert made["peaks-20.dat"].content_type == "application/octet-stream"
    loud = loudest(bench.file(made["peaks-100.dat"])) > 10
    assert len(loud) == 100 * 3 * BURSTS
    # Every three seconds it sounds from 0.4 s to 1.6 s.
    assert loud[45:155].all()
    assert not loud[170:330].any()


def test_looking_again_makes_nothing_anew(bench: Workbench, talk: Path) -> None:
    bench.take(talk)
    first = bench.perform("ingest", project())
    again = bench.perform("ingest", project(id="prj_2"))
    assert named(again.artifacts) == named(first.artifacts)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "mov", "webm"])
def test_the_sound_of_a_dub_alone_is_in_step_with_its_video(
    bench: Workbench, talk: Path, tmp_path: Path, ending: str
) -> None:
    video = tmp_path / f"talk.{ending}"
    film(video, "-i", str(talk), *(WEBM if ending == "webm" else ["-c", "copy"]))
    bench.take(video)
    outcome = bench.perform("run", project(), PT)
    assert outcome.failure is None
    made = named(outcome.targets[0].artifacts)
    assert made.keys() >= OF_DUB
    assert made["audio.m4a"].content_type == "audio/mp4"
    alone = decoded(bench.file(made["audio.m4a"]))
    joined = decoded(bench.file(made[f"video.{ending}"]))
    assert abs(len(alone) - len(joined)) < PACKET
    assert abs(lag(alone, joined)) <= 48


def lag(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> int:
    """By how many samples `other` is later, found by correlation."""
    size = 1 << (len(one) + len(other) - 1).bit_length()
    spectrum = np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size))
    best = int(np.fft.irfft(spectrum, size).argmax())
    return best if best < size // 2 else best - size


def test_the_sound_of_a_dub_alone_can_be_played_before_all_of_it_is_there(
    worked: Workbench, dubbed: Outcome
) -> None:
    content = worked.file(named(dubbed.targets[0].artifacts)["audio.m4a"]).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_course_of_a_dub_shows_its_lines_where_they_were_placed(
    worked: Workbench, dubbed: Outcome
) -> None:
    (made,) = dubbed.targets
    assert made.fit is not None
    loud = loudest(worked.file(named(made.artifacts)["peaks-100.dat"])) > 3
    for placed in made.fit.placements:
        assert loud[placed.start_ms // 10 + 10 : placed.end_ms // 10 - 10].mean() > 0.9


def test_a_run_makes_the_views_of_its_source_once(worked: Workbench, dubbed: Outcome) -> None:
    assert named(dubbed.artifacts).keys() == OF_SOURCE
    known = project(files=tuple(OF_SOURCE))
    assert worked.perform("run", known, PT).artifacts == ()


def test_a_video_whose_picture_cannot_be_shown_is_dubbed_without_a_poster(
    bench: Workbench, talk: Path, tmp_path: Path
) -> None:
    """Its picture is copied as it is, whatever it holds."""
    broken = tmp_path / "broken.mkv"
    noise = ["-bsf:v", "noise=amount=1"]
    film(broken, "-i", str(talk), "-c", "copy", *noise)
    bench.take(broken)
    outcome = bench.perform("ingest", project())
    assert outcome.failure is None
    assert named(outcome.artifacts).keys() == OF_SOURCE - {"poster.jpg"}
    log = [json.loads(news)["message"] for news in bench.told if '"news":"log"' in news]
    assert any("no poster" in line for line in log)


@pytest.mark.parametrize("sound", [[], ["-f", "lavfi", "-i", "anullsrc"]], ids=["none", "silent"])
def test_a_video_without_speech_is_refused_when_it_is_looked_into(
    bench: Workbench, tmp_path: Path, sound: list[str]
) -> None:
    video = tmp_path / "silent.mp4"
    picture = ["-f", "lavfi", "-i", "testsrc2=d=3:s=320x180:r=25"]
    film(video, *picture, *sound, "-t", "3")
    bench.take(video)
    outcome = bench.perform("ingest", project())
    assert outcome.failure is not None
    assert (outcome.failure.code, bool(outcome.failure.hint)) == ("nothing_to_dub", True)
    assert outcome.artifacts == ()

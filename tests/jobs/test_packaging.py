"""Finished dubs put together: what is in the one video, in the zip, and that all is in step."""

import json
import subprocess
import zipfile
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from workbench import WEBM, Workbench, film, named, project, talk_over_noise, target

from dubwright.domain.errors import Cancelled
from dubwright.domain.language import LanguageTag
from dubwright.jobs.assignments import Outcome, TargetWork
from dubwright.jobs.package_files import LanguageFolder, write_zip

LANGUAGES = ("pt", "es")


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return talk_over_noise(tmp_path_factory.mktemp("talk") / "t.mp4", bursts=2, noise_db=-60)


@pytest.fixture(scope="module")
def worked(talk: Path, tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Where the talk was dubbed: a run finds all of it again."""
    bench = Workbench(tmp_path_factory.mktemp("worked"))
    bench.take(talk)
    dubbed(bench)
    return bench


@pytest.fixture
def bench(worked: Workbench, tmp_path: Path) -> Workbench:
    return worked.copied(tmp_path / "bench")


def dubbed(bench: Workbench) -> tuple[TargetWork, ...]:
    """Finished targets, as a worker is told of them."""
    outcome = bench.perform("run", project(), *(target(one) for one in LANGUAGES))
    assert outcome.failure is None
    return tuple(
        target(language, files={one.name: one.object_key for one in made.artifacts})
        for language, made in zip(LANGUAGES, outcome.targets, strict=True)
    )


def packaged(bench: Workbench, *targets: TargetWork) -> Outcome:
    outcome = bench.perform("package", project(name="A talk"), *targets)
    assert outcome.failure is None
    return outcome


def tracks(video: Path) -> list[dict[str, object]]:
    asked = ["-show_streams", "-of", "json"]
    done = subprocess.run(
        ["ffprobe", "-v", "error", *asked, str(video)], check=True, capture_output=True, timeout=30
    )
    listed: list[dict[str, object]] = json.loads(done.stdout)["streams"]
    return listed


def picture(video: Path) -> str:
    """What stands for the packets of a picture."""
    words = ["-map", "0:v:0", "-c", "copy", "-f", "data", "pipe:1"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(video), *words],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return sha256(done.stdout).hexdigest()


def heard(video: Path, track: int) -> npt.NDArray[np.float32]:
    """A sound track as a player gives it, from time 0 on."""
    whole = "aresample=48000:async=1:first_pts=0"
    words = ["-map", f"0:a:{track}", "-ac", "1", "-af", whole, "-f", "f32le", "pipe:1"]
    done = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", str(video), *words],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return np.frombuffer(done.stdout, "<f4")


def lag(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> int:
    """By how many samples `other` is later, found by correlation."""
    size = 1 << (len(one) + len(other) - 1).bit_length()
    spectrum = np.fft.rfft(other, size) * np.conj(np.fft.rfft(one, size))
    best = int(np.fft.irfft(spectrum, size).argmax())
    return best if best < size // 2 else best - size


CODED = {
    "mp4": ["-c", "copy"],
    "mov": ["-c", "copy"],
    "mkv": ["-c", "copy"],
    "webm": WEBM,
}


@pytest.mark.parametrize("ending", CODED)
def test_one_video_has_every_dub_the_original_and_all_subtitles(
    talk: Path, tmp_path: Path, ending: str
) -> None:
    source = film(tmp_path / f"talk.{ending}", "-i", str(talk), *CODED[ending])
    bench = Workbench(tmp_path)
    bench.take(source)
    targets = dubbed(bench)
    made = named(packaged(bench, *targets).artifacts)
    name = f"video.all-languages.{'mkv' if ending == 'webm' else 'mp4'}"
    video = bench.file(made[name])
    listed = tracks(video)
    assert [one["codec_type"] for one in listed] == ["video", *["audio"] * 3, *["subtitle"] * 3]
    tags = [one["tags"] for one in listed[1:]]
    assert [one["language"] for one in tags] == ["por", "spa", "eng", "por", "spa", "eng"]  # type: ignore[index]
    called = [one.get("title") or one["handler_name"] for one in tags[:3]]  # type: ignore[attr-defined]
    assert called == ["Portuguese", "Spanish", "Original (English)"]
    assert [one["disposition"]["default"] for one in listed[1:4]] == [1, 0, 0]  # type: ignore[index]
    assert picture(video) == picture(source)
    for track, finished in enumerate(targets):
        alone = bench.store.local_path(finished.files[f"video.{ending}"])
        assert alone is not None
        assert abs(lag(heard(alone, 0), heard(video, track))) <= 48
        assert abs(lag(heard(alone, 1), heard(video, 2))) <= 48


def test_the_zip_has_a_folder_for_each_language(bench: Workbench) -> None:
    targets = dubbed(bench)
    made = named(packaged(bench, *targets).artifacts)
    assert made["youtube.zip"].content_type == "application/zip"
    with zipfile.ZipFile(bench.file(made["youtube.zip"])) as archive:
        assert archive.testzip() is None
        names = {"audio.m4a", "captions.srt", "title.txt", "steps.txt"}
        assert set(archive.namelist()) == {f"{one}/{name}" for one in LANGUAGES for name in names}
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read("pt/title.txt").decode() == "A talk\n"
        assert "then Spanish" in archive.read("es/steps.txt").decode()
        for finished in targets:
            for name, of_target in (
                ("audio.m4a", "audio.m4a"),
                ("captions.srt", f"subtitles.{finished.language}.srt"),
            ):
                kept = bench.store.read(finished.files[of_target])
                assert archive.read(f"{finished.language}/{name}") == kept


def test_one_dub_alone_can_be_packaged_and_again_gives_the_same_bytes(
    bench: Workbench,
) -> None:
    _, spanish = dubbed(bench)
    first = packaged(bench, spanish)
    with zipfile.ZipFile(bench.file(named(first.artifacts)["youtube.zip"])) as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"es"}
    assert packaged(bench, spanish).artifacts == first.artifacts


def test_a_dub_from_before_its_sound_was_kept_alone_is_packaged_too(
    bench: Workbench,
) -> None:
    now, _ = dubbed(bench)
    files = {name: key for name, key in now.files.items() if name != "audio.m4a"}
    made = named(packaged(bench, target("pt", files=files)).artifacts)
    with zipfile.ZipFile(bench.file(made["youtube.zip"])) as archive:
        assert archive.read("pt/audio.m4a") == bench.store.read(now.files["audio.m4a"])


def test_a_file_that_is_missing_is_named(bench: Workbench) -> None:
    outcome = bench.perform("package", project(), target("pt", files={}))
    assert outcome.failure is not None
    assert (outcome.failure.code, "'video.mp4'" in outcome.failure.message) == ("not_found", True)


def test_putting_together_tells_how_far_it_is_and_stops_when_cancelled(
    bench: Workbench,
) -> None:
    targets = dubbed(bench)
    bench.told.clear()
    packaged(bench, *targets)
    stages = [json.loads(news) for news in bench.told if '"news":"stage"' in news]
    assert {news["stage"] for news in stages} >= {"join_languages", "zip_languages"}
    percents = [news["percent"] for news in stages]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    bench.is_cancelled = True
    with pytest.raises(Cancelled):
        bench.perform("package", project(name="Another name"), *targets[::-1])


def test_a_zip_is_not_finished_after_it_was_cancelled(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 100)
    folder = LanguageFolder(LanguageTag("pt"), tmp_path / "file", tmp_path / "file")
    with pytest.raises(Cancelled):
        write_zip(tmp_path / "z.zip", [folder], title="A talk", is_cancelled=lambda: True)

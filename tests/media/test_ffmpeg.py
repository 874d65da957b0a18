import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from dubwright.domain.errors import Cancelled, MediaError, ProviderNotReady
from dubwright.media.ffmpeg import Ffmpeg

ENDLESS = ["-re", "-f", "lavfi", "-i", "anullsrc", "-f", "null", "-"]
RAW = ["-f", "f32le", "-ar", "48000", "-ac", "2"]


def test_a_named_program_that_does_not_exist_is_refused_with_a_remedy() -> None:
    with pytest.raises(ProviderNotReady) as refused:
        _ = Ffmpeg(Path("/nowhere/ffmpeg")).program
    assert refused.value.hint is not None
    assert "ffmpeg" in refused.value.hint


def test_without_ffmpeg_in_the_path_the_packaged_one_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("imageio_ffmpeg")
    monkeypatch.setenv("PATH", "")
    assert "imageio_ffmpeg" in Ffmpeg().program


def test_the_version_is_one_line_without_the_copyright(each_ffmpeg: Ffmpeg) -> None:
    version = each_ffmpeg.version()
    assert version.startswith("ffmpeg version")
    assert "Copyright" not in version


def test_a_failure_carries_the_end_of_what_ffmpeg_said(each_ffmpeg: Ffmpeg) -> None:
    with pytest.raises(MediaError) as failed:
        each_ffmpeg.run(["-i", "/nowhere.mp4", "-f", "null", "-"], timeout_s=10)
    assert "nowhere.mp4" in failed.value.stderr_tail


def test_a_run_over_its_time_is_stopped(ffmpeg: Ffmpeg) -> None:
    started = time.monotonic()
    with pytest.raises(MediaError, match=r"within 0\.3 s"):
        ffmpeg.run(ENDLESS, timeout_s=0.3)
    assert time.monotonic() - started < 2


def test_cancelling_stops_a_run_within_a_second(ffmpeg: Ffmpeg) -> None:
    started = time.monotonic()
    with pytest.raises(Cancelled):
        ffmpeg.run(ENDLESS, timeout_s=30, cancelled=lambda: time.monotonic() - started > 0.2)
    assert time.monotonic() - started < 1.2


def test_blocks_are_written_one_after_another(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    sound = np.random.default_rng(1).uniform(-1, 1, (10_001, 2)).astype(np.float32)
    path = tmp_path / "sound.raw"
    ffmpeg.write_blocks(
        [*RAW, "-i", "pipe:0", "-f", "f32le", str(path)],
        (sound[first:last] for first, last in pairwise([0, 100, 7000, 10_001])),
        timeout_s=10,
    )
    assert np.array_equal(np.fromfile(path, "<f4").reshape(-1, 2), sound)


def test_more_input_and_output_than_a_pipe_holds_does_not_hang(ffmpeg: Ffmpeg) -> None:
    sound = np.zeros((500_000, 2), "<f4").tobytes()
    answer = ffmpeg.run([*RAW, "-i", "pipe:0", "-f", "f32le", "pipe:1"], timeout_s=20, stdin=sound)
    assert answer == sound


def test_an_error_in_the_blocks_reaches_the_caller(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    def broken() -> object:
        yield np.zeros((10, 2), np.float32)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ffmpeg.write_blocks(
            [*RAW, "-i", "pipe:0", "-f", "f32le", str(tmp_path / "x")],
            broken(),  # type: ignore[arg-type]  # a generator of blocks
            timeout_s=10,
        )

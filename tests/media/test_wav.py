import wave
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from footage import raw_sound
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.errors import StorageError
from dubwright.domain.timeline import TimeSpan
from dubwright.media.wav import RawSound, WavRecording, open_raw


def _recording(path: Path, samples: np.ndarray, *, channels: int = 1) -> WavRecording:
    with wave.open(str(path), "wb") as file:
        file.setparams((channels, 2, 16_000, 0, "NONE", "NONE"))
        file.writeframes(samples.astype("<i2").tobytes())
    return WavRecording(path)


def test_a_span_gives_its_own_samples(tmp_path: Path) -> None:
    ramp = np.arange(32_000) - 16_000
    recording = _recording(tmp_path / "r.wav", ramp)
    clip = recording.read(TimeSpan(start_ms=500, end_ms=750))
    assert (recording.sample_rate, recording.duration_ms) == (16_000, 2000)
    assert np.array_equal(clip.samples * 32_768, ramp[8000:12_000])


def test_a_span_past_the_end_gives_what_there_is(tmp_path: Path) -> None:
    recording = _recording(tmp_path / "r.wav", np.ones(16_000))
    assert len(recording.read(TimeSpan(start_ms=900, end_ms=5000)).samples) == 1600
    assert len(recording.read(TimeSpan(start_ms=2000, end_ms=5000)).samples) == 0


def test_neighbouring_spans_join_without_a_gap(tmp_path: Path) -> None:
    ramp = np.arange(16_000)
    recording = _recording(tmp_path / "r.wav", ramp)
    edges = [0, 1, 333, 334, 1000]
    parts = [
        recording.read(TimeSpan(start_ms=start, end_ms=end)).samples
        for start, end in pairwise(edges)
    ]
    assert np.array_equal(np.concatenate(parts) * 32_768, ramp)


def test_a_stereo_file_is_not_a_recording(tmp_path: Path) -> None:
    recording = _recording(tmp_path / "r.wav", np.zeros(100), channels=2)
    with pytest.raises(StorageError, match="mono"):
        _ = recording.sample_rate


def test_a_missing_recording_says_its_name(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"gone\.wav"):
        WavRecording(tmp_path / "gone.wav").read(TimeSpan(start_ms=0, end_ms=1))


def test_raw_sound_is_found_again_with_its_form(tmp_path: Path) -> None:
    samples = np.random.default_rng(1).standard_normal((1000, 6)).astype(np.float32)
    made = raw_sound(tmp_path / "s.raw", samples, "5.1")
    found = open_raw(tmp_path / "s.raw")
    assert found == made
    assert (found.channels, found.layout, found.frames) == (6, "5.1", 1000)
    assert np.array_equal(found.read(0, 1000), samples)


def test_raw_sound_without_its_form_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "s.raw").write_bytes(bytes(80))
    with pytest.raises(StorageError, match=r"s\.raw"):
        open_raw(tmp_path / "s.raw")


@pytest.fixture(scope="module")
def noise(tmp_path_factory: pytest.TempPathFactory) -> RawSound:
    samples = np.random.default_rng(2).standard_normal((500, 2)).astype(np.float32)
    return raw_sound(tmp_path_factory.mktemp("noise") / "n.raw", samples, "stereo")


@given(start=st.integers(-600, 600), count=st.integers(0, 700))
def test_outside_the_file_raw_sound_is_silence(noise: RawSound, start: int, count: int) -> None:
    whole = np.zeros((2500, 2), np.float32)
    whole[1000:1500] = noise.read(0, 500)
    assert np.array_equal(noise.read(start, count), whole[1000 + start : 1000 + start + count])


@given(frames=st.integers(1, 600))
def test_blocks_in_order_are_the_whole_sound(noise: RawSound, frames: int) -> None:
    assert np.array_equal(np.concatenate(list(noise.blocks(frames))), noise.read(0, 500))

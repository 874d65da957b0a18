from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from footage import raw_sound, tone
from hypothesis import given
from hypothesis import strategies as st

from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import (
    RUN_UP,
    SEGMENT,
    Loudness,
    measure_file,
    measure_track,
    programme_lufs,
    raw_input,
    segment_powers,
    speech_level_db,
)
from dubwright.media.probe import probe
from dubwright.media.wav import RawSound

RATE = 48_000


def measured_file(sound: RawSound, ffmpeg: Ffmpeg) -> Loudness:
    """How loud a sound is in a file."""
    path = sound.path.with_suffix(".wav")
    ffmpeg.run([*raw_input(sound), "-c:a", "pcm_f32le", str(path)], timeout_s=30)
    return measure_file(path, duration_ms=sound.duration_ms, ffmpeg=ffmpeg)


def test_the_reference_tone_has_the_reference_level() -> None:
    # ITU-R BS.1770: a full-scale 997 Hz sine in one channel measures -3.01 LUFS.
    assert speech_level_db(tone(2, amplitude=1.0, frequency=997), RATE) == pytest.approx(
        -3.01, abs=0.05
    )


def test_two_equal_channels_are_3_db_louder_than_one() -> None:
    mono = tone(2)
    both = np.stack([mono, mono], axis=1)
    louder = (speech_level_db(both, RATE) or 0) - (speech_level_db(mono, RATE) or 0)
    assert louder == pytest.approx(3.01, abs=0.01)


def test_silence_has_no_level() -> None:
    assert speech_level_db(np.zeros(RATE, np.float32), RATE) is None
    assert speech_level_db(np.zeros(0, np.float32), RATE) is None


def test_pauses_do_not_lower_the_level_of_speech() -> None:
    speech = tone(3)
    paused = np.concatenate([speech, np.zeros(6 * RATE, np.float32)])
    assert speech_level_db(paused, RATE) == pytest.approx(speech_level_db(speech, RATE), abs=0.5)


def test_a_clip_shorter_than_a_block_still_has_a_level() -> None:
    assert speech_level_db(tone(0.1), RATE) == pytest.approx(speech_level_db(tone(2), RATE), abs=1)


@given(gain_db=st.floats(-30, 6))
def test_a_gain_changes_the_level_by_itself(gain_db: float) -> None:
    sound = tone(1)
    louder = (sound * 10 ** (gain_db / 20)).astype(np.float32)
    assert speech_level_db(louder, RATE) == pytest.approx(
        (speech_level_db(sound, RATE) or 0) + gain_db, abs=0.02
    )


def test_the_level_of_a_clip_agrees_with_ffmpeg_s_meter(
    each_ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    noise = np.random.default_rng(3).standard_normal((5 * RATE, 2)).astype(np.float32) * 0.05
    measured = measured_file(raw_sound(tmp_path / "n.raw", noise, "stereo"), each_ffmpeg)
    assert measured.integrated_lufs == pytest.approx(speech_level_db(noise, RATE), abs=0.1)


def test_a_file_of_silence_has_neither_loudness_nor_peak(
    each_ffmpeg: Ffmpeg, tmp_path: Path
) -> None:
    silence = raw_sound(tmp_path / "s.raw", np.zeros((2 * RATE, 2), np.float32), "stereo")
    measured = measured_file(silence, each_ffmpeg)
    assert (measured.integrated_lufs, measured.true_peak_dbtp) == (None, None)


def test_the_true_peak_lies_above_the_samples(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clock = np.arange(2 * RATE)
    swell = np.minimum(1, clock / RATE)
    sound = (0.5 * swell * np.sin(np.pi * clock / 2 + np.pi / 4)).astype(np.float32)[:, None]
    sound *= swell[::-1, None]
    assert np.abs(sound).max() < 0.36
    measured = measured_file(raw_sound(tmp_path / "s.raw", sound, "mono"), ffmpeg)
    assert measured.true_peak_dbtp == pytest.approx(-6.0, abs=0.3)


def test_a_track_is_measured_in_its_file(plain_video: Path, ffmpeg: Ffmpeg) -> None:
    source = probe(plain_video)
    measured = measure_track(plain_video, source, source.audio[0], ffmpeg=ffmpeg)
    assert measured.true_peak_dbtp == pytest.approx(20 * np.log10(0.4), abs=1)


@pytest.mark.parametrize(("layout", "channels"), [("mono", 1), ("stereo", 2), ("5.1", 6)])
def test_powers_of_pieces_make_the_loudness_of_the_whole(
    each_ffmpeg: Ffmpeg, tmp_path: Path, layout: str, channels: int
) -> None:
    random = np.random.default_rng(9)
    sound = 0.1 * random.standard_normal((12 * RATE, channels))
    sound[3 * RATE : 7 * RATE] *= 0.05
    sound[8 * RATE : 9 * RATE] = 0
    sound = sound.astype(np.float32)
    padded = np.pad(sound, ((RUN_UP, RUN_UP), (0, 0)))
    cuts = [0, 20 * SEGMENT, 77 * SEGMENT, len(sound)]
    powers = [
        segment_powers(padded[start : end + 2 * RUN_UP], layout) for start, end in pairwise(cuts)
    ]
    measured = measured_file(raw_sound(tmp_path / "s.raw", sound, layout), each_ffmpeg)
    assert programme_lufs(np.concatenate(powers)) == pytest.approx(
        measured.integrated_lufs, abs=0.1
    )


def test_of_silence_there_is_no_programme_loudness() -> None:
    assert programme_lufs(np.zeros(100)) is None
    assert programme_lufs(np.zeros(0)) is None

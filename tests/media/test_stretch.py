import numpy as np
import pytest
from footage import onset_ms, tone

from dubwright.domain.audio import SpeechClip
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import speech_level_db
from dubwright.media.stretch import resample, stretch


def _take() -> SpeechClip:
    """Half a second of silence, a second of tone, half a second of silence, at 24 kHz."""
    rest = np.zeros(24_000, np.float32)
    sound = np.concatenate([rest, tone(1.0), rest])
    return resample(SpeechClip(sound, 48_000), 24_000)


@pytest.mark.parametrize("speed", [0.9, 0.97, 1.03, 1.2, 1.35])
def test_a_stretched_take_has_exactly_the_length_asked_for(
    each_ffmpeg: Ffmpeg, speed: float
) -> None:
    take = _take()
    made = stretch(take, speed, ffmpeg=each_ffmpeg)
    assert len(made.samples) == round(len(take.samples) / speed)
    assert made.samples.dtype == np.float32


@pytest.mark.parametrize("speed", [0.9, 1.2])
def test_what_sounds_keeps_its_place_in_proportion(ffmpeg: Ffmpeg, speed: float) -> None:
    made = stretch(_take(), speed, ffmpeg=ffmpeg)
    assert onset_ms(made.samples, 24_000, above=0.1) == pytest.approx(500 / speed, abs=15)
    assert onset_ms(made.samples[::-1], 24_000, above=0.1) == pytest.approx(500 / speed, abs=15)


def test_a_low_voice_keeps_its_pitch(ffmpeg: Ffmpeg) -> None:
    clock = np.arange(48_000) / 24_000
    buzz = sum(np.sin(2 * np.pi * 110 * k * clock) / k for k in range(1, 15))
    made = stretch(SpeechClip((0.1 * buzz).astype(np.float32), 24_000), 1.05, ffmpeg=ffmpeg)
    steady = made.samples[6000:30_000] * np.hanning(24_000)
    spectrum = np.abs(np.fft.rfft(steady, 240_000))[:2000]
    assert spectrum.argmax() / 10 == pytest.approx(110, abs=0.5)


class WithoutRubberband(Ffmpeg):
    """An ffmpeg built without the library."""

    def has_filter(self, name: str) -> bool:
        return name != "rubberband" and super().has_filter(name)


@pytest.mark.parametrize("speed", [0.93, 1.07, 1.25])
def test_without_rubberband_the_length_is_just_as_exact(speed: float) -> None:
    take = SpeechClip(tone(1.0), 48_000)
    made = stretch(take, speed, ffmpeg=WithoutRubberband())
    assert len(made.samples) == round(48_000 / speed)
    assert np.abs(made.samples[-480:]).max() > 0.02


def test_the_level_stays(ffmpeg: Ffmpeg) -> None:
    take = _take()
    made = stretch(take, 1.3, ffmpeg=ffmpeg)
    before, after = (speech_level_db(clip.samples, 24_000) for clip in (take, made))
    assert after == pytest.approx(before, abs=0.2)


def test_a_take_that_sounds_to_its_very_end_is_not_cut(ffmpeg: Ffmpeg) -> None:
    take = SpeechClip(tone(1.0)[:40_000:2], 24_000)
    made = stretch(take, 1.1, ffmpeg=ffmpeg)
    tail = made.samples[-240:]
    assert np.abs(tail).max() > 0.02


def test_speed_1_is_the_take_itself(ffmpeg: Ffmpeg) -> None:
    take = _take()
    assert stretch(take, 1.0, ffmpeg=ffmpeg) is take


def test_resampling_keeps_time_and_level() -> None:
    made = resample(SpeechClip(tone(1.0), 48_000), 16_000)
    assert (len(made.samples), made.sample_rate) == (16_000, 16_000)
    assert np.abs(made.samples[4000:12_000]).max() == pytest.approx(0.25, rel=0.01)

from pathlib import Path

import numpy as np
import pytest
from footage import RATE, raw_sound, tone

from dubwright.domain.audio import Samples
from dubwright.media.limiter import CONTEXT, limited, limited_blocks, true_peaks


def _limited(path: Path, samples: Samples, *, gain_db: float, ceiling_db: float) -> Samples:
    sound = raw_sound(path, samples, "stereo" if samples.shape[1] == 2 else "mono")
    return np.concatenate(list(limited_blocks(sound, gain_db=gain_db, ceiling_db=ceiling_db)))


def _bursts() -> Samples:
    """Loud, bright bursts in noise: 12 s, so that they fall across the limiter's own blocks."""
    random = np.random.default_rng(4)
    noise = 0.05 * random.standard_normal((12 * RATE, 2))
    for start in random.integers(0, 11 * RATE, 40):
        noise[start : start + 2000] += random.uniform(-1, 1, (2000, 2))
    return noise.astype(np.float32)


def test_a_sound_below_the_ceiling_is_left_alone(tmp_path: Path) -> None:
    sound = tone(1.0, amplitude=0.5)[:, None]
    assert np.array_equal(_limited(tmp_path / "s", sound, gain_db=0, ceiling_db=-2), sound)


def test_a_gain_without_limiting_is_exact(tmp_path: Path) -> None:
    sound = tone(1.0, amplitude=0.1)[:, None]
    made = _limited(tmp_path / "s", sound, gain_db=6, ceiling_db=-2)
    assert np.allclose(made, sound * 10 ** (6 / 20), rtol=1e-6)


@pytest.mark.parametrize("gain_db", [0.0, 6.0, 12.0])
def test_the_true_peak_stays_at_the_ceiling(tmp_path: Path, gain_db: float) -> None:
    made = _limited(tmp_path / "s", _bursts(), gain_db=gain_db, ceiling_db=-2)
    assert 20 * np.log10(true_peaks(made).max()) <= -2 + 0.2


def test_quiet_sound_far_from_a_peak_keeps_its_level(tmp_path: Path) -> None:
    sound = tone(2.0, amplitude=0.1)[:, None].copy()
    sound[RATE : RATE + 50] = 1.0
    made = _limited(tmp_path / "s", sound, gain_db=0, ceiling_db=-2)
    away = np.r_[0 : RATE - 2500, RATE + 2500 : 2 * RATE]
    assert np.array_equal(made[away], sound[away])


def test_the_gain_has_no_steps(tmp_path: Path) -> None:
    sound = tone(2.0, amplitude=0.5)[:, None].copy()
    sound[RATE : RATE + 4800] *= 4
    made = _limited(tmp_path / "s", sound, gain_db=0, ceiling_db=-2)
    loud = np.abs(sound[:, 0]) > 0.05
    gain = made[loud, 0] / sound[loud, 0]
    assert np.abs(np.diff(gain)).max() < 0.01


def test_between_samples_the_peak_of_a_sine_is_found() -> None:
    clock = np.arange(4800)
    sine = (0.5 * np.sin(np.pi * clock / 2 + np.pi / 4)).astype(np.float32)[:, None]
    assert np.abs(sine).max() < 0.36
    assert true_peaks(sine)[100:-100].max() == pytest.approx(0.5, rel=0.01)


def test_of_silence_there_is_no_peak() -> None:
    assert true_peaks(np.zeros((100, 2), np.float32)).max() == 0


@pytest.mark.parametrize("first", [0, 1, 777, 65_536, 200_001])
def test_a_frame_is_limited_the_same_wherever_a_window_begins(first: int) -> None:
    sound = _bursts()
    ends = np.pad(sound, ((CONTEXT, CONTEXT), (0, 0)))
    whole = limited(ends, gain_db=9, ceiling_db=-2)
    window = limited(ends[first : first + 100_000 + 2 * CONTEXT], gain_db=9, ceiling_db=-2)
    assert not np.array_equal(window, sound[first : first + 100_000])
    assert np.array_equal(window, whole[first : first + 100_000])


def test_what_lies_far_away_does_not_change_a_frame() -> None:
    sound = np.pad(_bursts(), ((CONTEXT, CONTEXT), (0, 0)))
    other = sound.copy()
    other[:100_000] *= 0.1
    apart = limited(sound, gain_db=9, ceiling_db=-2) != limited(other, gain_db=9, ceiling_db=-2)
    assert not apart[100_000 + CONTEXT :].any()


def test_a_ceiling_of_its_own_holds_where_it_was_asked_for() -> None:
    sound = np.pad(_bursts(), ((CONTEXT, CONTEXT), (0, 0)))
    ceiling = np.full(len(sound), -2.0)
    ceiling[200_000:300_000] = -6.0
    made = limited(sound, gain_db=9, ceiling_db=ceiling)
    inside = made[200_000 : 300_000 - 2 * CONTEXT]
    assert 20 * np.log10(true_peaks(inside).max()) <= -6 + 0.2
    away = slice(310_000, 500_000)
    assert np.array_equal(made[away], limited(sound, gain_db=9, ceiling_db=-2.0)[away])

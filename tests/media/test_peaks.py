"""Peaks of known signals, read back by a reader that knows only the published format."""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import TimeSpan
from dubwright.media.peaks import write_peaks

RATE = 16_000


@dataclass(frozen=True)
class Sound:
    """Samples in memory as a recording."""

    samples: Samples
    sample_rate: int = RATE

    @property
    def duration_ms(self) -> int:
        return round(1000 * len(self.samples) / self.sample_rate)

    def read(self, span: TimeSpan) -> SpeechClip:
        start, end = (ms * self.sample_rate // 1000 for ms in (span.start_ms, span.end_ms))
        return SpeechClip(self.samples[start:end], self.sample_rate)


@dataclass(frozen=True)
class Long:
    """Hours of one sawtooth a second, made where it is read; `most` is the longest read so far."""

    hours: float
    reads: list[int]
    sample_rate: int = RATE

    @property
    def duration_ms(self) -> int:
        return round(self.hours * 3_600_000)

    def read(self, span: TimeSpan) -> SpeechClip:
        self.reads.append(span.duration_ms)
        clock = np.arange(span.duration_ms * RATE // 1000, dtype=np.float32) / RATE
        return SpeechClip((clock % 1).astype(np.float32), RATE)


def read_dat(path: Path) -> tuple[dict[str, int], list[tuple[int, int]]]:
    """The header and the pairs of a `.dat` file of version 1, by its published description."""
    content = path.read_bytes()
    names = ("version", "flags", "sample_rate", "samples_per_pixel", "length")
    header = dict(zip(names, struct.unpack_from("<iIiiI", content), strict=True))
    values = struct.unpack_from(f"<{2 * header['length']}b", content, 20)
    assert len(content) == 20 + 2 * header["length"]
    return header, list(zip(values[::2], values[1::2], strict=True))


def test_the_header_says_how_the_sound_was_cut(tmp_path: Path) -> None:
    write_peaks(Sound(np.zeros(RATE * 3, np.float32)), 20, tmp_path / "p.dat")
    header, pairs = read_dat(tmp_path / "p.dat")
    assert header == {
        "version": 1,
        "flags": 1,
        "sample_rate": RATE,
        "samples_per_pixel": 800,
        "length": 60,
    }
    assert set(pairs) == {(0, 0)}


def test_each_pair_is_the_lowest_and_the_highest_sample_of_its_stretch(tmp_path: Path) -> None:
    samples = np.zeros(RATE, np.float32)
    samples[170], samples[300] = 0.5, -0.25  # in the second stretch of a hundredth of a second
    samples[-1], samples[-2] = 1.0, -1.0
    write_peaks(Sound(samples), 100, tmp_path / "p.dat")
    _, pairs = read_dat(tmp_path / "p.dat")
    assert len(pairs) == 100
    assert pairs[1] == (-32, 64)
    assert pairs[-1] == (-128, 127)
    assert set(pairs[2:-1]) == {(0, 0)}


@given(
    length=st.integers(min_value=1, max_value=2_000),
    pairs_per_s=st.sampled_from([20, 100, 1_600]),
    seed=st.integers(0, 2**32 - 1),
)
def test_peaks_are_those_of_the_whole_sound_however_it_ends(
    tmp_path_factory: pytest.TempPathFactory, length: int, pairs_per_s: int, seed: int
) -> None:
    samples = np.random.default_rng(seed).uniform(-1, 1, length * 16).astype(np.float32)
    path = tmp_path_factory.mktemp("peaks") / "p.dat"
    write_peaks(Sound(samples), pairs_per_s, path)
    header, pairs = read_dat(path)
    each = header["samples_per_pixel"]
    starts = range(0, len(samples), each)
    assert [low for low, _ in pairs] == [int(samples[s : s + each].min() * 128) for s in starts]
    assert [high for _, high in pairs] == [
        min(127, int(samples[s : s + each].max() * 128)) for s in starts
    ]


def test_three_hours_are_read_a_minute_at_a_time(tmp_path: Path) -> None:
    sound = Long(3, [])
    write_peaks(sound, 100, tmp_path / "p.dat")
    header, pairs = read_dat(tmp_path / "p.dat")
    assert header["length"] == 3 * 3600 * 100
    assert pairs[:100] == pairs[-100:]
    assert max(sound.reads) <= 60_000


def test_drawing_stops_when_it_is_cancelled(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        write_peaks(Long(1, []), 20, tmp_path / "p.dat", cancelled=lambda: True)
    assert list(tmp_path.iterdir()) == []


def test_a_rate_that_does_not_divide_the_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="equal parts"):
        write_peaks(Sound(np.zeros(10, np.float32)), 7, tmp_path / "p.dat")

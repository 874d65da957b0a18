"""How loud sound is: K-weighted levels of clips, programme loudness and true peak of files."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples
from dubwright.domain.errors import MediaError
from dubwright.domain.media import AudioTrack, Source
from dubwright.media.extract import time_limit_s
from dubwright.media.ffmpeg import Ffmpeg, IsCancelled, input_of, local
from dubwright.media.wav import RawSound

_BLOCK_S = 0.4
_HOP_S = 0.1
_ABSOLUTE_GATE_DB = -70.0
_RELATIVE_GATE_DB = 10.0
_OFFSET_DB = -0.691
# ITU-R BS.1770-5, annex 1, tables 1 and 2: both stages of the K filter at 48 kHz.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285),
          (1.0, -1.69065929318241, 0.73248077421585))  # fmt: skip
_HIGH_PASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_TABLE_RATE = 48_000
SEGMENT = 4_800
RUN_UP = 8_192
"""Frames after which the K filter has forgotten what it heard."""
_PIECE = 65_536
_SEGMENTS_PER_BLOCK = 4
_BEHIND = 1.41
_CHANNEL_WEIGHTS = {
    "4.0": (1, 1, 1, _BEHIND),
    "5.0": (1, 1, 1, _BEHIND, _BEHIND),
    "5.1": (1, 1, 1, 0, _BEHIND, _BEHIND),
    "7.1": (1, 1, 1, 0, _BEHIND, _BEHIND, _BEHIND, _BEHIND),
}
_SUMMARY = {
    "integrated": re.compile(r"\bI:\s+(-?[\d.]+|-inf|nan) LUFS"),
    "peak": re.compile(r"\bPeak:\s+(-?[\d.]+|-inf|nan) dBFS"),
}


@dataclass(frozen=True, slots=True)
class Loudness:
    """A programme's loudness (EBU R 128). Silence has no integrated loudness and no peak."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None


def speech_level_db(samples: Samples, rate: int) -> float | None:
    """The gated K-weighted level in LUFS of shape (n,) or (n, channels); None for silence.

    BS.1770 with the filter applied as a spectrum, which suits clips of any rate and length. All
    channels weigh the same.
    """
    if len(samples) == 0:
        return None
    return _gated_level(_block_powers(_weighted(samples, rate), rate))


def segment_powers(around: Samples, layout: str) -> npt.NDArray[np.float64]:
    """The K-weighted power of each 100 ms of a 48 kHz sound, shape (n, channels), channels added.

    `around` has `RUN_UP` frames more at each end, in which the filter swings in and out. ITU-R
    BS.1770-5; `programme_lufs` makes the loudness of a programme of such powers.
    """
    inside = _k_weighted(around)
    segments = len(inside) // SEGMENT
    squares = inside[: segments * SEGMENT].reshape(segments, SEGMENT, -1) ** 2
    powers: npt.NDArray[np.float64] = squares.mean(axis=1, dtype=np.float64) @ _weights(
        layout, around.shape[1]
    )
    return powers


def programme_lufs(powers: npt.NDArray[np.float64]) -> float | None:
    """The integrated loudness, with both gates, of all 100 ms powers in order; None for silence."""
    if len(powers) < _SEGMENTS_PER_BLOCK:
        powers = np.pad(powers, (0, _SEGMENTS_PER_BLOCK - len(powers)))
    total = np.concatenate([[0.0], np.cumsum(powers)])
    blocks = (total[_SEGMENTS_PER_BLOCK:] - total[:-_SEGMENTS_PER_BLOCK]) / _SEGMENTS_PER_BLOCK
    return _gated_level(blocks)


def measure_track(
    video: Path,
    source: Source,
    track: AudioTrack,
    *,
    ffmpeg: Ffmpeg,
    cancelled: IsCancelled | None = None,
) -> Loudness:
    """Loudness and true peak of one sound track."""
    report = ffmpeg.report(
        [*input_of(video, source.container), *_meter(f"0:{track.index}")],
        timeout_s=time_limit_s(source),
        cancelled=cancelled,
    )
    return _parse(report)


def integrated_lufs(
    sound: RawSound, *, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> float | None:
    """The loudness of a sound on disk without its peak, which costs most; None for silence."""
    report = ffmpeg.report(
        [*raw_input(sound), "-af", "ebur128=framelog=verbose", "-f", "null", "-"],
        timeout_s=60 + sound.duration_ms / 1000,
        cancelled=cancelled,
    )
    return _gated(_last("integrated", report))


def measure_file(
    sound: Path, *, duration_ms: int, ffmpeg: Ffmpeg, cancelled: IsCancelled | None = None
) -> Loudness:
    """Loudness and true peak of a sound file of our own making."""
    report = ffmpeg.report(
        ["-i", local(sound), *_meter("0:a")],
        timeout_s=60 + duration_ms / 1000,
        cancelled=cancelled,
    )
    return _parse(report)


def raw_input(sound: RawSound) -> list[str]:
    """The arguments of ffmpeg that open a `RawSound`."""
    return [
        *("-f", "f32le", "-ar", str(sound.sample_rate)),
        *("-ch_layout", sound.layout, "-i", local(sound.path)),
    ]


def _meter(stream: str) -> list[str]:
    return ["-map", stream, "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"]


def _parse(report: str) -> Loudness:
    """The summary that `ebur128` prints at its end; it says -70 for what is below its gate."""
    peak = _last("peak", report)
    return Loudness(
        integrated_lufs=_gated(_last("integrated", report)),
        true_peak_dbtp=peak if np.isfinite(peak) else None,
    )


def _last(figure: str, report: str) -> float:
    found = _SUMMARY[figure].findall(report)
    if not found:
        raise MediaError("ffmpeg printed no loudness", stderr_tail=report)
    return float(found[-1])


def _gated(lufs: float) -> float | None:
    return lufs if lufs > _ABSOLUTE_GATE_DB else None


def _weighted(samples: Samples, rate: int) -> npt.NDArray[np.float64]:
    padded = 1 << (len(samples) + rate // 10 - 1).bit_length()
    curve = _k_curve(np.linspace(0, rate / 2, padded // 2 + 1))
    spectrum = np.fft.rfft(samples.astype(np.float64).reshape(len(samples), -1), padded, axis=0)
    weighted: npt.NDArray[np.float64] = np.fft.irfft(spectrum * curve[:, None], padded, axis=0)
    return weighted[: len(samples)]


def _gated_level(powers: npt.NDArray[np.float64]) -> float | None:
    loud = powers[powers > _power(_ABSOLUTE_GATE_DB)]
    if len(loud) == 0:
        return None
    gate = float(np.mean(loud)) * 10 ** (-_RELATIVE_GATE_DB / 10)
    return _level(float(np.mean(loud[loud > gate])))


def _k_weighted(around: Samples) -> Samples:
    """`around` without its `RUN_UP` at each end, filtered piece by piece."""
    step = _PIECE - 2 * RUN_UP
    count = len(around) - 2 * RUN_UP
    curve = _k_curve(np.linspace(0, _TABLE_RATE / 2, _PIECE // 2 + 1)).astype(np.float32)
    weighted = np.empty((count, around.shape[1]), np.float32)
    for start in range(0, count, step):
        piece = around[start : start + _PIECE]
        spectrum = np.fft.rfft(piece.T, _PIECE, axis=1)
        inside = np.fft.irfft(spectrum * curve, _PIECE, axis=1)[:, RUN_UP : RUN_UP + step]
        weighted[start : start + step] = inside[:, : count - start].T
    return weighted


def _weights(layout: str, channels: int) -> npt.NDArray[np.float64]:
    """BS.1770: what is behind counts 1.5 dB more, the low-frequency channel nothing."""
    return np.array(_CHANNEL_WEIGHTS.get(layout, (1.0,) * channels))


def _k_curve(frequencies: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The gain of the K filter at each frequency in Hz."""
    z = np.exp(-2j * np.pi * frequencies / _TABLE_RATE)
    gain = np.ones(len(frequencies))
    for above, below in (_SHELF, _HIGH_PASS):
        gain *= np.abs(np.polyval(above[::-1], z) / np.polyval(below[::-1], z))
    return gain


def _block_powers(weighted: npt.NDArray[np.float64], rate: int) -> npt.NDArray[np.float64]:
    """Power of each 400 ms block, one every 100 ms; of the whole where it is shorter."""
    total = np.concatenate([[0.0], np.cumsum(np.sum(weighted**2, axis=1))])
    block = min(round(_BLOCK_S * rate), len(weighted))
    starts = np.arange(0, len(weighted) - block + 1, round(_HOP_S * rate))
    powers: npt.NDArray[np.float64] = (total[starts + block] - total[starts]) / block
    return powers


def _level(power: float) -> float:
    return _OFFSET_DB + 10 * float(np.log10(power))


def _power(level_db: float) -> float:
    return float(10 ** ((level_db - _OFFSET_DB) / 10))

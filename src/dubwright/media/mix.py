"""The mix: the source's sound with the speech taken back, and the takes laid over it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import numpy as np

from dubwright.domain.audio import Samples
from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import TimeSpan
from dubwright.media.aac import BLOCK_SAMPLES
from dubwright.media.extract import MIX_RATE, written_beside
from dubwright.media.ffmpeg import IsCancelled
from dubwright.media.wav import RawSound, describe_raw

BLOCK_FRAMES = BLOCK_SAMPLES
_MOST_ABOVE_TARGET_DB = 6.0
_MOST_GAIN_DB = 24.0
_CENTRE = 2
_LATE_MS = 5

_ROOM_MS = 1_000
"""What lies farther than this from a window has no part in its sound."""

Background = Callable[[int, int], Samples | None]
"""Gives so many frames from such a frame on of the separated background, shape (frames, channels),
or None where the original sounds on untouched."""

Frames = tuple[int, int]


@dataclass(frozen=True, slots=True)
class LaidLine:
    """One take where it sounds. `load` gives its mono samples at 48 kHz when they are needed.

    `name` tells takes apart.
    """

    start_ms: int
    frames: int
    load: Callable[[], Samples]
    gain_db: float = 0.0
    name: str = ""

    @property
    def span(self) -> Frames:
        start = _frame(self.start_ms)
        return start, start + self.frames


@dataclass(frozen=True, slots=True)
class Ducking:
    """How the original steps back under speech when there is no separated background."""

    depth_db: float = 12.0
    down_ms: int = 80
    up_ms: int = 300


@dataclass(frozen=True, slots=True)
class MixPlan:
    """Everything that is heard: the original at 48 kHz, the lines, and what becomes of speech.

    `speech` is where the original speaks and is to be replaced, `keep` where it stays as it was.
    """

    original: RawSound
    lines: tuple[LaidLine, ...]
    speech: tuple[TimeSpan, ...]
    keep: tuple[TimeSpan, ...] = ()
    background: Background | None = None
    ducking: Ducking = field(default_factory=Ducking)
    crossfade_ms: int = 30
    fade_ms: int = 8


def mix(plan: MixPlan, to: Path, *, cancelled: IsCancelled | None = None) -> RawSound:
    """Write the mix, in the channels of the original and exactly as long.

    Works block by block: memory does not grow with length, and equal plans give equal bytes.
    Raises `ValueError` for a line that would sound past the end.
    """
    _check_ends(plan)
    original = plan.original
    with written_beside(to) as part, part.open("wb") as file:
        for number, block in enumerate(_mixed_blocks(plan)):
            if cancelled is not None and cancelled():
                raise Cancelled(f"stopped mixing at block {number}")
            block.astype("<f4", copy=False).tofile(file)
    return describe_raw(
        to,
        channels=original.channels,
        layout=original.layout,
        sample_rate=original.sample_rate,
    )


def mixed(plan: MixPlan, first: int, frames: int) -> Samples:
    """The mix from frame `first` on, shape (frames, channels); silence outside the original.

    A window sounds the same whatever other windows are asked for.
    """
    window = (first, first + frames)
    original = plan.original.read(first, frames)
    lines = sorted(plan.lines, key=lambda line: line.span)
    speech = [_frames(span) for span in plan.speech]
    if plan.background is None:
        ducked = _joined([*speech, *(line.span for line in lines)], plan.ducking)
        bed = original * _ducking_gain(plan, ducked, window)[:, None]
    else:
        bed = _replaced(plan, original, plan.background(first, frames), speech, window)
    return _laid(bed, lines, window, plan)


def excerpt(plan: MixPlan, first: int, frames: int) -> MixPlan:
    """What of a plan is heard in a window of frames, and nothing else."""
    room = _frame(_ROOM_MS)
    start, end = first - room, first + frames + room
    return replace(
        plan,
        lines=tuple(line for line in plan.lines if line.span[0] < end and line.span[1] > start),
        speech=_clipped(plan.speech, start, end),
        keep=_clipped(plan.keep, start, end),
    )


def line_target_db(originals: Sequence[float | None]) -> float | None:
    """The level of the median line, from which no line departs far; None if none is known."""
    known = [level for level in originals if level is not None]
    return median(known) if known else None


def line_gains_db(
    originals: Sequence[float | None],
    takes: Sequence[float | None],
    *,
    layout: str,
    target_db: float | None = None,
) -> tuple[float, ...]:
    """The gain of each take that makes it as loud as the line it stands for.

    `originals` are levels of the original lines with all their channels, `takes` of the mono
    takes, both by `speech_level_db`. A line may differ from `target_db`, by itself the
    median line, by 6 dB at most; a line whose original cannot be measured gets that level, a
    silent take no gain.
    """
    target = line_target_db(originals) if target_db is None else target_db
    spread_db = 10 * float(np.log10(np.sum(placement(layout) ** 2)))
    return tuple(
        _gain_db(original, take, target, spread_db)
        for original, take in zip(originals, takes, strict=True)
    )


def placement(layout: str) -> Samples:
    """The gain of a line in each channel: the centre where there is one, else all alike.

    Unity on both sides of a stereo picture: `line_gains_db` accounts for the sum.
    """
    channels = _CHANNELS.get(layout, 2)
    if channels <= _CENTRE or layout in _WITHOUT_CENTRE:
        return np.ones(channels, np.float32)
    gains = np.zeros(channels, np.float32)
    gains[_CENTRE] = 1
    return gains


_CHANNELS = {
    "mono": 1, "stereo": 2, "2.1": 3, "3.0": 3, "3.0(back)": 3, "3.1": 4, "4.0": 4, "quad": 4,
    "quad(side)": 4, "4.1": 5, "5.0": 5, "5.0(side)": 5, "5.1": 6, "5.1(side)": 6, "6.0": 6,
    "6.1": 7, "7.0": 7, "7.1": 8, "7.1(wide)": 8, "hexagonal": 6,
}  # fmt: skip
_WITHOUT_CENTRE = frozenset({"2.1", "3.0(back)", "quad", "quad(side)"})


def _gain_db(
    original: float | None, take: float | None, target: float | None, spread_db: float
) -> float:
    if take is None or target is None:
        return 0.0
    wanted = target if original is None else original
    wanted = min(max(wanted, target - _MOST_ABOVE_TARGET_DB), target + _MOST_ABOVE_TARGET_DB)
    gain = wanted - take - spread_db
    return min(max(gain, -_MOST_GAIN_DB), _MOST_GAIN_DB)


def _check_ends(plan: MixPlan) -> None:
    last = plan.original.frames + _frame(_LATE_MS)
    for line in plan.lines:
        if line.span[1] > last:
            raise ValueError(f"the line at {line.start_ms} ms would sound past the end")


def _mixed_blocks(plan: MixPlan) -> Iterator[Samples]:
    for first in range(0, plan.original.frames, BLOCK_FRAMES):
        frames = min(BLOCK_FRAMES, plan.original.frames - first)
        yield mixed(excerpt(plan, first, frames), first, frames)


def _replaced(
    plan: MixPlan,
    original: Samples,
    background: Samples | None,
    speech: Sequence[Frames],
    window: Frames,
) -> Samples:
    """The background where there was speech, the original elsewhere, crossfaded at the borders."""
    if background is None:
        return original
    ramp = _frame(plan.crossfade_ms)
    weight = cover(speech, window, rise=ramp, fall=ramp) * _kept_out(plan, window)
    return original + weight[:, None] * (background - original)


def _ducking_gain(plan: MixPlan, ducked: Sequence[Frames], window: Frames) -> Samples:
    ducking = plan.ducking
    weight = cover(ducked, window, rise=_frame(ducking.down_ms), fall=_frame(ducking.up_ms))
    weight *= _kept_out(plan, window)
    gain: Samples = np.power(np.float32(10), weight * np.float32(-ducking.depth_db / 20))
    return gain


def _kept_out(plan: MixPlan, window: Frames) -> Samples:
    ramp = _frame(plan.crossfade_ms)
    kept = [_frames(span) for span in plan.keep]
    return np.float32(1) - cover(kept, window, rise=ramp, fall=ramp)


def cover(spans: Iterable[Frames], window: Frames, *, rise: int, fall: int) -> Samples:
    """1 within `spans`, 0 away from them, with raised-cosine ramps before and after each.

    Frames count from the start of the sound; the result covers `window`.
    """
    weight = np.zeros(window[1] - window[0], np.float32)
    up, down = _ramp(rise), _ramp(fall)[::-1]
    for start, end in spans:
        if end + fall <= window[0] or start - rise >= window[1]:
            continue
        _raise_to(weight, start - rise - window[0], up)
        _raise_to(weight, start - window[0], np.ones(end - start, np.float32))
        _raise_to(weight, end - window[0], down)
    return weight


def _raise_to(weight: Samples, at: int, shape: Samples) -> None:
    """Lift `weight` from index `at` on to at least `shape`, where they meet."""
    first, last = max(0, at), min(len(weight), at + len(shape))
    if first < last:
        part = weight[first:last]
        np.maximum(part, shape[first - at : last - at], out=part)


def _laid(bed: Samples, lines: Sequence[LaidLine], window: Frames, plan: MixPlan) -> Samples:
    mixed = bed.copy()
    gains = placement(plan.original.layout)
    if len(gains) != plan.original.channels:
        gains = np.ones(plan.original.channels, np.float32)
    for line in lines:
        start, end = line.span
        first, last = max(start, window[0]), min(end, window[1], plan.original.frames)
        if first < last:
            take = _faded(line, _frame(plan.fade_ms))[first - start : last - start]
            mixed[first - window[0] : last - window[0]] += take[:, None] * gains
    return mixed


def _faded(line: LaidLine, fade: int) -> Samples:
    samples = line.load() * np.float32(10 ** (line.gain_db / 20))
    if samples.shape != (line.frames,):
        raise ValueError(f"the line at {line.start_ms} ms has {samples.shape}, not {line.frames}")
    ramp = _ramp(min(fade, line.frames // 2))
    samples[: len(ramp)] *= ramp
    samples[line.frames - len(ramp) :] *= ramp[::-1]
    return samples


def _clipped(spans: Iterable[TimeSpan], start: int, end: int) -> tuple[TimeSpan, ...]:
    """The parts of `spans` between two frames, to the ms beyond them."""
    first_ms, last_ms = start * 1000 // MIX_RATE, end * 1000 // MIX_RATE + 1
    return tuple(
        TimeSpan(start_ms=max(span.start_ms, first_ms), end_ms=min(span.end_ms, last_ms))
        for span in spans
        if span.start_ms < last_ms and span.end_ms > first_ms
    )


def _joined(spans: Iterable[Frames], ducking: Ducking) -> list[Frames]:
    """Spans in order, those too close for the gain to recover made one."""
    room = _frame(ducking.down_ms + ducking.up_ms)
    joined: list[Frames] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < room:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _ramp(length: int) -> Samples:
    """A raised cosine from 0 to 1."""
    turn = (np.arange(length) + 0.5) * (np.pi / max(length, 1))
    ramp: Samples = (0.5 - 0.5 * np.cos(turn)).astype(np.float32)
    return ramp


def _frames(span: TimeSpan) -> Frames:
    return _frame(span.start_ms), _frame(span.end_ms)


def _frame(ms: int) -> int:
    return ms * MIX_RATE // 1000

"""The mix: the source's sound with the speech taken back, and the takes laid over it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from dubwright.domain.audio import Samples
from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import TimeSpan
from dubwright.media.aac import BLOCK_SAMPLES
from dubwright.media.extract import written_beside
from dubwright.media.ffmpeg import IsCancelled
from dubwright.media.line_gains import placement
from dubwright.media.mix_plan import Ducking, LaidLine, MixPlan, excerpt, frame_at
from dubwright.media.ramps import Frames, cover, raised_cosine
from dubwright.media.wav import RawSound, describe_raw

BLOCK_FRAMES = BLOCK_SAMPLES
_LATE_MS = 5


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
    return _laid(_at_its_level(bed, window, plan), lines, window, plan)


def _check_ends(plan: MixPlan) -> None:
    last = plan.original.frames + frame_at(_LATE_MS)
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
    ramp = frame_at(plan.crossfade_ms)
    weight = cover(speech, window, rise=ramp, fall=ramp) * _kept_out(plan, window)
    return original + weight[:, None] * (background - original)


def _at_its_level(bed: Samples, window: Frames, plan: MixPlan) -> Samples:
    """The bed with its gain, but for what stays as it was."""
    if plan.bed_db == 0:
        return bed
    gain_db = np.float32(plan.bed_db) * _kept_out(plan, window)
    gained: Samples = bed * np.power(np.float32(10), gain_db / 20)[:, None]
    return gained


def _ducking_gain(plan: MixPlan, ducked: Sequence[Frames], window: Frames) -> Samples:
    ducking = plan.ducking
    weight = cover(ducked, window, rise=frame_at(ducking.down_ms), fall=frame_at(ducking.up_ms))
    weight *= _kept_out(plan, window)
    gain: Samples = np.power(np.float32(10), weight * np.float32(-ducking.depth_db / 20))
    return gain


def _kept_out(plan: MixPlan, window: Frames) -> Samples:
    ramp = frame_at(plan.crossfade_ms)
    kept = [_frames(span) for span in plan.keep]
    return np.float32(1) - cover(kept, window, rise=ramp, fall=ramp)


def _laid(bed: Samples, lines: Sequence[LaidLine], window: Frames, plan: MixPlan) -> Samples:
    mixed = bed.copy()
    gains = placement(plan.original.layout)
    if len(gains) != plan.original.channels:
        gains = np.ones(plan.original.channels, np.float32)
    for line in lines:
        start, end = line.span
        first, last = max(start, window[0]), min(end, window[1], plan.original.frames)
        if first < last:
            take = _faded(line, frame_at(plan.fade_ms))[first - start : last - start]
            mixed[first - window[0] : last - window[0]] += take[:, None] * gains
    return mixed


def _faded(line: LaidLine, fade: int) -> Samples:
    samples = line.load() * np.float32(10 ** (line.gain_db / 20))
    if samples.shape != (line.frames,):
        raise ValueError(f"the line at {line.start_ms} ms has {samples.shape}, not {line.frames}")
    ramp = raised_cosine(min(fade, line.frames // 2))
    samples[: len(ramp)] *= ramp
    samples[line.frames - len(ramp) :] *= ramp[::-1]
    return samples


def _joined(spans: Iterable[Frames], ducking: Ducking) -> list[Frames]:
    """Spans in order, those too close for the gain to recover made one."""
    room = frame_at(ducking.down_ms + ducking.up_ms)
    joined: list[Frames] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] < room:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _frames(span: TimeSpan) -> Frames:
    return frame_at(span.start_ms), frame_at(span.end_ms)

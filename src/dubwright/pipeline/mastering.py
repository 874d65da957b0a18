"""Stages that master the mix block by block: weighed, levelled, limited, encoded and measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dubwright.domain.errors import QualityError
from dubwright.domain.timeline import Document
from dubwright.media import master as levels
from dubwright.media.aac import (
    LOOK_AHEAD_PACKETS,
    PACKET,
    RUN_UP_PACKETS,
    UNIT_SAMPLES,
    encode_units,
)
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.levels import RUN_UP, SEGMENT, programme_lufs, segment_powers
from dubwright.media.limiter import CONTEXT, limited
from dubwright.media.master import Levelling
from dubwright.media.ramps import cover
from dubwright.pipeline.playback import Playback, play
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.score import BlockScore, ScoredBlock

_FARTHEST_LU = 0.9
"""An earlier levelling serves until the loudness is nearly as far off as the promise allows."""
_CEILING_RAMP = 4_800

R = TypeVar("R")


class BlockWeight(Document):
    """The K-weighted power of each 100 ms that begins in a block, before mastering."""

    powers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Mastered:
    """The dub's sound: encoded blocks in order, how they were levelled, and how they sound."""

    blocks: tuple[Path, ...]
    samples: int
    levelling: Levelling
    playback: Playback


@dataclass(frozen=True, slots=True)
class Desk:
    """Where mastering happens: what is heard, in blocks of one mix, and who does the work."""

    blocks: Sequence[ScoredBlock]
    mix_folder: Path
    layout: str
    ffmpeg: Ffmpeg
    run: Runner


@stage(version=1)
def weigh(mix_folder: Path, score: BlockScore, *, block: ScoredBlock, layout: str) -> BlockWeight:
    """How loud a block is before mastering. `block` follows from the score."""
    start, end = segments_of(block.first, block.last)
    around = block.mixed(start - RUN_UP, end - start + 2 * RUN_UP)
    return BlockWeight(powers=tuple(segment_powers(around, layout).tolist()))


@stage(version=4)
def mix(
    to: Path,
    mix_folder: Path,
    score: BlockScore,
    levelling: Levelling,
    *,
    block: ScoredBlock,
    layout: str,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """One block of the dub, levelled, limited and encoded. `block` follows from the score."""
    first = block.first - RUN_UP_PACKETS * PACKET
    samples = (RUN_UP_PACKETS + block.packets + LOOK_AHEAD_PACKETS) * PACKET
    around = block.mixed(first - CONTEXT, samples + 2 * CONTEXT)
    ceiling = ceilings_db(levelling, first - CONTEXT, len(around))
    sound = limited(around, gain_db=levelling.gain_db, ceiling_db=ceiling)
    encode_units(sound, block.packets, to, layout=layout, ffmpeg=ffmpeg, cancelled=is_cancelled)


def master_blocks(desk: Desk, wanted_lufs: float | None, earlier: Levelling | None) -> Mastered:
    """The mix as loud as wanted, its decoded true peak within the promise, in encoded blocks.

    An `earlier` levelling is kept while the programme stays within the promise with it, so that
    what was not edited stays as it was. Raises `QualityError` when a peak stays too high.
    """
    if earlier is not None:
        made = _mastered(desk, earlier, wanted_lufs, near_lu=None)
        lufs = made.playback.loudness.integrated_lufs
        if lufs is None or wanted_lufs is None or abs(lufs - wanted_lufs) <= _FARTHEST_LU:
            return made
    levelling = levels.first_levelling(_mix_lufs(desk), wanted_lufs)
    return _mastered(desk, levelling, wanted_lufs, near_lu=levels.NEAR_ENOUGH_LU)


def segments_of(first: int, last: int) -> tuple[int, int]:
    """From where to where the 100 ms segments last that begin in samples `first` to `last`."""
    return -(-first // SEGMENT) * SEGMENT, -(-last // SEGMENT) * SEGMENT


def ceilings_db(levelling: Levelling, first: int, samples: int) -> float | npt.NDArray[np.float64]:
    """The ceiling of each sample of a window; lower, with soft borders, in the units that need it."""
    window = (first, first + samples)
    ceilings: npt.NDArray[np.float64] | None = None
    for unit, ceiling_db in levelling.lowered.items():
        span = (unit * UNIT_SAMPLES, (unit + 1) * UNIT_SAMPLES)
        if span[0] - _CEILING_RAMP >= window[1] or span[1] + _CEILING_RAMP <= window[0]:
            continue
        if ceilings is None:
            ceilings = np.full(samples, levelling.ceiling_dbtp)
        weight = cover([span], window, rise=_CEILING_RAMP, fall=_CEILING_RAMP)
        lower = levelling.ceiling_dbtp + (ceiling_db - levelling.ceiling_dbtp) * weight
        np.minimum(ceilings, lower, out=ceilings)
    return levelling.ceiling_dbtp if ceilings is None else ceilings


def _mix_lufs(desk: Desk) -> float | None:
    weights = _each(
        desk,
        lambda block: desk.run.document(
            BlockWeight, weigh, desk.mix_folder, block.score, block=block, layout=desk.layout
        ),
    )
    return programme_lufs(np.concatenate([np.array(weight.powers) for weight in weights]))


def _mastered(
    desk: Desk, levelling: Levelling, wanted_lufs: float | None, *, near_lu: float | None
) -> Mastered:
    """Encode, listen and correct until the peaks, and with `near_lu` the loudness, are right."""
    for _ in range(levels.TRIES):
        made = _encoded(desk, levelling)
        better = levels.lowered(levelling, made.playback.peaks_dbtp)
        if near_lu is not None:
            lufs = made.playback.loudness.integrated_lufs
            better = levels.louder(better, lufs, wanted_lufs, near_lu=near_lu)
        if better == levelling:
            return made
        levelling = better
    peak = max(made.playback.peaks_dbtp)
    if peak > levels.PROMISED_PEAK_DBTP:
        raise QualityError(
            f"the encoded sound peaks at {peak:.1f} dBTP",
            hint="report this file: its sound defeats the limiter",
        )
    return made


def _encoded(desk: Desk, levelling: Levelling) -> Mastered:
    run = desk.run
    run.tally.expect("mix", len(desk.blocks))
    encoded = _each(
        desk,
        lambda block: run.file(
            ".aac",
            mix,
            desk.mix_folder,
            block.score,
            _of_block(levelling, block),
            block=block,
            layout=desk.layout,
            ffmpeg=desk.ffmpeg,
            is_cancelled=run.is_cancelled,
        ),
    )
    samples = desk.blocks[-1].last
    playback = play(encoded, samples, desk.layout, desk.ffmpeg, run)
    return Mastered(tuple(encoded), samples, levelling, playback)


def _of_block(levelling: Levelling, block: ScoredBlock) -> Levelling:
    """The levelling as far as it is heard in a block."""
    near = range(block.units.start - 1, block.units.stop + 1)
    kept = {unit: ceiling for unit, ceiling in levelling.lowered.items() if unit in near}
    return levelling.model_copy(update={"lowered": kept})


def _each(desk: Desk, make: Callable[[ScoredBlock], R]) -> list[R]:
    """Something of every block, all cores at work."""
    with desk.run.pool() as pool:
        return pool.results([pool.start(block.number, make, block) for block in desk.blocks])

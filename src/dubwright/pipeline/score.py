"""The score: everything that is heard in each block of the mix, and nothing else.

A block is made from its score alone, so an edit makes those blocks again in which it is heard.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dubwright.domain.audio import Samples
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media.aac import (
    BLOCK_SAMPLES,
    PACKET,
    UNIT_PACKETS,
    UNIT_SAMPLES,
    UNITS_PER_BLOCK,
    packets_of,
)
from dubwright.media.extract import MIX_RATE
from dubwright.media.mix import mixed
from dubwright.media.mix_plan import MixPlan, excerpt

_PACKETS = UNITS_PER_BLOCK * UNIT_PACKETS
_AROUND = 24 * PACKET
"""Frames on either side that may be asked for with a block: filters and coders hear beyond it."""


class ScoredTake(Document):
    """One take as it is laid."""

    take: str
    start_ms: int
    frames: int
    gain_db: float


class BlockScore(Document):
    """What is heard in one block and closely round it."""

    block: int
    takes: tuple[ScoredTake, ...]
    speech: tuple[TimeSpan, ...]
    keep: tuple[TimeSpan, ...]
    stems: tuple[str, ...] | None


class LevelledScore(BlockScore):
    """What is heard in a block whose bed has a gain. Without one the score has no word of it."""

    bed_db: float


@dataclass(frozen=True, slots=True)
class ScoredBlock:
    """One block of the mix: samples `first` to `last`, and what is heard there."""

    number: int
    first: int
    last: int
    packets: int
    score: BlockScore
    plan: MixPlan

    @property
    def units(self) -> range:
        """The numbers of the units in it."""
        start = self.number * UNITS_PER_BLOCK
        return range(start, start + -(-(self.last - self.first) // UNIT_SAMPLES))

    def mixed(self, first: int, samples: int) -> Samples:
        """The mix in and round the block, shape (samples, channels)."""
        if first < self.first - _AROUND or first + samples > self.first + BLOCK_SAMPLES + _AROUND:
            raise ValueError(f"frame {first} is not in or round block {self.number}")
        return mixed(self.plan, first, samples)


def blocks_of(plan: MixPlan, stems: Sequence[tuple[TimeSpan, str]] | None) -> list[ScoredBlock]:
    """The whole mix in blocks. `stems` are the separated regions with the names of their files."""
    count = -(-plan.original.frames // BLOCK_SAMPLES)
    return [_block(plan, stems, number, is_last=number == count - 1) for number in range(count)]


def _block(
    plan: MixPlan,
    stems: Sequence[tuple[TimeSpan, str]] | None,
    number: int,
    *,
    is_last: bool,
) -> ScoredBlock:
    first = number * BLOCK_SAMPLES
    total = plan.original.frames
    heard = excerpt(plan, first - _AROUND, BLOCK_SAMPLES + 2 * _AROUND)
    return ScoredBlock(
        number=number,
        first=first,
        last=min(first + BLOCK_SAMPLES, total),
        packets=packets_of(total) - number * _PACKETS if is_last else _PACKETS,
        score=_score(heard, number, None if stems is None else _heard_stems(stems, first)),
        plan=heard,
    )


def _score(heard: MixPlan, number: int, stems: tuple[str, ...] | None) -> BlockScore:
    score = BlockScore(
        block=number,
        takes=tuple(
            ScoredTake(
                take=line.name,
                start_ms=line.start_ms,
                frames=line.frames,
                gain_db=line.gain_db,
            )
            for line in sorted(heard.lines, key=lambda line: line.span)
        ),
        speech=heard.speech,
        keep=heard.keep,
        stems=stems,
    )
    if heard.bed_db == 0:
        return score
    return LevelledScore(**dict(score), bed_db=heard.bed_db)


def _heard_stems(stems: Sequence[tuple[TimeSpan, str]], first: int) -> tuple[str, ...]:
    rate_ms = MIX_RATE // 1000
    start_ms = (first - _AROUND) // rate_ms - 1
    end_ms = (first + BLOCK_SAMPLES + _AROUND) // rate_ms + 1
    return tuple(
        f"{region.start_ms}-{region.end_ms}/{name}"
        for region, name in stems
        if region.start_ms < end_ms and region.end_ms > start_ms
    )

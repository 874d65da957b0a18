"""The plan of a mix: everything that is heard in it, and where."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from dubwright.domain.audio import Samples
from dubwright.domain.timeline import TimeSpan, clipped
from dubwright.media.extract import MIX_RATE
from dubwright.media.ramps import Frames
from dubwright.media.wav import RawSound

_ROOM_MS = 1_000
"""What lies farther than this from a window has no part in its sound."""

Background = Callable[[int, int], Samples | None]
"""Gives so many frames from such a frame on of the separated background, shape (frames, channels),
or None where the original sounds on untouched."""


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
        start = frame_at(self.start_ms)
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
    `bed_db` is the gain of all that is heard under the lines.
    """

    original: RawSound
    lines: tuple[LaidLine, ...]
    speech: tuple[TimeSpan, ...]
    keep: tuple[TimeSpan, ...] = ()
    background: Background | None = None
    bed_db: float = 0.0
    ducking: Ducking = field(default_factory=Ducking)
    crossfade_ms: int = 30
    fade_ms: int = 8


def excerpt(plan: MixPlan, first: int, frames: int) -> MixPlan:
    """What of a plan is heard in a window of frames, and nothing else."""
    room = frame_at(_ROOM_MS)
    start, end = first - room, first + frames + room
    return replace(
        plan,
        lines=tuple(line for line in plan.lines if line.span[0] < end and line.span[1] > start),
        speech=_clipped(plan.speech, start, end),
        keep=_clipped(plan.keep, start, end),
    )


def frame_at(ms: int) -> int:
    """The frame of a mix that sounds at a time."""
    return ms * MIX_RATE // 1000


def _clipped(spans: Iterable[TimeSpan], start: int, end: int) -> tuple[TimeSpan, ...]:
    """The parts of `spans` between two frames, to the ms beyond them."""
    first_ms, last_ms = start * 1000 // MIX_RATE, end * 1000 // MIX_RATE + 1
    return clipped(spans, first_ms, last_ms)

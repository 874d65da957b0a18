"""Which line must wait for which: the order that keeps placed lines from overlapping."""

from collections.abc import Sequence
from dataclasses import dataclass

from dubwright.domain.fit import Placement
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.speech import SpeakerId

BRUSH_MS = 250
"""Speakers whose originals overlap for less are taking turns; for more, they talk at once."""


@dataclass(frozen=True, slots=True)
class Precedence:
    """What one line waits for. Lines are named by index; lines committed before by -1, -2, ...

    Most earlier lines are folded into one number, the floor: nothing starts before it. Lines whose
    original goes on while later ones start are held apart. Before this line is placed, `folded`
    move from the held lines into the floor. It starts no earlier than the floor and, for each
    `(line, wait_ms)` of `waits`, than that line's end plus `wait_ms`. Then it is `held` itself, or
    folded.
    """

    folded: tuple[int, ...]
    waits: tuple[tuple[int, int], ...]
    held: bool


@dataclass(frozen=True, slots=True)
class Committed:
    """What the lines placed earlier leave behind: a floor, and the ends of those still held."""

    floor_ms: int
    ends_ms: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Original:
    index: int
    speaker: SpeakerId
    end_ms: int


def committed_floor(
    lines: Sequence[LineToFit], limits: FitLimits, after: Sequence[Placement]
) -> Committed:
    """The floor and held ends that `after` leaves for `lines`."""
    held = _held_before(lines, after)
    names = {original.index for original in held}
    ends = {-1 - i: placed.end_ms for i, placed in enumerate(after)}
    floors = [end + limits.gap_ms for name, end in ends.items() if name not in names]
    return Committed(max([limits.begin_ms, *floors]), {name: ends[name] for name in sorted(names)})


def precedences(
    lines: Sequence[LineToFit], limits: FitLimits, after: Sequence[Placement] = ()
) -> tuple[Precedence, ...]:
    """One Precedence per line; `lines` stand in order of their originals' start."""
    held = _held_before(lines, after)
    found = []
    for index, line in enumerate(lines):
        start_ms = line.span.start_ms
        folded = tuple(o.index for o in held if o.end_ms <= start_ms)
        held = [o for o in held if o.end_ms > start_ms]
        waits = tuple(
            (o.index, wait) for o in held if (wait := _wait_ms(o, line, limits)) is not None
        )
        stays = index + 1 < len(lines) and line.span.end_ms > lines[index + 1].span.start_ms
        found.append(Precedence(folded, waits, stays))
        if stays:
            held.append(_Original(index, line.speaker, line.span.end_ms))
    return tuple(found)


def _held_before(lines: Sequence[LineToFit], after: Sequence[Placement]) -> list[_Original]:
    if not lines:
        return []
    first_ms = lines[0].span.start_ms
    originals = [
        _Original(-1 - i, placed.speaker, placed.end_ms - placed.overrun_ms)
        for i, placed in enumerate(after)
    ]
    return [original for original in originals if original.end_ms > first_ms]


def _wait_ms(earlier: _Original, line: LineToFit, limits: FitLimits) -> int | None:
    if earlier.speaker == line.speaker:
        return limits.gap_ms
    lead_ms = earlier.end_ms - line.span.start_ms
    return None if lead_ms >= BRUSH_MS else -lead_ms

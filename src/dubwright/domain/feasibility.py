"""The feasibility sweep: every line as early and as short as its bounds allow, in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from dubwright.domain.fit_input import LineToFit
from dubwright.domain.precedence import Committed, Precedence


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where and how fast one line may be placed."""

    earliest_ms: int
    latest_ms: int
    end_ms: int
    fastest: float


@dataclass(frozen=True, slots=True)
class Sweep:
    """The earliest possible starts and ends, and which line pushed each one (None: nobody did)."""

    starts_ms: tuple[int, ...]
    ends_ms: tuple[int, ...]
    pushed_by: tuple[int | None, ...]


def sweep(
    lines: Sequence[LineToFit],
    order: Sequence[Precedence],
    bounds: Sequence[Bounds],
    *,
    gap_ms: int,
    committed: Committed,
) -> Sweep:
    """Place every line as early as may be, at its top speed with its shortest text. O(N).

    No placement can start or end any line earlier, so what breaks a bound here cannot be kept
    by any.
    """
    starts: list[int] = []
    ends: dict[int, int] = dict(committed.ends_ms)
    pushed_by: list[int | None] = []
    floor, floor_by = committed.floor_ms, None
    for index, (line, place, bound) in enumerate(zip(lines, order, bounds, strict=True)):
        floor, floor_by = _fold(place.folded, ends, floor, floor_by, gap_ms=gap_ms)
        start, by = bound.earliest_ms, None
        for ready, who in [(floor, floor_by), *((ends[j] + w, j) for j, w in place.waits)]:
            if ready > start:
                start, by = ready, who
        ends[index] = start + line.shortest_ms(bound.fastest)
        starts.append(start)
        pushed_by.append(by if by is not None and by >= 0 else None)
        if not place.held:
            floor, floor_by = _fold((index,), ends, floor, floor_by, gap_ms=gap_ms)
    return Sweep(tuple(starts), tuple(ends[i] for i in range(len(lines))), tuple(pushed_by))


def pushing_lines(found: Sweep, late: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """For each late line the chain of lines that make it late, itself last.

    A chain ends at a line that nobody pushed, or where it meets an earlier chain.
    """
    seen: set[int] = set()
    chains = []
    for index in late:
        chain = [index]
        while chain[-1] not in seen and (by := found.pushed_by[chain[-1]]) is not None:
            seen.add(chain[-1])
            chain.append(by)
        seen.add(chain[-1])
        chains.append(tuple(reversed(chain)))
    return tuple(chains)


def _fold(
    names: Sequence[int],
    ends: dict[int, int],
    floor: int,
    floor_by: int | None,
    *,
    gap_ms: int,
) -> tuple[int, int | None]:
    for name in names:
        if ends[name] + gap_ms > floor:
            floor, floor_by = ends[name] + gap_ms, name
    return floor, floor_by

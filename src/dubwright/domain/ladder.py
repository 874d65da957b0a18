"""The escalation ladder: wider bounds, only for the lines that cannot be placed without.

Shorter text is not a rung here: the search may always choose it, at a price.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dubwright.domain.feasibility import Bounds, Sweep, pushing_lines, sweep
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.precedence import Committed, Precedence
from dubwright.domain.timeline import TimeSpan

_NEVER_MS = 1 << 40
_REVIEW_RUNG = 3


@dataclass(frozen=True, slots=True)
class Climbed:
    """Bounds that every line can keep, where the ladder was needed, and whether all ends fit."""

    bounds: tuple[Bounds, ...]
    clusters: tuple[TimeSpan, ...]
    feasible: bool


@dataclass(frozen=True, slots=True)
class _Case:
    lines: Sequence[LineToFit]
    order: Sequence[Precedence]
    limits: FitLimits
    committed: Committed

    def sweep(self, bounds: Sequence[Bounds]) -> Sweep:
        return sweep(
            self.lines, self.order, bounds, gap_ms=self.limits.gap_ms, committed=self.committed
        )


def climb(
    lines: Sequence[LineToFit],
    order: Sequence[Precedence],
    limits: FitLimits,
    *,
    committed: Committed,
) -> Climbed:
    """Raise the lines of each infeasible cluster rung by rung until they can be placed.

    Each pass raises every line that is late and those that push it. Raising never makes another
    line later, so a line that is still late has been raised in every pass: three passes suffice
    for onsets; one more frees the ends of lines that no speed brings inside the file.
    """
    case = _Case(lines, order, limits, committed)
    rungs = [0] * len(lines)
    bounds = [_bounds(line, limits, 0) for line in lines]
    chains: list[tuple[int, ...]] = []
    for _ in range(_REVIEW_RUNG):
        found = case.sweep(bounds)
        late = pushing_lines(found, _broken(found, bounds))
        chains += late
        for index in sorted({index for chain in late for index in chain}):
            rungs[index] = min(rungs[index] + 1, _REVIEW_RUNG)
            bounds[index] = _bounds(lines[index], limits, rungs[index])
    bounds = _started_earlier(case, bounds)
    found = case.sweep(bounds)
    beyond = [i for i, end in enumerate(found.ends_ms) if end > bounds[i].end_ms]
    for index in beyond:
        bounds[index] = replace(bounds[index], latest_ms=_NEVER_MS, end_ms=_NEVER_MS)
    return Climbed(tuple(bounds), _clusters(lines, chains), not beyond)


def _bounds(line: LineToFit, limits: FitLimits, rung: int) -> Bounds:
    onset_ms = line.span.start_ms
    if line.stays and rung < _REVIEW_RUNG:
        return Bounds(onset_ms, onset_ms, limits.end_ms, limits.fastest)
    latest = {0: limits.latest_onset_ms, _REVIEW_RUNG: _NEVER_MS}.get(rung, limits.ladder_onset_ms)
    return Bounds(
        earliest_ms=max(limits.begin_ms, onset_ms + limits.earliest_onset_ms),
        latest_ms=onset_ms + latest,
        end_ms=limits.end_ms,
        fastest=limits.top if rung >= _REVIEW_RUNG - 1 else limits.fastest,
    )


def _broken(found: Sweep, bounds: Sequence[Bounds]) -> list[int]:
    """The lines that cannot be placed inside their bounds."""
    return [
        index
        for index, bound in enumerate(bounds)
        if found.starts_ms[index] > bound.latest_ms or found.ends_ms[index] > bound.end_ms
    ]


def _started_earlier(case: _Case, bounds: Sequence[Bounds]) -> list[Bounds]:
    """Let lines that would end past the file start in the silence before them, if there is any.

    Walks back from the file's end: each line must be over when the next one has to start.
    """
    found = case.sweep(bounds)
    eased = list(bounds)
    due = [bound.end_ms for bound in bounds]
    floor_due = case.limits.end_ms + case.limits.gap_ms
    for index in range(len(eased) - 1, -1, -1):
        place, bound = case.order[index], eased[index]
        if not place.held:
            due[index] = min(due[index], floor_due - case.limits.gap_ms)
        start = due[index] - case.lines[index].shortest_ms(bound.fastest)
        if start < found.starts_ms[index]:
            earliest = max(case.limits.begin_ms, min(bound.earliest_ms, start))
            eased[index] = replace(bound, earliest_ms=earliest)
        floor_due = min(floor_due, start)
        for name, wait in place.waits:
            if name >= 0:
                due[name] = min(due[name], start - wait)
        for name in place.folded:
            if name >= 0:
                due[name] = min(due[name], floor_due - case.limits.gap_ms)
    return eased


def _clusters(
    lines: Sequence[LineToFit], chains: Iterable[tuple[int, ...]]
) -> tuple[TimeSpan, ...]:
    spans = sorted(
        (
            min(lines[i].span.start_ms for i in chain),
            max(lines[i].span.end_ms for i in chain),
        )
        for chain in chains
    )
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(TimeSpan(start_ms=start, end_ms=end) for start, end in merged)

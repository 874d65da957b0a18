"""Fitting again after an edit: only the edited lines are placed, between neighbours that stay.

Where they do not fit between those, neighbours are let go line by line until they do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dubwright.domain.fit import FitReport, Measure, Placement
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.fitting import fit
from dubwright.domain.precedence import BRUSH_MS
from dubwright.domain.timeline import TimeSpan

_WORSE: dict[Measure, int] = {"shorter_text": 0, "later_onset": 1, "top_speed": 2, "review": 3}
_IMPOSSIBLE = 4
_GLADLY_LET_GO = 12
"""More neighbours than these are let go only where nothing else makes room."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Lines `first` to `last`, both included, that may move."""

    first: int
    last: int


def fit_again(
    lines: Sequence[LineToFit], stay: Mapping[int, Placement], limits: FitLimits
) -> FitReport:
    """Place every line of `lines` that `stay` does not name; the others stay to the millisecond.

    A line of `stay` moves only where an edited line finds no room within the mild limits
    otherwise, and then as few as that takes. The promises are those of `fit`.
    """
    ordered = sorted(lines, key=lambda line: (line.span.start_ms, line.utterance))
    placed = dict(stay)
    clusters: list[TimeSpan] = []
    feasible = True
    for number, line in enumerate(ordered):
        if line.utterance in placed:
            continue
        found = _roomy_fit(ordered, number, placed, limits)
        placed |= {placement.utterance: placement for placement in found.placements}
        clusters += found.infeasible_clusters
        feasible &= found.feasible
    known = {line.utterance for line in ordered}
    return FitReport(
        placements=tuple(
            sorted(
                (one for number, one in placed.items() if number in known),
                key=lambda one: (one.start_ms, one.utterance),
            )
        ),
        feasible=feasible,
        infeasible_clusters=tuple(clusters),
    )


def _roomy_fit(
    lines: Sequence[LineToFit], edited: int, placed: Mapping[int, Placement], limits: FitLimits
) -> FitReport:
    """The fit of the narrowest window in which no line needs the ladder more than it did."""
    best, least = None, _IMPOSSIBLE + 1
    for window in _windows(lines, edited, placed):
        inside = lines[window.first : window.last + 1]
        let_go = sum(line.utterance in placed for line in inside)
        if best is not None and let_go > _GLADLY_LET_GO and least < _IMPOSSIBLE:
            break
        found = _fit_window(lines, window, placed, limits)
        trouble = _trouble(found, inside, placed)
        if trouble < least:
            best, least = found, trouble
        if least == 0:
            break
    if best is None:
        raise ValueError(f"line {lines[edited].utterance} has no window")
    return best


def _windows(
    lines: Sequence[LineToFit], edited: int, placed: Mapping[int, Placement]
) -> Iterator[_Window]:
    """Wider and wider windows round a line, first towards the lines after it."""
    first = last = edited
    while last + 1 < len(lines) and lines[last + 1].utterance not in placed:
        last += 1
    yield _Window(first, last)
    step = 1
    while first > 0 or last + 1 < len(lines):
        wider_last = min(len(lines) - 1, last + step)
        if wider_last > last:
            yield _Window(first, wider_last)
        first, last = max(0, first - step), wider_last
        yield _Window(first, last)
        # Far from the edit there is no use in single steps.
        step = 1 if last - first < _GLADLY_LET_GO else last - first


def _fit_window(
    lines: Sequence[LineToFit],
    window: _Window,
    placed: Mapping[int, Placement],
    limits: FitLimits,
) -> FitReport:
    inside = lines[window.first : window.last + 1]
    before = [placed[line.utterance] for line in lines[: window.first] if line.utterance in placed]
    due_ms = [
        placed[later.utterance].start_ms - wait_ms
        for later in lines[window.last + 1 :]
        if later.utterance in placed
        for line in inside
        if (wait_ms := _wait_ms(line, later, limits)) is not None
    ]
    end_ms = max(1, min([limits.end_ms, *due_ms]))
    return fit(inside, limits.model_copy(update={"end_ms": end_ms}), after=before)


def _wait_ms(earlier: LineToFit, later: LineToFit, limits: FitLimits) -> int | None:
    """How long after `earlier` ends `later` may start, by the rule of `precedences`."""
    lead_ms = earlier.span.end_ms - later.span.start_ms
    if earlier.speaker == later.speaker or lead_ms <= 0:
        return limits.gap_ms
    return None if lead_ms >= BRUSH_MS else -lead_ms


def _trouble(found: FitReport, lines: Sequence[LineToFit], before: Mapping[int, Placement]) -> int:
    """The worst rung that a line stands on and did not stand on before."""
    if not found.feasible:
        return _IMPOSSIBLE
    fixed = {line.utterance for line in lines if line.stays}
    return max(_rung(placed, before.get(placed.utterance), fixed) for placed in found.placements)


def _rung(placed: Placement, before: Placement | None, fixed: set[int]) -> int:
    if placed.utterance in fixed and placed.onset_error_ms:
        return _WORSE["top_speed"]
    worst = max((_WORSE[measure] for measure in placed.measures), default=0)
    known = max((_WORSE[measure] for measure in before.measures), default=0) if before else 0
    return worst if worst > known else 0

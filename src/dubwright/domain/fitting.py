"""Fitting: every line gets a start, a speed and a wording, so that the dub keeps the original's time.

The whole script is fitted at once. A feasibility sweep finds the clusters of lines that cannot
keep the limits, the escalation ladder widens the bounds of those lines alone, and a search over
(wording, speed, start) finds the placement that a listener would mind least.
"""

from collections.abc import Sequence

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fit_checks import FitSummary, overlap_ms, summary, violations
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.ladder import climb
from dubwright.domain.measures import with_measures
from dubwright.domain.placing import Choice, Situation, best_choices
from dubwright.domain.precedence import committed_floor, precedences
from dubwright.domain.settling import settle

__all__ = [
    "FitLimits",
    "FitSummary",
    "LineToFit",
    "fit",
    "overlap_ms",
    "settle",
    "summary",
    "violations",
]


def fit(
    lines: Sequence[LineToFit], limits: FitLimits, *, after: Sequence[Placement] = ()
) -> FitReport:
    """Place `lines` behind the placements of `after`, which stay as they are.

    Promised: lines of one speaker keep `gap_ms` apart; lines of different speakers overlap only
    where their originals do; no take is shorter than its text at the top speed; the same input
    gives the same fit. Nothing ends past the file unless `feasible` is False: then the lines
    marked `review` that do so fit at no allowed speed.
    `overrun_ms` counts from the original's end and is negative where a line ends before it.
    """
    ordered = sorted(lines, key=lambda line: (line.span.start_ms, line.utterance))
    order = precedences(ordered, limits, after)
    committed = committed_floor(ordered, limits, after)
    climbed = climb(ordered, order, limits, committed=committed)
    at = Situation(
        order=order,
        committed=committed,
        speeds={placed.speaker: placed.speed for placed in after},
        gap_ms=limits.gap_ms,
        slowest=limits.slowest,
    )
    choices = best_choices(ordered, climbed.bounds, at)
    placements = [_placement(*pair, limits) for pair in zip(ordered, choices, strict=True)]
    return FitReport(
        placements=tuple(sorted(placements, key=lambda p: (p.start_ms, p.utterance))),
        feasible=climbed.feasible,
        infeasible_clusters=climbed.clusters,
    )


def _placement(line: LineToFit, choice: Choice, limits: FitLimits) -> Placement:
    placed = Placement(
        utterance=line.utterance,
        speaker=line.speaker,
        start_ms=choice.start_ms,
        duration_ms=choice.duration_ms,
        speed=choice.speed,
        variant=choice.variant,
        onset_error_ms=choice.start_ms - line.span.start_ms,
        overrun_ms=choice.start_ms + choice.duration_ms - line.span.end_ms,
    )
    return with_measures(placed, limits, speed_is_chosen=line.locked_speed is not None)

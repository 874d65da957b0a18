"""Checks of a fit: its hard rules, counted anew from the placements alone, and its figures."""

from collections.abc import Collection, Iterable, Sequence
from itertools import groupby

import numpy as np

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fit_input import FitLimits
from dubwright.domain.timeline import Document, clock

CALM_SPEED = 1.20
"""Up to here few listeners notice that speech is faster than natural."""
_SPEED_GRAIN = 1e-3


class FitSummary(Document):
    """The figures of a fit. Onsets are absolute errors; the share is from 0 to 1."""

    lines: int
    share_at_or_below_120: float
    fastest: float
    onset_p50_ms: int
    onset_p95_ms: int
    overlap_ms: int
    review: tuple[int, ...]


def summary(report: FitReport) -> FitSummary:
    """The figures of `report`. A fit without lines has nothing fast, late or overlapping."""
    placements = report.placements
    if not placements:
        return FitSummary(
            lines=0,
            share_at_or_below_120=1.0,
            fastest=1.0,
            onset_p50_ms=0,
            onset_p95_ms=0,
            overlap_ms=0,
            review=(),
        )
    speeds = np.array([placed.speed for placed in placements])
    p50, p95 = np.percentile([abs(placed.onset_error_ms) for placed in placements], [50, 95])
    return FitSummary(
        lines=len(placements),
        share_at_or_below_120=float(np.mean(speeds <= CALM_SPEED + _SPEED_GRAIN)),
        fastest=float(speeds.max()),
        onset_p50_ms=round(float(p50)),
        onset_p95_ms=round(float(p95)),
        overlap_ms=overlap_ms(placements),
        review=tuple(placed.utterance for placed in placements if "review" in placed.measures),
    )


def overlap_ms(placements: Sequence[Placement]) -> int:
    """How long, in all, lines start before their own speaker's earlier lines have ended."""
    return sum(overlap for _, overlap in _overlaps(placements))


def violations(
    placements: Sequence[Placement],
    *,
    end_ms: int,
    limits: FitLimits,
    chosen: Collection[int] = (),
) -> tuple[str, ...]:
    """One sentence per broken hard rule, in order of time; empty if all hold.

    `chosen` are the utterances whose speed a person set: those may be of any speed.
    """
    found = [
        (placed.start_ms, f"line {placed.utterance} overlaps its speaker's earlier line by {by} ms")
        for placed, by in _overlaps(placements)
    ]
    for placed in placements:
        if placed.end_ms > end_ms:
            past_ms = placed.end_ms - end_ms
            found.append(
                (placed.start_ms, f"line {placed.utterance} ends {past_ms} ms after the file")
            )
        slow, fast = limits.slowest - _SPEED_GRAIN, limits.top + _SPEED_GRAIN
        if placed.utterance not in chosen and not slow <= placed.speed <= fast:
            found.append(
                (placed.start_ms, f"line {placed.utterance} is spoken at {placed.speed:.2f}x")
            )
    return tuple(f"{clock(start_ms)} {what}" for start_ms, what in sorted(found))


def _overlaps(placements: Iterable[Placement]) -> Iterable[tuple[Placement, int]]:
    """Lines that start too soon, each with the ms by which it does."""
    by_speaker = sorted(placements, key=lambda p: (p.speaker, p.start_ms, p.utterance))
    for _, lines in groupby(by_speaker, key=lambda p: p.speaker):
        spoken_until = 0
        for placed in lines:
            overlap = min(spoken_until, placed.end_ms) - placed.start_ms
            if overlap > 0:
                yield placed, overlap
            spoken_until = max(spoken_until, placed.end_ms)

"""Settling: the planned placements meet the takes as they really came out."""

import math
from collections.abc import Iterable, Mapping, Sequence

from dubwright.domain.fit import Placement
from dubwright.domain.fit_input import FitLimits
from dubwright.domain.measures import with_measures
from dubwright.domain.precedence import BRUSH_MS

_SPEED_DIGITS = 6


def settle(
    placements: Sequence[Placement],
    measured: Mapping[int, int],
    limits: FitLimits,
    *,
    after: Sequence[Placement] = (),
) -> tuple[Placement, ...]:
    """The final placements, given how long each take lasts at its planned speed.

    `measured` maps utterances to ms; a take that is missing there lasts as long as planned.
    A take that fits stays at its start. A longer one uses the free room behind it; where there is
    none it is stretched (`duration_ms` is then less than measured and `speed` higher), up to the
    top speed; beyond that, later lines give way. Two speakers overlap only where the plan has them
    overlap. `after` are settled placements that these follow and that stay as they are.
    """
    planned = sorted(placements, key=lambda p: (p.start_ms, p.utterance))
    settled: list[Placement] = []
    everyone = [(placed, placed) for placed in after]
    live = everyone.copy()
    for index, plan in enumerate(planned):
        live = [pair for pair in live if pair[1].end_ms + limits.gap_ms > plan.start_ms]
        take_ms = measured.get(plan.utterance, plan.duration_ms)
        starts_earlier = limits.end_ms - _shortest_ms(plan, take_ms, limits) < plan.start_ms
        free_from = _free_from(everyone if starts_earlier else live, plan, limits)
        moved = _moved(plan, take_ms, limits, free_from=free_from)
        later = (planned[i] for i in range(index + 1, len(planned)))
        due_ms = _due_ms(plan, later, over_ms=moved.start_ms + take_ms, limits=limits)
        final = _stretched(moved, plan, limits, take_ms=take_ms, due_ms=due_ms)
        settled.append(final)
        everyone.append((plan, final))
        live.append((plan, final))
    return tuple(sorted(settled, key=lambda p: (p.start_ms, p.utterance)))


def _free_from(
    earlier: Iterable[tuple[Placement, Placement]], plan: Placement, limits: FitLimits
) -> int:
    """When `plan` may start, given (planned, final) of the lines before it."""
    waits = ((final, _wait_ms(before, plan, limits)) for before, final in earlier)
    return max(
        [limits.begin_ms, *(final.end_ms + wait for final, wait in waits if wait is not None)]
    )


def _wait_ms(before: Placement, plan: Placement, limits: FitLimits) -> int | None:
    """How long after `before` ends `plan` may start; None if they may talk at once."""
    planned_ms = plan.start_ms - before.end_ms
    if before.speaker == plan.speaker:
        return limits.gap_ms
    return None if planned_ms <= -BRUSH_MS else min(limits.gap_ms, planned_ms)


def _shortest_ms(plan: Placement, take_ms: int, limits: FitLimits) -> int:
    """The length of a take at the top speed, or at its own where a person chose a higher one."""
    return math.ceil(round(take_ms * plan.speed / max(limits.top, plan.speed), _SPEED_DIGITS))


def _moved(plan: Placement, take_ms: int, limits: FitLimits, *, free_from: int) -> Placement:
    """The line where it may start: later if pushed, earlier only to end inside the file."""
    last_start_ms = limits.end_ms - _shortest_ms(plan, take_ms, limits)
    start_ms = max(free_from, min(plan.start_ms, last_start_ms))
    by_ms = start_ms - plan.start_ms
    return plan.model_copy(
        update={"start_ms": start_ms, "onset_error_ms": plan.onset_error_ms + by_ms}
    )


def _due_ms(plan: Placement, later: Iterable[Placement], *, over_ms: int, limits: FitLimits) -> int:
    """When a take that would last until `over_ms` must end for later lines to start as planned."""
    due_ms = limits.end_ms
    for following in later:
        if following.start_ms - limits.gap_ms >= over_ms:
            break
        wait = _wait_ms(plan, following, limits)
        if wait is not None:
            due_ms = min(due_ms, following.start_ms - wait)
    return due_ms


def _stretched(
    moved: Placement, plan: Placement, limits: FitLimits, *, take_ms: int, due_ms: int
) -> Placement:
    shortest_ms = _shortest_ms(plan, take_ms, limits)
    duration_ms = min(take_ms, max(due_ms - moved.start_ms, shortest_ms))
    speed = round(plan.speed * take_ms / duration_ms, _SPEED_DIGITS)
    final = moved.model_copy(
        update={
            "duration_ms": duration_ms,
            "speed": min(max(limits.top, plan.speed), speed),
            "overrun_ms": plan.overrun_ms + moved.start_ms + duration_ms - plan.end_ms,
        }
    )
    is_chosen = plan.speed > limits.fastest and "top_speed" not in plan.measures
    return with_measures(final, limits, speed_is_chosen=is_chosen)

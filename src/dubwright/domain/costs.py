"""What a placement costs: how much a listener would mind, in points, lower is better.

One point is about what 10 % of extra speed costs: hardly noticed. Onset errors cost little up to
what lip movement hides, then grow with their square, so that a few hundred milliseconds and 20 %
of speed weigh alike and neither is used alone to its limit.
"""

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SPEED_POINTS = 100.0
"""Per squared part of extra speed: 4 points at 1.20."""
RUSH_POINTS = 6000.0
"""On top, per squared part above `RUSH`, where speech starts to sound hurried: 15 at 1.25."""
RUSH = 1.2
CHANGE_POINTS = 40.0
"""Per squared change of speed from the speaker's line before."""
ONSET_POINTS = 40.0
"""Per squared second of onset error beyond the dead zone."""
ONSET_DEAD_MS = 60
ONSET_SLOPE = 3.0
"""Per second of onset error, also inside the dead zone: on time is best."""
OVERRUN_POINTS = 0.5
"""Per squared second spoken after the original ended; at most `OVERRUN_MOST`."""
OVERRUN_MOST = 8.0
UNDERRUN_POINTS = 0.1
TEXT_POINTS = 0.8
"""For any other wording than the line's own."""
TEXT_LOSS_POINTS = 12.0
"""Per part of the length that a shorter wording gives up."""


def speed_cost(speeds: Floats) -> Floats:
    """Points for speaking at each of `speeds`."""
    rush = np.maximum(0.0, speeds - RUSH)
    return SPEED_POINTS * (speeds - 1.0) ** 2 + RUSH_POINTS * rush**2


def change_cost(before: Floats, speeds: Floats) -> Floats:
    """Points for a speaker's change of speed from one line to the next."""
    return CHANGE_POINTS * (speeds - before) ** 2


def onset_cost(errors_ms: Ints) -> Floats:
    """Points for starting early (negative) or late."""
    away = np.abs(errors_ms) / 1000
    beyond = np.maximum(0.0, away - ONSET_DEAD_MS / 1000)
    return ONSET_POINTS * beyond**2 + ONSET_SLOPE * away


def overrun_cost(overruns_ms: Ints) -> Floats:
    """Points for going on after the original ended, or ending before it (negative)."""
    seconds = overruns_ms / 1000
    over = np.minimum(OVERRUN_MOST, OVERRUN_POINTS * np.maximum(0.0, seconds) ** 2)
    under = np.minimum(1.0, UNDERRUN_POINTS * np.minimum(0.0, seconds) ** 2)
    return np.asarray(over + under)


def text_cost(own_ms: int, wording_ms: int) -> float:
    """Points for a wording of another natural length than the line's own text."""
    return TEXT_POINTS + TEXT_LOSS_POINTS * max(0.0, 1 - wording_ms / own_ms)

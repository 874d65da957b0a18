"""The gain of a take: as loud as the line it stands for, in the channels in which it is heard."""

from collections.abc import Sequence
from statistics import median

import numpy as np

from dubwright.domain.audio import Samples
from dubwright.media.layouts import channels_of

_MOST_ABOVE_TARGET_DB = 6.0
_MOST_GAIN_DB = 24.0
_CENTRE = 2
_WITHOUT_CENTRE = frozenset({"2.1", "3.0(back)", "quad", "quad(side)"})


def line_target_db(originals: Sequence[float | None]) -> float | None:
    """The level of the median line, from which no line departs far; None if none is known."""
    known = [level for level in originals if level is not None]
    return median(known) if known else None


def line_gains_db(
    originals: Sequence[float | None],
    takes: Sequence[float | None],
    *,
    layout: str,
    target_db: float | None = None,
) -> tuple[float, ...]:
    """The gain of each take that makes it as loud as the line it stands for.

    `originals` are levels of the original lines with all their channels, `takes` of the mono
    takes, both by `speech_level_db`. A line may differ from `target_db`, by itself the
    median line, by 6 dB at most; a line whose original cannot be measured gets that level, a
    silent take no gain.
    """
    target = line_target_db(originals) if target_db is None else target_db
    spread_db = 10 * float(np.log10(np.sum(placement(layout) ** 2)))
    return tuple(
        _gain_db(original, take, target, spread_db)
        for original, take in zip(originals, takes, strict=True)
    )


def placement(layout: str) -> Samples:
    """The gain of a line in each channel: the centre where there is one, else all alike.

    Unity on both sides of a stereo picture: `line_gains_db` accounts for the sum.
    """
    channels = channels_of(layout)
    if channels <= _CENTRE or layout in _WITHOUT_CENTRE:
        return np.ones(channels, np.float32)
    gains = np.zeros(channels, np.float32)
    gains[_CENTRE] = 1
    return gains


def _gain_db(
    original: float | None, take: float | None, target: float | None, spread_db: float
) -> float:
    if take is None or target is None:
        return 0.0
    wanted = target if original is None else original
    wanted = min(max(wanted, target - _MOST_ABOVE_TARGET_DB), target + _MOST_ABOVE_TARGET_DB)
    gain = wanted - take - spread_db
    return min(max(gain, -_MOST_GAIN_DB), _MOST_GAIN_DB)

"""The rungs of the escalation ladder that a placement stands on."""

from dubwright.domain.fit import Measure, Placement
from dubwright.domain.fit_input import FitLimits


def with_measures(placed: Placement, limits: FitLimits, *, speed_is_chosen: bool) -> Placement:
    """The placement with the rungs it needs, mildest first.

    A speed that a person chose is no rung. `review` is for lines that start outside the widest
    bounds or end after the file.
    """
    onset_ms = placed.onset_error_ms
    out_of_bounds = not limits.earliest_onset_ms <= onset_ms <= limits.ladder_onset_ms
    needed: dict[Measure, bool] = {
        "shorter_text": placed.variant > 0,
        "later_onset": onset_ms > limits.latest_onset_ms,
        "top_speed": placed.speed > limits.fastest and not speed_is_chosen,
        "review": out_of_bounds or placed.end_ms > limits.end_ms,
    }
    measures = tuple(measure for measure, is_needed in needed.items() if is_needed)
    return placed.model_copy(update={"measures": measures})

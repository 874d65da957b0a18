"""The forecast: it never goes back, never passes the whole, and says nothing too early."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.jobs.forecast import Forecast
from dubwright.pipeline.progress import StageEvent, Tally

STAGES = ["extract", "find_speech", "transcribe", "translate", "speak", "mix", "hear_back"]
STEPS = st.lists(st.tuples(st.sampled_from(STAGES), st.integers(0, 5)), max_size=60)


def shares_of(steps: list[tuple[str, int]]) -> list[float]:
    """The share after each event; a step of 0 pieces is one piece done, else pieces expected."""
    forecast, shares = Forecast(), []

    def note(event: StageEvent) -> None:
        forecast.take(event)
        shares.append(forecast.share_done)

    tally = Tally(note)
    for stage, pieces in steps:
        if pieces:
            tally.expect(stage, pieces)
        else:
            tally.advance(stage)
    return shares


def one_dub(*, recognised: bool = True, separated: bool = True) -> list[tuple[str, int]]:
    """The steps of a dub of two scenes with two lines each."""
    steps = [("extract", 0), ("find_speech", 0), ("tell_speakers", 0)]
    steps += [("separate", 1)] * separated + [("transcribe", 2)] * recognised
    for _ in range(2):
        steps += [("transcribe", 0)] * recognised
        steps += [("translate", 0), ("speak", 2), ("speak", 0), ("speak", 0)]
    steps += [("separate", 0)] * separated
    steps += [("mix", 0), ("master", 0), ("mux", 0), ("extract", 0), ("hear_back", 1)]
    return [*steps, ("hear_back", 0)]


@given(STEPS)
def test_the_share_never_falls_and_never_passes_the_whole(steps):
    shares = shares_of(steps)
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 for share in shares)


@pytest.mark.parametrize("separated", [True, False], ids=["separated", "ducked"])
@pytest.mark.parametrize("recognised", [True, False], ids=["recognised", "given subtitles"])
def test_a_finished_dub_is_done_whatever_it_skipped(recognised, separated):
    shares = shares_of(one_dub(recognised=recognised, separated=separated))
    assert shares[-1] == pytest.approx(1)
    assert shares[-3] < 0.95


def test_lines_count_only_as_far_as_the_source_is_recognised():
    half = shares_of([("transcribe", 2), ("transcribe", 0), ("speak", 1), ("speak", 0)])
    whole = shares_of([("transcribe", 1), ("transcribe", 0), ("speak", 1), ("speak", 0)])
    assert half[-1] < 0.75 * whole[-1]


def test_at_first_no_time_is_foretold():
    forecast = Forecast()
    assert forecast.seconds_left(10) is None
    forecast.take(StageEvent("extract", "finished", 1, 1))
    assert forecast.seconds_left(10) is None


def test_what_is_left_takes_as_long_as_what_was_done():
    forecast = Forecast()
    forecast.take(StageEvent("speak", "advanced", 1, 2))
    share = forecast.share_done
    assert forecast.seconds_left(30) == pytest.approx(30 * (1 - share) / share)


def test_nothing_is_left_when_everything_is_done():
    forecast = Forecast()
    forecast.take(StageEvent("hear_back", "finished", 1, 1))
    assert forecast.seconds_left(30) == pytest.approx(0)


def test_pieces_are_counted_by_stage():
    forecast = Forecast()
    forecast.take(StageEvent("speak", "advanced", 3, 8))
    assert (forecast.pieces("speak"), forecast.pieces("mix")) == ((3, 8), (0, 0))

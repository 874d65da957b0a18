import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubwright.domain import costs
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fit_input import spoken_ms
from dubwright.domain.fitting import (
    FitLimits,
    LineToFit,
    fit,
    overlap_ms,
    settle,
    summary,
    violations,
)
from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import TimeSpan

LONG = FitLimits(end_ms=10_000_000)
S1, S2 = SpeakerId("S1"), SpeakerId("S2")


def line(
    number: int, start_ms: int, end_ms: int, *natural_ms: int, speaker: SpeakerId = S1
) -> LineToFit:
    return LineToFit(number, speaker, TimeSpan(start_ms=start_ms, end_ms=end_ms), natural_ms)


@st.composite
def scripts(draw: st.DrawFn) -> list[LineToFit]:
    """Talk of one to three people, from sparse to hopelessly dense, with cross-talk."""
    lines, start_ms = [], draw(st.integers(0, 2000))
    for number in range(1, draw(st.integers(1, 14)) + 1):
        length_ms = draw(st.integers(200, 6000))
        natural_ms = max(1, round(length_ms * draw(st.floats(0.5, 1.9))))
        shorter = draw(st.lists(st.sampled_from([0.9, 0.8, 0.7]), max_size=2))
        lines.append(
            LineToFit(
                number,
                SpeakerId(draw(st.sampled_from(["S1", "S2", "S3"]))),
                TimeSpan(start_ms=start_ms, end_ms=start_ms + length_ms),
                (natural_ms, *(max(1, round(natural_ms * part)) for part in shorter)),
                locked=draw(st.integers(0, 9)) == 0,
            )
        )
        start_ms = max(0, start_ms + length_ms + draw(st.integers(-1500, 1500)))
    return sorted(lines, key=lambda each: each.span.start_ms)


def limits_for(lines: list[LineToFit]) -> FitLimits:
    return FitLimits(end_ms=max(each.span.end_ms for each in lines) + 300)


def by_utterance(report: FitReport) -> dict[int, Placement]:
    return {placed.utterance: placed for placed in report.placements}


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_every_line_is_placed_once_and_in_order_of_start(lines: list[LineToFit]) -> None:
    report = fit(lines, limits_for(lines))
    assert sorted(p.utterance for p in report.placements) == sorted(x.utterance for x in lines)
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(report.placements))


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_lines_of_one_speaker_keep_the_gap(lines: list[LineToFit]) -> None:
    report = fit(lines, limits_for(lines))
    for speaker in {each.speaker for each in lines}:
        own = [p for p in report.placements if p.speaker == speaker]
        assert all(other.start_ms - one.end_ms >= 80 for one, other in pairwise(own))


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_speakers_overlap_only_where_their_originals_do(lines: list[LineToFit]) -> None:
    placed = by_utterance(fit(lines, limits_for(lines)))
    for index, one in enumerate(lines):
        for other in lines[index + 1 :]:
            if one.span.overlap_ms(other.span) == 0 and one.speaker != other.speaker:
                assert placed[other.utterance].start_ms >= placed[one.utterance].end_ms


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_no_take_is_shorter_than_its_text_at_the_planned_speed(lines: list[LineToFit]) -> None:
    placed = by_utterance(fit(lines, limits_for(lines)))
    for each in lines:
        found = placed[each.utterance]
        assert found.variant < len(each.wordings_ms)
        assert found.duration_ms == spoken_ms(each.natural_ms[found.variant], found.speed)
        assert 0.90 <= found.speed <= 1.35


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_a_feasible_fit_ends_inside_the_file_and_breaks_no_rule(lines: list[LineToFit]) -> None:
    limits = limits_for(lines)
    report = fit(lines, limits)
    broken = violations(report.placements, end_ms=limits.end_ms, limits=limits)
    if report.feasible:
        assert broken == ()
    else:
        past = [p for p in report.placements if p.end_ms > limits.end_ms]
        assert past
        assert all("review" in p.measures for p in past)
        assert len(broken) == len(past)


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_a_line_outside_the_usual_bounds_says_which_rung_it_needed(lines: list[LineToFit]) -> None:
    limits = limits_for(lines)
    for placed in fit(lines, limits).placements:
        assert ("later_onset" in placed.measures) == (placed.onset_error_ms > 800)
        assert ("top_speed" in placed.measures) == (placed.speed > 1.25)
        assert ("shorter_text" in placed.measures) == (placed.variant > 0)
        if "review" not in placed.measures:
            assert -300 <= placed.onset_error_ms <= 1600


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_without_infeasible_clusters_no_line_leaves_the_mild_bounds(lines: list[LineToFit]) -> None:
    report = fit(lines, limits_for(lines))
    rungs = {rung for placed in report.placements for rung in placed.measures}
    if not report.infeasible_clusters:
        assert rungs <= {"shorter_text"}


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_the_same_lines_in_any_order_give_the_same_fit(lines: list[LineToFit]) -> None:
    limits = limits_for(lines)
    assert fit(lines, limits) == fit(list(reversed(lines)), limits)


@given(scripts(), st.integers(1, 8))
@settings(max_examples=40, deadline=None)
def test_lines_fitted_in_two_rounds_keep_the_hard_rules(
    lines: list[LineToFit], first_round: int
) -> None:
    limits = limits_for(lines)
    first, rest = lines[:first_round], lines[first_round:]
    planned = fit([*first, *rest[:3]], limits).placements
    committed = [p for p in planned if p.utterance in {each.utterance for each in first}]
    report = fit(rest, limits, after=committed)
    everything = [*committed, *report.placements]
    assert overlap_ms(everything) == 0
    if report.feasible:
        ends_ms = [p.end_ms for p in report.placements]
        assert all(end_ms <= limits.end_ms for end_ms in ends_ms)
    for speaker in {each.speaker for each in lines}:
        own = sorted((p for p in everything if p.speaker == speaker), key=lambda p: p.start_ms)
        assert all(other.start_ms - one.end_ms >= 80 for one, other in pairwise(own))


def test_no_lines_give_an_empty_feasible_fit() -> None:
    assert fit([], LONG) == FitReport(placements=())


def test_a_take_that_fits_starts_on_time_at_natural_speed() -> None:
    (placed,) = fit([line(1, 1000, 4000, 2900)], LONG).placements
    assert (placed.start_ms, placed.speed, placed.variant) == (1000, 1.0, 0)
    assert placed.overrun_ms == -100


def test_a_take_much_shorter_than_its_slot_is_not_drawn_out() -> None:
    (placed,) = fit([line(1, 1000, 9000, 3000)], LONG).placements
    assert placed.start_ms == 1000
    assert 0.95 <= placed.speed <= 1.0


def test_a_long_take_before_silence_overruns_instead_of_racing() -> None:
    first, second = fit(
        [line(1, 10_000, 13_000, 5000), line(2, 30_000, 32_000, 2000)], LONG
    ).placements
    assert first.start_ms == 10_000
    assert first.speed <= 1.10
    assert first.overrun_ms > 1000
    assert (second.start_ms, second.speed) == (30_000, 1.0)


def test_a_long_take_before_another_line_is_spoken_faster() -> None:
    first, second = fit([line(1, 1000, 4000, 3500), line(2, 4100, 7000, 2800)], LONG).placements
    assert 1.0 < first.speed <= 1.2
    assert second.start_ms >= first.end_ms + 80
    assert abs(second.onset_error_ms) <= 300


def test_a_shorter_wording_is_taken_when_it_saves_much_speed() -> None:
    lines = [line(n, 3000 * n, 3000 * n + 2900, 3700, 3000) for n in range(1, 8)]
    report = fit(lines, LONG)
    assert sum(placed.measures == ("shorter_text",) for placed in report.placements) >= 4
    assert max(placed.speed for placed in report.placements) <= 1.15


def test_a_locked_line_keeps_its_own_text() -> None:
    lines = [
        LineToFit(
            n, S1, TimeSpan(start_ms=3000 * n, end_ms=3000 * n + 2900), (3700, 3000), locked=True
        )
        for n in range(1, 8)
    ]
    assert {placed.variant for placed in fit(lines, LONG).placements} == {0}


def test_a_chosen_speed_is_kept_and_is_no_rung_of_the_ladder() -> None:
    chosen = LineToFit(1, S1, TimeSpan(start_ms=0, end_ms=2000), (3000,), locked_speed=1.5)
    (placed,) = fit([chosen], LONG).placements
    assert (placed.speed, placed.duration_ms, placed.measures) == (1.5, 2000, ())
    assert violations([placed], end_ms=9000, limits=LONG) == ("0:00.000 line 1 is spoken at 1.50x",)
    assert violations([placed], end_ms=9000, limits=LONG, chosen={1}) == ()


def test_a_dense_cluster_climbs_the_ladder_and_the_rest_stays_mild() -> None:
    calm = [line(n, 5000 * n, 5000 * n + 3000, 3000) for n in range(1, 4)]
    dense = [line(10 + n, 20_000 + 2000 * n, 22_000 + 2000 * n, 2720) for n in range(6)]
    after = [line(20 + n, 60_000 + 5000 * n, 63_000 + 5000 * n, 3000) for n in range(3)]
    report = fit([*calm, *dense, *after], LONG)
    (cluster,) = report.infeasible_clusters
    assert 20_000 <= cluster.start_ms < cluster.end_ms <= 32_000
    assert report.feasible
    placed = by_utterance(report)
    assert any(placed[each.utterance].measures for each in dense)
    for each in [*calm, *after]:
        assert placed[each.utterance].measures == ()
        assert abs(placed[each.utterance].onset_error_ms) <= 100


def test_hopelessly_dense_talk_is_pushed_on_and_flagged_but_never_overlaps() -> None:
    dense = [line(n, 1000 * n, 1000 * n + 1000, 2500) for n in range(1, 12)]
    report = fit(dense, LONG)
    assert report.feasible
    assert overlap_ms(report.placements) == 0
    assert "review" in report.placements[-1].measures
    assert max(p.speed for p in report.placements) <= 1.35


def test_the_last_line_ends_inside_the_file() -> None:
    limits = FitLimits(end_ms=10_000)
    (placed,) = fit([line(1, 7000, 10_000, 3900)], limits).placements
    assert placed.end_ms <= 10_000
    assert placed.measures == ()


def test_a_line_too_long_for_the_end_of_the_file_starts_in_the_silence_before() -> None:
    limits = FitLimits(end_ms=10_000)
    report = fit([line(1, 1000, 2000, 900), line(2, 7000, 10_000, 6000)], limits)
    assert report.feasible
    assert report.placements[1].end_ms <= 10_000
    assert report.placements[1].start_ms < 6700
    assert report.placements[1].measures == ("top_speed", "review")


def test_a_line_that_fits_nowhere_is_reported_infeasible_and_whole() -> None:
    limits = FitLimits(end_ms=5000)
    report = fit([line(1, 0, 3000, 4000), line(2, 3000, 5000, 9000)], limits)
    assert not report.feasible
    assert "review" in report.placements[1].measures
    assert report.placements[1].duration_ms >= 9000 / 1.35 - 1
    assert overlap_ms(report.placements) == 0


def test_cross_talk_stays_cross_talk() -> None:
    lines = [
        line(1, 1000, 9000, 8000),
        line(2, 4000, 5000, 1000, speaker=S2),
        line(3, 9200, 12_000, 2800),
    ]
    report = fit(lines, LONG)
    assert [p.onset_error_ms for p in report.placements] == [0, 0, 0]
    assert {p.speed for p in report.placements} == {1.0}


def test_originals_that_brush_each_other_overlap_no_longer_in_the_dub() -> None:
    lines = [line(1, 1000, 4100, 4000), line(2, 4000, 6000, 1900, speaker=S2)]
    one, other = fit(lines, LONG).placements
    assert one.end_ms - other.start_ms <= 100


def test_speakers_who_take_turns_do_not_overlap_in_the_dub() -> None:
    lines = [
        line(n, 2000 * n, 2000 * n + 2000, 2400, speaker=S1 if n % 2 else S2) for n in range(1, 6)
    ]
    placed = fit(lines, LONG).placements
    assert all(other.start_ms >= one.end_ms for one, other in pairwise(placed))


@pytest.mark.parametrize(
    ("natural_ms", "span"), [((), (0, 10)), ((0,), (0, 10)), ((100, 0), (0, 10))]
)
def test_a_line_needs_a_length(natural_ms: tuple[int, ...], span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="line 1 needs a length"):
        line(1, *span, *natural_ms)


def talk(lines: int, *, speech: float, stretch: float, parts: tuple[float, ...]) -> list[LineToFit]:
    """Made-up talk: `speech` is the part of the time spoken, `stretch` dub over original."""
    chance = random.Random(7)  # noqa: S311 - made-up talk, not a secret
    found, at_ms = [], 500
    for number in range(1, lines + 1):
        length_ms = chance.randrange(800, 6500)
        natural_ms = max(300, round(length_ms * stretch * chance.gauss(1, 0.15)))
        wordings = (round(natural_ms * part) for part in parts)
        speaker = chance.choice([S1, S2])
        found.append(line(number, at_ms, at_ms + length_ms, *wordings, speaker=speaker))
        pause_ms = chance.expovariate(speech / (3650 * (1 - speech)))
        at_ms += length_ms + max(40, round(pause_ms))
    return found


@pytest.mark.parametrize(
    ("speech", "stretch", "parts", "p95_ms"),
    [
        (0.87, 1.15, (1.0, 0.88, 0.76), 200),
        (0.72, 1.10, (1.0, 0.88, 0.76), 150),
        (0.87, 1.15, (1.0,), 600),
        (0.72, 1.10, (1.0,), 300),
    ],
)
def test_talk_keeps_the_promised_figures(
    speech: float, stretch: float, parts: tuple[float, ...], p95_ms: int
) -> None:
    script = talk(150, speech=speech, stretch=stretch, parts=parts)
    figures = summary(fit(script, limits_for(script)))
    assert figures.overlap_ms == 0
    assert figures.share_at_or_below_120 >= 0.95
    assert figures.fastest <= 1.25
    assert figures.onset_p50_ms <= 100
    assert figures.onset_p95_ms <= p95_ms
    assert figures.review == ()


def test_talk_fitted_a_few_lines_at_a_time_is_as_good_as_at_once() -> None:
    script = talk(150, speech=0.87, stretch=1.15, parts=(1.0, 0.88))
    limits = limits_for(script)
    placed: list[Placement] = []
    for first in range(0, len(script), 10):
        report = fit(script[first : first + 20], limits, after=placed)
        placed += report.placements[:10]
    piecemeal = summary(FitReport(placements=tuple(placed)))
    at_once = summary(fit(script, limits))
    assert piecemeal.overlap_ms == 0
    assert piecemeal.onset_p95_ms <= at_once.onset_p95_ms + 50
    assert piecemeal.share_at_or_below_120 >= at_once.share_at_or_below_120 - 0.02


def price(lines: Sequence[LineToFit], chosen: Sequence[tuple[float, int]]) -> float:
    """What placing each line at a (speed, start) costs; infinite if lines come too close."""
    total, before, free_ms = 0.0, 1.0, 0
    for each, (speed, start_ms) in zip(lines, chosen, strict=True):
        end_ms = start_ms + spoken_ms(each.natural_ms[0], speed)
        if start_ms < free_ms:
            return float("inf")
        total += float(
            costs.speed_cost(np.array(speed))
            + costs.change_cost(np.array(before), np.array(speed))
            + costs.onset_cost(np.array(start_ms - each.span.start_ms))
            + costs.overrun_cost(np.array(end_ms - each.span.end_ms))
        )
        before, free_ms = speed, end_ms + 80
    return total


@given(st.integers(1500, 4000), st.integers(1500, 4000), st.integers(0, 500))
@settings(max_examples=4, deadline=None)
def test_no_other_placement_of_two_lines_is_much_cheaper(
    first: int, second: int, pause: int
) -> None:
    lines = [line(1, 1000, 3500, first), line(2, 3500 + pause, 6000 + pause, second)]
    placed = fit(lines, LONG).placements
    speeds = [0.9 + 0.025 * step for step in range(15)]
    starts = [range(each.span.start_ms - 300, each.span.start_ms + 801, 60) for each in lines]
    single = [[(v, t) for v in speeds for t in times] for times in starts]
    least = min(
        price(lines, (one, (speed, max(start, one[1] + spoken_ms(first, one[0]) + 80))))
        for one in single[0][::2]
        for speed, start in single[1][::3]
    )
    assert price(lines, [(p.speed, p.start_ms) for p in placed]) <= least + 0.25


@given(scripts(), st.data())
@settings(max_examples=40, deadline=None)
def test_settled_takes_keep_the_hard_rules_whatever_their_lengths(
    lines: list[LineToFit], data: st.DataObject
) -> None:
    limits = limits_for(lines)
    planned = fit(lines, limits)
    measured = {
        p.utterance: max(1, round(p.duration_ms * data.draw(st.floats(0.8, 1.3))))
        for p in planned.placements
    }
    final = settle(planned.placements, measured, limits)
    assert overlap_ms(final) == 0
    speeds = {p.utterance: p.speed for p in planned.placements}
    for p in final:
        stretched = p.speed / speeds[p.utterance]
        assert p.speed <= 1.35 + 1e-6
        assert stretched >= 1 - 1e-6
        assert p.duration_ms * stretched == pytest.approx(measured[p.utterance], abs=1.5)
        assert p.end_ms <= limits.end_ms or "review" in p.measures
        assert ("later_onset" in p.measures) == (p.onset_error_ms > 800)


@given(scripts())
@settings(max_examples=40, deadline=None)
def test_takes_that_came_out_as_planned_are_left_alone(lines: list[LineToFit]) -> None:
    limits = limits_for(lines)
    planned = fit(lines, limits).placements
    if fit(lines, limits).feasible:
        assert settle(planned, {p.utterance: p.duration_ms for p in planned}, limits) == planned


def test_a_shorter_take_keeps_its_start() -> None:
    planned = fit([line(1, 1000, 4000, 3000), line(2, 4100, 7000, 2900)], LONG).placements
    final = settle(planned, {1: 2500}, LONG)
    assert (final[0].start_ms, final[0].duration_ms) == (planned[0].start_ms, 2500)
    assert final[1] == planned[1]


def test_a_longer_take_first_uses_the_free_room_behind_it() -> None:
    planned = fit([line(1, 1000, 4000, 3000), line(2, 8000, 9000, 1000)], LONG).placements
    final = settle(planned, {1: 3600}, LONG)
    assert (final[0].duration_ms, final[0].speed, final[0].overrun_ms) == (3600, 1.0, 600)


def test_a_longer_take_without_room_is_stretched_to_keep_the_next_line_on_time() -> None:
    planned = fit([line(1, 1000, 4000, 3000), line(2, 4080, 7000, 2900)], LONG).placements
    final = settle(planned, {1: 3300}, LONG)
    assert final[0].duration_ms == 3000
    assert final[0].speed == pytest.approx(1.1)
    assert final[1] == planned[1]


def test_a_take_too_long_for_any_stretch_pushes_the_next_line_on() -> None:
    planned = fit([line(1, 1000, 4000, 3000), line(2, 4080, 7000, 2900)], LONG).placements
    final = settle(planned, {1: 5400}, LONG)
    assert final[0].speed == pytest.approx(1.35, abs=1e-3)
    assert final[0].duration_ms == 4000
    assert final[1].start_ms == 5080
    assert final[1].onset_error_ms == 1000
    assert final[1].measures == ("later_onset",)


def test_a_take_too_long_for_the_end_of_the_file_starts_earlier_but_not_over_another() -> None:
    lines = [line(1, 1000, 3000, 2000), line(2, 3500, 5000, 1500)]
    limits = FitLimits(end_ms=5000)
    final = settle(fit(lines, limits).placements, {2: 2600}, limits)
    assert (final[1].start_ms, final[1].end_ms) == (3080, 5006)
    assert final[1].measures == ("top_speed", "review")


def test_settled_takes_give_way_to_those_settled_before() -> None:
    first = fit([line(1, 1000, 4000, 3000)], LONG).placements
    later = fit([line(2, 4080, 7000, 2900)], LONG, after=first).placements
    before = settle(first, {1: 3500}, LONG)
    (final,) = settle(later, {}, LONG, after=before)
    assert final.start_ms == before[0].end_ms + 80


def test_the_summary_counts_what_the_placements_say() -> None:
    report = fit([line(n, 1000 * n, 1000 * n + 1000, 2500) for n in range(1, 12)], LONG)
    figures = summary(report)
    assert figures.lines == 11
    assert figures.fastest == max(p.speed for p in report.placements)
    assert figures.review == tuple(p.utterance for p in report.placements if "review" in p.measures)
    assert figures.onset_p50_ms == sorted(abs(p.onset_error_ms) for p in report.placements)[5]
    assert figures.share_at_or_below_120 == sum(p.speed <= 1.2 for p in report.placements) / 11


def test_overlap_within_a_speaker_is_found_and_named() -> None:
    one = Placement(utterance=1, speaker=S1, start_ms=0, duration_ms=1000, speed=1.0)
    two = Placement(utterance=2, speaker=S1, start_ms=900, duration_ms=1000, speed=1.0)
    other = Placement(utterance=3, speaker=S2, start_ms=900, duration_ms=1000, speed=1.0)
    assert overlap_ms([two, other, one]) == 100
    assert violations([one, two, other], end_ms=1850, limits=LONG) == (
        "0:00.900 line 2 ends 50 ms after the file",
        "0:00.900 line 2 overlaps its speaker's earlier line by 100 ms",
        "0:00.900 line 3 ends 50 ms after the file",
    )

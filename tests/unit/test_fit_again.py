"""Fitting again after an edit: what was not edited stays, and little is moved to make room."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubwright.domain.fit import Placement
from dubwright.domain.fit_again import fit_again
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.fitting import fit, violations
from dubwright.domain.speech import SpeakerId
from dubwright.domain.timeline import TimeSpan

S1, S2 = SpeakerId("S1"), SpeakerId("S2")
ROOMY = FitLimits(end_ms=10_000_000)


def line(
    number: int, start_ms: int, end_ms: int, natural_ms: int, speaker: SpeakerId = S1
) -> LineToFit:
    return LineToFit(number, speaker, TimeSpan(start_ms=start_ms, end_ms=end_ms), (natural_ms,))


def placements(lines: list[LineToFit], limits: FitLimits) -> dict[int, Placement]:
    return {placed.utterance: placed for placed in fit(lines, limits).placements}


def edited(lines: list[LineToFit], number: int, natural_ms: int) -> list[LineToFit]:
    return [
        LineToFit(one.utterance, one.speaker, one.span, (natural_ms,))
        if one.utterance == number
        else one
        for one in lines
    ]


@st.composite
def talks(draw: st.DrawFn) -> list[LineToFit]:
    """Talk of two people, from sparse to dense, with cross-talk."""
    lines, start_ms = [], draw(st.integers(0, 2_000))
    for number in range(1, draw(st.integers(2, 12)) + 1):
        length_ms = draw(st.integers(300, 5_000))
        natural_ms = max(1, round(length_ms * draw(st.floats(0.5, 1.5))))
        speaker = draw(st.sampled_from([S1, S2]))
        lines.append(line(number, start_ms, start_ms + length_ms, natural_ms, speaker))
        start_ms = max(0, start_ms + length_ms + draw(st.integers(-800, 2_000)))
    return sorted(lines, key=lambda one: one.span.start_ms)


def limits_of(lines: list[LineToFit]) -> FitLimits:
    return FitLimits(end_ms=max(one.span.end_ms for one in lines) + 3_000)


EDITS = st.tuples(st.integers(0, 11), st.floats(0.3, 3.0))


@given(talks(), EDITS)
@settings(max_examples=60, deadline=None)
def test_an_edited_script_keeps_the_hard_rules(lines, change):
    limits = limits_of(lines)
    before = fit(lines, limits)
    target = lines[change[0] % len(lines)]
    again = edited(lines, target.utterance, max(1, round(target.natural_ms[0] * change[1])))
    stay = {p.utterance: p for p in before.placements if p.utterance != target.utterance}
    report = fit_again(again, stay, limits)
    assert sorted(p.utterance for p in report.placements) == [x + 1 for x in range(len(lines))]
    if report.feasible and before.feasible:
        assert violations(report.placements, end_ms=limits.end_ms, limits=limits) == ()


@given(talks(), st.integers(0, 11))
@settings(max_examples=60, deadline=None)
def test_lines_move_in_one_stretch_round_the_edit_only(lines, place):
    limits = limits_of(lines)
    target = place % len(lines)
    before = placements(lines, limits)
    number = lines[target].utterance
    again = edited(lines, number, lines[target].natural_ms[0] * 2)
    stay = {n: p for n, p in before.items() if n != number}
    found = {p.utterance: p for p in fit_again(again, stay, limits).placements}
    moved = [i for i, one in enumerate(lines) if found[one.utterance] != before[one.utterance]]
    ordered = sorted({*moved, target})
    # Lines inside the stretch may have stayed, but nothing beyond it was let go.
    assert ordered[-1] - ordered[0] <= max(2 * 12, len(lines) - 1)
    for index, one in enumerate(lines):
        if index < ordered[0] or index > ordered[-1]:
            assert found[one.utterance] == before[one.utterance]


@given(talks(), st.integers(0, 11))
@settings(max_examples=60, deadline=None)
def test_a_shorter_text_moves_no_other_line_where_the_talk_was_mild(lines, place):
    limits = limits_of(lines)
    report = fit(lines, limits)
    if report.infeasible_clusters:
        return
    before = {p.utterance: p for p in report.placements}
    number = lines[place % len(lines)].utterance
    again = edited(lines, number, max(1, round(before[number].duration_ms * 0.8)))
    stay = {n: p for n, p in before.items() if n != number}
    found = {p.utterance: p for p in fit_again(again, stay, limits).placements}
    moved = [n for n in stay if found[n] != before[n]]
    # A crossing of two speakers may ask for a little more room than the plan of both did.
    crossing = any(
        a.span.overlap_ms(b.span) for a in lines for b in lines if a.utterance < b.utterance
    )
    assert moved == [] or crossing


def test_a_text_that_fits_between_its_neighbours_leaves_them():
    lines = [line(1, 0, 2_000, 2_000), line(2, 3_000, 5_000, 2_000), line(3, 6_000, 8_000, 2_000)]
    before = placements(lines, ROOMY)
    stay = {1: before[1], 3: before[3]}
    report = fit_again(edited(lines, 2, 2_600), stay, ROOMY)
    found = {p.utterance: p for p in report.placements}
    assert (found[1], found[3]) == (before[1], before[3])
    assert found[2].end_ms + 80 <= found[3].start_ms


def test_a_text_too_long_for_its_gap_moves_the_next_line_and_no_more():
    lines = [line(n, 3_000 * n, 3_000 * n + 2_500, 2_400) for n in range(8)]
    lines = [line(n + 1, one.span.start_ms, one.span.end_ms, 2_400) for n, one in enumerate(lines)]
    before = placements(lines, ROOMY)
    stay = {n: p for n, p in before.items() if n != 3}
    report = fit_again(edited(lines, 3, 4_800), stay, ROOMY)
    moved = [p.utterance for p in report.placements if before[p.utterance] != p]
    assert moved == [3, 4]
    assert all("review" not in p.measures for p in report.placements)


def test_a_line_that_keeps_the_original_makes_its_neighbours_give_way():
    lines = [line(1, 0, 2_000, 2_800), line(2, 2_500, 4_000, 1_500)]
    before = placements(lines, ROOMY)
    late = before[1].model_copy(update={"duration_ms": 2_600})
    kept = LineToFit(
        2, S1, TimeSpan(start_ms=2_500, end_ms=4_000), (1_500,), 1.0, locked=True, stays=True
    )
    report = fit_again([lines[0], kept], {1: late}, ROOMY)
    found = {p.utterance: p for p in report.placements}
    assert found[2].start_ms == 2_500
    assert found[1].end_ms + 80 <= 2_500


def test_a_text_that_fits_nowhere_is_reported():
    lines = [line(1, 0, 2_000, 2_000), line(2, 3_000, 5_000, 2_000)]
    limits = FitLimits(end_ms=5_200)
    before = placements(lines, limits)
    report = fit_again(edited(lines, 2, 20_000), {1: before[1]}, limits)
    assert not report.feasible


def test_deleting_a_line_moves_nothing():
    lines = [line(n + 1, 3_000 * n, 3_000 * n + 2_500, 2_400) for n in range(5)]
    before = placements(lines, ROOMY)
    stay = {n: p for n, p in before.items() if n != 3}
    report = fit_again([one for one in lines if one.utterance != 3], stay, ROOMY)
    assert {p.utterance: p for p in report.placements} == stay


@pytest.mark.parametrize("number", [1, 5])
def test_with_nothing_that_stays_it_is_a_fit_like_any_other(number):
    lines = [line(n + 1, 3_000 * n, 3_000 * n + 2_500, 2_700) for n in range(number)]
    assert fit_again(lines, {}, ROOMY) == fit(lines, ROOMY)

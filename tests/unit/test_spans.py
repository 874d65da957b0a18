from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.timeline import TimeSpan, clipped

times = st.integers(0, 10_000)
spans = st.builds(
    lambda start_ms, lasts_ms: TimeSpan(start_ms=start_ms, end_ms=start_ms + lasts_ms),
    times,
    st.integers(1, 5_000),
)


@given(spans, st.integers(1, 6_000))
def test_equal_parts_follow_each_other_and_make_up_the_span(span: TimeSpan, longest: int) -> None:
    parts = span.equal_parts(longest)
    assert (parts[0].start_ms, parts[-1].end_ms) == (span.start_ms, span.end_ms)
    assert all(one.end_ms == other.start_ms for one, other in pairwise(parts))


@given(spans, st.integers(1, 6_000))
def test_equal_parts_are_as_few_as_fit_and_differ_by_a_millisecond_at_most(
    span: TimeSpan, longest: int
) -> None:
    lengths = [part.duration_ms for part in span.equal_parts(longest)]
    assert max(lengths) <= longest
    assert max(lengths) - min(lengths) <= 1
    assert (len(lengths) - 1) * longest < span.duration_ms


@given(st.lists(spans, max_size=6), times, times)
def test_clipped_spans_hold_what_lasts_between_the_times(
    given_spans: list[TimeSpan], one: int, other: int
) -> None:
    start_ms, end_ms = min(one, other), max(one, other) + 1
    window = TimeSpan(start_ms=start_ms, end_ms=end_ms)
    kept = clipped(given_spans, start_ms, end_ms)
    assert all(start_ms <= span.start_ms and span.end_ms <= end_ms for span in kept)
    lasting = [span.overlap_ms(window) for span in given_spans]
    assert [span.duration_ms for span in kept] == [ms for ms in lasting if ms]

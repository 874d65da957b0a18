import time

from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.speech import SpeakerId, SpeakerTurn
from dubwright.domain.timeline import TimeSpan
from dubwright.jobs.attributing import Attribution

moments = st.integers(min_value=0, max_value=500)
spans = st.builds(
    lambda start, length: TimeSpan(start_ms=start, end_ms=start + length),
    moments,
    st.integers(min_value=1, max_value=200),
)
turns = st.builds(
    SpeakerTurn, speaker=st.sampled_from(["S1", "S2", "S3"]).map(SpeakerId), span=spans
)


@given(st.lists(turns, max_size=30), spans)
def test_a_span_is_of_whoever_speaks_most_of_it(given_turns, span):
    shares = {}
    for turn in given_turns:
        shares[turn.speaker] = shares.get(turn.speaker, 0) + turn.span.overlap_ms(span)
    found = Attribution(given_turns).speaker_of(span)
    if found is None:
        assert not any(shares.values())
    else:
        assert shares[found] == max(shares.values()) > 0


def test_thousands_of_long_spans_over_thousands_of_turns_take_no_time():
    attribution = Attribution(
        SpeakerTurn(
            speaker=SpeakerId(f"S{1 + number % 2}"),
            span=TimeSpan(start_ms=1_000 * number, end_ms=1_000 * number + 900),
        )
        for number in range(3_000)
    )
    begun = time.process_time()
    for number in range(20_000):
        attribution.speaker_of(TimeSpan(start_ms=number, end_ms=3_000_000))
    assert time.process_time() - begun < 5

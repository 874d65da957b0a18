from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.coverage import holes_in
from dubwright.domain.speech import SpeechMap, Word
from dubwright.domain.timeline import TimeSpan

END_MS = 60_000
WHOLE = TimeSpan(start_ms=0, end_ms=END_MS)


def spans(*edges: tuple[int, int]) -> tuple[TimeSpan, ...]:
    return tuple(TimeSpan(start_ms=start, end_ms=end) for start, end in edges)


def words(*edges: tuple[int, int]) -> list[Word]:
    return [Word(text="word", span=span) for span in spans(*edges)]


def speech(*edges: tuple[int, int]) -> SpeechMap:
    return SpeechMap(spans=spans(*edges))


def test_speech_that_has_words_has_no_holes():
    said = words((1_000, 1_400), (1_500, 2_100), (4_000, 4_500))
    assert holes_in(speech((1_000, 2_200), (3_900, 4_600)), said, WHOLE) == ()


def test_a_stretch_without_words_is_a_hole_from_word_to_word():
    said = words((1_000, 2_000), (8_000, 9_000))
    assert holes_in(speech((1_000, 9_000)), said, WHOLE) == (speech((2_000, 8_000)),)


def test_a_hole_at_the_start_and_one_at_the_end_are_seen():
    said = words((10_000, 11_000))
    found = holes_in(speech((0, 4_000), (10_000, 11_000), (20_000, 23_000)), said, WHOLE)
    assert found == (speech((0, 4_000)), speech((20_000, 23_000)))


def test_speech_around_short_pauses_counts_together():
    said = words((0, 500), (9_000, 9_500))
    heard = speech((0, 500), (2_000, 3_500), (4_000, 5_500), (9_000, 9_500))
    assert holes_in(heard, said, WHOLE) == (speech((2_000, 3_500), (4_000, 5_500)),)


def test_a_long_pause_is_no_hole():
    said = words((0, 500), (30_000, 30_500))
    assert holes_in(speech((0, 500), (30_000, 30_500)), said, WHOLE) == ()


def test_only_what_is_within_is_looked_at():
    within = TimeSpan(start_ms=10_000, end_ms=20_000)
    assert holes_in(speech((0, 30_000)), [], within) == (speech((10_000, 20_000)),)


EDGES = st.lists(st.integers(0, END_MS), min_size=2, max_size=20, unique=True).map(sorted)


def pairs(edges: list[int]) -> list[tuple[int, int]]:
    return list(zip(edges[::2], edges[1::2], strict=False))


@given(spoken=EDGES, said=EDGES, shortest_ms=st.integers(1, 10_000))
def test_holes_are_speech_without_words_and_long_enough(spoken, said, shortest_ms):
    heard, told = speech(*pairs(spoken)), words(*pairs(said))
    for hole in holes_in(heard, told, WHOLE, shortest_ms=shortest_ms):
        assert sum(span.duration_ms for span in hole.spans) >= shortest_ms
        for span in hole.spans:
            assert any(s.start_ms <= span.start_ms and span.end_ms <= s.end_ms for s in heard.spans)
            assert not any(word.span.overlap_ms(span) for word in told)


@given(spoken=EDGES, said=EDGES)
def test_with_the_holes_filled_there_are_none(spoken, said):
    heard, told = speech(*pairs(spoken)), words(*pairs(said))
    filled = [
        Word(text="found", span=span)
        for hole in holes_in(heard, told, WHOLE)
        for span in hole.spans
    ]
    assert holes_in(heard, told + filled, WHOLE) == ()

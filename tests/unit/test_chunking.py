from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan


def speech(*edges: tuple[int, int]) -> SpeechMap:
    return SpeechMap(spans=tuple(TimeSpan(start_ms=start, end_ms=end) for start, end in edges))


@st.composite
def speech_maps(draw: st.DrawFn) -> SpeechMap:
    edges, at_ms = [], draw(st.integers(0, 3000))
    for _ in range(draw(st.integers(0, 40))):
        end_ms = at_ms + draw(st.integers(50, 40_000 if draw(st.booleans()) else 4_000))
        edges.append((at_ms, end_ms))
        at_ms = end_ms + draw(st.integers(30, 5_000))
    return speech(*edges)


@given(speech_maps())
def test_chunks_cover_all_speech_in_order_without_meeting(heard: SpeechMap) -> None:
    chunks = recognition_chunks(heard)
    for span in heard.spans:
        assert sum(chunk.overlap_ms(span) for chunk in chunks) == span.duration_ms
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(chunks))


@given(speech_maps())
def test_no_chunk_is_longer_than_the_recogniser_takes(heard: SpeechMap) -> None:
    assert all(chunk.duration_ms <= 28_200 for chunk in recognition_chunks(heard))


@given(speech_maps())
def test_chunks_end_in_silence_unless_one_stretch_of_speech_is_too_long(heard: SpeechMap) -> None:
    inside = {
        chunk.end_ms
        for chunk in recognition_chunks(heard)
        for span in heard.spans
        if span.start_ms <= chunk.end_ms < span.end_ms and span.duration_ms <= 28_000
    }
    assert inside == set()


def test_the_first_chunk_is_short_so_that_the_first_lines_come_early() -> None:
    heard = speech(*((n * 2000, n * 2000 + 1800) for n in range(40)))
    first, second, *_ = recognition_chunks(heard)
    assert first.duration_ms <= 12_200
    assert 16_000 <= second.duration_ms <= 28_200


def test_a_chunk_ends_at_the_longest_pause_near_the_limit() -> None:
    heard = speech((0, 9000), (9100, 20_000), (21_500, 25_000), (25_200, 30_000))
    chunks = recognition_chunks(heard, first_ms=28_000)
    assert chunks == (
        TimeSpan(start_ms=0, end_ms=20_100),
        TimeSpan(start_ms=21_400, end_ms=30_100),
    )


def test_speech_without_a_pause_is_cut_into_equal_parts() -> None:
    chunks = recognition_chunks(speech((1000, 61_000)), pad_ms=0)
    assert [chunk.duration_ms for chunk in chunks] == [20_000, 20_000, 20_000]


def test_chunks_stay_inside_the_file() -> None:
    (chunk,) = recognition_chunks(speech((40, 5000)), end_ms=5030)
    assert chunk == TimeSpan(start_ms=0, end_ms=5030)


def test_silence_gives_no_chunk() -> None:
    assert recognition_chunks(SpeechMap(spans=())) == ()

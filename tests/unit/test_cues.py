from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.captions import cues_from_utterances
from dubwright.domain.cues import Cue, parse_cues, to_srt, to_vtt
from dubwright.domain.errors import InputError
from dubwright.domain.timeline import TimeSpan


def cue(start_ms: int, end_ms: int, text: str) -> Cue:
    return Cue(span=TimeSpan(start_ms=start_ms, end_ms=end_ms), text=text)


def texts(alphabet: str) -> st.SearchStrategy[str]:
    line = st.text(alphabet, min_size=1).map(lambda text: " ".join(text.split())).filter(bool)
    return st.lists(line, min_size=1, max_size=3).map("\n".join)


def cue_lists(alphabet: str) -> st.SearchStrategy[list[Cue]]:
    spans = st.tuples(st.integers(0, 40_000_000), st.integers(1, 20_000))
    cues = st.builds(lambda at, text: cue(at[0], at[0] + at[1], text), spans, texts(alphabet))
    return st.lists(cues, max_size=8).map(
        lambda found: sorted(found, key=lambda c: (c.span.start_ms, c.span.end_ms))
    )


@given(cue_lists("abcçãé 019.,?!-:'\"→你>"))
def test_cues_written_as_srt_are_read_back_the_same(cues: list[Cue]) -> None:
    assert list(parse_cues(to_srt(cues))) == cues


@given(cue_lists("abcçãé 019.,?!-:'\"→你<>&;"))
def test_cues_written_as_webvtt_are_read_back_the_same(cues: list[Cue]) -> None:
    assert list(parse_cues(to_vtt(cues))) == cues


def test_an_srt_file_looks_as_players_expect() -> None:
    assert to_srt([cue(1500, 3723004, "Olá.\nTudo bem?")]) == (
        "1\n00:00:01,500 --> 01:02:03,004\nOlá.\nTudo bem?\n\n"
    )


def test_a_webvtt_file_looks_as_players_expect() -> None:
    assert to_vtt([cue(0, 999, "R&D <1>")]) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:00.999\nR&amp;D &lt;1&gt;\n\n"
    )


def test_marks_line_ends_numbers_and_blank_lines_of_real_srt_files_are_taken() -> None:
    text = (
        "\ufeff\r\n1\r\n00:00:01,000 --> 00:00:02,000\r\n<i>Hello</i>\r\n{\\an8}there\r\n\r\n\r\n"
        '00:00:03,5 --> 00:00:04,000\r\n<font color="red">No number</font>\r\n'
    )
    assert parse_cues(text) == (cue(1000, 2000, "Hello\nthere"), cue(3500, 4000, "No number"))


def test_notes_styles_names_and_settings_of_webvtt_are_left_out() -> None:
    text = (
        "WEBVTT - a talk\nKind: captions\n\nNOTE not shown\n00:01 not a cue\n\n"
        "STYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start position:10%\n"
        "<v Anna>Hi &amp; <00:01.500><c>bye</c>\n\n1:00:00.000 --> 1:00:01.000\nlate\n"
    )
    assert parse_cues(text) == (cue(1000, 2000, "Hi & bye"), cue(3600000, 3601000, "late"))


def test_cues_that_show_nothing_are_left_out() -> None:
    assert parse_cues("1\n00:00:01,000 --> 00:00:02,000\n<i></i>\n") == ()


def test_a_cue_that_ends_before_it_starts_is_kept_for_a_millisecond() -> None:
    text = "1\n00:00:05,000 --> 00:00:04,000\nback\n\n2\n00:00:01,000 --> 00:00:01,000\nzero\n"
    assert parse_cues(text) == (cue(1000, 1001, "zero"), cue(5000, 5001, "back"))


def test_overlapping_cues_stay_as_they_are() -> None:
    cues = [cue(0, 3000, "one"), cue(1000, 2000, "two")]
    assert list(parse_cues(to_srt(cues))) == cues


@pytest.mark.parametrize("text", ["", "\ufeff", "WEBVTT\n", "\r\n\r\n"])
def test_an_empty_file_has_no_cues(text: str) -> None:
    assert parse_cues(text) == ()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("1\n00:00:01,000 --> soon\nHi\n", 2),
        ("1\n00:00:01,000 -->\nHi\n", 2),
        ("1\n00:00:01 --> 00:00:02,000\nHi\n", 2),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\n00:00:72,000 --> 00:00:75,000\nHo\n", 6),
        ("1\n00:00:01,000 --> 00:00:02,000\nHi\n\n2\nHo\n", 5),
        ("Dear reader,\nthis is a letter.\n", 1),
    ],
)
def test_a_line_that_is_no_time_is_refused_by_its_number(text: str, line: int) -> None:
    with pytest.raises(InputError, match=rf"^line {line}: "):
        parse_cues(text)


@st.composite
def spoken_lines(draw: st.DrawFn) -> list[tuple[TimeSpan, str]]:
    lines, at_ms = [], 0
    words = st.text("abcdefgh,.", min_size=1, max_size=14)
    for _ in range(draw(st.integers(0, 5))):
        text = " ".join(draw(st.lists(words, max_size=60)))
        end_ms = at_ms + draw(st.integers(300, 20_000))
        lines.append((TimeSpan(start_ms=at_ms, end_ms=end_ms), text))
        at_ms = end_ms + draw(st.integers(0, 5000))
    return lines


@given(spoken_lines())
def test_captions_have_at_most_two_lines_of_42_characters(
    lines: list[tuple[TimeSpan, str]],
) -> None:
    for shown in cues_from_utterances(lines):
        assert shown.text.count("\n") <= 1
        assert all(0 < len(line) <= 42 for line in shown.text.split("\n"))
        assert shown.span.duration_ms <= 7000


@given(spoken_lines())
def test_captions_show_every_word_in_order(lines: list[tuple[TimeSpan, str]]) -> None:
    shown = " ".join(cue.text for cue in cues_from_utterances(lines))
    assert shown.split() == " ".join(text for _, text in lines).split()


@given(spoken_lines())
def test_captions_do_not_overlap_where_the_lines_do_not(lines: list[tuple[TimeSpan, str]]) -> None:
    shown = cues_from_utterances(lines)
    for one, other in pairwise(shown):
        assert one.span.end_ms <= other.span.start_ms


def test_a_short_line_stays_until_it_can_be_read() -> None:
    line = (TimeSpan(start_ms=1000, end_ms=1400), "Sim, claro.")
    later = (TimeSpan(start_ms=1900, end_ms=2900), "Vamos.")
    assert cues_from_utterances([line])[0].span.end_ms == 2000
    assert cues_from_utterances([line], end_ms=1700)[0].span.end_ms == 1700
    assert cues_from_utterances([line, later])[0].span.end_ms == 1820


def test_a_line_breaks_after_punctuation_near_its_middle() -> None:
    text = "The bridge was closed, so we all walked down to the river."
    (shown,) = cues_from_utterances([(TimeSpan(start_ms=0, end_ms=5000), text)])
    assert shown.text == "The bridge was closed,\nso we all walked down to the river."


def test_a_long_line_becomes_cues_that_share_its_time() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve, " * 3
    shown = cues_from_utterances([(TimeSpan(start_ms=0, end_ms=15_000), text)])
    assert len(shown) >= 3
    assert shown[0].span.start_ms == 0
    assert shown[-1].span.end_ms == 15_000
    assert min(cue.span.duration_ms for cue in shown) >= 1000

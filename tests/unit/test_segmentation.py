from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dubwright.domain.segmentation import write_utterances
from dubwright.domain.sentences import ends_clause, ends_sentence
from dubwright.domain.speech import SpeakerId, SpeakerTurn, SpeechMap, Utterance, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.domain.word_times import refined_words

S1, S2 = SpeakerId("S1"), SpeakerId("S2")

_SILENCES_MS = {"|": 500, "/": 350, ".": 200}


def span(start_ms: int, end_ms: int) -> TimeSpan:
    return TimeSpan(start_ms=start_ms, end_ms=end_ms)


def said(text: str, start_ms: int = 0, each_ms: int = 300) -> list[Word]:
    """Words of equal length; `|`, `/` and `.` are 500, 350 and 200 ms of silence."""
    words, at_ms = [], start_ms
    for piece in text.split():
        if piece in _SILENCES_MS:
            at_ms += _SILENCES_MS[piece]
            continue
        words.append(Word(text=piece, span=span(at_ms, at_ms + each_ms - 20)))
        at_ms += each_ms
    return words


def heard(words: list[Word]) -> SpeechMap:
    return SpeechMap(spans=(span(words[0].span.start_ms, words[-1].span.end_ms),))


def turn(speaker: SpeakerId, start_ms: int, end_ms: int) -> SpeakerTurn:
    return SpeakerTurn(speaker=speaker, span=span(start_ms, end_ms))


def lines(words: list[Word], *turns: SpeakerTurn) -> list[str]:
    return [line.source_text for line in write_utterances(words, turns, heard(words))]


@st.composite
def recordings(draw: st.DrawFn) -> tuple[list[Word], list[SpeakerTurn], SpeechMap]:
    words, at_ms = [], draw(st.integers(0, 500))
    tokens = st.sampled_from(["yes", "and", "well,", "done.", "Dr.", "what?", "so", "3.5", "a…"])
    for _ in range(draw(st.integers(0, 60))):
        length_ms = draw(st.integers(1, 900))
        words.append(Word(text=draw(tokens), span=span(at_ms, at_ms + length_ms)))
        at_ms = max(0, at_ms + length_ms + draw(st.integers(-60, 900)))
    spans, speech_ms = [], draw(st.integers(0, 800))
    turns = []
    while speech_ms < at_ms:
        end_ms = speech_ms + draw(st.integers(100, 5000))
        spans.append(span(speech_ms, end_ms))
        turns.append(turn(draw(st.sampled_from([S1, S2])), speech_ms, end_ms))
        speech_ms = end_ms + draw(st.integers(50, 1000))
    return words, turns, SpeechMap(spans=tuple(spans))


@given(recordings())
@settings(max_examples=50, deadline=None)
def test_every_word_is_in_exactly_one_line_and_in_order(
    recording: tuple[list[Word], list[SpeakerTurn], SpeechMap],
) -> None:
    words, turns, speech = recording
    found = write_utterances(words, turns, speech)
    assert " ".join(line.source_text for line in found) == " ".join(word.text for word in words)


@given(recordings())
@settings(max_examples=50, deadline=None)
def test_lines_are_numbered_and_follow_each_other(
    recording: tuple[list[Word], list[SpeakerTurn], SpeechMap],
) -> None:
    words, turns, speech = recording
    found = write_utterances(words, turns, speech, first_id=7)
    assert [line.id for line in found] == list(range(7, 7 + len(found)))
    assert all(one.span.end_ms <= other.span.start_ms for one, other in pairwise(found))
    assert {line.speaker for line in found} <= {S1, S2}


@given(recordings())
@settings(max_examples=50, deadline=None)
def test_refined_words_keep_their_order_and_never_overlap(
    recording: tuple[list[Word], list[SpeakerTurn], SpeechMap],
) -> None:
    words, _, speech = recording
    refined = refined_words(words, speech)
    assert [word.text for word in refined] == [word.text for word in words]
    assert all(one.span.end_ms <= other.span.start_ms for one, other in pairwise(refined))


@given(recordings())
@settings(max_examples=50, deadline=None)
def test_only_lines_too_short_to_split_are_too_long(
    recording: tuple[list[Word], list[SpeakerTurn], SpeechMap],
) -> None:
    for line in write_utterances(*recording):
        is_short = line.span.duration_ms <= 12_000 and len(line.source_text) <= 220
        assert is_short or len(line.source_text.split()) < 6


def test_no_words_give_no_lines() -> None:
    assert write_utterances([], [turn(S1, 0, 900)], SpeechMap(spans=())) == ()


def test_lines_end_where_sentences_end() -> None:
    assert lines(said("We met Dr. Silva at 3.5 miles. Was it far? Yes!")) == [
        "We met Dr. Silva at 3.5 miles.",
        "Was it far?",
        "Yes!",
    ]


def test_lines_end_at_pauses_of_half_a_second() -> None:
    assert lines(said("we went home | and then we slept")) == ["we went home", "and then we slept"]


def test_a_shorter_pause_ends_only_a_long_line_after_a_clause() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    assert lines(said(f"{words}, / then more came")) == [f"{words},", "then more came"]
    assert lines(said(f"{words} / then more came")) == [f"{words} then more came"]
    assert lines(said(f"{words}, . then more came")) == [f"{words}, then more came"]
    assert lines(said("one two, / then more came")) == ["one two, then more came"]


def test_lines_end_where_the_speaker_changes() -> None:
    found = write_utterances(
        words := said("did you see it I did not see it"),
        [turn(S1, 0, 1200), turn(S2, 1200, 9000)],
        heard(words),
    )
    assert [(line.speaker, line.source_text) for line in found] == [
        (S1, "did you see it"),
        (S2, "I did not see it"),
    ]


def test_a_change_of_speaker_moves_to_the_end_of_the_sentence_one_word_away() -> None:
    words = said("did you see it? I did not see it.")
    late = lines(words, turn(S1, 0, 1500), turn(S2, 1500, 9000))
    early = lines(words, turn(S1, 0, 900), turn(S2, 900, 9000))
    assert late == early == ["did you see it?", "I did not see it."]


def test_a_single_word_of_another_speaker_within_a_sentence_is_not_believed() -> None:
    words = said("we all went to the lake.")
    assert lines(words, turn(S1, 0, 600), turn(S2, 600, 900), turn(S1, 900, 9000)) == [
        "we all went to the lake."
    ]


def test_a_word_outside_all_turns_goes_to_the_nearest_speaker() -> None:
    words = [*said("hello there"), *said("bye now", start_ms=5000)]
    found = write_utterances(words, [turn(S1, 0, 400), turn(S2, 6500, 7000)], heard(words))
    assert [line.speaker for line in found] == [S1, S2]


def test_a_long_line_is_split_at_the_comma_near_its_middle() -> None:
    first = "the river had been rising for days and nobody in the village had slept at all"
    second = "because the old bridge was the only way out and it was already under water"
    assert lines(said(f"{first}, {second}", each_ms=420)) == [f"{first},", second]


def test_a_single_word_joins_the_sentence_beside_it() -> None:
    assert lines(said("We are done. Well | we went home.")) == [
        "We are done. Well",
        "we went home.",
    ]


def test_the_first_word_of_a_chunk_starts_with_the_speech() -> None:
    words = [Word(text="Hello", span=span(0, 900)), Word(text="there.", span=span(900, 1300))]
    (line,) = write_utterances(words, [], SpeechMap(spans=(span(610, 1350),)))
    assert line == Utterance(id=1, speaker=S1, span=span(610, 1350), source_text="Hello there.")


def test_a_word_before_the_speech_moves_to_its_start() -> None:
    words = [Word(text="Hello", span=span(0, 200)), Word(text="there.", span=span(700, 1300))]
    first, _ = refined_words(words, SpeechMap(spans=(span(400, 1300),)))
    assert first.span == span(400, 600)


def test_a_word_far_from_any_speech_keeps_its_time() -> None:
    words = [Word(text="Hello", span=span(0, 200))]
    assert refined_words(words, SpeechMap(spans=(span(4000, 5000),))) == tuple(words)


@pytest.mark.parametrize(
    ("text", "following", "expected"),
    [
        ("home.", "We", True),
        ("home.”", "We", True),
        ("really?", "yes", True),
        ("Mr.", "Jones", False),
        ("e.g.", "this", False),
        ("J.", "Smith", False),
        ("I.", "We", True),
        ("3.", "5", False),
        ("3.", "We", True),
        ("3.5", "miles", False),
        ("p.m.", "and", False),
        ("p.m.", "We", True),
        ("wait…", "for", False),
        ("wait...", "For", True),
        ("etc.", None, True),
        ("home,", "We", False),
        ("...", "so", False),
        (".", "So", True),
        ("", "So", False),
    ],
)
def test_sentence_ends_are_told_from_other_dots(
    text: str, following: str | None, expected: bool
) -> None:
    assert ends_sentence(text, following) is expected


def test_clauses_end_at_commas_and_dashes() -> None:
    assert ends_clause("well,")
    assert ends_clause("well\u2014")
    assert not ends_clause("well")

"""What a person does to a transcript, and how a script follows it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.editing import (
    given_to,
    joined,
    merge_with_next,
    split_at,
    with_changes,
    with_line,
    without_line,
)
from dubwright.domain.errors import InputError, NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.domain.merging import lines_of, merged, untranslated
from dubwright.domain.speech import Lines, Script, SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan

EN, PT = LanguageTag("en"), LanguageTag("pt")
S1, S2 = SpeakerId("S1"), SpeakerId("S2")


def line(number: int, text: str, speaker: SpeakerId = S1) -> Utterance:
    start_ms = 2_000 * number
    span = TimeSpan(start_ms=start_ms, end_ms=start_ms + 1_500)
    return Utterance(id=number, speaker=speaker, span=span, source_text=text)


def lines(*utterances: Utterance) -> Lines:
    return Lines(language=EN, utterances=utterances)


def translated(of: Lines) -> Script:
    return Script(
        source_language=EN,
        target_language=PT,
        utterances=tuple(
            one.model_copy(update={"target_text": one.source_text.upper(), "variants": ("X",)})
            for one in of.utterances
        ),
    )


TALK = lines(line(1, "one"), line(2, "two three"), line(3, "four", S2))


def test_a_changed_text_leaves_everything_else_as_it_was() -> None:
    changed = with_changes(TALK, 2, text="two")
    assert [one.source_text for one in changed.utterances] == ["one", "two", "four"]
    assert [one.span for one in changed.utterances] == [one.span for one in TALK.utterances]


def test_a_line_that_is_moved_takes_its_place_in_time() -> None:
    changed = with_changes(TALK, 1, start_ms=9_000, end_ms=9_500)
    assert [one.id for one in changed.utterances] == [2, 3, 1]


def test_a_line_cannot_end_before_it_starts() -> None:
    with pytest.raises(InputError, match="cannot last from 5000 to 3500"):
        with_changes(TALK, 1, start_ms=5_000)


def test_a_line_that_does_not_exist_cannot_be_changed() -> None:
    with pytest.raises(NotFoundError):
        with_changes(TALK, 9, text="nine")


def test_a_split_gives_the_second_part_a_new_id() -> None:
    parts = split_at(TALK, 2, 3, at_ms=4_700, new_id=4).utterances
    assert [(one.id, one.source_text) for one in parts[1:3]] == [(2, "two"), (4, "three")]
    assert (parts[1].span.end_ms, parts[2].span.start_ms) == (4_700, 4_700)


@pytest.mark.parametrize(("after", "at_ms"), [(9, 4_700), (3, 4_000), (3, 5_500)])
def test_a_split_leaves_words_and_time_on_both_sides(after: int, at_ms: int) -> None:
    with pytest.raises(InputError):
        split_at(TALK, 2, after, at_ms=at_ms, new_id=4)


def test_merging_joins_texts_and_times() -> None:
    whole = merge_with_next(TALK, 1).utterances[0]
    assert (whole.source_text, whole.span.end_ms) == ("one two three", 5_500)


@pytest.mark.parametrize("segment", [2, 3])
def test_neither_the_last_line_nor_those_of_two_speakers_merge(segment: int) -> None:
    with pytest.raises(InputError):
        merge_with_next(TALK, segment)


def test_a_merged_line_may_be_given_its_text() -> None:
    assert merge_with_next(TALK, 1, text="one, two").utterances[0].source_text == "one, two"


def test_texts_are_joined_as_their_language_is_written() -> None:
    assert joined("two", "three", EN) == "two three"
    assert joined("\u3053\u3093", "\u306b\u3061\u306f", LanguageTag("ja")) == (
        "\u3053\u3093\u306b\u3061\u306f"
    )
    assert joined("", "three", EN) == "three"


def test_a_line_that_is_put_in_takes_its_place_in_time() -> None:
    more = with_line(TALK, line(7, "seven").model_copy(update={"span": line(2, "").span}))
    assert [one.id for one in more.utterances] == [1, 2, 7, 3]


def test_a_line_that_is_taken_out_is_gone_and_cannot_be_taken_out_again() -> None:
    fewer = without_line(TALK, 2)
    assert [one.id for one in fewer.utterances] == [1, 3]
    with pytest.raises(NotFoundError):
        without_line(fewer, 2)


def test_all_lines_of_a_speaker_go_to_the_other() -> None:
    assert {one.speaker for one in given_to(TALK, S2, S1).utterances} == {S1}


@given(cut=st.integers(1, 8), at_ms=st.integers(4_001, 5_499))
def test_merging_what_was_split_loses_no_word(cut: int, at_ms: int) -> None:
    text = "two three"
    if not text[:cut].strip() or not text[cut:].strip():
        return
    whole = merge_with_next(split_at(TALK, 2, cut, at_ms=at_ms, new_id=4), 2).utterances[1]
    assert whole.source_text.replace(" ", "") == text.replace(" ", "")
    assert whole.span == TALK.utterances[1].span


def test_a_script_keeps_the_translation_of_what_did_not_change() -> None:
    script = merged(with_changes(TALK, 2, text="new"), translated(TALK))
    assert [one.target_text for one in script.utterances] == ["ONE", "", "FOUR"]
    assert script.utterances[1].variants == ()


def test_a_locked_line_keeps_its_translation() -> None:
    before = translated(TALK)
    locked = before.model_copy(
        update={
            "utterances": tuple(
                one.model_copy(update={"locked": one.id == 2}) for one in before.utterances
            )
        }
    )
    script = merged(with_changes(TALK, 2, text="new"), locked)
    assert script.utterances[1].target_text == "TWO THREE"
    assert script.utterances[1].source_text == "new"


def test_a_line_that_is_gone_leaves_the_script() -> None:
    script = merged(merge_with_next(TALK, 1), translated(TALK))
    assert [(one.id, one.target_text) for one in script.utterances] == [(1, ""), (3, "FOUR")]


def test_an_untouched_transcript_changes_nothing_in_a_script() -> None:
    assert merged(TALK, translated(TALK)) == translated(TALK)


def test_the_lines_of_a_script_are_those_it_was_written_from() -> None:
    assert lines_of(translated(TALK)) == TALK
    assert lines_of(untranslated(TALK, PT)) == TALK

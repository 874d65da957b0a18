"""How target texts follow when lines are split, merged, put in and taken out."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.carrying import (
    carried_delete,
    carried_insert,
    carried_merge,
    carried_split,
    carried_text,
    with_line_said,
)
from dubwright.domain.editing import (
    cut,
    merge_with_next,
    split_at,
    with_changes,
    with_line,
    without_line,
)
from dubwright.domain.errors import InputError
from dubwright.domain.language import LanguageTag
from dubwright.domain.merging import merged, unwritten
from dubwright.domain.speech import Lines, Script, SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan

EN, PT = LanguageTag("en"), LanguageTag("pt")
S1 = SpeakerId("S1")


def line(number: int, text: str, target: str = "") -> Utterance:
    span = TimeSpan(start_ms=2_000 * number, end_ms=2_000 * number + 1_500)
    return Utterance(id=number, speaker=S1, span=span, source_text=text, target_text=target)


SAID = (line(1, "one", "um"), line(2, "two three", "dois tr\u00eas"), line(3, "four", "quatro"))
TALK = Lines(
    language=EN, utterances=tuple(one.model_copy(update={"target_text": ""}) for one in SAID)
)
SCRIPT = Script(source_language=EN, target_language=PT, utterances=SAID)


def shown(lines: Lines, script: Script) -> dict[int, Utterance]:
    return {one.id: one for one in merged(lines, script).utterances}


def texts(lines: Lines, script: Script) -> list[str]:
    return [one.target_text for one in merged(lines, script).utterances]


def locked(script: Script, number: int) -> Script:
    return script.model_copy(
        update={
            "utterances": tuple(
                one.model_copy(update={"locked": one.id == number}) for one in script.utterances
            )
        }
    )


def split(script: Script, after: int | None) -> tuple[Lines, Script]:
    parts = split_at(TALK, 2, 3, at_ms=4_700, new_id=4)
    whole = shown(TALK, script)[2]
    return parts, carried_split(script, parts, whole, 4, after_characters=after)


def merge(lines: Lines, script: Script, text: str | None = None) -> tuple[Lines, Script]:
    first, second = shown(lines, script)[1], shown(lines, script)[2]
    whole = merge_with_next(lines, 1)
    return whole, carried_merge(script, whole, first, second, text=text)


def test_a_target_text_is_cut_where_a_person_says() -> None:
    assert texts(*split(SCRIPT, 4)) == ["um", "dois", "tr\u00eas", "quatro"]


def test_a_target_text_that_was_not_cut_is_translated_again() -> None:
    assert texts(*split(SCRIPT, None)) == ["um", "", "", "quatro"]


def test_a_locked_text_that_was_not_cut_stays_whole() -> None:
    parts, script = split(locked(SCRIPT, 2), None)
    assert texts(parts, script) == ["um", "dois tr\u00eas", "", "quatro"]
    assert [one.locked for one in merged(parts, script).utterances] == [False, True, False, False]


def test_both_parts_of_a_line_are_spoken_as_the_whole_was() -> None:
    chosen = SAID[1].model_copy(update={"voice": "low", "speed": 1.2, "keep_original": True})
    parts, script = split(with_line_said(SCRIPT, TALK, chosen), 4)
    after = shown(parts, script)
    for number in (2, 4):
        assert (after[number].voice, after[number].speed) == ("low", 1.2)
        assert after[number].keep_original


def test_a_target_text_cannot_be_cut_after_its_end() -> None:
    with pytest.raises(InputError, match="has 9 characters"):
        split(SCRIPT, 10)


def test_merged_lines_say_both_target_texts() -> None:
    assert texts(*merge(TALK, SCRIPT)) == ["um dois tr\u00eas", "quatro"]


def test_a_line_that_waits_for_its_translation_makes_the_merged_one_wait() -> None:
    waiting = with_line_said(SCRIPT, TALK, line(2, "two three"))
    assert texts(*merge(TALK, waiting)) == ["", "quatro"]
    assert texts(*merge(TALK, locked(waiting, 1))) == ["um", "quatro"]


def test_a_merged_line_may_be_given_its_target_text() -> None:
    assert texts(*merge(TALK, SCRIPT, "um e dois")) == ["um e dois", "quatro"]


def test_a_line_that_is_put_in_says_what_a_person_wrote() -> None:
    more = with_line(TALK, line(9, "nine"))
    assert texts(more, carried_insert(SCRIPT, more, 9, text="nove"))[-1] == "nove"
    assert texts(more, carried_insert(SCRIPT, more, 9, text=""))[-1] == ""


def test_what_is_taken_out_leaves_the_script() -> None:
    fewer = without_line(TALK, 2)
    script = carried_delete(SCRIPT, fewer)
    assert [one.id for one in script.utterances] == [1, 3]
    assert texts(fewer, script) == ["um", "quatro"]


def test_a_line_can_be_changed_in_both_languages_at_once() -> None:
    changed = with_changes(TALK, 1, text="once")
    script = carried_text(SCRIPT, changed, SAID[0], "uma vez")
    assert texts(changed, script)[0] == "uma vez"


def test_an_edit_elsewhere_does_not_forget_what_a_line_was_translated_from() -> None:
    changed = with_changes(TALK, 3, text="for")
    lines, script = merge(changed, SCRIPT)
    assert texts(lines, script) == ["um dois tr\u00eas", ""]
    assert texts(with_changes(lines, 3, text="four"), script) == ["um dois tr\u00eas", "quatro"]


def test_a_line_put_in_before_any_translation_is_all_that_the_script_has() -> None:
    more = with_line(TALK, line(9, "nine"))
    script = carried_insert(unwritten(TALK, PT), more, 9, text="nove")
    assert texts(more, script) == ["", "", "", "nove"]


@dataclass
class Bench:
    """A transcript and its script, the numbers that were given, and what was said at first."""

    lines: Lines
    script: Script
    given: set[int]

    def split(self, place: int, source_at: int, target_at: int) -> None:
        whole = self.at(place)
        if not all(cut(whole.source_text, source_at)) or not all(cut(whole.target_text, target_at)):
            return
        at_ms = (whole.span.start_ms + whole.span.end_ms) // 2
        if at_ms in (whole.span.start_ms, whole.span.end_ms):
            return
        new_id = self.new_id()
        parts = split_at(self.lines, whole.id, source_at, at_ms=at_ms, new_id=new_id)
        self.script = carried_split(self.script, parts, whole, new_id, after_characters=target_at)
        self.lines = parts
        self.given.add(new_id)

    def merge(self, place: int) -> None:
        number = place % len(self.lines.utterances)
        if number + 1 == len(self.lines.utterances):
            return
        first, second = self.at(number), self.at(number + 1)
        whole = merge_with_next(self.lines, first.id)
        self.script = carried_merge(self.script, whole, first, second)
        self.lines = whole

    def put_in(self, start_ms: int) -> None:
        new_id = self.new_id()
        span = TimeSpan(start_ms=start_ms, end_ms=start_ms + 500)
        new = Utterance(id=new_id, speaker=S1, span=span, source_text=f"in{new_id}")
        self.lines = with_line(self.lines, new)
        self.script = carried_insert(self.script, self.lines, new_id, text=f"dentro{new_id}")
        self.given.add(new_id)

    def take_out(self, place: int) -> Utterance | None:
        if len(self.lines.utterances) == 1:
            return None
        gone = self.at(place)
        self.lines = without_line(self.lines, gone.id)
        self.script = carried_delete(self.script, self.lines)
        return gone

    def new_id(self) -> int:
        return max(self.given) + 1

    def at(self, place: int) -> Utterance:
        utterances = merged(self.lines, self.script).utterances
        return utterances[place % len(utterances)]

    def letters(self) -> tuple[str, str]:
        """All that is said in each language, however it is divided."""
        all_lines = merged(self.lines, self.script).utterances
        source = "".join(one.source_text for one in all_lines)
        target = "".join(one.target_text for one in all_lines)
        return letters(source), letters(target)


def letters(text: str) -> str:
    return "".join(sorted("".join(text.split())))


EDITS = st.lists(
    st.tuples(st.sampled_from(["split", "merge", "in", "out"]), *[st.integers(0, 9)] * 3),
    max_size=12,
)


@given(EDITS)
def test_any_edits_keep_the_order_the_words_and_the_numbers_apart(edits) -> None:
    bench = Bench(TALK, SCRIPT, {1, 2, 3})
    source, target = bench.letters()
    for kind, place, first, second in edits:
        match kind:
            case "split":
                bench.split(place, first, second)
            case "merge":
                bench.merge(place)
            case "in":
                bench.put_in(900 * first + 10 * second)
                source, target = (
                    letters(f"{source}in{max(bench.given)}"),
                    letters(f"{target}dentro{max(bench.given)}"),
                )
            case "out":
                gone = bench.take_out(place)
                if gone is not None:
                    source = without(source, gone.source_text)
                    target = without(target, gone.target_text)
        numbers = [one.id for one in bench.lines.utterances]
        assert len(set(numbers)) == len(numbers)
        starts = [one.span.start_ms for one in bench.lines.utterances]
        assert starts == sorted(starts)
        assert [one.id for one in merged(bench.lines, bench.script).utterances] == numbers
        assert bench.letters() == (source, target)


def without(text: str, gone: str) -> str:
    for letter in "".join(gone.split()):
        text = text.replace(letter, "", 1)
    return text


WORDS = st.lists(st.text("ab\u00e9\u65e5 ", min_size=1).filter(str.strip), min_size=2, max_size=2)


@given(source=WORDS, target=WORDS)
def test_a_merge_is_taken_back_by_a_split_with_the_texts_as_they_were(source, target) -> None:
    parts = [line(n + 1, source[n].strip(), target[n].strip()) for n in (0, 1)]
    lines = Lines(language=EN, utterances=tuple(parts))
    script = Script(source_language=EN, target_language=PT, utterances=tuple(parts))
    whole, said = merge(lines, script)
    before = shown(whole, said)[1]
    back = split_at(whole, 1, len(parts[0].source_text), at_ms=parts[1].span.start_ms, new_id=3)
    restored = carried_split(said, back, before, 3, after_characters=len(parts[0].target_text))
    after = merged(back, restored).utterances
    assert [one.source_text for one in after] == [one.source_text for one in parts]
    assert [one.target_text for one in after] == [one.target_text for one in parts]


@given(st.integers(1, 3))
def test_a_deletion_is_taken_back_by_putting_the_line_in_again(number: int) -> None:
    gone = shown(TALK, SCRIPT)[number]
    fewer = without_line(TALK, number)
    more = with_line(fewer, gone.model_copy(update={"id": 4, "target_text": ""}))
    script = carried_insert(carried_delete(SCRIPT, fewer), more, 4, text=gone.target_text)
    assert texts(more, script) == texts(TALK, SCRIPT)


def test_a_split_that_is_taken_back_gives_the_translation_back() -> None:
    parts, script = split(SCRIPT, None)
    before = shown(parts, script)
    whole = merge_with_next(parts, 2)
    restored = carried_merge(script, whole, before[2], before[4])
    assert texts(whole, restored) == ["um", "dois tr\u00eas", "quatro"]

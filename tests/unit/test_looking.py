"""Why a person should look at a line, and when there is no reason to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.fit import Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.looking import Evidence, looks, mark_of, readable_per_s, slots_ms
from dubwright.domain.speech import SpeakerId, Utterance
from dubwright.domain.timeline import TimeSpan

PT = LanguageTag("pt")
S1 = SpeakerId("S1")
ROOM = Evidence(slot_ms=10_000)


def line(number: int = 1, start_ms: int = 0, end_ms: int = 3_000, **more: object) -> Utterance:
    known = {
        "id": number,
        "speaker": S1,
        "span": TimeSpan(start_ms=start_ms, end_ms=end_ms),
        "source_text": "Good morning.",
        "target_text": "Bom dia.",
    }
    return Utterance.model_validate({**known, **more})


def placed(**more: object) -> Evidence:
    known = {"utterance": 1, "speaker": S1, "start_ms": 0, "duration_ms": 900, "speed": 1.0}
    placement = Placement.model_validate({**known, **more})
    return Evidence(slot_ms=10_000, placement=placement)


def told(line: Utterance, known: Evidence) -> list[tuple[str, str]]:
    return [(one.reason, one.detail) for one in looks(line, PT, known)]


def test_a_line_that_was_placed_and_heard_well_needs_no_look() -> None:
    assert told(line(), placed()) == []


def test_a_line_without_target_text_is_untranslated() -> None:
    assert told(line(target_text=" "), ROOM) == [("untranslated", "")]


def test_a_line_that_keeps_the_original_needs_no_look() -> None:
    assert told(line(target_text="", keep_original=True), ROOM) == []


@pytest.mark.parametrize(
    ("more", "reason", "detail"),
    [
        ({"measures": ("shorter_text",), "variant": 1}, "shorter_text", "Dia."),
        ({"measures": ("later_onset",), "onset_error_ms": 1_240}, "later_onset", "1.2"),
        ({"measures": ("top_speed",), "speed": 1.3}, "top_speed", "1.30"),
        ({"measures": ("review",)}, "review", ""),
        ({"spoken_by": "tone"}, "fallback", "spoken by tone"),
    ],
)
def test_what_a_line_needed_to_be_placed_is_told(more, reason, detail) -> None:
    assert told(line(variants=("Dia.",)), placed(**more)) == [(reason, detail)]


def test_what_was_heard_instead_is_told() -> None:
    assert told(line(), Evidence(slot_ms=10_000, misheard="bom bia")) == [
        ("heard_differently", "bom bia")
    ]


def test_who_stood_in_is_told_for_each_part() -> None:
    stood_in = line(heard_by="scripted", translated_by="echo")
    assert told(stood_in, ROOM) == [("fallback", "heard by scripted, translated by echo")]


def test_a_text_that_is_too_long_for_its_time_is_told_before_it_is_spoken() -> None:
    long = line(target_text="a" * 100)
    assert told(long, Evidence(slot_ms=3_000)) == [("reads_fast", "33")]
    assert told(long, Evidence(slot_ms=10_000)) == []
    assert told(long, placed(duration_ms=3_000)) == []


def test_what_is_fast_depends_on_the_writing() -> None:
    dense = line(target_text="\u65e5" * 30)
    japanese = LanguageTag("ja")
    assert looks(dense, PT, Evidence(slot_ms=2_000)) == ()
    assert [one.reason for one in looks(dense, japanese, Evidence(slot_ms=2_000))] == ["reads_fast"]
    assert readable_per_s(japanese) < readable_per_s(LanguageTag("pt-BR"))


def test_a_line_may_last_until_the_next_begins() -> None:
    lines = [line(1, 0, 2_000), line(2, 5_000, 6_000), line(3, 6_000, 7_000)]
    assert slots_ms(lines, end_ms=9_000) == {1: 4_920, 2: 1_000, 3: 3_000}
    assert slots_ms(lines, end_ms=None)[3] == 1_000


def test_who_talks_while_another_does_has_the_time_of_the_original() -> None:
    lines = [line(1, 0, 4_000), line(2, 1_000, 2_000, speaker="S2"), line(3, 8_000, 9_000)]
    assert slots_ms(lines, end_ms=9_000) == {1: 7_920, 2: 6_920, 3: 1_000}


@pytest.mark.parametrize(
    "change",
    [
        {"target_text": "Oi."},
        {"source_text": "Hi."},
        {"voice": "low"},
        {"speed": 1.1},
        {"speaker": "S2"},
        {"keep_original": True},
        {"span": TimeSpan(start_ms=1, end_ms=3_000)},
    ],
)
def test_every_edit_gives_a_line_another_mark(change) -> None:
    assert mark_of(line(**change)) != mark_of(line())


def test_locking_a_line_leaves_its_mark() -> None:
    assert mark_of(line(locked=True)) == mark_of(line())


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 3_000)), min_size=1, max_size=8))
def test_no_slot_is_shorter_than_its_line(spans) -> None:
    ordered = sorted(spans)
    lines = [line(n, start, start + ms) for n, (start, ms) in enumerate(ordered, start=1)]
    slots = slots_ms(lines, end_ms=10_000)
    assert all(slots[one.id] >= one.span.duration_ms for one in lines)

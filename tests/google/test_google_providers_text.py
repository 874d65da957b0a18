"""The Google providers' own rules about codes, texts, words and takes; nothing is asked."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("google.cloud.speech_v2")

from google.cloud.speech_v2.types import cloud_speech as stt

from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, parse_language
from dubwright.domain.speech import SpeechMap, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.providers.google.answers import (
    LabelledWord,
    has_times,
    heard_languages,
    transcript_of,
)
from dubwright.providers.google.languages import (
    google_code,
    known_codes,
    our_languages,
    our_tag,
    table,
)
from dubwright.providers.google.pieces import pieces
from dubwright.providers.google.takes import audible
from dubwright.providers.google.translator import GoogleTranslatorOptions
from dubwright.providers.google.turns import turns_of
from dubwright.providers.google.voices import known_voices

EN = LanguageTag("en")


@pytest.mark.parametrize(
    ("code", "tag"),
    [
        ("cmn-Hans-CN", "zh-Hans-CN"), ("zh-TW", "zh-TW"), ("cmn-CN", "zh-CN"), ("tr", "tr"),
        ("iw", "he"), ("iw-IL", "he-IL"), ("no", "nb"), ("no-NO", "nb-NO"), ("tl", "fil"),
        ("ar-XA", "ar-XA"), ("es-419", "es-419"), ("ar-x-gulf", None),
    ],
)  # fmt: skip
def test_google_codes_have_tags_of_ours(code, tag):
    assert our_tag(code) == tag


@pytest.mark.parametrize(
    ("service", "tag", "code"),
    [
        ("speech", "en", "en-US"), ("speech", "en-GB", "en-GB"), ("speech", "en-NZ", "en-US"),
        ("speech", "zh", "cmn-Hans-CN"), ("speech", "zh-TW", "cmn-Hant-TW"),
        ("speech", "zh-Hant", "cmn-Hant-TW"), ("speech", "nb", "no-NO"), ("speech", "no", "no-NO"),
        ("speech", "he", "iw-IL"), ("speech", "fil", "fil-PH"), ("speech", "tl", "fil-PH"),
        ("translate", "pt-BR", "pt"), ("translate", "pt-PT", "pt-PT"), ("translate", "nb", "no"),
        ("translate", "zh", "zh-CN"), ("translate", "zh-Hant", "zh-TW"), ("translate", "he", "iw"),
        ("voices", "zh", "cmn-CN"), ("voices", "nb", "nb-NO"), ("voices", "pt", "pt-BR"),
        ("voices", "es", "es-US"), ("voices", "es-ES", "es-ES"), ("voices", "qaa", None),
    ],
)  # fmt: skip
def test_our_tags_have_codes_at_each_service(service, tag, code):
    assert google_code(LanguageTag(tag), known_codes(service), service) == code


def test_a_region_that_google_adds_is_found_without_a_row():
    assert google_code(LanguageTag("en-NZ"), ["en-US", "en-NZ"], "speech") == "en-NZ"
    assert google_code(LanguageTag("xx"), ["xx-YY", "en-US"], "speech") == "xx-YY"


def test_the_table_has_canonical_tags_and_every_code_belongs_to_its_row():
    for tag, row in table().languages.items():
        assert parse_language(tag) == tag
        assert row.name
        for service in ("speech", "translate", "voices"):
            assert our_languages(row.codes(service)) <= {tag, *row.also}


def test_known_voices_have_an_id_of_their_own_and_a_gender():
    voices = known_voices()
    assert len({voice.id for voice in voices}) == len(voices) >= 1_000
    assert {voice.gender for voice in voices} == {"female", "male"}


@given(st.text(min_size=1), st.integers(4, 200))
def test_pieces_fit_and_keep_every_letter_in_order(text, longest):
    found = pieces(text, longest)
    assert all(len(piece.encode()) <= longest for piece in found)
    assert "".join("".join(found).split()) == "".join(text.split())


def test_a_text_is_cut_at_sentences_first_and_never_within_a_number():
    text = "Pi is 3.14159. It goes on, and on. It has no end."
    assert pieces(text, 30) == ["Pi is 3.14159.", "It goes on, and on.", "It has no end."]
    assert pieces(text, 500) == [text]


def test_a_script_without_blanks_is_cut_after_its_marks():
    assert pieces("これは文です。次の文です。", 24) == ["これは文です。", "次の文です。"]


def result(*words: tuple[str, float, float], code: str = "en-US") -> stt.SpeechRecognitionResult:
    return stt.SpeechRecognitionResult(
        language_code=code,
        alternatives=[
            stt.SpeechRecognitionAlternative(
                transcript=" ".join(text for text, _, _ in words),
                words=[
                    stt.WordInfo(
                        word=text,
                        start_offset=timedelta(seconds=start),
                        end_offset=timedelta(seconds=end),
                    )
                    for text, start, end in words
                ],
            )
        ],
    )


def test_a_word_may_start_at_zero():
    heard = [result(("Good", 0, 0.4), ("day", 0.5, 0.9))]
    assert has_times(heard)
    assert transcript_of(heard, EN, duration_ms=1_000).segments[0].words[0].span.start_ms == 0


def test_words_without_times_are_noticed():
    assert not has_times([result(("Good", 0, 0), ("day", 0, 0))])
    assert not has_times([result(("Good", 0, 0.4)), result(("day", 0, 0))])
    assert has_times([])


TIMES = st.lists(
    st.tuples(st.sampled_from(["a", " b ", "", "c."]), st.floats(0, 12), st.floats(0, 12)),
    min_size=1,
)


@given(TIMES, st.integers(1, 10_000))
def test_whatever_times_arrive_words_are_in_order_within_the_sound(times, duration_ms):
    heard = transcript_of([result(*times)], EN, duration_ms=duration_ms)
    words = [word for segment in heard.segments for word in segment.words]
    starts = [word.span.start_ms for word in words]
    assert starts == sorted(starts)
    assert all(0 <= w.span.start_ms < w.span.end_ms <= duration_ms for w in words)
    assert all(word.text == word.text.strip() != "" for word in words)


def test_the_language_of_most_letters_comes_first():
    heard = [result(("Hi", 0, 1)), result(("Guten", 1, 2), ("Morgen", 2, 3), code="de-DE")]
    assert list(heard_languages(heard).most_common(1)) == [("de", 12)]


def labelled(*said: tuple[str, int]) -> list[LabelledWord]:
    return [
        LabelledWord(Word(text="x", span=TimeSpan(start_ms=at, end_ms=at + 400)), speaker)
        for speaker, at in said
    ]


SPEECH = SpeechMap(
    spans=(TimeSpan(start_ms=0, end_ms=3_000), TimeSpan(start_ms=5_000, end_ms=6_000))
)


def test_a_change_falls_midway_between_two_peoples_words():
    turns = turns_of(SPEECH, labelled(("9", 0), ("9", 500), ("4", 2_000), ("9", 5_200)), None)
    told = [(turn.speaker, turn.span.start_ms, turn.span.end_ms) for turn in turns]
    assert told == [("S1", 0, 1_450), ("S2", 1_450, 3_000), ("S1", 5_000, 6_000)]


def test_speech_without_words_belongs_to_whoever_spoke_nearest():
    turns = turns_of(SPEECH, labelled(("1", 0), ("2", 2_500)), None)
    assert [turn.speaker for turn in turns] == ["S1", "S2", "S2"]


def test_no_words_at_all_are_one_speaker():
    assert [turn.speaker for turn in turns_of(SPEECH, [], None)] == ["S1", "S1"]


def test_of_too_many_labels_those_who_say_most_are_kept():
    said = labelled(("1", 0), ("2", 1_000), ("3", 1_500), ("2", 2_400), ("1", 5_000), ("1", 5_500))
    turns = turns_of(SPEECH, said, 2)
    assert {turn.speaker for turn in turns} == {"S1", "S2"}


WORDS = st.lists(st.tuples(st.sampled_from("123"), st.integers(0, 7_000)), max_size=30)


@given(WORDS, st.one_of(st.none(), st.integers(1, 3)))
def test_turns_cover_the_speech_exactly(said, speakers):
    words = sorted(labelled(*said), key=lambda one: one.word.span.start_ms)
    turns = turns_of(SPEECH, words, speakers)
    for span in SPEECH.spans:
        inside = [turn.span for turn in turns if turn.span.overlap_ms(span)]
        assert inside[0].start_ms == span.start_ms
        assert inside[-1].end_ms == span.end_ms
        assert all(one.end_ms == other.start_ms for one, other in pairwise(inside))
    assert len({turn.speaker for turn in turns}) <= (speakers or 3)


def test_silence_round_a_take_goes_and_silence_within_stays():
    quiet = np.zeros(12_000, np.float32)
    tone = np.full(24_000, 0.5, np.float32)
    take = audible(np.concatenate([quiet, tone, quiet, tone, quiet]))
    assert 24_000 * 2 + 12_000 <= len(take) <= 24_000 * 2 + 12_000 + 4 * 240


def test_a_take_of_silence_is_refused():
    with pytest.raises(ProviderRejected, match="nothing to speak"):
        audible(np.zeros(24_000, np.float32))


def test_a_glossary_without_a_region_is_refused_when_it_is_set():
    with pytest.raises(ValueError, match="needs a region"):
        GoogleTranslatorOptions(glossary="terms")

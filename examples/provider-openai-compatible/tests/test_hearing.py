"""What the recogniser is asked, and what is made of its words."""

import pytest
from dubwright_openai_compatible.heard import Heard, HeardSegment, HeardWord, segments_of
from hypothesis import given
from hypothesis import strategies as st
from stand_in_server import TRANSCRIPTIONS, Answer

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderError, ProviderUnavailable
from dubwright.ports import Charge, charges
from dubwright.testing.sounds import babble

CLIP = SpeechClip(babble(2_500, sample_rate=16_000), 16_000)


def word(text: str, start: float | None = 0.5, end: float | None = 1.0) -> dict[str, object]:
    return {"word": text, "start": start, "end": end}


def told(text: str, **more: object) -> Answer:
    return Answer.of({"text": text, "language": "english", **more})


def test_words_are_asked_for_with_their_times(server, recogniser):
    recogniser.transcribe(CLIP, language="pt-BR")
    assert server.asked[0].fields == {
        "model": "whisper-1",
        "language": "pt",
        "response_format": "verbose_json",
        "temperature": "0",
        "timestamp_granularities[]": ["word", "segment"],
    }
    assert len(server.asked[0].sound) == 44 + 2 * len(CLIP.samples)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"words": []},
        {"words": None},
        {"words": [word("Hello", None, None)]},
        {"words": [word("Hello", 0.0, 0.0), word("you", 0.0, 0.0)]},
        {"segments": [{"text": "Hello", "end": 1.0}]},
    ],
    ids=["absent", "none", "null", "no times", "all at 0", "segments alone"],
)
def test_words_without_times_are_an_error_that_names_the_remedy(server, recogniser, more):
    server.plan(TRANSCRIPTIONS, told("Hello you", **more))
    with pytest.raises(ProviderError, match="no times of words") as caught:
        recogniser.transcribe(CLIP, language="en")
    assert "`whisper-1`" in (caught.value.hint or "")


def test_no_text_is_no_speech(server, recogniser):
    server.plan(TRANSCRIPTIONS, told(" ", words=[]))
    assert recogniser.transcribe(CLIP, language="en").segments == ()


def test_words_that_stand_in_the_segments_are_found(server, recogniser):
    segment = {"text": "Hello", "end": 1.0, "words": [word("Hello")]}
    server.plan(TRANSCRIPTIONS, told("Hello", segments=[segment]))
    [heard] = recogniser.transcribe(CLIP, language="en").segments
    assert [(one.text, one.span.start_ms, one.span.end_ms) for one in heard.words] == [
        ("Hello", 500, 1_000)
    ]


def heard(text: str, *words: HeardWord, segments: tuple[HeardSegment, ...] = ()) -> list[str]:
    answer = Heard(text=text, words=words, segments=segments)
    return [one.text for one in segments_of(answer, duration_ms=10_000)]


def at(text: str, second: float) -> HeardWord:
    return HeardWord(word=text, start=second, end=second + 0.5)


def test_words_get_their_punctuation_back_from_the_text():
    said = "“Well-known, isn't it?” — ¿Sí? 3.5 %!"
    names = ["Well", "known", "isn't", "it", "Sí", "3.5"]
    words = [at(name, number) for number, name in enumerate(names)]
    answer = Heard(text=said, words=tuple(words))
    [segment] = segments_of(answer, duration_ms=10_000)
    assert [one.text for one in segment.words] == [
        "“Well-", "known,", "isn't", "it?”", "¿Sí?", "3.5",
    ]  # fmt: skip


def test_a_word_that_the_text_has_otherwise_is_kept_and_the_next_is_found():
    assert heard("I have five, right?", at("have", 1), at("5", 2), at("right", 3)) == [
        "have 5 right?"
    ]


def test_words_are_cut_where_the_servers_segments_end():
    segments = (HeardSegment(text="One.", end=1.6), HeardSegment(text="Two three.", end=3.0))
    words = (at("One", 1), at("Two", 2), at("three", 4))
    assert heard("One. Two three.", *words, segments=segments) == ["One.", "Two three."]


@given(st.lists(st.tuples(st.floats(-1, 12), st.floats(-1, 12)), min_size=1, max_size=8))
def test_whatever_times_are_told_words_are_in_order_and_inside_the_clip(times):
    words = tuple(HeardWord(word="a", start=start, end=end) for start, end in times)
    if not any(end for _, end in times):
        return
    found = segments_of(Heard(text="a", words=words), duration_ms=10_000)
    spans = [one.span for segment in found for one in segment.words]
    assert len(spans) == len(times)
    assert [span.start_ms for span in spans] == sorted(span.start_ms for span in spans)
    assert all(0 <= span.start_ms < span.end_ms <= 10_000 for span in spans)


def test_the_language_is_what_the_server_names_as_sure_as_it_is_of_the_words(recogniser):
    guess = recogniser.detect_language(CLIP)
    assert guess.language == "en"
    assert guess.confidence == pytest.approx(0.819, abs=0.001)


@pytest.mark.parametrize("name", ["portuguese", "Portuguese", "pt", "pt-BR"])
def test_a_language_is_known_by_name_and_by_tag(server, recogniser, name):
    server.plan(TRANSCRIPTIONS, Answer.of({"text": "Olá", "language": name}))
    assert recogniser.detect_language(CLIP).language == "pt"


@pytest.mark.parametrize("name", ["", "klingon"])
def test_an_unknown_language_is_an_error(server, recogniser, name):
    server.plan(TRANSCRIPTIONS, Answer.of({"text": "Olá", "language": name}))
    with pytest.raises(ProviderUnavailable, match="no known language"):
        recogniser.detect_language(CLIP)


def test_nothing_heard_is_no_language(server, recogniser):
    server.plan(TRANSCRIPTIONS, told(""))
    assert recogniser.detect_language(CLIP).confidence == 0


def test_the_time_that_the_server_bills_is_charged(recogniser):
    with charges() as charged:
        recogniser.transcribe(CLIP, language="en")
    assert charged == [Charge("transcriptions.whisper-1", 3_000, "ms")]


def test_the_clips_own_length_is_charged_where_the_server_tells_no_time(server, recogniser):
    answer = told("Hello", words=[word("Hello")], usage={"type": "tokens", "total_tokens": 9})
    server.plan(TRANSCRIPTIONS, answer)
    with charges() as charged:
        recogniser.transcribe(CLIP, language="en")
    assert charged == [Charge("transcriptions.whisper-1", 2_500, "ms")]

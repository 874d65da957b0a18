"""The recogniser on real speech, and the pure rules that keep its inventions out."""

import threading
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from engine_room import clip_of, evaluation_sound, words_of
from hypothesis import given
from hypothesis import strategies as st

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderNotReady, ProviderRejected
from dubwright.domain.language import LanguageTag
from dubwright.providers.whisper import WhisperOptions, WhisperSpeechToText
from dubwright.providers.whisper.heard import HeardSegment, HeardWord, believable, repeats_itself
from dubwright.providers.whisper.words import repaired_spans, timed_segments, whole_words

ENGLISH = LanguageTag("en")


def word(text: str, start_s: float = 0.0, end_s: float = 0.3) -> HeardWord:
    return HeardWord(text=text, start_s=start_s, end_s=end_s, probability=0.9)


def segment(text: str, *, avg_logprob: float = -0.3, no_speech: float = 0.05) -> HeardSegment:
    words = tuple(word(f" {part}", k, k + 0.3) for k, part in enumerate(text.split()))
    return HeardSegment(
        words=words, avg_logprob=avg_logprob, no_speech=no_speech, compression=1.0, window_s=0.0
    )


def test_a_phrase_said_over_and_over_is_a_loop() -> None:
    assert repeats_itself(("oh yeah " * 4).split())
    assert repeats_itself(("and " * 8).split())
    assert repeats_itself(["well", *("we went to the shop " * 4).split(), "then"])


def test_what_people_really_repeat_is_no_loop() -> None:
    famous = "ask not what your country can do for you ask what you can do for your country"

    assert not repeats_itself(["no", "no", "no", "no", "I", "said"])
    assert not repeats_itself(words_of(famous))
    assert not repeats_itself([])


def test_a_farewell_is_dropped_only_where_the_engine_doubts_it() -> None:
    sure = segment("Thank you.")
    unsure = segment("Thank you.", avg_logprob=-0.9)
    silent = segment("Obrigado por assistir!", no_speech=0.6)

    assert believable([sure, unsure, silent], clip_s=30) == [sure]


def test_ordinary_words_survive_the_same_doubt() -> None:
    unsure = segment("Somebody must have stolen it.", avg_logprob=-0.9, no_speech=0.35)

    assert believable([unsure], clip_s=30) == [unsure]


def test_words_at_the_level_of_noise_are_dropped() -> None:
    assert believable([segment("I'm sorry.", avg_logprob=-1.81)], clip_s=30) == []


def test_parts_of_a_written_word_are_joined() -> None:
    parts = (word(" well", 0.0, 0.2), word("-known", 0.2, 0.5), word(" man", 0.5, 0.8))

    joined = whole_words(parts)

    assert [w.text for w in joined] == [" well-known", " man"]
    assert (joined[0].start_s, joined[0].end_s) == (0.0, 0.5)


def test_a_burst_of_words_without_length_is_dropped_and_a_single_one_is_kept() -> None:
    burst = [word(f" w{k}", 5.0, 5.0) for k in range(5)]
    lone = [word(" It", 1.0, 1.2), word(" is", 1.2, 1.2), word(" so.", 1.2, 1.6)]

    def texts(words: list[HeardWord]) -> list[str]:
        heard = HeardSegment(tuple(words), -0.3, 0.05, 1.0, 0.0)
        return [s.text for s in timed_segments([heard], clip_ms=6_000)]

    assert texts(burst) == []
    assert texts(lone) == ["It is so."]


@given(
    times=st.lists(st.tuples(st.floats(-1, 40), st.floats(-1, 40)), max_size=60),
    clip_ms=st.integers(1, 30_000),
)
def test_repaired_words_are_in_order_inside_the_clip_and_never_empty(
    times: list[tuple[float, float]], clip_ms: int
) -> None:
    words = [word(" x", start_s, end_s) for start_s, end_s in times]

    spans = repaired_spans(words, clip_ms=clip_ms)

    assert len(spans) == min(len(words), clip_ms)
    assert all(one.end_ms <= other.start_ms for one, other in pairwise(spans))
    assert all(span.end_ms <= clip_ms for span in spans)


def test_times_that_are_already_right_stay_as_they_are() -> None:
    spans = repaired_spans([word(" a", 0.1, 0.4), word(" b", 0.5, 0.9)], clip_ms=1_000)

    assert [(span.start_ms, span.end_ms) for span in spans] == [(100, 400), (500, 900)]


def test_a_folder_without_the_model_is_not_ready_and_names_what_is_missing(tmp_path: Path) -> None:
    recogniser = WhisperSpeechToText(WhisperOptions(models=tmp_path))

    with pytest.raises(ProviderNotReady, match=r"model\.bin"):
        recogniser.check()


def test_only_16_khz_is_heard() -> None:
    recogniser = WhisperSpeechToText(WhisperOptions())

    with pytest.raises(ProviderRejected, match="48000"):
        recogniser.transcribe(clip_of(np.zeros(48_000), rate=48_000), language=ENGLISH)


def test_an_unknown_language_is_refused() -> None:
    recogniser = WhisperSpeechToText(WhisperOptions())

    with pytest.raises(ProviderRejected, match="tlh"):
        recogniser.transcribe(clip_of(np.zeros(16_000)), language=LanguageTag("tlh"))


def test_the_fingerprint_follows_what_changes_the_text_alone() -> None:
    plain = WhisperSpeechToText(WhisperOptions(callers=1)).fingerprint

    assert WhisperSpeechToText(WhisperOptions(callers=7)).fingerprint == plain
    assert WhisperSpeechToText(WhisperOptions(beam_size=5)).fingerprint != plain


@pytest.fixture(scope="module")
def recogniser() -> WhisperSpeechToText:
    whisper = WhisperSpeechToText(WhisperOptions(callers=2))
    try:
        whisper.check()
    except ProviderNotReady as exc:
        pytest.skip(exc.message)
    return whisper


@pytest.mark.engines
@pytest.mark.parametrize(
    "clip",
    [
        pytest.param(clip_of(np.zeros(80_000)), id="silence"),
        pytest.param(clip_of(np.random.default_rng(1).normal(0, 0.02, 96_000)), id="noise"),
        pytest.param(clip_of(np.zeros(10)), id="next-to-nothing"),
        pytest.param(clip_of(np.zeros(0)), id="nothing"),
    ],
)
def test_where_nobody_speaks_nothing_is_heard(
    recogniser: WhisperSpeechToText, clip: SpeechClip
) -> None:
    assert recogniser.transcribe(clip, language=ENGLISH).segments == ()


@pytest.mark.engines
@pytest.mark.evaluation
def test_a_speech_is_heard_word_for_word_with_its_times(recogniser: WhisperSpeechToText) -> None:
    clip = evaluation_sound("speech/en/jfk_1961_inaugural.flac")

    transcript = recogniser.transcribe(clip, language=ENGLISH)

    words = [w for s in transcript.segments for w in s.words]
    assert words_of(" ".join(w.text for w in words)) == words_of(
        "And so, my fellow Americans, ask not what your country can do for you, "
        "ask what you can do for your country."
    )
    country = next(w for w in words if words_of(w.text) == ["country"])
    assert 5_400 <= country.span.start_ms <= 7_000  # he pauses at 4.4-5.4 s and 7.6-8.2 s
    assert words[-1].span.end_ms <= clip.duration_ms


@pytest.mark.engines
@pytest.mark.evaluation
def test_a_decoder_that_loops_is_made_to_listen_again(recogniser: WhisperSpeechToText) -> None:
    transcript = recogniser.transcribe(
        evaluation_sound("video/real_friday_1940.mp4"), language=ENGLISH
    )

    heard = words_of(" ".join(s.text for s in transcript.segments))
    assert not repeats_itself(heard)
    assert heard[-6:-1] == ["must", "have", "stolen", "the", "crown"]


@pytest.mark.engines
@pytest.mark.evaluation
def test_two_threads_hear_the_same_as_one(recogniser: WhisperSpeechToText) -> None:
    clip = evaluation_sound("speech/pt/gc-ptbr-lang.ogg")
    portuguese = LanguageTag("pt-BR")
    heard = []

    def listen() -> None:
        heard.append(recogniser.transcribe(clip, language=portuguese))

    threads = [threading.Thread(target=listen) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard[0] == heard[1] == recogniser.transcribe(clip, language=portuguese)
    assert heard[0].segments


@pytest.mark.engines
@pytest.mark.evaluation
def test_the_language_is_told_with_confidence(recogniser: WhisperSpeechToText) -> None:
    guess = recogniser.detect_language(evaluation_sound("speech/pt/gc-ptbr-lang.ogg"))

    assert guess.language == "pt"
    assert guess.confidence > 0.8

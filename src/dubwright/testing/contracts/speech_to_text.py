"""What every `SpeechToText` must do."""

import re
from itertools import pairwise

import pytest

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, parse_language, same_language
from dubwright.domain.speech import Transcript
from dubwright.ports import SpeechToText
from dubwright.testing.contracts.provider import (
    UNKNOWN_LANGUAGE,
    ProviderContract,
    answers_from_two_threads,
)
from dubwright.testing.contracts.spoken import Spoken
from dubwright.testing.sounds import babble, noise, silence

RATE = 16_000


class SpeechToTextContract(ProviderContract):
    @pytest.fixture
    def language(self, provider: SpeechToText) -> LanguageTag:
        """English where the provider has it; sounds without words fit any language."""
        return min(provider.languages(), key=lambda tag: (not tag.startswith("en"), tag))

    def test_its_languages_are_canonical(self, provider: SpeechToText) -> None:
        assert provider.languages(), "it understands nothing"
        assert all(parse_language(tag) == tag for tag in provider.languages())

    def test_nothing_is_heard_in_silence(
        self, provider: SpeechToText, language: LanguageTag
    ) -> None:
        heard = provider.transcribe(
            SpeechClip(silence(3_000, sample_rate=RATE), RATE), language=language
        )
        assert heard.segments == (), "it heard words in silence"

    def test_the_transcript_is_in_the_language_asked_for(
        self, provider: SpeechToText, language: LanguageTag
    ) -> None:
        heard = provider.transcribe(_babble(), language=language)
        assert same_language(heard.language, language)

    @pytest.mark.parametrize("duration_ms", [40, 1_000, 5_000])
    def test_words_are_in_order_and_inside_the_clip(
        self, provider: SpeechToText, language: LanguageTag, duration_ms: int
    ) -> None:
        clip = SpeechClip(babble(duration_ms, sample_rate=RATE), RATE)
        _require_order(provider.transcribe(clip, language=language), clip.duration_ms)

    def test_noise_does_not_break_it(self, provider: SpeechToText, language: LanguageTag) -> None:
        clip = SpeechClip(noise(2_000, sample_rate=RATE), RATE)
        _require_order(provider.transcribe(clip, language=language), clip.duration_ms)

    def test_an_unknown_language_is_refused(self, provider: SpeechToText) -> None:
        with pytest.raises(ProviderRejected):
            provider.transcribe(_babble(), language=UNKNOWN_LANGUAGE)

    def test_speech_is_heard_with_words_and_their_times(
        self, provider: SpeechToText, spoken: Spoken
    ) -> None:
        clip = SpeechClip(spoken.samples, spoken.sample_rate)
        heard = provider.transcribe(clip, language=spoken.language)
        _require_order(heard, clip.duration_ms)
        words = [word for segment in heard.segments for word in segment.words]
        assert words, "it heard no words in speech"
        assert abs(words[0].span.start_ms - spoken.span.start_ms) <= 600, "it begins elsewhere"
        assert abs(words[-1].span.end_ms - spoken.span.end_ms) <= 900, "it ends elsewhere"

    def test_three_words_of_four_are_right(self, provider: SpeechToText, spoken: Spoken) -> None:
        if not spoken.text:
            pytest.skip("the sound given as `spoken` has no words")
        clip = SpeechClip(spoken.samples, spoken.sample_rate)
        heard = provider.transcribe(clip, language=spoken.language)
        assert _word_error_rate(spoken.text, heard) <= 0.25, f"it heard {heard.segments}"

    def test_the_language_of_speech_is_known(self, provider: SpeechToText, spoken: Spoken) -> None:
        guess = provider.detect_language(SpeechClip(spoken.samples, spoken.sample_rate))
        assert same_language(guess.language, spoken.language)
        assert guess.confidence >= 0.5

    def test_two_threads_hear_what_one_hears(
        self, provider: SpeechToText, language: LanguageTag
    ) -> None:
        clips = [
            SpeechClip(babble(1_500, sample_rate=RATE, seed=seed), RATE) for seed in range(1, 5)
        ]

        def transcribe(clip: SpeechClip) -> Transcript:
            return provider.transcribe(clip, language=language)

        alone = [transcribe(clip) for clip in clips]
        assert answers_from_two_threads(transcribe, clips) == alone


def _babble() -> SpeechClip:
    return SpeechClip(babble(1_000, sample_rate=RATE), RATE)


def _require_order(heard: Transcript, duration_ms: int) -> None:
    spans = [segment.span for segment in heard.segments]
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(spans)), "out of order"
    words = [word for segment in heard.segments for word in segment.words]
    assert all(word.text == word.text.strip() != "" for word in words), "blanks round a word"
    starts = [word.span.start_ms for word in words]
    assert starts == sorted(starts), "words are out of order"
    assert all(word.span.end_ms <= duration_ms for word in words), "a word is past the end"


def _word_error_rate(said: str, heard: Transcript) -> float:
    import jiwer

    text = " ".join(segment.text for segment in heard.segments)
    return float(jiwer.wer(_bare(said), _bare(text)))


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))

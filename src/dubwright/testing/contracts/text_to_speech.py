"""What every `TextToSpeech` must do."""

import numpy as np
import pytest

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import ProviderRejected
from dubwright.domain.language import LanguageTag, parse_language, same_language
from dubwright.domain.speech import Voice
from dubwright.ports import SpeechRequest, TextToSpeech
from dubwright.testing.contracts.provider import (
    UNKNOWN_LANGUAGE,
    ProviderContract,
    answers_from_two_threads,
)
from dubwright.testing.sentences import ODD_TEXTS, SENTENCES

_FRAME_MS = 10


class TextToSpeechContract(ProviderContract):
    @pytest.fixture
    def language(self, provider: TextToSpeech) -> LanguageTag:
        """A language that it speaks and that has sentences here; override it for another."""
        spoken = [tag for tag in SENTENCES if provider.voices(tag)]
        if not spoken:
            pytest.skip("no sentences in its languages: override the fixture `language`")
        return spoken[0]

    @pytest.fixture
    def voice(self, provider: TextToSpeech, language: LanguageTag) -> Voice:
        return provider.voices(language)[0]

    @pytest.fixture
    def sentences(self, language: LanguageTag) -> tuple[str, ...]:
        """Ordinary sentences in that language."""
        return SENTENCES[language]

    def test_its_voices_are_told_apart_by_id(
        self, provider: TextToSpeech, language: LanguageTag
    ) -> None:
        ids = [voice.id for voice in provider.voices(language)]
        assert len(ids) == len(set(ids)), "two voices have the same id"

    def test_its_voices_speak_the_language_asked_for(
        self, provider: TextToSpeech, language: LanguageTag
    ) -> None:
        for voice in provider.voices(language):
            assert parse_language(voice.language) == voice.language
            assert same_language(voice.language, language)

    def test_it_has_no_voices_for_an_unknown_language(self, provider: TextToSpeech) -> None:
        assert provider.voices(UNKNOWN_LANGUAGE) == ()

    def test_it_speaks_finite_float32_mono(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        clip = provider.synthesize(SpeechRequest(sentences[0], voice))
        assert clip.samples.dtype == np.float32, f"samples are {clip.samples.dtype}"
        assert clip.samples.ndim == 1, f"samples have the shape {clip.samples.shape}"
        assert np.isfinite(clip.samples).all(), "some samples are not numbers"
        assert float(np.abs(clip.samples).max()) <= 1.0, "samples are past full scale"
        assert clip.sample_rate >= 8_000
        assert clip.duration_ms > 100

    def test_silence_at_the_ends_is_short(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        clip = provider.synthesize(SpeechRequest(sentences[0], voice))
        for end, samples in (("start", clip.samples), ("end", clip.samples[::-1])):
            silent_ms = _silent_ms(samples, clip.sample_rate)
            assert silent_ms <= 50, f"{silent_ms} ms of silence at the {end}"

    def test_longer_text_takes_longer(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        short = provider.synthesize(SpeechRequest(sentences[0], voice))
        long = provider.synthesize(SpeechRequest(" ".join(sentences[:3]), voice))
        assert long.duration_ms > 1.5 * short.duration_ms

    def test_native_speed_is_true_to_its_word(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        # A paragraph: engines round each sound to whole frames, which shows in a single sentence.
        paragraph = " ".join(sentences)
        normal = provider.synthesize(SpeechRequest(paragraph, voice))
        fast = provider.synthesize(SpeechRequest(paragraph, voice, speed=1.25))
        ratio = fast.duration_ms / normal.duration_ms
        if provider.native_speed:
            assert 0.74 <= ratio <= 0.88, f"at 1.25 the take has {ratio:.2f} of the length"
        else:
            assert ratio == 1, "it changes the speed without saying so"

    def test_predicted_durations_come_true(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        for request in (
            SpeechRequest(sentences[0], voice),
            SpeechRequest(sentences[1], voice, speed=1.2),
        ):
            predicted_ms = provider.predict_duration(request)
            if predicted_ms is None:
                pytest.skip("it does not predict durations")
            assert abs(predicted_ms - provider.synthesize(request).duration_ms) <= 30

    @pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
    def test_blank_text_is_refused(self, provider: TextToSpeech, voice: Voice, blank: str) -> None:
        with pytest.raises(ProviderRejected):
            provider.synthesize(SpeechRequest(blank, voice))

    @pytest.mark.parametrize("text", ODD_TEXTS)
    def test_odd_text_is_spoken_or_refused(
        self, provider: TextToSpeech, voice: Voice, text: str
    ) -> None:
        try:
            clip = provider.synthesize(SpeechRequest(text, voice))
        except ProviderRejected:
            return
        assert np.isfinite(clip.samples).all()

    def test_the_same_request_gives_the_same_samples(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        request = SpeechRequest(sentences[0], voice)
        one, other = provider.synthesize(request), provider.synthesize(request)
        assert np.array_equal(one.samples, other.samples)

    def test_two_threads_are_spoken_to_as_one_is(
        self, provider: TextToSpeech, voice: Voice, sentences: tuple[str, ...]
    ) -> None:
        def speak(text: str) -> SpeechClip:
            return provider.synthesize(SpeechRequest(text, voice))

        alone = [speak(text) for text in sentences[:3]]
        together = answers_from_two_threads(speak, sentences[:3])
        for one, other in zip(alone, together, strict=True):
            assert np.array_equal(one.samples, other.samples)


def _silent_ms(samples: Samples, sample_rate: int) -> int:
    """Whole frames at the start that are 50 dB below the loudest one."""
    frame = sample_rate * _FRAME_MS // 1000
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    level = np.sqrt(np.mean(np.square(frames, dtype=np.float64), axis=1))
    return int(np.argmax(level > level.max() / 316)) * _FRAME_MS

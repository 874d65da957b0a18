"""The contracts that Dubwright's own providers pass, for these three."""

import numpy as np
import pytest
from dubwright_openai_compatible import OpenAiTextToSpeech, SpeakingOptions
from stand_in_server import KEY, StandInServer

from dubwright.domain.timeline import TimeSpan
from dubwright.ports import SpeechToText, TextToSpeech, Translator
from dubwright.testing.contracts import (
    SpeechToTextContract,
    Spoken,
    TextToSpeechContract,
    TranslatorContract,
)
from dubwright.testing.sounds import babble, silence

RATE = 16_000


class TestTranslating(TranslatorContract):
    @pytest.fixture
    def provider(self, translator: Translator) -> Translator:
        return translator


class TestSpeaking(TextToSpeechContract):
    @pytest.fixture
    def provider(self, speaker: TextToSpeech) -> TextToSpeech:
        return speaker


class TestSpeakingBareSamplesAtOneSpeed(TextToSpeechContract):
    @pytest.fixture
    def provider(self, server: StandInServer) -> TextToSpeech:
        return OpenAiTextToSpeech(
            SpeakingOptions(
                base_url=server.base_url, api_key=KEY, response_format="pcm", native_speed=False
            )
        )


class TestHearing(SpeechToTextContract):
    @pytest.fixture
    def provider(self, recogniser: SpeechToText) -> SpeechToText:
        return recogniser

    @pytest.fixture
    def spoken(self) -> Spoken:
        pause = silence(1_000, sample_rate=RATE)
        samples = np.concatenate([pause, babble(4_000, sample_rate=RATE), pause])
        return Spoken(samples, RATE, "en", TimeSpan(start_ms=1_000, end_ms=5_000))

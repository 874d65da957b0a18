"""The contracts of the ports, kept by the Google providers against the doubles."""

import pytest

pytest.importorskip("google.cloud.speech_v2")

from google_providers import babbling, batching, diarizer, recogniser, speaker, translator

from dubwright.ports import BatchDiarizer, SpeechToText, TextToSpeech, Translator
from dubwright.testing.contracts import (
    BatchDiarizerContract,
    SpeechToTextContract,
    Spoken,
    TextToSpeechContract,
    TranslatorContract,
)
from dubwright.testing.google import GoogleCloud, GoogleDoubles


class TestGoogleSpeechToText(SpeechToTextContract):
    @pytest.fixture
    def provider(self, google_doubles: GoogleDoubles) -> SpeechToText:
        return recogniser(google_doubles)

    @pytest.fixture
    def spoken(self) -> Spoken:
        return babbling()


class TestChirp2(SpeechToTextContract):
    """Another model, at the only places where it is; it has no `auto`, so nothing is detected."""

    @pytest.fixture
    def provider(self, google_doubles: GoogleDoubles) -> SpeechToText:
        return recogniser(google_doubles, model="chirp_2", location="europe-west4")


class TestGoogleSpeechToTextWithABucket(SpeechToTextContract):
    @pytest.fixture
    def provider(self, google_cloud: GoogleCloud) -> SpeechToText:
        return batching(google_cloud)


class TestGoogleTranslator(TranslatorContract):
    @pytest.fixture
    def provider(self, google_doubles: GoogleDoubles) -> Translator:
        return translator(google_doubles)


class TestTheLanguageModel(TranslatorContract):
    @pytest.fixture
    def provider(self, google_doubles: GoogleDoubles) -> Translator:
        return translator(google_doubles, model="llm", location="us-central1")


class TestGoogleTextToSpeech(TextToSpeechContract):
    @pytest.fixture
    def provider(self, google_doubles: GoogleDoubles) -> TextToSpeech:
        return speaker(google_doubles)


class TestStandardVoices(TextToSpeechContract):
    @pytest.fixture
    def provider(self, google_doubles: GoogleDoubles) -> TextToSpeech:
        return speaker(google_doubles, families=("standard",))


class TestGoogleDiarizer(BatchDiarizerContract):
    @pytest.fixture
    def provider(self, google_cloud: GoogleCloud) -> BatchDiarizer:
        return diarizer(google_cloud)

    @pytest.fixture
    def spoken(self) -> Spoken:
        return babbling()

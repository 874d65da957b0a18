"""What every provider must do, as tests. Subclass one, supply `provider`, run pytest.

    class TestAcme(TextToSpeechContract):
        @pytest.fixture
        def provider(self) -> TextToSpeech:
            return AcmeTextToSpeech(AcmeOptions(url=fake_server.url))

Languages, voices and texts are chosen from what the provider offers. Sound that a provider has to
understand comes from the fixture `spoken`; a test that needs it is skipped where nobody gave any.
"""

from dubwright.testing.contracts.diarizer import BatchDiarizerContract, DiarizerContract
from dubwright.testing.contracts.object_store import ObjectStoreContract
from dubwright.testing.contracts.source_separator import SourceSeparatorContract
from dubwright.testing.contracts.speech_to_text import SpeechToTextContract
from dubwright.testing.contracts.spoken import Spoken
from dubwright.testing.contracts.text_to_speech import TextToSpeechContract
from dubwright.testing.contracts.translator import TranslatorContract
from dubwright.testing.contracts.voice_activity import VoiceActivityContract

__all__ = [
    "BatchDiarizerContract",
    "DiarizerContract",
    "ObjectStoreContract",
    "SourceSeparatorContract",
    "SpeechToTextContract",
    "Spoken",
    "TextToSpeechContract",
    "TranslatorContract",
    "VoiceActivityContract",
]

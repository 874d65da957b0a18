"""What the pipeline asks of the outside world: one small Protocol per kind of provider.

Rules that every implementation keeps (checked by `dubwright.testing.contracts`):
calls block and may come from several threads at once, no state is shared between calls that could
change an answer, only `ProviderError` escapes, there is one result per input in the same order,
times are whole milliseconds, languages are canonical BCP-47 tags.
"""

from dubwright.ports.charging import Charge, Charged, charge, charges
from dubwright.ports.diarizer import BackedDiarizer, BatchDiarizer, Diarizer
from dubwright.ports.provider import Provider, ProviderOptions
from dubwright.ports.recording import Recording
from dubwright.ports.remote import Paced, Remote, calls_at_once, usual_rate
from dubwright.ports.source_separator import SourceSeparator
from dubwright.ports.speech_to_text import BatchSpeechToText, SpeechToText
from dubwright.ports.text_to_speech import SpeechRequest, TextToSpeech
from dubwright.ports.translator import Translation, TranslationRequest, Translator
from dubwright.ports.voice_activity import VoiceActivity

__all__ = [
    "BackedDiarizer",
    "BatchDiarizer",
    "BatchSpeechToText",
    "Charge",
    "Charged",
    "Diarizer",
    "Paced",
    "Provider",
    "ProviderOptions",
    "Recording",
    "Remote",
    "SourceSeparator",
    "SpeechRequest",
    "SpeechToText",
    "TextToSpeech",
    "Translation",
    "TranslationRequest",
    "Translator",
    "VoiceActivity",
    "calls_at_once",
    "charge",
    "charges",
    "usual_rate",
]

"""The set of providers one dub works with."""

from dataclasses import dataclass

from dubwright.media.ffmpeg import Ffmpeg
from dubwright.ports import (
    Diarizer,
    SourceSeparator,
    SpeechToText,
    TextToSpeech,
    Translator,
    VoiceActivity,
)


@dataclass(frozen=True, slots=True)
class Tools:
    """The providers chosen for one dub, ready to call, and ffmpeg. `separator` None: duck."""

    ffmpeg: Ffmpeg
    voice_activity: VoiceActivity
    speech_to_text: SpeechToText
    translator: Translator
    text_to_speech: TextToSpeech
    diarizer: Diarizer
    separator: SourceSeparator | None

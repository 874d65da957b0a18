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
    calls_at_once,
)


@dataclass(frozen=True, slots=True)
class Tools:
    """The providers chosen for one dub, ready to call, and ffmpeg.

    `checker` hears the dub back; None: nobody does. `separator` None: duck the original.
    """

    ffmpeg: Ffmpeg
    voice_activity: VoiceActivity
    speech_to_text: SpeechToText
    translator: Translator
    text_to_speech: TextToSpeech
    diarizer: Diarizer
    separator: SourceSeparator | None
    checker: SpeechToText | None

    @property
    def waiters(self) -> int:
        """How many calls may wait for engines on other machines; 0 where all compute here."""
        engines = (self.speech_to_text, self.translator, self.text_to_speech)
        return max(map(calls_at_once, engines))

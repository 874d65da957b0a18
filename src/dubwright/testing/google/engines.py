"""The engines that do what the doubles pretend to: ours, behind their ports."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from dubwright import registry
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.ports import Diarizer, SpeechToText, TextToSpeech, Translator, VoiceActivity

STAND_INS: Mapping[registry.Kind, str] = {
    "voice_activity": "energy",
    "speech_to_text": "scripted",
    "translator": "echo",
    "text_to_speech": "tone",
    "diarizer": "solo",
}
"""Engines without models, for tests: words, translations and voices are made up."""

REAL: Mapping[registry.Kind, str] = {
    "voice_activity": "silero",
    "speech_to_text": "whisper",
    "translator": "bergamot",
    "text_to_speech": "kokoro",
    "diarizer": "embeddings",
}
"""The local engines."""

Options = Mapping[registry.Kind, Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Engines:
    """One engine for each port. `turns` lets no more of them work at once than there are cores."""

    voice_activity: VoiceActivity
    speech_to_text: SpeechToText
    translator: Translator
    text_to_speech: TextToSpeech
    diarizer: Diarizer
    ffmpeg: Ffmpeg = field(default_factory=Ffmpeg)
    turns: threading.Semaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(os.cpu_count() or 1)
    )

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Wait for a core, and keep it meanwhile."""
        with self.turns:
            yield


def create_engines(
    names: Mapping[registry.Kind, str] = STAND_INS, options: Options | None = None
) -> Engines:
    """Make engines by their registered names, with their options by kind. Loads no model.

    Raises `InputError` for a name that is not installed, `ProviderNotReady` for one that cannot
    work.
    """
    chosen, given = {**STAND_INS, **names}, options or {}

    def made(kind: registry.Kind, port: type[registry.P]) -> registry.P:
        engine = registry.create(kind, port, chosen[kind], given.get(kind, {}))
        engine.check()
        return engine

    return Engines(
        voice_activity=made("voice_activity", VoiceActivity),  # type: ignore[type-abstract]
        speech_to_text=made("speech_to_text", SpeechToText),  # type: ignore[type-abstract]
        translator=made("translator", Translator),  # type: ignore[type-abstract]
        text_to_speech=made("text_to_speech", TextToSpeech),  # type: ignore[type-abstract]
        diarizer=made("diarizer", Diarizer),  # type: ignore[type-abstract]
    )

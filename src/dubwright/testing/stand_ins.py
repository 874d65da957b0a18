"""The stand-in engines: one of each kind, which need no models and always give the same."""

from collections.abc import Mapping
from typing import Final

from dubwright import registry

STAND_INS: Final[Mapping[registry.Kind, str]] = {
    "voice_activity": "energy",
    "speech_to_text": "scripted",
    "translator": "echo",
    "text_to_speech": "tone",
    "diarizer": "solo",
    "source_separator": "passthrough",
}

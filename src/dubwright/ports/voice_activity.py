"""Finding out when anybody speaks at all."""

from typing import Protocol

from dubwright.domain.speech import SpeechMap
from dubwright.ports.provider import Provider
from dubwright.ports.recording import Recording


class VoiceActivity(Provider, Protocol):
    """Tells speech from everything else."""

    def detect(self, recording: Recording) -> SpeechMap:
        """Where somebody speaks in a 16 kHz recording, in order; empty when nobody does."""
        ...

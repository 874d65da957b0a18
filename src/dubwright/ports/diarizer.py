"""Telling who speaks when."""

from typing import Protocol

from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.ports.provider import Provider
from dubwright.ports.recording import Recording


class Diarizer(Provider, Protocol):
    """Tells speakers apart by their voices."""

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        """Turns in order of time that cover `speech`, and the people with pitch and gender.

        `speakers` is how many there are, if the caller knows.
        """
        ...

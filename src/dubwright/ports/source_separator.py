"""Taking a mix apart into speech and everything else."""

from typing import Protocol

from dubwright.domain.audio import SpeechClip, Stems
from dubwright.ports.provider import Provider


class SourceSeparator(Provider, Protocol):
    """Separates voices from background. Clips are 48 kHz mono, about 30 s long."""

    @property
    def removes_speech(self) -> bool:
        """Whether the background is free of speech. If not, the mixer ducks the original."""
        ...

    def separate(self, clip: SpeechClip) -> Stems:
        """Two stems as long as the clip, aligned with it to the sample."""
        ...

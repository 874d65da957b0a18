"""A separator that separates nothing: the whole mix is background, so the mixer ducks it."""

from typing import ClassVar

import numpy as np

from dubwright.domain.audio import SpeechClip, Stems
from dubwright.ports import ProviderOptions


class PassthroughSeparator:
    """Leaves the mix as it is."""

    name: ClassVar[str] = "passthrough"
    Options: ClassVar[type[ProviderOptions]] = ProviderOptions
    fingerprint: ClassVar[str] = "passthrough/1"
    removes_speech: ClassVar[bool] = False

    def __init__(self, options: ProviderOptions) -> None:
        self._options = options

    def check(self) -> None:
        """Always ready."""

    def separate(self, clip: SpeechClip) -> Stems:
        return Stems(vocals=np.zeros_like(clip.samples), background=clip.samples)

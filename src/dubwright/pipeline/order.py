"""What a person asked for."""

from pydantic import Field, PositiveInt

from dubwright.domain.cues import Cue
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script, SpeakerId
from dubwright.domain.timeline import Document


class Pin(Document):
    """How a line was spoken before: with this voice, at this speed, in this wording.

    `asked` is the speed the engine was asked for. Engines deliver less, so `speed` is how much
    faster than its natural pace the line came out.
    """

    voice: str
    asked: float
    speed: float
    variant: int


class Order(Document):
    """One target language of one source, and what the person already knows or decided.

    `transcript` replaces recognition, `translation` replaces translation, `edited` is the script
    of an earlier run after editing, and `pinned` says how its untouched lines were spoken.
    """

    target_language: LanguageTag
    source_language: LanguageTag | None = None
    speakers: PositiveInt | None = None
    voices: dict[SpeakerId, str] = Field(default_factory=dict)
    keep_background: bool = True
    transcript: tuple[Cue, ...] = ()
    translation: tuple[Cue, ...] = ()
    edited: Script | None = None
    pinned: dict[int, Pin] = Field(default_factory=dict)

"""What a person asked for."""

from pydantic import Field, PositiveInt

from dubwright.domain.cues import Cue
from dubwright.domain.fit import Placement
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script, SpeakerId
from dubwright.domain.timeline import Document, TimeSpan
from dubwright.media.master import Levelling


class Pin(Document):
    """How a line was spoken before: with this voice, at this speed, in this wording.

    `asked` is the speed the engine was asked for. Engines deliver less, so `speed` is how much
    faster than its natural pace the line came out. `spoken_by` names the fallback that spoke it.
    """

    voice: str
    asked: float
    speed: float
    variant: int
    spoken_by: str = ""


class Bed(Document):
    """What is heard under the dub: the background, so many dB louder than it was.

    `voice_over` leaves the original voices in it, ducked where the dub speaks.
    """

    background_db: float = 0.0
    voice_over: bool = False


class Earlier(Document):
    """What an earlier dub of the same video decided, so that an edit moves nothing else.

    `placements` are final, those of lines that keep the original among them; `engine` spoke the
    takes, and `line_target_db` and `levelling` gave every sound its level, with that `bed`.
    """

    engine: str
    placements: tuple[Placement, ...]
    clusters: tuple[TimeSpan, ...] = ()
    line_target_db: float | None = None
    levelling: Levelling | None = None
    bed: Bed = Bed()


class Order(Document):
    """One target language of one source, and what the person already knows or decided.

    `transcript` replaces recognition, `translation` replaces translation, `edited` is the script
    of an earlier run after editing, and `pinned` says how its untouched lines were spoken. With
    `earlier` those lines also stay where they are, to the sample, but for those `retaken`: they
    were edited, and are pinned to an older take. `glossary` says how terms are translated, in
    lines that have no target text yet.
    """

    target_language: LanguageTag
    source_language: LanguageTag | None = None
    speakers: PositiveInt | None = None
    voices: dict[SpeakerId, str] = Field(default_factory=dict)
    keep_background: bool = True
    bed: Bed = Bed()
    transcript: tuple[Cue, ...] = ()
    translation: tuple[Cue, ...] = ()
    edited: Script | None = None
    pinned: dict[int, Pin] = Field(default_factory=dict)
    retaken: frozenset[int] = frozenset()
    earlier: Earlier | None = None
    glossary: dict[str, str] = Field(default_factory=dict)

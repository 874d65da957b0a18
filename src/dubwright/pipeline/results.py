"""What a finished dub is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.fit import FitReport
from dubwright.domain.media import Source
from dubwright.domain.quality import QcReport
from dubwright.domain.speech import Cast, Script
from dubwright.pipeline.order import Earlier, Pin
from dubwright.pipeline.playback import Playback


@dataclass(frozen=True, slots=True)
class Dub:
    """One target language of one source, made and proved. `video` lies in the workspace; None when a line cannot be
    placed in the time there is, and so nothing was mixed.

    `asked` tells how each line was spoken, `recorded` where its take lies, `decided` what a later
    dub needs to know for an edit to move nothing else. `playback` is how it sounds, where that was encoded
    in blocks.
    """

    source: Source
    video: Path | None
    script: Script
    cast: Cast
    fit: FitReport
    quality: QcReport
    asked: Mapping[int, Pin]
    recorded: Mapping[int, Path]
    decided: Earlier | None = None
    playback: Playback | None = None

"""What is asked of a transfer, and what it brings."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from dubwright.domain.language import LanguageTag
from dubwright.sources.pace import Patience


@dataclass(frozen=True, slots=True)
class Wanted:
    """The limits of a video, and whether its uploader's captions are wanted, in which language."""

    max_bytes: int
    max_duration_ms: int
    captions: bool = False
    language: LanguageTag | None = None


def _untold(done_bytes: int, total_bytes: int) -> None:
    """Nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of progress, what asks to stop, and how long it may take.

    `told(done_bytes, total_bytes)` comes from the calling thread; the total is 0 while unknown,
    and may be an estimate.
    """

    told: Callable[[int, int], None] = _untold
    is_cancelled: Callable[[], bool] = _never
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class FetchedVideo:
    """A video on this machine's disk, and what its site says of it."""

    path: Path
    title: str
    channel: str | None = None
    licence: str | None = None
    captions: Path | None = None
    captions_language: LanguageTag | None = None

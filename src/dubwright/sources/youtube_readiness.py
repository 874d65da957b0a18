"""Whether YouTube's videos can be fetched here: yt-dlp, how old it is, and what runs JavaScript."""

import re
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from dubwright.sources.youtube_options import deno_program

OLD_AFTER_DAYS: Final = 60
"""YouTube changes every few weeks; a yt-dlp of this age often no longer understands it."""

_NAMED_BY_DATE: Final = re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})")


@dataclass(frozen=True, slots=True)
class YoutubeReadiness:
    """The version of yt-dlp (None: not installed), its age, and where the runtime is."""

    version: str | None
    age_days: int | None
    runtime: str | None

    @property
    def ready(self) -> bool:
        """Whether a video can be fetched at all."""
        return self.version is not None and self.runtime is not None

    @property
    def is_old(self) -> bool:
        """Whether YouTube has probably changed since."""
        return self.age_days is not None and self.age_days > OLD_AFTER_DAYS


def youtube_readiness(today: date) -> YoutubeReadiness:
    """What is installed; nothing is called."""
    try:
        named = version("yt-dlp")
    except PackageNotFoundError:
        return YoutubeReadiness(None, None, deno_program())
    return YoutubeReadiness(named, _age_days(named, today), deno_program())


def _age_days(named: str, today: date) -> int | None:
    """yt-dlp's versions are dates."""
    found = _NAMED_BY_DATE.match(named)
    if found is None:
        return None
    return max(0, (today - date(*map(int, found.groups()))).days)

"""Following a link to its video: in turn with others, to a folder, within limits."""

from dataclasses import dataclass, field
from pathlib import Path

from dubwright.sources.addresses import AddressPolicy
from dubwright.sources.fetched import FetchedVideo, Wanted, Watch
from dubwright.sources.links import Link, parse_link
from dubwright.sources.turns import turn_at
from dubwright.sources.web_download import WebRules, download_file
from dubwright.sources.youtube import YoutubeRules, download_video


@dataclass(frozen=True, slots=True)
class LinkFetcher:
    """Fetches videos by their links. `turns` is a folder that all on this machine share.

    From one site comes one video at a time, and the next one `pause_s` after it.
    """

    turns: Path
    pause_s: float = 5.0
    web: WebRules = field(default_factory=WebRules)
    youtube: YoutubeRules = field(default_factory=YoutubeRules)

    @property
    def policy(self) -> AddressPolicy:
        """What links may lead to."""
        return self.web.calls.policy

    def parse(self, raw: str) -> Link:
        """The link. Raises `LinkRefused`."""
        return parse_link(raw, self.policy)

    def fetch(self, link: Link, folder: Path, wanted: Wanted, watch: Watch) -> FetchedVideo:
        """Fetch the video into a folder, which nobody else writes into.

        Raises `LinkRefused`, `TooLarge`, `VideoUnavailable`, `VideoUnsuitable`, a `LinkError`,
        `ProviderNotReady`, a `StorageError`, or `Cancelled`.
        """
        folder.mkdir(parents=True, exist_ok=True)
        with turn_at(link.host, self.turns, pause_s=self.pause_s, is_cancelled=watch.is_cancelled):
            if link.kind == "youtube":
                return download_video(link, folder, wanted, self.youtube, watch)
            return download_file(link, folder, wanted, self.web, watch)

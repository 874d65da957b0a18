"""Videos that are fetched from links, as far as settings allow."""

from pathlib import Path
from typing import TYPE_CHECKING

from dubwright.bootstrap.basics import build_ffmpeg
from dubwright.settings import Settings

if TYPE_CHECKING:
    from dubwright.sources.fetching import LinkFetcher
    from dubwright.sources.links import LinkOffer

_OF_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def build_link_fetcher(settings: Settings, *, turns: Path) -> "LinkFetcher | None":
    """What fetches the videos of links; None where links are switched off.

    All that share the folder `turns` fetch one video at a time from one site.
    """
    from dubwright.sources.fetching import LinkFetcher
    from dubwright.sources.youtube import YoutubeRules

    chosen = settings.links
    if chosen.enabled is False:
        return None
    rules = YoutubeRules(
        ffmpeg=build_ffmpeg(settings).program,
        max_height=chosen.max_height,
        cookies_file=chosen.cookies_file,
        proxy=chosen.proxy.get_secret_value() if chosen.proxy else None,
    )
    return LinkFetcher(turns=turns, pause_s=chosen.pause_s, youtube=rules)


def link_offer(settings: Settings) -> "LinkOffer":
    """By default links are for whoever sits at this machine: not for a public service."""
    from dubwright.sources.links import LinkOffer

    chosen, server = settings.links, settings.server
    if chosen.enabled != "auto":
        return LinkOffer("always" if chosen.enabled else "never", chosen.youtube)
    is_private = server.host in _OF_THIS_MACHINE and server.auth == "auto"
    return LinkOffer("locally" if is_private else "never", chosen.youtube)

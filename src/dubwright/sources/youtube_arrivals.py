"""How much of a video has arrived, over all of its files; within the limit or not at all."""

import time
from collections.abc import Callable, Mapping
from typing import Final

from dubwright.sources.youtube_talk import BytesArrived, FromYoutube, YoutubeOrder

_TOLD_EVERY_S: Final = 0.25


class Arrivals:
    """Adds up the files of one video, ends the transfer when they are too large, and tells of it."""

    def __init__(self, order: YoutubeOrder, tell: Callable[[FromYoutube], None]) -> None:
        self._order = order
        self._tell = tell
        self._files: dict[str, int] = {}
        self._expected = 0
        self._told_s = 0.0

    def expect(self, size_bytes: int) -> None:
        """So many bytes will come, as far as anybody knows."""
        self._expected = size_bytes

    def take(self, news: Mapping[str, object]) -> None:
        """What yt-dlp's progress hook is given."""
        import yt_dlp

        arrived = news.get("downloaded_bytes")
        self._files[str(news.get("filename"))] = arrived if isinstance(arrived, int) else 0
        done = sum(self._files.values())
        if done > self._order.max_bytes:
            raise yt_dlp.utils.DownloadCancelled("more bytes than are taken")
        now_s = time.monotonic()
        if now_s - self._told_s >= _TOLD_EVERY_S or news.get("status") == "finished":
            self._told_s = now_s
            self._tell(BytesArrived(done=done, total=max(done, self._expected)))

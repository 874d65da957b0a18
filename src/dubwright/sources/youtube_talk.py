"""What the YouTube child is told, and what it tells: one JSON object per line."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import Document
from dubwright.sources.refusals import Reason


class YoutubeOrder(Document):
    """One video to fetch into a folder, and within what limits.

    `private_networks` may be called although they are not public, `extractor` is a file with
    another `Extractor` than YouTube's: both are for tests, and no setting leads here.
    """

    url: str
    folder: str
    max_bytes: int
    max_duration_ms: int
    max_height: int
    captions: bool = False
    language: LanguageTag | None = None
    ffmpeg: str
    cookies: str | None = None
    proxy: str | None = None
    proxy_addresses: tuple[str, ...] = ()
    private_networks: tuple[str, ...] = ()
    any_port: bool = False
    extractor: str | None = None


class BytesArrived(Document):
    """How far it is; the total is an estimate, 0 while unknown."""

    kind: Literal["arrived"] = "arrived"
    done: int
    total: int


class AllArrived(Document):
    """All bytes are here; picture and sound are being joined."""

    kind: Literal["all_arrived"] = "all_arrived"


class VideoRefused(Document):
    """It is not fetched. `detail` holds figures."""

    kind: Literal["refused"] = "refused"
    reason: Reason
    detail: str = ""


class VideoFailed(Document):
    """yt-dlp gave up, with these words."""

    kind: Literal["failed"] = "failed"
    words: str


class VideoReady(Document):
    """The file's name in the folder, and what YouTube says of the video."""

    kind: Literal["ready"] = "ready"
    file: str
    title: str
    channel: str | None = None
    licence: str | None = None
    captions: str | None = None
    captions_language: str | None = None


FromYoutube = BytesArrived | AllArrived | VideoRefused | VideoFailed | VideoReady
from_youtube: TypeAdapter[FromYoutube] = TypeAdapter(
    Annotated[FromYoutube, Field(discriminator="kind")]
)

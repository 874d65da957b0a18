"""Videos of links beside the dubs that are made of them on this machine: each is fetched once."""

import hashlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from dubwright.domain.cues import to_vtt
from dubwright.domain.errors import RightsNotConfirmed
from dubwright.domain.language import LanguageTag
from dubwright.domain.source_link import SourceLink
from dubwright.jobs.dub_video import Running
from dubwright.jobs.fetching_source import captions_in, looked_into, watched_by
from dubwright.sources.fetched import Wanted
from dubwright.sources.links import Link
from dubwright.sources.turns import turn_at

if TYPE_CHECKING:
    from dubwright.sources.fetching import LinkFetcher

_RECORD = "link.json"
_CAPTIONS = "captions.vtt"
CONFIRM_RIGHTS: Final = "add `--i-have-the-rights` if it is yours, or its owner allows it"


@dataclass(frozen=True, slots=True)
class AskedLink:
    """A link, and what is asked of it. `language` is the one spoken, if it is known."""

    link: Link
    rights_confirmed: bool = False
    use_captions: bool = False
    language: LanguageTag | None = None


@dataclass(frozen=True, slots=True)
class VideoHere:
    """A fetched video, and the captions that may stand for recognition."""

    video: Path
    captions: Path | None = None
    captions_language: LanguageTag | None = None


class LinkFolder:
    """`<output>/.dubwright/links/<digest>/` of one link; `link.json` says who may dub it."""

    def __init__(self, output: Path, asked: AskedLink) -> None:
        digest = hashlib.sha256(asked.link.url.encode()).hexdigest()[:16]
        self._path = output / ".dubwright" / "links" / digest
        self._asked = asked

    def video_here(self) -> VideoHere | None:
        """What an earlier run fetched; None if it has to be fetched, again or at all."""
        video, record = self._path / self._asked.link.name, self._record()
        if record is None or not video.is_file():
            return None
        if self._asked.use_captions and not record.use_captions:
            return None
        captions = self._path / _CAPTIONS
        if not self._asked.use_captions or not captions.is_file():
            return VideoHere(video)
        return VideoHere(video, captions, record.captions_language)

    def fetch(self, fetcher: "LinkFetcher", running: Running) -> VideoHere:
        """Fetch the video and remember who said that it may be dubbed.

        Of several that want it at once one fetches it, and the others wait for it. Raises
        `RightsNotConfirmed`, and what `LinkFetcher.fetch` raises.
        """
        if not self._asked.rights_confirmed:
            raise RightsNotConfirmed(
                "nobody confirmed the right to dub this video",
                hint=CONFIRM_RIGHTS,
            )
        turns = self._path.parents[1] / "turns"
        with turn_at(self._asked.link.url, turns, pause_s=0, is_cancelled=running.is_cancelled):
            return self.video_here() or self._fetched(fetcher, running)

    def _fetched(self, fetcher: "LinkFetcher", running: Running) -> VideoHere:
        part = self._path.with_name(f".{self._path.name}.part")
        shutil.rmtree(part, ignore_errors=True)  # of a run that died
        try:
            record = self._fetch_into(part, fetcher, running)
            (part / _RECORD).write_text(record.model_dump_json(indent=2), encoding="utf-8")
            shutil.rmtree(self._path, ignore_errors=True)
            part.rename(self._path)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return self.video_here() or VideoHere(self._path / self._asked.link.name)

    def _fetch_into(self, part: Path, fetcher: "LinkFetcher", running: Running) -> SourceLink:
        link, confirmed_at = self._asked.link, datetime.now(UTC)
        wanted = Wanted(
            max_bytes=running.limits.max_bytes,
            max_duration_ms=running.limits.max_duration_ms,
            captions=self._asked.use_captions,
            language=self._asked.language,
        )
        watch = watched_by(running.progress, running.is_cancelled)
        found = fetcher.fetch(link, part, wanted, watch)
        captions = captions_in(found, looked_into(found, link.name, running.limits))
        if captions is not None:
            (part / _CAPTIONS).write_text(to_vtt(captions.cues), encoding="utf-8")
        found.path.rename(part / link.name)
        return SourceLink(
            kind=link.kind,
            url=link.url,
            file_name=link.name,
            use_captions=self._asked.use_captions,
            rights_confirmed_at=confirmed_at,
            fetched_at=datetime.now(UTC),
            title=found.title,
            channel=found.channel,
            licence=found.licence,
            captions_language=captions.language if captions else None,
        )

    def _record(self) -> SourceLink | None:
        try:
            return SourceLink.model_validate_json((self._path / _RECORD).read_bytes())
        except (FileNotFoundError, ValidationError):  # fetched by another version: once more
            return None

"""The worker's first step on a project that began with a link: its source is brought to the store."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dubwright.domain.cues import Cue
from dubwright.domain.errors import InputError, LinksDisabled, QuotaExceeded
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Source
from dubwright.domain.timeline import Document
from dubwright.jobs.assignments import FetchedNews, LinkWork, ProjectWork
from dubwright.jobs.documents import keep_document
from dubwright.jobs.given import read_cues
from dubwright.media.probe import ProbeLimits, probe
from dubwright.pipeline.progress import Progress, StageEvent, StageState
from dubwright.pipeline.workspace import claim_any
from dubwright.sources.fetched import FetchedVideo, Wanted, Watch
from dubwright.sources.links import Link

if TYPE_CHECKING:
    from dubwright.jobs.performing import Means

STAGE: Final = "fetch"
_READ_ONLY: Final = 0o444
_LONGEST_NAME: Final = 200


class Captions(Document):
    """What the uploader of a video wrote as captions, in the language that is spoken."""

    language: LanguageTag
    cues: tuple[Cue, ...]


def with_source(project: ProjectWork, means: "Means") -> ProjectWork:
    """The project with its source in the store; what its link leads to is fetched if need be.

    The service is told at once, so that nobody fetches it a second time, however this ends.
    """
    if project.link is None:
        return project
    if means.links is None:
        raise LinksDisabled(
            "this worker does not fetch videos from links",
            hint="whoever runs this can set `links.enabled`",
        )
    link = means.links.parse(project.link.url)
    with _folder(means.scratch) as folder:
        wanted = _wanted(project, project.link, means)
        watch = watched_by(means.reporter, means.is_cancelled)
        video = means.links.fetch(link, folder, wanted, watch)
        news = _kept(link, video, means)
    means.reporter.fetched(news)
    return project.model_copy(
        update={
            "source_key": news.object_key,
            "file_name": news.file_name,
            "source": news.source,
            "captions_key": news.captions_key,
            "link": None,
        }
    )


def _wanted(project: ProjectWork, work: LinkWork, means: "Means") -> Wanted:
    if work.max_bytes <= 0:
        raise QuotaExceeded(
            "the account holds as much as it may", hint="delete what is no longer needed"
        )
    return Wanted(
        max_bytes=min(work.max_bytes, means.limits.max_bytes),
        max_duration_ms=means.limits.max_duration_ms,
        captions=work.use_captions,
        language=project.source_language,
    )


def watched_by(progress: Progress, is_cancelled: Callable[[], bool]) -> Watch:
    """A watch that tells of the bytes that have come as the pieces of the stage `fetch`."""
    progress(StageEvent(STAGE, "started"))

    def told(done_bytes: int, total_bytes: int) -> None:
        if total_bytes:
            state: StageState = "finished" if done_bytes >= total_bytes else "advanced"
            progress(StageEvent(STAGE, state, done_bytes, total_bytes))

    return Watch(told=told, is_cancelled=is_cancelled)


@contextmanager
def _folder(scratch: Path) -> Iterator[Path]:
    """An empty folder of our own; what a worker that died left in it is gone."""
    with claim_any(scratch / "links") as claimed:
        folder = claimed / "video"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _kept(link: Link, video: FetchedVideo, means: "Means") -> FetchedNews:
    name = file_name_of(link, video)
    source = looked_into(video, name, means.limits)
    key = f"sources/{source.sha256}"
    video.path.chmod(_READ_ONLY)
    means.store.put(key, video.path)
    captions = captions_in(video, source)
    if captions is None and video.captions is not None:
        means.reporter.log("the video's captions cannot be used; its speech is recognised")
    return FetchedNews(
        object_key=key,
        file_name=name,
        source=source,
        title=video.title,
        channel=video.channel,
        licence=video.licence,
        captions_key=keep_document(means.store, captions) if captions else None,
        captions_language=captions.language if captions else None,
    )


def looked_into(video: FetchedVideo, name: str, limits: ProbeLimits) -> Source:
    """What the file of a link is. A failure calls it by the name that people know."""
    try:
        return probe(video.path, limits=limits)
    except InputError as exc:
        told = exc.message.replace(repr(video.path.name), repr(name))
        raise type(exc)(told, hint=exc.hint) from exc


def captions_in(video: FetchedVideo, source: Source) -> Captions | None:
    """The captions that came with a video, as far as they lie in it; None if none can be used."""
    if video.captions is None or video.captions_language is None:
        return None
    try:
        cues = read_cues(video.captions)
    except InputError:
        return None
    inside = tuple(cue for cue in cues if cue.span.start_ms < source.duration_ms)
    return Captions(language=video.captions_language, cues=inside) if inside else None


def file_name_of(link: Link, video: FetchedVideo) -> str:
    """For people: the video's title, with the ending of a video file."""
    if link.kind == "web":
        return link.name
    plain = "".join(" " if letter in '/\\:*?"<>|' else letter for letter in video.title)
    short = " ".join(plain.split()).strip(". ")[:_LONGEST_NAME]
    while len(short.encode()) > _LONGEST_NAME:
        short = short[:-1]
    return f"{short or link.name.removesuffix('.mp4')}.mp4"

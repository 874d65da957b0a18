"""The worker's side of `:package`: every dub in one video, and the folders for YouTube."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from dubwright.domain.errors import NotFoundError
from dubwright.domain.language import LanguageTag
from dubwright.jobs.alone import fetched
from dubwright.jobs.assignments import Assignment, Outcome, TargetWork
from dubwright.jobs.bench import Bench
from dubwright.jobs.package_files import LanguageFolder, write_zip
from dubwright.jobs.packing import pack_file
from dubwright.jobs.views import SOUND
from dubwright.media import join_languages as joining
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.join_languages import FinishedDub, joined_container
from dubwright.media.mux import SoftSubtitle
from dubwright.media.probe import probe
from dubwright.pipeline.runner import stage
from dubwright.pipeline.showing import take_dub_sound

ALL_LANGUAGES: Final = "video.all-languages"
FOR_YOUTUBE: Final = "youtube.zip"


def perform_package(assignment: Assignment, bench: Bench) -> Outcome:
    """Put finished dubs together, in the order in which they were named."""
    bench.run.tally.expect("join_languages", 1)
    bench.run.tally.expect("zip_languages", 1)
    dubs = [_finished(target, bench) for target in assignment.targets]
    original = bench.project.source_language
    subtitles = list(_subtitles(assignment.targets, original, bench))
    container = joined_container(dubs[0].source)
    video = bench.run.file(
        f".{container}",
        join_languages,
        [dub.video for dub in dubs],
        [dub.language for dub in dubs],
        [one.path for one in subtitles],
        [one.language for one in subtitles],
        original,
        dubs=dubs,
        subtitles=subtitles,
        ffmpeg=bench.tools.ffmpeg,
        is_cancelled=bench.run.is_cancelled,
    )
    folders = [
        LanguageFolder(dub.language, _sound(target, dub, bench), _captions(target, bench))
        for target, dub in zip(assignment.targets, dubs, strict=True)
    ]
    archive = bench.run.file(
        ".zip",
        zip_languages,
        [folder.language for folder in folders],
        [folder.sound for folder in folders],
        [folder.captions for folder in folders],
        bench.project.name,
        folders=folders,
        is_cancelled=bench.run.is_cancelled,
    )
    store = bench.means.store
    return Outcome(
        artifacts=(
            pack_file(store, f"{ALL_LANGUAGES}.{container}", video),
            pack_file(store, FOR_YOUTUBE, archive),
        )
    )


@stage(version=1)
def join_languages(
    to: Path,
    videos: Sequence[Path],
    languages: Sequence[LanguageTag],
    cues: Sequence[Path],
    cue_languages: Sequence[LanguageTag],
    original: LanguageTag | None,
    *,
    dubs: Sequence[FinishedDub],
    subtitles: Sequence[SoftSubtitle],
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """One video for all languages. `dubs` and `subtitles` follow from the other arguments."""
    joining.join_languages(
        dubs, subtitles, to, original=original, ffmpeg=ffmpeg, cancelled=is_cancelled
    )


@stage(version=1)
def zip_languages(
    to: Path,
    languages: Sequence[LanguageTag],
    sounds: Sequence[Path],
    captions: Sequence[Path],
    title: str,
    *,
    folders: Sequence[LanguageFolder],
    is_cancelled: Callable[[], bool],
) -> None:
    """The folders of all languages. `folders` follow from the other arguments."""
    write_zip(to, folders, title=title, is_cancelled=is_cancelled)


def _finished(target: TargetWork, bench: Bench) -> FinishedDub:
    video = _file(target, f"video.{bench.source.container}", bench)
    return FinishedDub(video, probe(video), target.language)


def _sound(target: TargetWork, dub: FinishedDub, bench: Bench) -> Path:
    """The dub's sound alone; taken out of the video where it was made before there was such a file."""
    if SOUND in target.files:
        return _file(target, SOUND, bench)
    return bench.run.file(
        ".m4a",
        take_dub_sound,
        dub.video,
        dub.source,
        ffmpeg=bench.tools.ffmpeg,
        is_cancelled=bench.run.is_cancelled,
    )


def _captions(target: TargetWork, bench: Bench) -> Path:
    return _file(target, _subtitles_name(target.language), bench)


def _subtitles(
    targets: Sequence[TargetWork], original: LanguageTag | None, bench: Bench
) -> Iterator[SoftSubtitle]:
    """Those of every dub, and once those of the original."""
    for target in targets:
        yield SoftSubtitle(_captions(target, bench), target.language)
    if original is None:
        return
    name = _subtitles_name(original)
    for target in targets:
        if name in target.files and target.language != original:
            yield SoftSubtitle(_file(target, name, bench), original)
            return


def _subtitles_name(language: LanguageTag) -> str:
    return f"subtitles.{language}.srt"


def _file(target: TargetWork, name: str, bench: Bench) -> Path:
    """A file of a target on this machine's disk, named after what it holds."""
    key = target.files.get(name)
    if key is None:
        raise NotFoundError(
            f"the dub in {target.language!r} has no file {name!r}",
            hint="run that target again, then package it",
        )
    return fetched(bench.means.store, key, bench.workspace.folder / "packaged" / Path(key).name)

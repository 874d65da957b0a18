"""Dubbing one video file into one language, into a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dubwright.domain.cues import Cue, parse_cues
from dubwright.domain.errors import ConflictError, InputError, NotFoundError, QualityError
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Source
from dubwright.domain.speech import SpeakerId
from dubwright.jobs.dub_folder import DubFolder
from dubwright.media.probe import ProbeLimits, probe
from dubwright.pipeline.dub import dub
from dubwright.pipeline.order import Order
from dubwright.pipeline.progress import Progress
from dubwright.pipeline.results import Dub
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.workspace import Workspace

_LARGEST_SUBTITLES_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DubRequest:
    """One video, one target language, and what the person already knows or has."""

    video: Path
    target_language: LanguageTag
    output: Path
    source_language: LanguageTag | None = None
    speakers: int | None = None
    voices: Mapping[SpeakerId, str] = field(default_factory=dict)
    transcript: Path | None = None
    translation: Path | None = None
    keep_background: bool = True


@dataclass(frozen=True, slots=True)
class DubOutcome:
    """The finished dub and where it lies."""

    dub: Dub
    folder: Path
    video: Path


@dataclass(frozen=True, slots=True)
class Running:
    """How to run: on how many workers, telling whom, stopping when."""

    workers: int
    progress: Progress
    is_cancelled: Callable[[], bool]
    limits: ProbeLimits = field(default_factory=ProbeLimits)


def dub_video(request: DubRequest, tools: Tools, running: Running) -> DubOutcome:
    """Dub a video and write its folder.

    What an earlier run made is used again. A `script.json` that a person changed since then is
    taken as it stands. Raises `QualityError`, leaving the reports, when a hard rule is broken.
    """
    if not request.video.is_file():
        raise NotFoundError(
            f"there is no file {str(request.video)!r}", hint="give the path of a video file"
        )
    source = probe(request.video, limits=running.limits)
    folder = DubFolder(request.output, request.video, request.target_language)
    workspace = Workspace(request.output / ".dubwright" / source.sha256[:16])
    with workspace.claimed():
        run = Runner(
            workspace,
            workers=running.workers,
            progress=running.progress,
            is_cancelled=running.is_cancelled,
        )
        order = _order(request, folder, source)
        made = dub(request.video, source, order, tools, run)
        if not made.quality.completed:
            folder.write_failed(made)
            raise _broken_rules(made, folder)
        return DubOutcome(
            dub=made, folder=folder.path, video=folder.write(made, edited=order.edited is not None)
        )


def _order(request: DubRequest, folder: DubFolder, source: Source) -> Order:
    edited = folder.edited_script(source.sha256)
    order = Order(
        target_language=request.target_language,
        source_language=request.source_language,
        speakers=request.speakers,
        voices=dict(request.voices),
        keep_background=request.keep_background,
        transcript=_cues(request.transcript),
        translation=_cues(request.translation),
    )
    if edited is None:
        return order
    if edited.target_language != request.target_language:
        raise ConflictError(
            f"the edited script is in {edited.target_language!r}",
            hint=f"use `--to {edited.target_language}`, or delete `script.json`",
        )
    return order.model_copy(
        update={
            "edited": edited,
            "source_language": edited.source_language,
            "pinned": folder.untouched_lines(edited),
        }
    )


def _cues(path: Path | None) -> tuple[Cue, ...]:
    if path is None:
        return ()
    if not path.is_file():
        raise NotFoundError(
            f"there is no file {str(path)!r}", hint="give the path of an SRT or WebVTT file"
        )
    if path.stat().st_size > _LARGEST_SUBTITLES_BYTES:
        raise InputError(f"{path.name!r} is too large to be subtitles", hint="give an SRT or VTT")
    try:
        cues = parse_cues(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as exc:
        raise InputError(f"{path.name!r} is not UTF-8 text", hint="save it as UTF-8") from exc
    if not cues:
        raise InputError(f"{path.name!r} has no cues", hint="give an SRT or WebVTT file")
    return cues


def _broken_rules(made: Dub, folder: DubFolder) -> QualityError:
    broken = [check for check in made.quality.checks if check.hard and not check.passed]
    names = ", ".join(f"{check.name} {check.value} {check.unit}".strip() for check in broken)
    return QualityError(
        f"the finished file breaks {len(broken)} hard rules: {names}",
        hint=f"see {str(folder.path / 'qc.json')!r}; the video stays at {str(made.video)!r}",
    )

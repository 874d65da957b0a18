"""Dubbing one video file into one language, into a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from dubwright.domain.errors import ConflictError, QualityError
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import Source
from dubwright.domain.speech import SpeakerId
from dubwright.jobs.dub_folder import DubFolder
from dubwright.jobs.given import read_cues, refuse_what_lies_outside, require_video
from dubwright.media.probe import ProbeLimits, probe
from dubwright.pipeline.dub import dub
from dubwright.pipeline.order import Order
from dubwright.pipeline.progress import Progress
from dubwright.pipeline.results import Dub
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.workspace import Workspace


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
    require_video(request.video)
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
        if made.video is None or not made.quality.completed:
            raise _broken_rules(made, folder.write_failed(made))
        video = folder.write(made, made.video, edited=order.edited is not None)
        return DubOutcome(dub=made, folder=folder.path, video=video)


def _order(request: DubRequest, folder: DubFolder, source: Source) -> Order:
    edited = folder.edited_script(source.sha256)
    order = Order(
        target_language=request.target_language,
        source_language=request.source_language,
        speakers=request.speakers,
        voices=dict(request.voices),
        keep_background=request.keep_background,
        transcript=read_cues(request.transcript),
        translation=read_cues(request.translation),
    )
    refuse_what_lies_outside(order, edited, source.duration_ms)
    if edited is None:
        return order
    if order.transcript or order.translation:
        raise ConflictError(
            "subtitles were given, and `script.json` has been edited",
            hint="leave the subtitles out, or delete `script.json` to start from them",
        )
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
            "earlier": folder.decided(),
        }
    )


def _broken_rules(made: Dub, report: Path) -> QualityError:
    if made.video is None:
        late = [p for p in made.fit.placements if p.end_ms > made.source.duration_ms]
        lines = ", ".join(str(placed.utterance) for placed in late)
        return QualityError(
            f"there is more to say than time to say it: line {lines} would end after the video",
            hint=f"shorten the lines before it or its text in {str(report.with_name('script.json'))!r}",
        )
    broken = [check for check in made.quality.checks if check.hard and not check.passed]
    names = ", ".join(f"{check.name} {check.value} {check.unit}".strip() for check in broken)
    return QualityError(
        f"the finished file breaks {len(broken)} hard rules: {names}",
        hint=f"see {str(report)!r}; the video stays at {str(made.video)!r}",
    )

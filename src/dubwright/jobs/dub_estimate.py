"""What a dub on this machine would take, told before any work is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dubwright.domain.cues import Cue
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import SpeakerId, Utterance
from dubwright.domain.timeline import Document
from dubwright.jobs.dub_folder import DubFolder
from dubwright.jobs.dub_video import DubRequest
from dubwright.jobs.given import read_cues, require_video
from dubwright.jobs.quoting import PRICES_NOTE, Quoter, StageEstimate, oldest_price, total_of
from dubwright.jobs.stage_quotes import (
    HEARING_SHARE,
    REAL_TIME_FACTOR,
    SPEAKING_SHARE,
    SourceFacts,
    TargetFacts,
    characters_to_speak,
    done_before,
    target_stages,
    telling_speakers,
    transcribing,
)
from dubwright.media.probe import ProbeLimits, probe

_SOMEBODY = SpeakerId("S1")


class DubEstimate(Document):
    """Calls, units, cost in US dollars and time. `characters_are_exact`: subtitles or a script
    were there; else they are guessed from the length of the video."""

    media_minutes: float
    characters: int
    characters_are_exact: bool
    stages: tuple[StageEstimate, ...]
    cost: float | None
    price_as_of: date | None
    prices: str = PRICES_NOTE
    wall_s: int


@dataclass(frozen=True, slots=True)
class _Left:
    """What a run would still do. Lines None: nobody knows yet what is said.

    `is_told`: subtitles or a script tell it; `is_again`: it was dubbed before, and `share` of the
    lines are still to be spoken.
    """

    to_translate: tuple[Utterance, ...] | None = None
    to_speak: tuple[Utterance, ...] | None = None
    is_told: bool = False
    is_again: bool = False
    share: float = 1.0


def estimate_dub(request: DubRequest, quoter: Quoter, *, limits: ProbeLimits) -> DubEstimate:
    """What the same request would take as a dub. What an earlier run finished is taken as done.

    Raises what looking into the video raises.
    """
    require_video(request.video)
    video = probe(request.video, limits=limits)
    source = SourceFacts(video.duration_ms, request.source_language)
    left = _left(request, video.sha256)
    voices = {str(speaker): voice for speaker, voice in request.voices.items()}
    target = TargetFacts(request.target_language, left.to_translate, left.to_speak, voices)
    stages = (*_of_source(quoter, source, left), *target_stages(quoter, source, target))
    share = left.share * SPEAKING_SHARE + (0 if left.is_told else HEARING_SHARE)
    return DubEstimate(
        media_minutes=round(source.duration_ms / 60_000, 2),
        characters=characters_to_speak(source, target),
        characters_are_exact=left.to_speak is not None,
        stages=stages,
        cost=total_of(stages),
        price_as_of=oldest_price(stages),
        wall_s=round(source.duration_ms / 1000 * REAL_TIME_FACTOR * share),
    )


def _of_source(quoter: Quoter, source: SourceFacts, left: _Left) -> tuple[StageEstimate, ...]:
    if left.is_again:
        return done_before(quoter)
    transcribe = done_before(quoter)[0] if left.is_told else transcribing(quoter, source)
    return transcribe, telling_speakers(quoter, source)


def _left(request: DubRequest, sha256: str) -> _Left:
    folder = DubFolder(request.output, request.video, request.target_language)
    edited = folder.edited_script(sha256)
    if edited is not None:
        lines, stays = edited.utterances, folder.untouched_lines(edited)
        new = tuple(one for one in lines if one.id not in stays and not one.keep_original)
        untold = tuple(one for one in new if not one.target_text.strip())
        share = len(new) / max(1, len(lines))
        return _Left(untold, new, is_told=True, is_again=True, share=share)
    if folder.decided() is not None:
        return _Left((), (), is_told=True, is_again=True, share=0.0)
    if request.translation is not None:
        lines = _lines(read_cues(request.translation), request.target_language)
        return _Left((), lines, is_told=True)
    if request.transcript is not None:
        lines = _lines(read_cues(request.transcript), None)
        return _Left(lines, lines, is_told=True)
    return _Left()


def _lines(cues: Sequence[Cue], target: LanguageTag | None) -> tuple[Utterance, ...]:
    """A line for each cue; its text is the target's where a target is named."""
    return tuple(
        Utterance(
            id=number,
            speaker=_SOMEBODY,
            span=cue.span,
            source_text="" if target else cue.text,
            target_text=cue.text if target else "",
        )
        for number, cue in enumerate(cues, start=1)
    )

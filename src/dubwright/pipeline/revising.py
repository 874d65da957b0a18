"""Revising: what was dubbed before stays as it is, and only edited lines are planned and spoken."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fit_again import fit_again
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.quality import QcReport
from dubwright.domain.speech import Cast, Utterance
from dubwright.pipeline.casting import voice_of
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.mixing import Finished
from dubwright.pipeline.order import Earlier, Order, Pin
from dubwright.pipeline.reading import Reading, kept_line, line_to_fit, reading_of
from dubwright.pipeline.rehearsing import Rehearsed, RehearsedScene, record, rehearse
from dubwright.pipeline.results import Dub
from dubwright.pipeline.room import Room, rehearsal_room
from dubwright.pipeline.runner import stage
from dubwright.pipeline.spoken import Spoken
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.taking import Take, speak, wording
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.writing import Scene
from dubwright.ports import TextToSpeech


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays of an earlier dub: where lines are, and how they were spoken."""

    placements: Mapping[int, Placement]
    pinned: Mapping[int, Pin]
    retaken: Collection[int] = ()


def plan_and_speak(
    scenes: Iterable[Scene], order: Order, heard: Listened, cast: Cast, studio: Studio
) -> list[RehearsedScene]:
    """Plan every line and start its take: scene after scene, or round what an earlier dub left."""
    room = rehearsal_room(order, heard, cast, studio)
    earlier = earlier_that_holds(order, room.text_to_speech)
    if earlier is None:
        return list(rehearse(scenes, room))
    lines = [line for scene in scenes for line in scene.lines]
    return [_revised(lines, order, earlier, room)] if lines else []


def earlier_that_holds(order: Order, text_to_speech: TextToSpeech) -> Earlier | None:
    """The earlier dub, if its takes were spoken by this engine."""
    if order.edited is None or order.earlier is None:
        return None
    return order.earlier if order.earlier.engine == text_to_speech.fingerprint else None


def finished_dub(finished: Finished | None, spoken: Spoken, quality: QcReport, tools: Tools) -> Dub:
    """The dub, with what a later one needs to know to leave alone what was not edited."""
    takes, decided, mastered = spoken.takes, None, None
    if finished is not None:
        mastered = finished.mastered
        decided = Earlier(
            engine=tools.text_to_speech.fingerprint,
            placements=takes.settled,
            clusters=takes.report.infeasible_clusters,
            line_target_db=finished.line_target_db,
            levelling=mastered.levelling if mastered else None,
            bed=finished.bed,
        )
    video = finished.video.result() if finished else None
    return Dub(
        source=spoken.heard.source,
        video=video,
        script=spoken.script,
        cast=spoken.cast,
        fit=takes.report,
        quality=quality,
        asked=takes.asked,
        recorded=takes.recorded,
        decided=decided,
        playback=mastered.playback if mastered else None,
    )


@stage(version=1)
def plan_again(
    lines: Sequence[LineToFit], stay: Mapping[int, Placement], limits: FitLimits
) -> FitReport:
    """Place the edited lines between those that stay."""
    return fit_again(lines, stay, limits)


def _revised(
    lines: Sequence[Utterance], order: Order, earlier: Earlier, room: Room
) -> RehearsedScene:
    placed = {placement.utterance: placement for placement in earlier.placements}
    stay = {
        line.id: placed[line.id]
        for line in lines
        if line.id in placed
        and line.id not in order.retaken
        and _is_untouched(line, placed[line.id], order.pinned, room.cast)
    }
    edited = [line for line in lines if line.id not in stay and not line.keep_original]
    room.run.tally.expect("speak", len(lines))
    waiting = {line.id: room.pool.start(0, reading_of, line, room) for line in edited}
    readings = {number: room.pool.result(reading) for number, reading in waiting.items()}
    kept = _Kept(stay, order.pinned, order.retaken)
    to_fit = [_to_fit(line, readings.get(line.id), kept, room) for line in lines]
    report = room.run.document(FitReport, plan_again, to_fit, stay, room.limits)
    found = {placement.utterance: placement for placement in report.placements}
    rehearsed = tuple(
        _performed(line, found[line.id], readings.get(line.id), kept, room) for line in lines
    )
    clusters = (*earlier.clusters, *report.infeasible_clusters)
    return RehearsedScene(report.model_copy(update={"infeasible_clusters": clusters}), rehearsed)


def _is_untouched(
    line: Utterance, placed: Placement, pinned: Mapping[int, Pin], cast: Cast
) -> bool:
    if line.keep_original:
        onset_ms = placed.start_ms - placed.onset_error_ms
        return onset_ms == line.span.start_ms and placed.duration_ms == line.span.duration_ms
    return line.id in pinned and pinned[line.id].voice == voice_of(line, cast).id


def _to_fit(line: Utterance, reading: Reading | None, kept: _Kept, room: Room) -> LineToFit:
    if line.keep_original:
        return kept_line(line)
    stays = kept.placements.get(line.id)
    if stays is None:
        pin = room.pinned.get(line.id) if line.id in kept.retaken else None
        return line_to_fit(line, reading, pin)
    # Should it have to move after all, it moves with the take that it has.
    speed = kept.pinned[line.id].speed if room.text_to_speech.native_speed else line.speed
    return LineToFit(
        utterance=line.id,
        speaker=line.speaker,
        span=line.span,
        natural_ms=(max(1, round(stays.duration_ms * stays.speed)),),
        locked_speed=speed,
        locked=True,
    )


def _performed(
    line: Utterance,
    placed: Placement,
    reading: Reading | None,
    kept: _Kept,
    room: Room,
) -> Rehearsed:
    if line.keep_original:
        return Rehearsed(line, placed, None, settled=True)
    if reading is not None:
        natural_ms = reading.natural_ms[placed.variant]
        take = room.pool.start(line.span.start_ms, record, line, placed, natural_ms, room)
        return Rehearsed(line, placed, take)
    before = kept.placements[line.id]
    as_before = placed.model_copy(update={"variant": before.variant})
    spoken = room.pool.start(line.span.start_ms, _spoken_before, line, kept.pinned[line.id], room)
    return Rehearsed(line, as_before, spoken, settled=placed == before)


def _spoken_before(line: Utterance, pin: Pin, room: Room) -> Take:
    voice, text = voice_of(line, room.cast), wording(line, pin.variant)
    return Take(room.run.file(".npz", speak, text, voice, pin.asked, room.text_to_speech), pin)

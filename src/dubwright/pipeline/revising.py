"""Revising: what was dubbed before stays as it is, and only edited lines are planned and spoken."""

from collections.abc import Iterable, Mapping, Sequence

from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fit_again import fit_again
from dubwright.domain.fit_input import FitLimits, LineToFit
from dubwright.domain.media import Source
from dubwright.domain.quality import QcReport
from dubwright.domain.speech import Cast, Script, Utterance
from dubwright.pipeline.casting import voice_of
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.mixing import Finished
from dubwright.pipeline.order import Earlier, Order, Pin
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.rehearsing import (
    Reading,
    Rehearsed,
    RehearsedScene,
    Room,
    kept_line,
    line_to_fit,
    reading_of,
    record,
    rehearsal_room,
    rehearse,
)
from dubwright.pipeline.results import Dub
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.settling import Takes
from dubwright.pipeline.taking import Take, speak, wording
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.writing import Scene
from dubwright.ports import TextToSpeech


def plan_and_speak(
    scenes: Iterable[Scene],
    order: Order,
    heard: Listened,
    cast: Cast,
    tools: Tools,
    run: Runner,
    pool: WorkPool,
) -> list[RehearsedScene]:
    """Plan every line and start its take: scene after scene, or round what an earlier dub left."""
    earlier = earlier_that_holds(order, tools.text_to_speech)
    if earlier is None:
        return list(rehearse(scenes, order, heard, cast, tools, run, pool))
    room = rehearsal_room(order, heard, cast, tools, run, pool)
    lines = [line for scene in scenes for line in scene.lines]
    return [_revised(lines, order, earlier, room)] if lines else []


def earlier_that_holds(order: Order, text_to_speech: TextToSpeech) -> Earlier | None:
    """The earlier dub, if its takes were spoken by this engine."""
    if order.edited is None or order.earlier is None:
        return None
    return order.earlier if order.earlier.engine == text_to_speech.fingerprint else None


def finished_dub(
    source: Source,
    finished: Finished | None,
    script: Script,
    cast: Cast,
    takes: Takes,
    quality: QcReport,
    tools: Tools,
) -> Dub:
    """The dub, with what a later one needs to know to leave alone what was not edited."""
    decided = None
    if finished is not None:
        decided = Earlier(
            engine=tools.text_to_speech.fingerprint,
            placements=takes.settled,
            clusters=takes.report.infeasible_clusters,
            line_target_db=finished.line_target_db,
            levelling=finished.mastered.levelling if finished.mastered else None,
        )
    video = finished.video.result() if finished else None
    return Dub(
        source, video, script, cast, takes.report, quality, takes.asked, takes.recorded, decided
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
        if line.id in placed and _is_untouched(line, placed[line.id], order.pinned, room.cast)
    }
    edited = [line for line in lines if line.id not in stay and not line.keep_original]
    room.run.tally.expect("speak", len(lines))
    waiting = {line.id: room.pool.start(0, reading_of, line, room) for line in edited}
    readings = {number: room.pool.result(reading) for number, reading in waiting.items()}
    to_fit = [
        _to_fit(line, readings.get(line.id), stay.get(line.id), order.pinned, room)
        for line in lines
    ]
    report = room.run.document(FitReport, plan_again, to_fit, stay, room.limits)
    found = {placement.utterance: placement for placement in report.placements}
    rehearsed = tuple(
        _performed(line, found[line.id], readings.get(line.id), stay, order.pinned, room)
        for line in lines
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


def _to_fit(
    line: Utterance,
    reading: Reading | None,
    stays: Placement | None,
    pinned: Mapping[int, Pin],
    room: Room,
) -> LineToFit:
    if line.keep_original:
        return kept_line(line)
    if stays is None:
        return line_to_fit(line, reading, None)
    # Should it have to move after all, it moves with the take that it has.
    speed = pinned[line.id].speed if room.text_to_speech.native_speed else line.speed
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
    stay: Mapping[int, Placement],
    pinned: Mapping[int, Pin],
    room: Room,
) -> Rehearsed:
    if line.keep_original:
        return Rehearsed(line, placed, None, settled=True)
    if reading is not None:
        natural_ms = reading.natural_ms[placed.variant]
        take = room.pool.start(line.span.start_ms, record, line, placed, natural_ms, room)
        return Rehearsed(line, placed, take)
    as_before = placed.model_copy(update={"variant": stay[line.id].variant})
    spoken = room.pool.start(line.span.start_ms, _spoken_before, line, pinned[line.id], room)
    return Rehearsed(line, as_before, spoken, settled=placed == stay[line.id])


def _spoken_before(line: Utterance, pin: Pin, room: Room) -> Take:
    voice, text = voice_of(line, room.cast), wording(line, pin.variant)
    return Take(room.run.file(".npy", speak, text, voice, pin.asked, room.text_to_speech), pin)

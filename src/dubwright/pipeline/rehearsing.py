"""Stages that plan before speaking: how long each line will take, and where it goes."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from dubwright.domain.errors import NothingToDub
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fitting import FitLimits, LineToFit, fit
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Script, Utterance, Voice
from dubwright.domain.timeline import Document
from dubwright.pipeline.casting import voice_of
from dubwright.pipeline.listening import HEAD_START_MS
from dubwright.pipeline.order import Order, Pin
from dubwright.pipeline.reading import Reading, lines_to_fit, reading_of
from dubwright.pipeline.room import Room
from dubwright.pipeline.runner import stage
from dubwright.pipeline.taking import Take, length_ms, recorded_take, speak, wording
from dubwright.pipeline.writing import Scene
from dubwright.ports import SpeechRequest, TextToSpeech, calls_at_once

T = TypeVar("T")

_BEGUN_FOR_EACH_CALL = 2
_CLOSE_ENOUGH_MS = 25
_SETTLED_MS = 120_000


class Pace(Document):
    """The speed to ask the engine for."""

    speed: float


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """One line, where it is planned and its take in the making; no take where the original stays.

    A line that was dubbed before and not edited since is `settled`: it sounds as it did.
    """

    line: Utterance
    placement: Placement
    take: "Future[Take] | None"
    settled: bool = False


@dataclass(frozen=True, slots=True)
class RehearsedScene:
    """The lines of one scene and the fit that was planned for them."""

    plan: FitReport
    lines: tuple[Rehearsed, ...]


def rehearse(scenes: Iterable[Scene], room: Room) -> Iterator[RehearsedScene]:
    """Plan scene after scene, each with the next one in view, and start its takes at once.

    A planned scene is settled: later scenes are placed round it. So voices speak while the rest
    is still being recognised, and the plan is the same whatever the timing of the workers.
    A line that keeps the original is placed where it is, so that no other is put over it.
    """
    settled: list[Placement] = []
    for (scene, readings), following in _with_next(_read(scenes, room)):
        ahead = lines_to_fit(*following, room.pinned) if following else []
        after = [p for p in settled if p.end_ms > scene.lines[0].span.start_ms - _SETTLED_MS]
        report = room.run.document(
            FitReport, plan, scene, readings, ahead, after, room.limits, dict(room.pinned)
        )
        settled.extend(report.placements)
        yield RehearsedScene(report, tuple(_perform(scene, readings, report, room)))


def finished_script(
    order: Order, language: LanguageTag, rehearsed: Sequence[RehearsedScene]
) -> Script:
    """The script of the whole dub. Raises `NothingToDub` when nothing is said in it."""
    if not rehearsed:
        raise NothingToDub(
            "no words were recognised in this video",
            hint="if people do speak, name their language with `--from`",
        )
    return Script(
        source_language=language,
        target_language=order.target_language,
        utterances=tuple(one.line for scene in rehearsed for one in scene.lines),
    )


@stage(version=2)
def plan(
    scene: Scene,
    readings: Sequence[Reading | None],
    ahead: Sequence[LineToFit],
    after: Sequence[Placement],
    limits: FitLimits,
    pinned: Mapping[int, Pin],
) -> FitReport:
    """Place one scene, with the lines ahead in view and the placements before it settled."""
    lines = lines_to_fit(scene, readings, pinned)
    ours = {line.utterance for line in lines}
    report = fit([*lines, *ahead], limits, after=after)
    placements = tuple(
        _in_pinned_wording(placed, pinned)
        for placed in report.placements
        if placed.utterance in ours
    )
    return report.model_copy(update={"placements": placements})


@stage(version=1)
def pace(
    text: str, voice: Voice, placement: Placement, top_speed: float, text_to_speech: TextToSpeech
) -> Pace:
    """The planned speed, raised where the engine says that it would come out too long."""
    speed = round(placement.speed, 2)
    for _ in range(2):
        predicted_ms = text_to_speech.predict_duration(SpeechRequest(text, voice, speed))
        if predicted_ms is None or predicted_ms <= placement.duration_ms + _CLOSE_ENOUGH_MS:
            break
        raised = speed * predicted_ms / placement.duration_ms
        speed = min(top_speed, max(speed + 0.01, round(raised, 2)))
    return Pace(speed=speed)


def _read(scenes: Iterable[Scene], room: Room) -> Iterator[tuple[Scene, list[Reading | None]]]:
    """Every scene with its readings. Where the engine is elsewhere and answers many at once, later
    scenes are begun before the first is there."""
    at_once = calls_at_once(room.text_to_speech)
    begun: deque[_Begun] = deque()
    for scene in scenes:
        begun.append(_begin(scene, room))
        if sum(len(one.readings) for one in begun) >= _BEGUN_FOR_EACH_CALL * at_once:
            yield _finish(begun.popleft(), room)
    for one in begun:
        yield _finish(one, room)


@dataclass(frozen=True, slots=True)
class _Begun:
    scene: Scene
    readings: "Mapping[int, Future[Reading]]"


def _begin(scene: Scene, room: Room) -> _Begun:
    spoken = [line for line in scene.lines if not line.keep_original]
    room.run.tally.expect("speak", len(spoken))
    readings = {
        line.id: room.pool.start_with(
            room.text_to_speech, line.span.start_ms - 2 * HEAD_START_MS, reading_of, line, room
        )
        for line in spoken
    }
    return _Begun(scene, readings)


def _finish(begun: _Begun, room: Room) -> tuple[Scene, list[Reading | None]]:
    readings = {line: room.pool.result(reading) for line, reading in begun.readings.items()}
    return begun.scene, [readings.get(line.id) for line in begun.scene.lines]


def _in_pinned_wording(placed: Placement, pinned: Mapping[int, Pin]) -> Placement:
    pin = pinned.get(placed.utterance)
    return placed if pin is None else placed.model_copy(update={"variant": pin.variant})


def _perform(
    scene: Scene, readings: Sequence[Reading | None], report: FitReport, room: Room
) -> Iterator[Rehearsed]:
    placements = {placed.utterance: placed for placed in report.placements}
    for line, reading in zip(scene.lines, readings, strict=True):
        placed, take = placements[line.id], None
        if reading is not None:
            natural_ms = reading.natural_ms[placed.variant]
            take = room.pool.start_with(
                room.text_to_speech, line.span.start_ms, record, line, placed, natural_ms, room
            )
        yield Rehearsed(line, placed, take)


def record(line: Utterance, placed: Placement, natural_ms: int, room: Room) -> Take:
    """Speak a planned line, which takes `natural_ms` at natural speed."""
    text, speech = wording(line, placed.variant), room.text_to_speech
    voice = voice_of(line, room.cast)
    pin = room.pinned.get(line.id)
    asked = 1.0
    if pin is not None:
        asked = pin.asked
    elif speech.native_speed:
        asked = room.run.document(Pace, pace, text, voice, placed, room.limits.top, speech).speed
    path = room.run.file(".npz", speak, text, voice, asked, speech)
    clip, speed = recorded_take(path), placed.speed
    if speech.native_speed:
        speed = round(natural_ms / max(1, length_ms(clip, 1.0)), 3)
    pin = Pin(
        voice=voice.id,
        asked=asked,
        speed=speed,
        variant=placed.variant,
        spoken_by=clip.fallback,
    )
    return Take(path, pin)


def _with_next(values: Iterable[T]) -> Iterator[tuple[T, T | None]]:
    waiting = iter(values)
    current = next(waiting, None)
    while current is not None:
        following = next(waiting, None)
        yield current, following
        current = following

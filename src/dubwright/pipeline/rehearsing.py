"""Stages that plan before speaking: how long each line will take, and where it goes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from dubwright.domain.errors import NothingToDub
from dubwright.domain.fit import FitReport, Placement
from dubwright.domain.fitting import FitLimits, LineToFit, fit
from dubwright.domain.language import LanguageTag
from dubwright.domain.rates import reworded_ms
from dubwright.domain.speech import Cast, Script, Utterance, Voice
from dubwright.domain.timeline import Document
from dubwright.pipeline.casting import voice_of
from dubwright.pipeline.listening import HEAD_START_MS, Listened
from dubwright.pipeline.order import Order, Pin
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.taking import Take, length_ms, speak, wording
from dubwright.pipeline.tools import Tools
from dubwright.pipeline.writing import Scene
from dubwright.ports import SpeechRequest, TextToSpeech

T = TypeVar("T")

_CLOSE_ENOUGH_MS = 25
_SETTLED_MS = 120_000


class Reading(Document):
    """How long a line takes at natural speed: its own text, then each shorter wording.

    Empty where the engine could not tell.
    """

    natural_ms: tuple[int, ...]


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


@dataclass(frozen=True, slots=True)
class Room:
    """Where rehearsing happens: the cast, the limits, and who does the work."""

    cast: Cast
    limits: FitLimits
    pinned: Mapping[int, Pin]
    text_to_speech: TextToSpeech
    run: Runner
    pool: WorkPool


def rehearse(
    scenes: Iterable[Scene],
    order: Order,
    heard: Listened,
    cast: Cast,
    tools: Tools,
    run: Runner,
    pool: WorkPool,
) -> Iterator[RehearsedScene]:
    """Plan scene after scene, each with the next one in view, and start its takes at once.

    A planned scene is settled: later scenes are placed round it. So voices speak while the rest
    is still being recognised, and the plan is the same whatever the timing of the workers.
    A line that keeps the original is placed where it is, so that no other is put over it.
    """
    room = rehearsal_room(order, heard, cast, tools, run, pool)
    limits = room.limits
    settled: list[Placement] = []
    for (scene, readings), following in _with_next(_read(scene, room) for scene in scenes):
        ahead = _lines_to_fit(*following, room.pinned) if following else []
        after = [p for p in settled if p.end_ms > scene.lines[0].span.start_ms - _SETTLED_MS]
        report = run.document(
            FitReport, plan, scene, readings, ahead, after, limits, dict(room.pinned)
        )
        settled.extend(report.placements)
        yield RehearsedScene(report, tuple(_perform(scene, readings, report, room)))


def rehearsal_room(
    order: Order, heard: Listened, cast: Cast, tools: Tools, run: Runner, pool: WorkPool
) -> Room:
    """Everything that planning and speaking need."""
    return Room(
        cast,
        FitLimits(end_ms=heard.source.duration_ms),
        pins_that_hold(order, cast, tools.text_to_speech),
        tools.text_to_speech,
        run,
        pool,
    )


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
def read(texts: Sequence[str], voice: Voice, text_to_speech: TextToSpeech) -> Reading:
    """Predict how long each wording takes. No lengths where the engine cannot tell."""
    own_ms = text_to_speech.predict_duration(SpeechRequest(texts[0], voice))
    if own_ms is None:
        return Reading(natural_ms=())
    others = [
        text_to_speech.predict_duration(SpeechRequest(text, voice))
        or reworded_ms(texts[0], own_ms, text)
        for text in texts[1:]
    ]
    return Reading(natural_ms=(own_ms, *others))


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
    lines = _lines_to_fit(scene, readings, pinned)
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


def _read(scene: Scene, room: Room) -> tuple[Scene, list[Reading | None]]:
    spoken = [line for line in scene.lines if not line.keep_original]
    room.run.tally.expect("speak", len(spoken))
    readings = {
        line.id: room.pool.start(line.span.start_ms - 2 * HEAD_START_MS, reading_of, line, room)
        for line in spoken
    }
    return scene, [
        room.pool.result(readings[line.id]) if line.id in readings else None for line in scene.lines
    ]


def reading_of(line: Utterance, room: Room) -> Reading:
    """How long a line takes, predicted; spoken once where the engine cannot tell."""
    texts, voice = (line.target_text, *line.variants), voice_of(line, room.cast)
    predicted = room.run.document(Reading, read, texts, voice, room.text_to_speech)
    return predicted if predicted.natural_ms else _spoken_reading(texts, voice, room)


def _spoken_reading(texts: Sequence[str], voice: Voice, room: Room) -> Reading:
    """Speak the line at natural speed. Where the plan keeps that speed, this is its take."""
    room.run.tally.expect("speak", 1)
    take = room.run.file(".npy", speak, texts[0], voice, 1.0, room.text_to_speech)
    own_ms = length_ms(take, 1.0)
    others = (reworded_ms(texts[0], own_ms, text) for text in texts[1:])
    return Reading(natural_ms=(own_ms, *others))


def _lines_to_fit(
    scene: Scene, readings: Sequence[Reading | None], pinned: Mapping[int, Pin]
) -> list[LineToFit]:
    return [
        line_to_fit(line, reading, pinned.get(line.id))
        for line, reading in zip(scene.lines, readings, strict=True)
    ]


def line_to_fit(line: Utterance, reading: Reading | None, pin: Pin | None) -> LineToFit:
    """A line as it is fitted; without a reading it keeps the original."""
    if reading is None:
        return kept_line(line)
    lengths, speed = reading.natural_ms, line.speed
    if pin is not None:
        lengths, speed = (lengths[pin.variant],), speed or pin.speed
    return LineToFit(
        utterance=line.id,
        speaker=line.speaker,
        span=line.span,
        natural_ms=lengths,
        locked_speed=speed,
        locked=line.locked,
    )


def kept_line(line: Utterance) -> LineToFit:
    """A line that keeps the original, as long and where that is."""
    return LineToFit(
        utterance=line.id,
        speaker=line.speaker,
        span=line.span,
        natural_ms=(line.span.duration_ms,),
        locked_speed=1.0,
        locked=True,
        stays=True,
    )


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
            take = room.pool.start(line.span.start_ms, record, line, placed, natural_ms, room)
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
    path = room.run.file(".npy", speak, text, voice, asked, speech)
    speed = placed.speed
    if speech.native_speed:
        speed = round(natural_ms / max(1, length_ms(path, 1.0)), 3)
    return Take(path, Pin(voice=voice.id, asked=asked, speed=speed, variant=placed.variant))


def pins_that_hold(order: Order, cast: Cast, text_to_speech: TextToSpeech) -> dict[int, Pin]:
    """The pins of lines that still have their voice. An engine without speeds needs none."""
    if order.edited is None or not text_to_speech.native_speed:
        return {}
    lines = {line.id: line for line in order.edited.utterances}
    return {
        number: pin
        for number, pin in order.pinned.items()
        if number in lines and voice_of(lines[number], cast).id == pin.voice
    }


def _with_next(values: Iterable[T]) -> Iterator[tuple[T, T | None]]:
    waiting = iter(values)
    current = next(waiting, None)
    while current is not None:
        following = next(waiting, None)
        yield current, following
        current = following

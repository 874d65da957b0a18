"""The reading of a line: how long it will take to speak, as the fit needs to know."""

from collections.abc import Mapping, Sequence

from dubwright.domain.fitting import LineToFit
from dubwright.domain.rates import reworded_ms
from dubwright.domain.speech import Utterance, Voice
from dubwright.domain.timeline import Document
from dubwright.pipeline.casting import voice_of
from dubwright.pipeline.order import Pin
from dubwright.pipeline.room import Room
from dubwright.pipeline.runner import stage
from dubwright.pipeline.taking import length_ms, recorded_take, speak
from dubwright.pipeline.writing import Scene
from dubwright.ports import SpeechRequest, TextToSpeech


class Reading(Document):
    """How long a line takes at natural speed: its own text, then each shorter wording.

    Empty where the engine could not tell.
    """

    natural_ms: tuple[int, ...]


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


def reading_of(line: Utterance, room: Room) -> Reading:
    """How long a line takes, predicted; spoken once where the engine cannot tell."""
    texts, voice = (line.target_text, *line.variants), voice_of(line, room.cast)
    predicted = room.run.document(Reading, read, texts, voice, room.text_to_speech)
    return predicted if predicted.natural_ms else _spoken_reading(texts, voice, room)


def lines_to_fit(
    scene: Scene, readings: Sequence[Reading | None], pinned: Mapping[int, Pin]
) -> list[LineToFit]:
    """The lines of a scene as they are fitted."""
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


def _spoken_reading(texts: Sequence[str], voice: Voice, room: Room) -> Reading:
    """Speak the line at natural speed. Where the plan keeps that speed, this is its take."""
    room.run.tally.expect("speak", 1)
    take = room.run.file(".npz", speak, texts[0], voice, 1.0, room.text_to_speech)
    own_ms = length_ms(recorded_take(take), 1.0)
    others = (reworded_ms(texts[0], own_ms, text) for text in texts[1:])
    return Reading(natural_ms=(own_ms, *others))

"""The rehearsal room: where lines are planned and spoken."""

from collections.abc import Mapping
from dataclasses import dataclass

from dubwright.domain.fitting import FitLimits
from dubwright.domain.speech import Cast
from dubwright.pipeline.casting import voice_of
from dubwright.pipeline.listening import Listened
from dubwright.pipeline.order import Order, Pin
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.studio import Studio
from dubwright.ports import TextToSpeech


@dataclass(frozen=True, slots=True)
class Room:
    """Where rehearsing happens: the cast, the limits, and who does the work."""

    cast: Cast
    limits: FitLimits
    pinned: Mapping[int, Pin]
    text_to_speech: TextToSpeech
    run: Runner
    pool: WorkPool


def rehearsal_room(order: Order, heard: Listened, cast: Cast, studio: Studio) -> Room:
    """Everything that planning and speaking need."""
    text_to_speech = studio.tools.text_to_speech
    return Room(
        cast,
        FitLimits(end_ms=heard.source.duration_ms),
        pins_that_hold(order, cast, text_to_speech),
        text_to_speech,
        studio.run,
        studio.pool,
    )


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

"""Which register a voice should be dubbed in, from its pitch and its vocal tract."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples
from dubwright.domain.speech import Gender, Speaker, SpeakerId, SpeakerTurn
from dubwright.domain.timeline import TimeSpan
from dubwright.media.pitch import frame_pitches
from dubwright.media.vocal_tract import upper_formants
from dubwright.ports.recording import Recording

Measure = Callable[[Samples], npt.NDArray[np.float64]]

_ENOUGH_MS = 60_000
_PIECE_MS = 30_000
_FEWEST_FRAMES = 10

# Adults' medians part near these; 60 Hz of formant weigh as much as a semitone of pitch.
_MIDDLE_PITCH_HZ = 165
_MIDDLE_FORMANT_HZ = 3_300
_FORMANT_HZ_PER_SEMITONE = 60


def people_heard(recording: Recording, turns: Sequence[SpeakerTurn]) -> tuple[Speaker, ...]:
    """Whoever has a turn, in order of first appearance, with pitch and register."""
    spoken: dict[SpeakerId, list[TimeSpan]] = {}
    for turn in turns:
        spoken.setdefault(turn.speaker, []).append(turn.span)
    return tuple(_person(recording, speaker, spans) for speaker, spans in spoken.items())


def heard_register(recording: Recording, spans: Sequence[TimeSpan]) -> tuple[float | None, Gender]:
    """Median pitch in Hz and register, over the first minute of somebody's speech.

    The pitch is None, and the register unknown, where hardly anything is voiced.
    """
    sounds = [recording.read(piece).samples for piece in _first_minute(spans)]
    pitch_hz = _median(frame_pitches, sounds)
    return pitch_hz, register(pitch_hz, formant_hz=_median(upper_formants, sounds))


def register(pitch_hz: float | None, *, formant_hz: float | None) -> Gender:
    """Female or male by pitch, weighed against the upper formants where they are known."""
    if pitch_hz is None:
        return "unknown"
    semitones = 12 * math.log2(pitch_hz / _MIDDLE_PITCH_HZ)
    if formant_hz is not None:
        semitones += (formant_hz - _MIDDLE_FORMANT_HZ) / _FORMANT_HZ_PER_SEMITONE
    return "female" if semitones >= 0 else "male"


def _person(recording: Recording, speaker: SpeakerId, spans: Sequence[TimeSpan]) -> Speaker:
    pitch_hz, gender = heard_register(recording, spans)
    return Speaker(
        id=speaker,
        speech_ms=sum(span.duration_ms for span in spans),
        pitch_hz=pitch_hz,
        gender=gender,
    )


def _median(measure: Measure, sounds: Sequence[Samples]) -> float | None:
    found = np.concatenate([measure(sound) for sound in sounds])
    return round(float(np.median(found)), 1) if len(found) >= _FEWEST_FRAMES else None


def _first_minute(spans: Sequence[TimeSpan]) -> Iterator[TimeSpan]:
    heard_ms = 0
    for span in spans:
        for start_ms in range(span.start_ms, span.end_ms, _PIECE_MS):
            if heard_ms >= _ENOUGH_MS:
                return
            piece = TimeSpan(start_ms=start_ms, end_ms=min(span.end_ms, start_ms + _PIECE_MS))
            heard_ms += piece.duration_ms
            yield piece

"""Recognition by our engines: any length of sound in, words with speakers out."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from dubwright.domain.attribution import attributed
from dubwright.domain.audio import SpeechClip
from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.language import LanguageTag
from dubwright.domain.speech import Segment, SpeechMap, Word
from dubwright.domain.timeline import TimeSpan
from dubwright.ports import Recording
from dubwright.testing.google.engines import Engines

_DETECTION_MS = 28_000

Progress = Callable[[float], None]
"""Told the part that is done, from 0 to 1; may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was said, with times from the start of the sound; `speakers` has one per word."""

    language: LanguageTag
    segments: tuple[Segment, ...]
    speakers: tuple[str, ...] = ()


def find_speech(recording: Recording, engines: Engines) -> SpeechMap:
    """When anybody speaks."""
    with engines.at_work():
        return engines.voice_activity.detect(recording)


def tell_language(recording: Recording, speech: SpeechMap, engines: Engines) -> LanguageTag | None:
    """Which language is spoken; None if nobody speaks."""
    pieces, room_ms = [], _DETECTION_MS
    for span in speech.spans:
        taken = TimeSpan(start_ms=span.start_ms, end_ms=min(span.end_ms, span.start_ms + room_ms))
        pieces.append(recording.read(taken).samples)
        room_ms -= taken.duration_ms
        if room_ms <= 0:
            break
    if not pieces:
        return None
    clip = SpeechClip(np.concatenate(pieces), recording.sample_rate)
    with engines.at_work():
        return engines.speech_to_text.detect_language(clip).language


def hear(
    recording: Recording,
    speech: SpeechMap,
    language: LanguageTag,
    engines: Engines,
    progress: Progress = lambda part: None,
) -> Heard:
    """Recognise all of it, chunk by chunk."""
    segments: list[Segment] = []
    for chunk in recognition_chunks(speech, end_ms=recording.duration_ms):
        progress(chunk.start_ms / recording.duration_ms)
        with engines.at_work():
            clip = recording.read(chunk)
            heard = engines.speech_to_text.transcribe(clip, language=language)
        segments += [_shifted(segment, chunk.start_ms) for segment in heard.segments]
    return Heard(language, tuple(segments))


def tell_speakers(recording: Recording, speech: SpeechMap, heard: Heard, engines: Engines) -> Heard:
    """The same with a speaker for each word: `1`, `2`, in order of appearance."""
    with engines.at_work():
        turns = engines.diarizer.diarize(recording, speech).turns
    words = [word for segment in heard.segments for word in segment.words]
    said = attributed(words, turns)
    numbers: dict[str, str] = {}
    for word in said:
        numbers.setdefault(word.speaker, str(len(numbers) + 1))
    return Heard(heard.language, heard.segments, tuple(numbers[word.speaker] for word in said))


def _shifted(segment: Segment, by_ms: int) -> Segment:
    words = tuple(
        Word(text=word.text, span=word.span.shifted(by_ms), confidence=word.confidence)
        for word in segment.words
    )
    return Segment(text=segment.text, span=segment.span.shifted(by_ms), words=words)

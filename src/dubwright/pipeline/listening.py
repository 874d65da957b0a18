"""Stages that listen to the source: which track, in which language, what is said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dubwright.domain.audio import SpeechClip
from dubwright.domain.chunking import recognition_chunks
from dubwright.domain.errors import InputError, NothingToDub
from dubwright.domain.language import LanguageTag
from dubwright.domain.media import AudioTrack, Source
from dubwright.domain.speech import LanguageGuess, SpeechMap, Transcript
from dubwright.domain.timeline import TimeSpan
from dubwright.media.extract import extract_speech
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.probe import choose_audio
from dubwright.media.wav import WavRecording
from dubwright.pipeline.batches import LongSound, batch_recogniser, start_batches
from dubwright.pipeline.chunks import transcribe_chunk
from dubwright.pipeline.order import Order
from dubwright.pipeline.runner import Runner, stage
from dubwright.pipeline.studio import Studio
from dubwright.pipeline.tools import Tools
from dubwright.ports import Recording, SpeechToText, VoiceActivity

LEAST_SPEECH_MS = 300
LEAST_CONFIDENCE = 0.5
HEAD_START_MS = 60_000
"""How far recognition runs ahead of the voices."""
_DETECTION_MS = 28_000


@stage(version=1)
def extract(
    to: Path,
    source: Source,
    track: AudioTrack,
    *,
    video: Path,
    ffmpeg: Ffmpeg,
    is_cancelled: Callable[[], bool],
) -> None:
    """The track as 16 kHz mono, as long as the source, its first sample at time 0."""
    extract_speech(video, source, track, to, ffmpeg=ffmpeg, cancelled=is_cancelled)


@stage(version=1)
def find_speech(sound: Path, voice_activity: VoiceActivity) -> SpeechMap:
    """When anybody speaks."""
    return voice_activity.detect(WavRecording(sound))


@stage(version=1)
def detect_language(sound: Path, speech: SpeechMap, recogniser: SpeechToText) -> LanguageGuess:
    """Which language is spoken, judged by the first half minute of speech."""
    return recogniser.detect_language(_first_speech(WavRecording(sound), speech))


@stage(version=1)
def transcribe(
    sound: Path, chunk: TimeSpan, language: LanguageTag, recogniser: SpeechToText
) -> Transcript:
    """What is said in one chunk, with times counted from the start of the source."""
    return transcribe_chunk(WavRecording(sound), chunk, language, recogniser)


@dataclass(frozen=True, slots=True)
class Listened:
    """The source as far as listening tells: the track with the speech, its sound and when."""

    video: Path
    source: Source
    track: AudioTrack
    sound: Path
    speech: SpeechMap


def listen(video: Path, source: Source, tools: Tools, run: Runner) -> Listened:
    """Find the first sound track, in order of preference, in which somebody speaks.

    Raises `NothingToDub` when nobody does in any of them.
    """
    for track in choose_audio(source):
        sound = run.file(
            ".wav",
            extract,
            source,
            track,
            video=video,
            ffmpeg=tools.ffmpeg,
            is_cancelled=run.is_cancelled,
        )
        speech = run.document(SpeechMap, find_speech, sound, tools.voice_activity)
        if sum(span.duration_ms for span in speech.spans) >= LEAST_SPEECH_MS:
            return Listened(video, source, track, sound, speech)
    raise NothingToDub(
        "nobody speaks in this video", hint="the original is already the finished video"
    )


def spoken_language(order: Order, heard: Listened, tools: Tools, run: Runner) -> LanguageTag:
    """The language asked for, or the one heard. Raises `InputError` when it is unsure."""
    if order.source_language is not None:
        return order.source_language
    guess = run.document(
        LanguageGuess, detect_language, heard.sound, heard.speech, tools.speech_to_text
    )
    return _sure(guess)


def tell_language(recording: Recording, speech: SpeechMap, recogniser: SpeechToText) -> LanguageTag:
    """The language heard in a recording. Raises `InputError` when it is unsure."""
    return _sure(recogniser.detect_language(_first_speech(recording, speech)))


def _sure(guess: LanguageGuess) -> LanguageTag:
    if guess.confidence < LEAST_CONFIDENCE:
        raise InputError(
            f"the spoken language is unclear: perhaps {guess.language!r}, "
            f"with {guess.confidence:.0%} confidence",
            hint="name it with `--from`, for example `--from en`",
        )
    return guess.language


def start_recognition(
    order: Order, heard: Listened, language: LanguageTag, studio: Studio
) -> Iterator[Transcript]:
    """Start recognising all chunks at once; the transcripts come in order, as they are ready.

    Long recordings go in batches where the recogniser takes them. Nothing is recognised where a person gave the script or subtitles.
    """
    if order.edited is not None or order.transcript or order.translation:
        return iter(())
    chunks = recognition_chunks(heard.speech, end_ms=heard.source.duration_ms)
    batching = batch_recogniser(studio.tools.speech_to_text, heard.speech)
    if batching is not None:
        long = LongSound(heard.sound, heard.speech, language, batching)
        return start_batches(long, chunks, studio)
    studio.run.tally.expect("transcribe", len(chunks))
    waiting = [
        studio.pool.start(
            chunk.start_ms - HEAD_START_MS,
            studio.run.document,
            Transcript,
            transcribe,
            heard.sound,
            chunk,
            language,
            studio.tools.speech_to_text,
        )
        for chunk in chunks
    ]
    return (studio.pool.result(transcript) for transcript in waiting)


def _first_speech(recording: Recording, speech: SpeechMap) -> SpeechClip:
    pieces, room_ms = [], _DETECTION_MS
    for span in speech.spans:
        if room_ms <= 0:
            break
        taken = TimeSpan(start_ms=span.start_ms, end_ms=min(span.end_ms, span.start_ms + room_ms))
        pieces.append(recording.read(taken).samples)
        room_ms -= taken.duration_ms
    return SpeechClip(np.concatenate(pieces), recording.sample_rate)

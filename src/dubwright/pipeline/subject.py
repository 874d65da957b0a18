"""A video under test, and how it is looked at."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dubwright.domain.media import Source
from dubwright.domain.speech import SpeechMap
from dubwright.media.levels import Loudness, measure_track
from dubwright.media.packets import picture_digest
from dubwright.media.probe import choose_audio, probe
from dubwright.media.wav import WavRecording
from dubwright.pipeline.listening import extract, find_speech
from dubwright.pipeline.runner import Runner
from dubwright.pipeline.tools import Tools
from dubwright.ports import Recording


@dataclass(frozen=True, slots=True)
class Subject:
    """A video under test: what it holds, and its first sound track as 16 kHz mono.

    The measurements are taken when they are asked for.
    """

    source: Source
    sound: Recording
    loudness: Callable[[], Loudness]
    speech: Callable[[], SpeechMap]
    picture: Callable[[], str]


def subject(video: Path, tools: Tools, run: Runner) -> Subject:
    """Probe a video and take its first sound track out."""
    source, ffmpeg = probe(video), tools.ffmpeg
    track = choose_audio(source)[0]
    sound = run.file(
        ".wav",
        extract,
        source,
        track,
        video=video,
        ffmpeg=ffmpeg,
        is_cancelled=run.is_cancelled,
    )
    return Subject(
        source,
        WavRecording(sound),
        loudness=lambda: measure_track(video, source, track, ffmpeg=ffmpeg),
        speech=lambda: run.document(SpeechMap, find_speech, sound, tools.voice_activity),
        picture=lambda: picture_digest(video, source, ffmpeg=ffmpeg),
    )

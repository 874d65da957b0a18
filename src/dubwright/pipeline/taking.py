"""Takes: recorded once, measured, and fitted to where they will sound."""

import math
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from dubwright.domain.audio import SpeechClip
from dubwright.domain.errors import StorageError
from dubwright.domain.speech import Utterance, Voice
from dubwright.pipeline.order import Pin
from dubwright.pipeline.runner import stage
from dubwright.ports import SpeechRequest, TextToSpeech


@dataclass(frozen=True, slots=True)
class Take:
    """A recorded take, and how it was asked for."""

    path: Path
    asked: Pin


@stage(version=2)
def speak(to: Path, text: str, voice: Voice, speed: float, text_to_speech: TextToSpeech) -> None:
    """Record one take: its sample rate, who spoke it, and its float32 samples."""
    write_take(to, text_to_speech.synthesize(SpeechRequest(text, voice, speed)))


def write_take(to: Path, clip: SpeechClip) -> None:
    """Write a take as `recorded_take` reads it."""
    with to.open("wb") as out:
        np.savez(
            out,
            samples=clip.samples.astype(np.float32),
            sample_rate=np.int64(clip.sample_rate),
            fallback=np.str_(clip.fallback),
        )


def recorded_take(path: Path) -> SpeechClip:
    """A take made by `speak`."""
    try:
        with np.load(path) as kept:
            return SpeechClip(kept["samples"], int(kept["sample_rate"]), str(kept["fallback"]))
    except (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile) as exc:
        raise StorageError(
            f"the take {str(path)!r} is damaged", hint="delete that file and run again"
        ) from exc


def wording(line: Utterance, variant: int) -> str:
    """The text of a line's variant: 0 is its own text."""
    return line.target_text if variant == 0 else line.variants[variant - 1]


def length_ms(take: SpeechClip, speed: float) -> int:
    """How long a take sounds at `speed`, in whole ms, rounded up so that nothing is cut."""
    return math.ceil(1000 * len(take.samples) / take.sample_rate / speed)

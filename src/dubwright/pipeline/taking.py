"""Takes: recorded once, measured, and fitted to where they will sound."""

import math
from dataclasses import dataclass
from pathlib import Path

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


@stage(version=1)
def speak(to: Path, text: str, voice: Voice, speed: float, text_to_speech: TextToSpeech) -> None:
    """Record one take: its sample rate, then its float32 samples."""
    clip = text_to_speech.synthesize(SpeechRequest(text, voice, speed))
    with to.open("wb") as out:
        np.save(out, np.append(np.float32(clip.sample_rate), clip.samples).astype(np.float32))


def recorded_take(path: Path) -> SpeechClip:
    """A take made by `speak`."""
    try:
        kept = np.load(path)
        return SpeechClip(kept[1:], int(kept[0]))
    except (OSError, EOFError, ValueError, IndexError) as exc:
        raise StorageError(
            f"the take {str(path)!r} is damaged", hint="delete that file and run again"
        ) from exc


def wording(line: Utterance, variant: int) -> str:
    """The text of a line's variant: 0 is its own text."""
    return line.target_text if variant == 0 else line.variants[variant - 1]


def length_ms(take: Path, speed: float) -> int:
    """How long a take sounds at `speed`, in whole ms, rounded up so that nothing is cut."""
    clip = recorded_take(take)
    return math.ceil(1000 * len(clip.samples) / clip.sample_rate / speed)

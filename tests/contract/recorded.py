"""Speech for the contract tests: a real reader for the engines, babble for the stand-ins."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

from dubwright.domain.language import LanguageTag
from dubwright.domain.timeline import TimeSpan
from dubwright.testing.contracts import Spoken
from dubwright.testing.sounds import babble, silence
from dubwright.testing.stand_ins import STAND_INS

# LJSpeech, public domain: one reader, hardly a pause, a transcript that people checked.
_CLIP = "speech/en/LJ001-0001.flac"
_TEXT = (
    "Printing, in the only sense with which we are at present concerned, differs from most if not"
    " from all the arts and crafts represented in the Exhibition"
)
_ENGLISH = LanguageTag("en")


def speech_for(provider: str, *, sample_rate: int) -> Spoken:
    return _babble(sample_rate) if provider in STAND_INS.values() else _reader(sample_rate)


def _babble(sample_rate: int) -> Spoken:
    pause = silence(1_000, sample_rate=sample_rate)
    samples = np.concatenate([pause, babble(4_000, sample_rate=sample_rate), pause])
    span = TimeSpan(start_ms=1_000, end_ms=5_000)
    return Spoken(samples, sample_rate, _ENGLISH, span)


def _reader(sample_rate: int) -> Spoken:
    beside = Path(__file__).resolve().parents[3] / "shared" / "eval"
    path = Path(os.environ.get("DUBWRIGHT_EVAL", beside)) / _CLIP
    if not path.is_file():
        pytest.skip(f"the evaluation file {_CLIP} is not here; DUBWRIGHT_EVAL names its folder")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path)]
    command += ["-ac", "1", "-ar", str(sample_rate), "-f", "f32le", "-"]
    raw = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    samples = np.frombuffer(raw, dtype=np.float32).copy()
    span = TimeSpan(start_ms=0, end_ms=1000 * len(samples) // sample_rate)
    return Spoken(samples, sample_rate, _ENGLISH, span, _TEXT)

"""Small videos and sounds made on the spot, and the evaluation files when they are at hand."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from dubwright.domain.audio import Samples
from dubwright.media.ffmpeg import Ffmpeg
from dubwright.media.wav import RawSound, describe_raw

RATE = 48_000
TONE = "sine=frequency=440:sample_rate=48000:duration=0.5"


@dataclass(frozen=True)
class Footage:
    """Makes videos of a moving picture with a half-second tone that starts at second 1."""

    folder: Path
    ffmpeg: Ffmpeg

    def video(self, name: str, *more: str, seconds: float = 3.0) -> Path:
        """A video of 25 pictures a second; `more` are ffmpeg's output arguments."""
        picture = f"testsrc2=size=64x48:rate=25:duration={seconds}"
        sound = f"aevalsrc=0.4*sin(880*PI*t)*between(t\\,1\\,1.5):s=44100:c=stereo:d={seconds}"
        return self.made(name, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *more)

    def made(self, name: str, *arguments: str) -> Path:
        """Whatever ffmpeg makes of `arguments`."""
        path = self.folder / name
        self.ffmpeg.run([*arguments, str(path)], timeout_s=30)
        return path


def raw_sound(path: Path, samples: Samples, layout: str) -> RawSound:
    """`samples`, shape (n, channels), on disk at 48 kHz."""
    samples.astype("<f4").tofile(path)
    return describe_raw(path, channels=samples.shape[1], layout=layout, sample_rate=RATE)


def tone(seconds: float, *, amplitude: float = 0.25, frequency: float = 440.0) -> Samples:
    """A mono sine at 48 kHz."""
    clock = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * frequency * clock)).astype(np.float32)


def onset_ms(samples: Samples, rate: int, *, above: float = 0.02) -> float:
    """When sound first rises above a threshold, in any channel."""
    loud = np.abs(samples.reshape(len(samples), -1)).max(axis=1) > above
    assert loud.any(), "there is no sound at all"
    return float(np.argmax(loud)) * 1000 / rate


@dataclass(frozen=True)
class OddFile:
    """One awkward file of the evaluation data and what is expected of it."""

    path: Path
    expect: str


def evaluation_folder() -> Path:
    beside = Path(__file__).resolve().parents[3] / "shared" / "eval"
    return Path(os.environ.get("DUBWRIGHT_EVAL", beside))


def evaluation_file(name: str) -> Path:
    path = evaluation_folder() / name
    if not path.exists():
        pytest.skip(f"the evaluation file {name} is not here; DUBWRIGHT_EVAL names its folder")
    return path


def odd_files() -> list[OddFile]:
    """Every file under `odd/` in the manifest; none when the evaluation data is absent."""
    manifest = evaluation_folder() / "MANIFEST.json"
    if not manifest.exists():
        return []
    listed = json.loads(manifest.read_text())
    return [
        OddFile(evaluation_folder() / entry["file"], entry.get("expect", "either_but_no_crash"))
        for entry in listed
        if entry["file"].startswith("odd/")
    ]


def running(program_id: int) -> bool:
    """Whether a process with this id exists and is not a corpse."""
    listed = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(program_id)], capture_output=True, text=True, check=False
    )
    return listed.stdout.strip() not in {"", "Z"}

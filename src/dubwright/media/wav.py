"""Sound on disk that is read in pieces: 16 kHz speech, and the 48 kHz mix in full precision."""

import hashlib
import json
import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dubwright.domain.audio import Samples, SpeechClip
from dubwright.domain.errors import StorageError
from dubwright.domain.timeline import TimeSpan
from dubwright.ports.recording import Recording

_SAMPLE_BYTES = 4
_STEP = np.float32(1 / 32_768)


class WavRecording:
    """A mono 16-bit WAV file as a `Recording`; any number of threads may read it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def sample_rate(self) -> int:
        return self._shape[0]

    @property
    def duration_ms(self) -> int:
        rate, frames = self._shape
        return round(1000 * frames / rate)

    def read(self, span: TimeSpan) -> SpeechClip:
        """The samples of `span`, float32. A span past the end gives what there is."""
        rate, frames = self._shape
        start = min(frames, round(span.start_ms * rate / 1000))
        end = min(frames, round(span.end_ms * rate / 1000))
        with _opened(self.path) as file:
            file.setpos(start)
            samples = np.frombuffer(file.readframes(end - start), "<i2")
        return SpeechClip(samples.astype(np.float32) * _STEP, rate)

    @cached_property
    def _shape(self) -> tuple[int, int]:
        with _opened(self.path) as file:
            if (file.getnchannels(), file.getsampwidth()) != (1, 2):
                raise StorageError(f"{self.path.name!r} is not a mono 16-bit WAV file")
            return file.getframerate(), file.getnframes()


@dataclass(frozen=True, slots=True)
class PiecedRecording:
    """A mono recording that lies in pieces, all but the last one `piece_ms` long.

    `pieces` gives the samples of each, 16-bit, shape (n,).
    """

    pieces: Sequence[Callable[[], npt.NDArray[np.int16]]]
    piece_ms: int
    duration_ms: int
    sample_rate: int

    def read(self, span: TimeSpan) -> SpeechClip:
        """The samples of `span`, float32. A span past the end gives what there is."""
        start, end = (
            round(min(self.duration_ms, ms) * self.sample_rate / 1000)
            for ms in (span.start_ms, span.end_ms)
        )
        length = self.piece_ms * self.sample_rate // 1000
        parts = [
            self.pieces[number]()[max(0, start - number * length) : end - number * length]
            for number in range(start // length, min(len(self.pieces), -(-end // length)))
        ]
        samples = np.concatenate([np.zeros(0, np.int16), *parts])
        return SpeechClip(samples.astype(np.float32) * _STEP, self.sample_rate)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of a recording as a recording of its own; its `fingerprint` tells what sounds in it."""

    whole: Recording
    span: TimeSpan

    @property
    def sample_rate(self) -> int:
        return self.whole.sample_rate

    @property
    def duration_ms(self) -> int:
        return max(0, min(self.span.end_ms, self.whole.duration_ms) - self.span.start_ms)

    @property
    def fingerprint(self) -> str:
        clip = self.whole.read(self.span)
        digest = hashlib.sha256(clip.samples.tobytes()).hexdigest()
        return f"sound/{clip.sample_rate}/{digest}"

    def read(self, span: TimeSpan) -> SpeechClip:
        """The samples of `span`, counted from the start of the excerpt."""
        within = span.shifted(self.span.start_ms)
        end_ms = max(within.start_ms + 1, min(within.end_ms, self.span.end_ms))
        return self.whole.read(TimeSpan(start_ms=within.start_ms, end_ms=end_ms))


@dataclass(frozen=True, slots=True)
class RawSound:
    """Interleaved little-endian float32 on disk, with a `.json` beside it that gives its form.

    `layout` is ffmpeg's name of the channels' places, such as `stereo` or `5.1`.
    """

    path: Path
    channels: int
    layout: str
    sample_rate: int
    frames: int

    @property
    def duration_ms(self) -> int:
        return round(1000 * self.frames / self.sample_rate)

    def read(self, start: int, count: int) -> Samples:
        """Frames `start` to `start + count`, shape (n, channels); silence outside the file."""
        first, last = max(0, start), min(self.frames, start + count)
        samples = np.zeros((count, self.channels), np.float32)
        if last > first:
            samples[first - start : last - start] = self._stored(first, last - first)
        return samples

    def read_span(self, span: TimeSpan) -> Samples:
        """The frames of `span` within the file, shape (n, channels)."""
        start = round(span.start_ms * self.sample_rate / 1000)
        end = min(self.frames, round(span.end_ms * self.sample_rate / 1000))
        return self.read(start, max(0, end - start))

    def blocks(self, frames: int) -> Iterator[Samples]:
        """The whole sound in order, `frames` at a time; the last block may be shorter."""
        for start in range(0, self.frames, frames):
            yield self.read(start, min(frames, self.frames - start))

    def _stored(self, start: int, count: int) -> Samples:
        stored = np.fromfile(
            self.path,
            "<f4",
            count=count * self.channels,
            offset=start * self.channels * _SAMPLE_BYTES,
        )
        return stored.reshape(count, self.channels)


def open_raw(path: Path) -> RawSound:
    """The sound at `path`, by the `.json` beside it. Raises `StorageError` when either is gone."""
    try:
        form = json.loads(_form(path).read_text())
        frames = path.stat().st_size // (int(form["channels"]) * _SAMPLE_BYTES)
        return RawSound(
            path, int(form["channels"]), str(form["layout"]), int(form["sample_rate"]), frames
        )
    except (OSError, ValueError, KeyError) as error:
        raise StorageError(f"cannot read the sound {path.name!r}: {error}") from error


def describe_raw(path: Path, *, channels: int, layout: str, sample_rate: int) -> RawSound:
    """Write the `.json` beside raw samples that are complete, and open them."""
    form = {"channels": channels, "layout": layout, "sample_rate": sample_rate}
    part = _form(path).with_suffix(".part")
    part.write_text(json.dumps(form))
    part.replace(_form(path))
    return open_raw(path)


def _form(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _opened(path: Path) -> wave.Wave_read:
    try:
        return wave.open(str(path), "rb")
    except (OSError, wave.Error, EOFError) as error:
        raise StorageError(f"cannot read the sound {path.name!r}: {error}") from error

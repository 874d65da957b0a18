"""Voice activity by Silero's small network, which travels inside the faster-whisper package."""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
from pydantic import Field

from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderNotReady, ProviderRejected, ProviderUnavailable
from dubwright.domain.speech import SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.recording import Recording

FRAME_MS = 32
_SAMPLE_RATE = 16_000
_FRAME_SAMPLES = 512
_CONTEXT_SAMPLES = 64
_BLOCK_MS = 60_000  # whole frames
_HYSTERESIS = 0.15
_VERSION = "1"

Probabilities = npt.NDArray[np.float32]


class SileroOptions(ProviderOptions):
    """When a frame counts as speech, and how frames become spans."""

    threshold: float = Field(
        default=0.4, gt=0.15, lt=1, description="Probability from which a frame is speech."
    )
    min_speech_ms: int = Field(
        default=200, ge=0, description="Shorter sounds are no speech, in ms."
    )
    min_silence_ms: int = Field(
        default=250, ge=FRAME_MS, description="Shorter pauses do not part two spans, in ms."
    )
    pad_ms: int = Field(default=60, ge=0, description="Room on either side of a span, in ms.")


class _Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that is used here."""

    def run(
        self, names: None, inputs: dict[str, npt.NDArray[np.float32]]
    ) -> list[npt.NDArray[np.float32]]: ...


class SileroVoiceActivity:
    """Finds speech among music, noise and silence."""

    name: ClassVar[str] = "silero"
    Options: ClassVar[type[ProviderOptions]] = SileroOptions

    def __init__(self, options: SileroOptions) -> None:
        self._options = options

    @property
    def fingerprint(self) -> str:
        """Names the network's release, the version of these rules and every option."""
        o = self._options
        knobs = f"{o.threshold:g}-{o.min_speech_ms}-{o.min_silence_ms}-{o.pad_ms}"
        return f"{self.name}-v6-{_VERSION}-{knobs}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the packages are there."""
        for module, package in (("faster_whisper", "faster-whisper"), ("onnxruntime",) * 2):
            if find_spec(module) is None:
                raise ProviderNotReady(
                    f"the package {package!r} is not installed",
                    provider=self.name,
                    hint="install it with `pip install dubwright[local]`",
                )

    def detect(self, recording: Recording) -> SpeechMap:
        """Where somebody speaks. The recording is read in blocks of a minute."""
        if recording.sample_rate != _SAMPLE_RATE:
            raise ProviderRejected(
                f"the recording has {recording.sample_rate} Hz, voice activity "
                f"needs {_SAMPLE_RATE} Hz",
                provider=self.name,
                hint="resample the recording to 16000 Hz mono",
            )
        self.check()
        try:
            blocks = list(_probabilities(recording))
        except RuntimeError as exc:  # what onnxruntime raises
            raise ProviderUnavailable(
                f"the voice activity network failed: {exc}", provider=self.name
            ) from exc
        spoken = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
        return SpeechMap(
            spans=speech_spans(spoken, self._options, duration_ms=recording.duration_ms)
        )


def speech_spans(
    probabilities: Probabilities, options: SileroOptions, *, duration_ms: int
) -> tuple[TimeSpan, ...]:
    """Spans in order, none touching another, from one probability per `FRAME_MS`.

    Speech starts at the threshold, and ends once it stayed 0.15 below it for `min_silence_ms`
    (Silero's own rule).
    """
    runs = _bridged(_runs(probabilities, options.threshold), options.min_silence_ms)
    long_enough = [(a, b) for a, b in runs if b - a >= options.min_speech_ms]
    padded = [(max(0, a - options.pad_ms), b + options.pad_ms) for a, b in long_enough]
    cut = [(a, min(b, duration_ms)) for a, b in _bridged(padded, 1) if a < duration_ms]
    return tuple(TimeSpan(start_ms=a, end_ms=b) for a, b in cut)


def _runs(probabilities: Probabilities, threshold: float) -> list[tuple[int, int]]:
    """(start_ms, end_ms) of each run that reaches the threshold and stays within 0.15 of it."""
    above = np.flatnonzero(np.diff(np.pad(probabilities >= threshold - _HYSTERESIS, 1)))
    runs = []
    for first, past in above.reshape(-1, 2).tolist():
        started = np.flatnonzero(probabilities[first:past] >= threshold)
        if started.size:
            runs.append(((first + int(started[0])) * FRAME_MS, past * FRAME_MS))
    return runs


def _bridged(runs: Sequence[tuple[int, int]], min_gap_ms: int) -> list[tuple[int, int]]:
    """The runs with every gap shorter than `min_gap_ms` closed."""
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < min_gap_ms:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _probabilities(recording: Recording) -> Iterator[Probabilities]:
    """Block by block. The network's memory goes from one block into the next."""
    from faster_whisper.vad import get_vad_model

    network: _Session = get_vad_model().session
    hidden = cell = np.zeros((1, 1, 128), np.float32)
    context = np.zeros((1, _CONTEXT_SAMPLES), np.float32)
    for start_ms in range(0, recording.duration_ms, _BLOCK_MS):
        clip = recording.read(TimeSpan(start_ms=start_ms, end_ms=start_ms + _BLOCK_MS))
        frames = _whole_frames(clip.samples)
        if not len(frames):
            return
        before = np.concatenate([context, frames[:-1, -_CONTEXT_SAMPLES:]])
        heard, hidden, cell = network.run(
            None, {"input": np.concatenate([before, frames], axis=1), "h": hidden, "c": cell}
        )
        context = frames[-1:, -_CONTEXT_SAMPLES:]
        yield heard.reshape(-1)


def _whole_frames(samples: Samples) -> Samples:
    """The samples as rows of one frame, the last one filled up with silence."""
    return np.pad(samples, (0, -len(samples) % _FRAME_SAMPLES)).reshape(-1, _FRAME_SAMPLES)

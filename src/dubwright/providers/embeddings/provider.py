"""The diarizer behind the port: windows, voiceprints, groups, turns, people."""

import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar, Protocol

import numpy as np
from pydantic import Field

from dubwright.catalogue.chosen import ChosenModel
from dubwright.domain.errors import ProviderNotReady, ProviderRejected, ProviderUnavailable
from dubwright.domain.speech import Speakers, SpeechMap
from dubwright.domain.timeline import TimeSpan
from dubwright.media.register import people_heard
from dubwright.ports.provider import ProviderOptions
from dubwright.ports.recording import Recording
from dubwright.providers.embeddings.grouping import voices_of
from dubwright.providers.embeddings.turns import turns_of
from dubwright.providers.embeddings.windows import (
    SAMPLE_RATE,
    Matrix,
    Window,
    window_spectra,
    windows,
)

_VERSION = "2"
_MODEL = "speaker-embedder"
_FILE = "embedder.int8.onnx"
_PIECE_MS = 30_000
_BATCH = 32


class EmbeddingOptions(ProviderOptions):
    """When two voices are two people."""

    models: Path | None = Field(
        default=None, description="Folder with the network. Unset: the catalogue's."
    )
    threshold: float = Field(
        default=0.40,
        gt=0,
        lt=2,
        description="Mean cosine distance up to which moments of speech are surely one voice.",
    )
    likeness: float = Field(
        default=0.66,
        gt=0,
        le=1,
        description="How alike the voices of two groups of moments must be for one person, of 1.",
    )
    min_speaker_ms: int = Field(
        default=3_000,
        ge=0,
        description="A voice heard for less belongs to the person it is most like, in ms.",
    )
    change_cost: float = Field(
        default=0.5,
        ge=0,
        description="How much more like somebody else a voice must be to change within one stretch of speech.",
    )


class _Session(Protocol):
    """The part of `onnxruntime.InferenceSession` that is used here."""

    def run(self, names: None, inputs: dict[str, Matrix]) -> list[Matrix]: ...


class EmbeddingDiarizer:
    """Tells people apart by how they sound, and says who sounds how."""

    name: ClassVar[str] = "embeddings"
    Options: ClassVar[type[ProviderOptions]] = EmbeddingOptions

    def __init__(self, options: EmbeddingOptions) -> None:
        self._options = options
        self._model = ChosenModel(_MODEL, options.models, self.name)
        self._session: _Session | None = None
        self._loading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Names the network, the version of these rules and the options."""
        o = self._options
        knobs = f"{o.threshold:g}-{o.likeness:g}-{o.min_speaker_ms}-{o.change_cost:g}"
        return f"{self.name}-{_VERSION}-{self._model.mark}-{knobs}"

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the package and the network are there."""
        if find_spec("onnxruntime") is None:
            raise ProviderNotReady(
                "the package `onnxruntime` is not installed",
                provider=self.name,
                hint="install it with `pip install dubwright[local]`",
            )
        self._model.require()

    def diarize(
        self, recording: Recording, speech: SpeechMap, *, speakers: int | None = None
    ) -> Speakers:
        """Turns that cover `speech` exactly, and the people in order of first appearance."""
        self._accept(recording, speakers)
        if not speech.spans:
            return Speakers(turns=(), people=())
        cut: list[Window] = []
        prints: list[Matrix] = []
        for number, span in enumerate(speech.spans):
            for piece in _pieces(span):
                found = windows(piece, number)
                cut += found
                prints.append(self._voiceprints(recording, piece, len(found)))
        labels = voices_of(np.concatenate(prints), cut, options=self._options, speakers=speakers)
        turns = turns_of(speech.spans, cut, labels)
        return Speakers(turns=turns, people=people_heard(recording, turns))

    def _accept(self, recording: Recording, speakers: int | None) -> None:
        if recording.sample_rate != SAMPLE_RATE:
            raise ProviderRejected(
                f"the recording has {recording.sample_rate} Hz, the diarizer needs "
                f"{SAMPLE_RATE} Hz",
                provider=self.name,
                hint="resample the recording to 16000 Hz mono",
            )
        if speakers is not None and speakers < 1:
            raise ProviderRejected(f"{speakers} is no number of speakers", provider=self.name)

    def _voiceprints(self, recording: Recording, span: TimeSpan, count: int) -> Matrix:
        """One embedding per window of the span, shape (count, 256)."""
        session = self._loaded()
        spectra = np.stack(list(window_spectra(recording.read(span).samples, count)))
        try:
            batches = [
                session.run(None, {"mel_window": spectra[first : first + _BATCH]})[0]
                for first in range(0, count, _BATCH)
            ]
        except RuntimeError as exc:  # what onnxruntime raises
            raise ProviderUnavailable(
                f"the speaker network failed: {exc}", provider=self.name
            ) from exc
        return np.concatenate(batches)

    def _loaded(self) -> _Session:
        with self._loading:
            if self._session is None:
                self.check()
                self._session = _open_session(self._model.locate() / _FILE)
            return self._session


def _open_session(path: Path) -> _Session:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        session: _Session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
    except (RuntimeError, ValueError) as exc:
        raise ProviderNotReady(
            f"the speaker network {path.name!r} does not load: {exc}",
            provider=EmbeddingDiarizer.name,
            hint=f"prepare it again with `dubwright models prepare {_MODEL}`",
        ) from exc
    return session


def _pieces(span: TimeSpan) -> Iterator[TimeSpan]:
    """The span in stretches of at most half a minute, so that memory stays small."""
    for start_ms in range(span.start_ms, span.end_ms, _PIECE_MS):
        yield TimeSpan(start_ms=start_ms, end_ms=min(span.end_ms, start_ms + _PIECE_MS))

"""Separation by DeepFilterNet 3: its C library takes the speech out; the rest is the background."""

import ctypes
import tarfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

import numpy as np
from pydantic import Field

from dubwright.catalogue.chosen import ChosenModel
from dubwright.domain.audio import Samples, SpeechClip, Stems
from dubwright.domain.errors import ProviderNotReady, ProviderRejected, ProviderUnavailable
from dubwright.ports.provider import ProviderOptions
from dubwright.providers.deepfilter.residue import residue

_VERSION = "1"
_MODEL = "deepfilternet3"
_LIBRARY = "libdeepfilter.so"
_WEIGHTS = "DeepFilterNet3_onnx.tar.gz"
_SAMPLE_RATE = 48_000
_FRAME = 480
_LAG = 1_440  # the network looks two frames ahead, and its windows overlap by one
_LEAD_IN = 24_000


class DeepFilterOptions(ProviderOptions):
    """How thoroughly speech and background are taken apart."""

    models: Path | None = Field(
        default=None, description="Folder with the library and the weights. Unset: the catalogue's."
    )
    attenuation_db: float = Field(
        default=100.0, gt=0, le=100, description="The most that anything but speech is lowered."
    )
    oversubtraction: float = Field(
        default=2.0,
        ge=1,
        le=5,
        description="How many times the speech found is taken from the background.",
    )


class DeepFilterSeparator:
    """Takes one mono mix apart into voices and everything else."""

    name: ClassVar[str] = "deepfilter"
    Options: ClassVar[type[ProviderOptions]] = DeepFilterOptions

    def __init__(self, options: DeepFilterOptions) -> None:
        self._options = options
        self._model = ChosenModel(_MODEL, options.models, self.name)
        self._library: ctypes.CDLL | None = None
        self._loading = threading.Lock()

    @property
    def fingerprint(self) -> str:
        """Names the library and weights, the version of these rules, and the options."""
        knobs = f"{self._options.attenuation_db:g}db-x{self._options.oversubtraction:g}"
        return f"{self.name}-{_VERSION}-{self._model.mark}-{knobs}"

    @property
    def removes_speech(self) -> bool:
        """True: what is left of a voice lies at least 18 dB below it in the recordings tried."""
        return True

    def check(self) -> None:
        """Raise `ProviderNotReady` unless the library and the weights are there."""
        self._model.require()

    def separate(self, clip: SpeechClip) -> Stems:
        """Voices and background, aligned to the sample; together they are the mix.

        The clip is led in by its own first half second in reverse, so that the network has settled
        on the background when the clip starts.
        """
        if clip.sample_rate != _SAMPLE_RATE:
            raise ProviderRejected(
                f"the clip has {clip.sample_rate} Hz, the separator takes {_SAMPLE_RATE} Hz",
                provider=self.name,
                hint="resample the clip to 48000 Hz mono",
            )
        mix = np.ascontiguousarray(clip.samples, dtype=np.float32)
        lead_in = mix[1 : _LEAD_IN + 1][::-1]
        start = len(lead_in) + _LAG
        speech = self._enhanced(np.concatenate([lead_in, mix]))[start : start + len(mix)]
        background = residue(mix, speech, oversubtraction=self._options.oversubtraction)
        return Stems(vocals=mix - background, background=background)

    def _enhanced(self, sound: Samples) -> Samples:
        """The library's output, later than `sound` by `_LAG` samples.

        The library switches its thread to flushing tiny numbers to zero and never back, so it gets
        a thread that ends with the clip; the caller's arithmetic stays exact.
        """
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix=self.name) as own_thread:
            return own_thread.submit(self._run_library, sound).result()

    def _run_library(self, sound: Samples) -> Samples:
        fed = np.pad(sound, (0, _LAG + -(len(sound) + _LAG) % _FRAME))
        given = np.zeros_like(fed)
        library = self._loaded()
        with self._state(library) as state:
            for offset in range(0, fed.nbytes, _FRAME * fed.itemsize):
                library.df_process_frame(
                    state, fed.ctypes.data + offset, given.ctypes.data + offset
                )
        return given

    @contextmanager
    def _state(self, library: ctypes.CDLL) -> Iterator[int]:
        """A state of its own for each clip, so that no clip depends on the ones before it."""
        weights = self._model.locate() / _WEIGHTS
        _require_archive(weights)
        state = library.df_create(str(weights).encode(), self._options.attenuation_db, None)
        if not state:
            raise ProviderUnavailable("the separator did not start", provider=self.name)
        try:
            yield state
        finally:
            library.df_free(state)

    def _loaded(self) -> ctypes.CDLL:
        with self._loading:
            if self._library is None:
                self._library = _open_library(self._model.locate() / _LIBRARY)
            return self._library


def _open_library(path: Path) -> ctypes.CDLL:
    """The C library with the signatures that are used here; its calls release Python's lock."""
    try:
        library = ctypes.CDLL(str(path))
    except OSError as exc:
        raise ProviderNotReady(
            f"the separator's library does not load on this machine: {exc}",
            provider=DeepFilterSeparator.name,
            hint="it is built for Linux on x86-64; elsewhere choose the separator `passthrough`",
        ) from exc
    library.df_create.restype = ctypes.c_void_p
    library.df_create.argtypes = [ctypes.c_char_p, ctypes.c_float, ctypes.c_char_p]
    library.df_process_frame.restype = ctypes.c_float
    library.df_process_frame.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
    library.df_free.restype = None
    library.df_free.argtypes = [ctypes.c_void_p]
    return library


def _require_archive(weights: Path) -> None:
    """Refuse what is no archive: the library would end the whole process over it."""
    if not tarfile.is_tarfile(weights):
        raise ProviderNotReady(
            f"{weights.name!r} is not a model archive",
            provider=DeepFilterSeparator.name,
            hint=f"prepare it again with `dubwright models prepare {_MODEL}`",
        )

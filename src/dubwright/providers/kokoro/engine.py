"""Kokoro's neural part: tokens and a style in, sound or its length out."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dubwright.catalogue import ModelStore
from dubwright.domain.audio import Samples
from dubwright.domain.errors import ProviderNotReady, ProviderRejected, ProviderUnavailable
from dubwright.providers.kokoro import graph

if TYPE_CHECKING:
    from onnxruntime import InferenceSession, RunOptions, SessionOptions

MODEL = "kokoro-82m-int8"
SAMPLE_RATE = 24_000
GRAPHS_VERSION = "1"

_GRAPHS = "graphs"
_ORIGINAL = "kokoro-v1.0.int8.onnx"
_SPEECH = "speech.onnx"
_PROSODY = "prosody.onnx"
_STEP = 300
"""Samples per value of the energy curve."""
_AUDIBLE = 0.0
"""The energy below which nothing is heard: about 45 dB under the voice."""
_MARGIN_STEPS = 2
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is given: tokens, one style vector of shape (1, 256), a speed."""

    tokens: tuple[int, ...]
    style: Floats
    speed: float

    def feed(self) -> dict[str, npt.NDArray[np.generic]]:
        """The graph's inputs; a zero token stands at either end."""
        return {
            "tokens": np.array([[0, *self.tokens, 0]], dtype=np.int64),
            "style": self.style,
            "speed": np.array([self.speed], dtype=np.float32),
        }


class KokoroEngine:
    """The model, loaded on first use and shared by all threads; each call uses one thread."""

    def __init__(self, store: ModelStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._sessions: dict[str, InferenceSession] = {}
        self._threads = ThreadPoolExecutor(thread_name_prefix="kokoro")

    def check(self) -> None:
        """Raise `ProviderNotReady` unless a call could succeed now. Loads nothing."""
        _require("onnxruntime")
        if not self._store.has_derived(MODEL, name=_GRAPHS, version=_fused_version()):
            _require("onnx")

    def speak(self, prompt: Prompt) -> Samples:
        """The sound of a prompt, without the silence around it."""
        audio, energy = self._run(_SPEECH, ["audio", graph.ENERGY_OUTPUT], prompt)
        start, end = audible_steps(energy)
        audible: Samples = np.clip(audio.ravel()[start * _STEP : end * _STEP], -1, 1)
        return audible

    def measure(self, prompt: Prompt) -> int:
        """How many samples `speak` would give, from the prosody alone."""
        (energy,) = self._run(_PROSODY, [graph.ENERGY_OUTPUT], prompt)
        start, end = audible_steps(energy)
        return (end - start) * _STEP

    def _run(self, name: str, outputs: list[str], prompt: Prompt) -> list[Floats]:
        """Run a graph on a thread of the engine's own.

        The session flushes tiny numbers to zero, which is quicker, by switching its thread over and
        never back; so the caller's arithmetic stays exact.
        """
        return self._threads.submit(self._run_here, name, outputs, prompt).result()

    def _run_here(self, name: str, outputs: list[str], prompt: Prompt) -> list[Floats]:
        session = self._session(name)
        try:
            values: list[Floats] = session.run(outputs, prompt.feed(), _giving_memory_back())
        except _vendor_errors() as exc:
            raise ProviderUnavailable(f"Kokoro failed: {exc}", provider="kokoro") from exc
        return values

    def _session(self, name: str) -> "InferenceSession":
        with self._lock:
            if name not in self._sessions:
                self._sessions[name] = open_fused(self._graphs() / name)
            return self._sessions[name]

    def _graphs(self) -> Path:
        def make(folder: Path) -> None:
            _require("onnx")
            write_graphs(self._store.locate(MODEL) / _ORIGINAL, folder)

        return self._store.derived(MODEL, name=_GRAPHS, version=_fused_version(), make=make)


def audible_steps(energy: Floats) -> tuple[int, int]:
    """Where speech starts and ends on the energy curve, with 25 ms around it.

    The graph decides the energy before it makes the sound, so the same cut is known beforehand.
    Raises `ProviderRejected` when nothing would be heard.
    """
    audible = np.flatnonzero(energy.ravel() > _AUDIBLE)
    if len(audible) == 0:
        raise ProviderRejected("this text gives no sound", provider="kokoro")
    start = max(0, int(audible[0]) - _MARGIN_STEPS)
    end = min(energy.size, int(audible[-1]) + 1 + _MARGIN_STEPS)
    return start, end


def write_graphs(original: Path, folder: Path) -> None:
    """Write the prosody graph, and whichever speech graph is faster on this processor. Both fused."""
    graph.write_prosody(original, folder / _PROSODY)
    plain, signed = folder / "plain.onnx", folder / "signed.onnx"
    graph.write_plain(original, plain)
    graph.write_signed(original, signed)
    faster, slower = sorted((signed, plain), key=_seconds_to_speak)
    slower.unlink()
    faster.rename(folder / _SPEECH)
    for name in (_SPEECH, _PROSODY):
        _fuse(folder / name)


def open_session(path: Path) -> "InferenceSession":
    """A session whose calls stay on the caller's thread: threads inside would spin and waste."""
    return _opened(path, _calm_options())


def open_fused(path: Path) -> "InferenceSession":
    """The same for a graph of `write_graphs`: it opens in a third of the time."""
    options = _calm_options()
    import onnxruntime

    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return _opened(path, options)


def _fuse(path: Path) -> None:
    """Put the engine's own optimised form of a graph in its place: the same kernels, found already.

    The extended level is the highest one that does not depend on the processor.
    """
    fused = path.with_name(f"fused-{path.name}")
    options = _calm_options()
    import onnxruntime

    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(fused)
    _opened(path, options)
    fused.replace(path)


def _fused_version() -> str:
    """Fused graphs are only for the release of the engine that fused them."""
    return f"{GRAPHS_VERSION}-{metadata.version('onnxruntime')}"


def _calm_options() -> "SessionOptions":
    _require("onnxruntime")
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_mem_pattern = False  # one is kept for every length of text, for good
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    return options


def _giving_memory_back() -> "RunOptions":
    """A call that leaves no working memory behind: the longest line of a film needs 200 MB."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    return options


def _opened(path: Path, options: "SessionOptions") -> "InferenceSession":
    import onnxruntime

    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except _vendor_errors() as exc:
        raise ProviderNotReady(
            f"cannot load {path.name!r}: {exc}",
            provider="kokoro",
            hint=f"delete the folder {str(path.parent)!r}; it is made again on the next use",
        ) from exc


def _vendor_errors() -> tuple[type[Exception], ...]:
    """What onnxruntime raises; its errors have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    return (
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoSuchFile,
        state.RuntimeException,
    )


def _seconds_to_speak(path: Path) -> float:
    """The processor time of about a second of speech, the better of two."""
    session = open_session(path)
    prompt = Prompt(tokens=tuple(range(43, 59)), style=np.zeros((1, 256), np.float32), speed=1.0)
    session.run(["audio"], prompt.feed())
    return min(_thread_seconds(lambda: session.run(["audio"], prompt.feed())) for _ in range(2))


def _thread_seconds(call: Callable[[], object]) -> float:
    start = time.thread_time()
    call()
    return time.thread_time() - start


def _require(package: str) -> None:
    if find_spec(package) is None:
        raise ProviderNotReady(
            f"the Python package `{package}` is missing",
            provider="kokoro",
            hint="run `pip install 'dubwright[local]'`",
        )

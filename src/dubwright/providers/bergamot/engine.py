"""The engines on a thread of their own: fxtranslate's live and die on the thread that made them.

One thread is enough. A sentence takes about 10 ms, and the engine keeps Python's lock meanwhile.
"""

import queue
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Protocol


class Engine(Protocol):
    """The part of `fxtranslate.Translator` that is used here."""

    def translate(self, text: str) -> str: ...


Load = Callable[[str], Engine]
_Order = tuple[str, str, "Future[str]"]


class EngineThread:
    """Translates on one thread, which starts with the first call and ends with this object.

    `load` must not lead back to this object, or neither ends.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self._orders: queue.SimpleQueue[_Order | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._started = False

    def translate(self, text: str, *, model_id: str) -> str:
        """What the model makes of one sentence. Raises what the engine or `load` raised."""
        self._start()
        answer: Future[str] = Future()
        self._orders.put((model_id, text, answer))
        return answer.result()

    def _start(self) -> None:
        with self._starting:
            if not self._started:
                self._started = True
                weakref.finalize(self, self._orders.put, None)
                serve = threading.Thread(
                    target=_serve, args=(self._orders, self._load), name="bergamot", daemon=True
                )
                serve.start()


def _serve(orders: "queue.SimpleQueue[_Order | None]", load: Load) -> None:
    engines: dict[str, Engine] = {}
    while order := orders.get():
        model_id, text, answer = order
        try:
            if model_id not in engines:
                engines[model_id] = load(model_id)
            answer.set_result(engines[model_id].translate(text))
        except BaseException as exc:  # noqa: BLE001 - whatever it is belongs to the caller
            engines.pop(model_id, None)  # an engine that panicked is not used again
            answer.set_exception(exc)


def read_engine(folder: Path) -> Engine:
    """An engine from a folder with `model.bin`, `lex.bin` and `vocab.spm`.

    Raises `OSError` for a file that cannot be read and `ValueError` for one that is malformed.
    """
    from fxtranslate import Translator

    vocabulary = (folder / "vocab.spm").read_bytes()
    engine: Engine = Translator(
        model=(folder / "model.bin").read_bytes(),
        src_vocab=vocabulary,
        trg_vocab=vocabulary,
        shortlist=(folder / "lex.bin").read_bytes(),
    )
    return engine

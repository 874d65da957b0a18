"""What stands on the machine that answers, beside the service: ffmpeg, and the models."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from dubwright.catalogue import CatalogueEntry, ModelStore
from dubwright.domain.errors import DubError
from dubwright.domain.timeline import Document
from dubwright.media.ffmpeg import Ffmpeg

_KEPT_S: Final = 60.0
_FFMPEG_BEGINS: Final = "ffmpeg version "


class ModelResource(Document):
    """A model of the catalogue. `ready`: it is here, or is unpacked by whatever uses it first.

    `damaged`: a file of it is gone or has another size. `remedy` is the command that gets it,
    null where nothing is to be done. Only engines that are used need theirs.
    """

    id: str
    licence: str
    size_bytes: int
    state: Literal["ready", "missing", "damaged"]
    remedy: str | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """What a look at the machine told. `ffmpeg` is its version, None where there is none."""

    ffmpeg: str | None
    models: tuple[ModelResource, ...]


class Machine:
    """Looks at most once a minute, however often it is asked. It hashes nothing."""

    def __init__(
        self, ffmpeg: Ffmpeg, models: ModelStore, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._ffmpeg = ffmpeg
        self._models = models
        self._clock = clock
        self._turn = threading.Lock()
        self._looked_s = float("-inf")
        self._last: Findings | None = None

    def look(self) -> Findings:
        """What there is, a minute old at most."""
        with self._turn:
            if self._last is None or self._clock() - self._looked_s > _KEPT_S:
                self._last = Findings(_version_of(self._ffmpeg), _models_in(self._models))
                self._looked_s = self._clock()
            return self._last


def _version_of(ffmpeg: Ffmpeg) -> str | None:
    try:
        line = ffmpeg.version()
    except DubError:
        return None
    return line.removeprefix(_FFMPEG_BEGINS).partition(" ")[0]


def _models_in(store: ModelStore) -> tuple[ModelResource, ...]:
    return tuple(_model_of(store, entry) for entry in store.catalogue)


def _model_of(store: ModelStore, entry: CatalogueEntry) -> ModelResource:
    state: Literal["ready", "missing", "damaged"] = "missing"
    if store.is_damaged(entry.id):
        state = "damaged"
    elif store.is_ready(entry.id):
        state = "ready"
    return ModelResource(
        id=entry.id,
        licence=entry.licence,
        size_bytes=entry.size_bytes,
        state=state,
        remedy=None if state == "ready" else _remedy(store, entry),
    )


def _remedy(store: ModelStore, entry: CatalogueEntry) -> str:
    is_in_packages = store.status(entry.id).state == "available"
    return f"dubwright models {'prepare' if is_in_packages else 'fetch'} {entry.id}"

"""Runs stages: reuses what was made before for the same inputs, announces, stops on cancel."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import structlog
from pydantic import ValidationError

from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import Document
from dubwright.pipeline.keys import stage_key
from dubwright.pipeline.memory import SpareMemory
from dubwright.pipeline.pool import WorkPool
from dubwright.pipeline.progress import Progress, Tally
from dubwright.pipeline.workspace import Workspace

log = structlog.get_logger()
P = ParamSpec("P")
D = TypeVar("D", bound=Document)
F = TypeVar("F", bound=Callable[..., object])


def stage(version: int) -> Callable[[F], F]:
    """Mark a function as a stage. Raise the version when the same input gives another output."""

    def mark(make: F) -> F:
        make.__dict__["stage_version"] = version
        return make

    return mark


class Runner:
    """One run of the recipe over one workspace."""

    def __init__(
        self,
        workspace: Workspace,
        *,
        workers: int,
        progress: Progress,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self.workspace = workspace
        self.tally = Tally(progress)
        self.is_cancelled = is_cancelled
        self._workers = workers
        self._making: dict[Path, threading.Lock] = {}
        self._making_lock = threading.Lock()
        self._spare_memory = SpareMemory()

    def pool(self, *, waiters: int = 0) -> WorkPool:
        """Fresh workers for independent pieces of stages, and `waiters` for engines elsewhere."""
        return WorkPool(self._workers, waiters=waiters, is_cancelled=self.is_cancelled)

    def document(
        self, kind: type[D], make: Callable[P, D], *inputs: P.args, **named: P.kwargs
    ) -> D:
        """Run a stage that makes a `Document`, or read the one made before."""
        path = self._path(make, ".json", inputs)
        with self._one_maker(path):
            kept = _kept(kind, path) if self.workspace.find(path) else None
            if kept is not None:
                self.tally.advance(_name(make), reused=True)
                return kept
            self._stop_if_cancelled(make)
            made = make(*inputs, **named)
            text = made.model_dump_json()
            self.workspace.write(path, lambda part: _write_text(part, text))
        self._spare_memory.give_back()
        self.tally.advance(_name(make))
        return made

    def file(
        self,
        suffix: str,
        make: Callable[Concatenate[Path, P], None],
        *inputs: P.args,
        **named: P.kwargs,
    ) -> Path:
        """Run a stage that writes a file to the path it is given, or find the one made before."""
        path = self._path(make, suffix, inputs)
        with self._one_maker(path):
            if self.workspace.find(path) and path.stat().st_size > 0:
                self.tally.advance(_name(make), reused=True)
                return path
            self._stop_if_cancelled(make)
            self.workspace.write(path, lambda part: make(part, *inputs, **named))
        self._spare_memory.give_back()
        self.tally.advance(_name(make))
        return path

    @contextmanager
    def _one_maker(self, path: Path) -> Iterator[None]:
        """Two lines with the same words are one take: the second asker waits for the first."""
        with self._making_lock:
            lock = self._making.setdefault(path, threading.Lock())
        with lock:
            yield

    def _path(self, make: Callable[..., object], suffix: str, inputs: tuple[object, ...]) -> Path:
        version: int = make.__dict__["stage_version"]
        return self.workspace.path(_name(make), stage_key(_name(make), version, inputs), suffix)

    def _stop_if_cancelled(self, make: Callable[..., object]) -> None:
        if self.is_cancelled():
            raise Cancelled(f"cancelled before {_name(make)!r}")


def _name(make: Callable[..., object]) -> str:
    return make.__name__


def _kept(kind: type[D], path: Path) -> D | None:
    """The document made before; None if another version or a crash left it."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except ValidationError:
        log.warning("document.discarded", document=path.name)
        return None


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")

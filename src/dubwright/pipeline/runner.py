"""Runs stages: reuses what was made before for the same inputs, announces, stops on cancel."""

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import structlog

from dubwright.domain.errors import Cancelled
from dubwright.domain.timeline import Document
from dubwright.pipeline.keys import stage_key
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

    def pool(self) -> WorkPool:
        """Fresh workers for independent pieces of stages."""
        return WorkPool(self._workers, is_cancelled=self.is_cancelled)

    def document(
        self, kind: type[D], make: Callable[P, D], *inputs: P.args, **named: P.kwargs
    ) -> D:
        """Run a stage that makes a `Document`, or read the one made before."""
        path = self._path(make, ".json", inputs)
        if path.exists():
            kept = kind.model_validate_json(path.read_bytes())
            self.tally.advance(_name(make), reused=True)
            return kept
        self._stop_if_cancelled(make)
        made = make(*inputs, **named)
        text = made.model_dump_json()
        self.workspace.write(path, lambda part: _write_text(part, text))
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
        if path.exists():
            self.tally.advance(_name(make), reused=True)
            return path
        self._stop_if_cancelled(make)
        self.workspace.write(path, lambda part: make(part, *inputs, **named))
        self.tally.advance(_name(make))
        return path

    def _path(self, make: Callable[..., object], suffix: str, inputs: tuple[object, ...]) -> Path:
        version: int = make.__dict__["stage_version"]
        return self.workspace.path(_name(make), stage_key(_name(make), version, inputs), suffix)

    def _stop_if_cancelled(self, make: Callable[..., object]) -> None:
        if self.is_cancelled():
            raise Cancelled(f"cancelled before {_name(make)!r}")


def _name(make: Callable[..., object]) -> str:
    return make.__name__


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
